"""Every rule, and what they find in one episode on one day."""

from datetime import date
from operator import attrgetter

from registry.clinical.care import Care
from registry.clinical.facts import EpisodeFacts
from registry.clinical.findings import (
    cadence,
    change,
    entry,
    measurement,
    medication,
    pathway,
    plans,
    safety,
    step_down,
    therapy,
)
from registry.clinical.findings.kinds import Finding, Rule, Urgency
from registry.clinical.picture import Picture, picture
from registry.clinical.protocol import Protocol, scale_awaits_sign_off

__all__ = ["RULES", "Finding", "Rule", "Urgency", "findings", "findings_in"]

RULES: tuple[Rule, ...] = (
    *entry.RULES,
    *cadence.RULES,
    *measurement.RULES,
    *change.RULES,
    *medication.RULES,
    *therapy.RULES,
    *pathway.RULES,
    *plans.RULES,
    *step_down.RULES,
    *safety.RULES,
)

_ASKED = {
    (stage, need): tuple(r for r in RULES if stage in r.stages and r.needs == need)
    for stage in ("referral", "active", "closed")
    for need in ("", *Care._fields)
}
"""The rules of a stage, by the list of `Care` without which they have nothing to say."""


def findings(facts: EpisodeFacts, protocol: Protocol, today: date) -> tuple[Finding, ...]:
    """Everything that the rules find in an episode as of today, most urgent first, then by code."""
    return findings_in(picture(facts, protocol, today))


def findings_in(seen: Picture) -> tuple[Finding, ...]:
    """What the rules find in an episode that was seen already."""
    asked = list(_ASKED[seen.stage, ""])
    for need, rows in zip(Care._fields, seen.facts.care, strict=True):
        if rows:
            asked += _ASKED[seen.stage, need]
    found = [r.finding(told) for r in asked if (told := r.check(seen)) is not None]
    if scale_awaits_sign_off(seen.primary.series):
        found = [_marked(finding, seen) for finding in found]
    return tuple(sorted(found, key=attrgetter("urgency", "code")))


def _marked(finding: Finding, seen: Picture) -> Finding:
    """What rests on a scale whose numbers await sign-off awaits it too."""
    rests = {score.id for score in seen.primary.scores}.intersection(finding.facts)
    return finding._replace(awaiting_sign_off=True) if rests else finding
