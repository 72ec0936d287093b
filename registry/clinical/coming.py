"""What comes next for a patient: the next questionnaire, the planned doses, the readings, the day on which advice is judged."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from registry.clinical.decision_moves import state_of
from registry.clinical.facts import EpisodeFacts
from registry.clinical.findings.measurement import scale_interval
from registry.clinical.monitoring import monitoring
from registry.clinical.picture import ACTIVE, picture
from registry.clinical.protocol import Protocol
from registry.clinical.titration import DUE, PLANNED, Planned, planned

SOON = timedelta(weeks=8)
"""What comes later is told when it is nearer."""
OF_STAFF = frozenset(
    {"pdmp", "family_history", "cardiac_history", "opioid_free", "misuse_screen", "rash", "height"}
)
"""Readings for which the patient does nothing but answer."""
AGREED = ("accepted", "modified", "implemented")


class Check(NamedTuple):
    """A blood test or another reading that a medication asks for."""

    drug: str
    on: date


def next_scale(facts: EpisodeFacts, protocol: Protocol, today: date) -> date | None:
    """The day on which the primary scale is taken again; None where the episode is not active or it was never taken."""
    p = picture(facts, protocol, today)
    if p.stage != ACTIVE or p.primary.latest is None:
        return None
    return p.primary.latest.taken_on + timedelta(days=scale_interval(p))


def next_doses(facts: EpisodeFacts, protocol: Protocol, today: date) -> Iterator[Planned]:
    """The next open step of each medication, where its day is near."""
    told = set()
    for one in planned(facts, today, protocol):
        if (
            one.id
            and one.state in (PLANNED, DUE)
            and one.on <= today + SOON
            and one.medication_id not in told
        ):
            told.add(one.medication_id)
            yield one


def next_checks(facts: EpisodeFacts, protocol: Protocol, today: date) -> Iterator[Check]:
    """The first reading of each medication that is due by now or soon."""
    found: dict[str, date] = {}
    for watch in monitoring(facts, today, protocol.antipsychotics.value):
        day = watch.due_on
        if day and day <= today + SOON and watch.code not in OF_STAFF:
            found[watch.drug] = min(day, found.get(watch.drug, day))
    return (Check(drug, on) for drug, on in sorted(found.items(), key=lambda pair: (pair[1], pair[0])))


def next_judgement(facts: EpisodeFacts, today: date) -> date | None:
    """The first day on which a change is judged that the PCP agreed to."""
    days = (
        one.judge_on
        for review in facts.as_of(today).reviews
        for one in review.recommendations
        if one.judge_on and one.judge_on >= today and state_of(one.decisions) in AGREED
    )
    return min(days, default=None)
