"""One line of the caseload: is the patient safe, better, when last touched, what next and by when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from markupsafe import Markup

from registry.charts import TrendPoint, sparkline
from registry.clinical.course import Course, course_of
from registry.clinical.facts import EpisodeFacts, Score
from registry.clinical.findings import Finding
from registry.clinical.findings.measurement import scale_interval
from registry.clinical.instruments import INSTRUMENTS
from registry.clinical.minutes import minutes_this_month
from registry.clinical.picture import CLOSED, Picture
from registry.clinical.primary import level, other_scale
from registry.clinical.therapy import therapy_labels
from registry.clinical.treatment import running
from registry.clinical.views import due_on, has_tag, tags

if TYPE_CHECKING:
    from registry.caseload.queries import Entry

SEXES = {"female": "F", "male": "M"}
TAG_KINDS = {
    "safety": ("safety", "safety"),
    "stuck": ("stuck", "stuck"),
    "consult": ("consult", "consult"),
    "lost": ("lost", "lost"),
    "measure": ("new", "info"),
    "cadence": ("new", "phone"),
    "stepdown": ("ok", "check"),
}
"""Kind and picture of a finding's tag."""
ROOM, AROUND = 36, 4
"""Letters in the column of tags, and how many the picture and frame of a tag take."""


class Tag(NamedTuple):
    """One reason in a word or two, with its sentence."""

    kind: str
    picture: str
    label: str
    sentence: str


class Scale(NamedTuple):
    """First and latest score of one scale; what was never measured, measured in part and measured long ago differ."""

    first: int | None
    last: int | None
    severity: int
    band: str
    percent: int | None
    taken_on: date | None
    old_days: int | None
    """Age of the latest score in days, where the protocol asks for a new one."""
    partial: bool
    """The latest form has too few answers for a total."""


class Row(NamedTuple):
    """Plain values in the order of the columns."""

    episode_id: UUID
    patient_id: UUID
    name: str
    mrn: str
    age: int
    sex: str
    urgent: bool
    points: int
    tags: tuple[Tag, ...]
    more: tuple[Tag, ...]
    """Reasons that find no room in the line."""
    next_action: str
    due_on: date | None
    is_planned: bool
    """The due day was set by somebody, not by the protocol."""
    late_days: int | None
    """Days after the due day; 0 is today, below 0 is still to come."""
    weeks: int | None
    phq9: Scale
    gad7: Scale
    own: Scale | None
    """The primary scale where it is neither of the two."""
    own_title: str
    spark: Markup
    step: int | None
    """Change of the primary scale since the score before."""
    treatment: str
    treatments: str
    contact_days: int | None
    contact_late: bool
    review_days: int | None
    minutes: int
    pcp: str
    care_manager_id: UUID | None
    care_manager: str


def rows(entries: Iterable[Entry], today: date) -> list[Row]:
    """A line for each entry."""
    return [row(entry, today) for entry in entries]


def row(entry: Entry, today: date) -> Row:
    """One line, each of its columns worked out once."""
    who, seen = entry.subject, entry.standing.picture
    facts, due = seen.facts, due_on(entry.standing)
    own = other_scale(facts)
    scores = [s for s in facts.series(seen.primary.series) if s.total is not None]
    all_treatments = treatments(facts, today)
    shown, more = _fitting([tag(finding) for finding in tags(entry.standing.findings)])
    return Row(
        episode_id=who.episode_id,
        patient_id=who.patient_id,
        name=who.name,
        mrn=who.mrn,
        age=who.age(today),
        sex=SEXES.get(who.sex, ""),
        urgent=has_tag(entry.standing, "safety"),
        points=entry.place.points,
        tags=shown,
        more=more,
        next_action=facts.next_action,
        due_on=due,
        is_planned=facts.next_action_due_on is not None,
        late_days=(today - due).days if due and seen.stage != CLOSED else None,
        weeks=facts.week(today),
        phq9=scale(seen, "phq9", seen.phq9),
        gad7=scale(seen, "gad7", gad7(seen)),
        own=scale(seen, own, seen.primary) if own else None,
        own_title=seen.scale.title if own else "",
        spark=_spark(scores, seen),
        step=(scores[-1].total or 0) - (scores[-2].total or 0) if len(scores) > 1 else None,
        treatment=_short(all_treatments),
        treatments="; ".join(all_treatments),
        contact_days=_days_since_contact(seen),
        contact_late=has_tag(entry.standing, "lost"),
        review_days=seen.days_since(seen.review.on) if seen.review else None,
        minutes=minutes_this_month(facts, today).counted,
        pcp=who.pcp,
        care_manager_id=who.care_manager_id,
        care_manager=who.care_manager,
    )


def tag(finding: Finding) -> Tag:
    """A finding as a tag."""
    kind, picture = TAG_KINDS.get(finding.tag, ("new", "info"))
    return Tag(kind, picture, finding.label, finding.sentence)


def _fitting(reasons: list[Tag]) -> tuple[tuple[Tag, ...], tuple[Tag, ...]]:
    """The first reasons that share the column's width, and the rest; the most urgent always fits."""
    room, shown = ROOM, 0
    for reason in reasons:
        room -= len(reason.label) + AROUND
        if room < 0 and shown:
            break
        shown += 1
    return tuple(reasons[:shown]), tuple(reasons[shown:])


def gad7(seen: Picture) -> Course:
    """The course of the GAD-7."""
    if seen.primary.series == "gad7":
        return seen.primary
    return course_of(seen.facts, seen.protocol, seen.today, "gad7")


def scale(seen: Picture, name: str, course: Course) -> Scale:
    """The baseline (before enrolment: the first score), the latest score, and the change between them."""
    forms = seen.facts.series(name)
    scored = [form for form in forms if form.total is not None]
    partial = bool(forms) and forms[-1].total is None
    if not scored:
        return Scale(None, None, 0, "", None, None, None, partial)
    last = scored[-1]
    found, age = level(name, last.total or 0, seen.protocol), seen.days_since(last.taken_on)
    return Scale(
        first=(course.baseline or scored[0]).total,
        last=last.total,
        severity=found.severity,
        band=found.name,
        percent=course.percent,
        taken_on=last.taken_on,
        old_days=age if age > scale_interval(seen) else None,
        partial=partial,
    )


def _spark(scores: list[Score], seen: Picture) -> Markup:
    points = [TrendPoint(s.taken_on, s.total or 0, s.positive_item9, s.prorated) for s in scores]
    highest = INSTRUMENTS[seen.primary.series].highest
    return sparkline(points, maximum=highest, target=seen.scale.target)


def treatments(facts: EpisodeFacts, today: date) -> list[str]:
    """What is taken now with its dose, what is held, then the therapies that were delivered."""
    return [*(one.short for one in running(facts.medications, today)), *therapy_labels(facts)]


def _short(all_treatments: list[str]) -> str:
    """The first of them, and how many more there are."""
    if len(all_treatments) < 2:
        return "".join(all_treatments)
    return f"{all_treatments[0]} +{len(all_treatments) - 1}"


def _days_since_contact(seen: Picture) -> int | None:
    """Days since the last treatment contact, whoever had it; None where there was none yet."""
    last = next((c.on for c in reversed(seen.facts.contacts) if c.is_treatment), None)
    return seen.days_since(last) if last else None
