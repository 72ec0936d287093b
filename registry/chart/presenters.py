"""The patient page in words: is the patient safe, better, when last touched, what is next and whose."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from registry.charts import Trend, trend_of
from registry.clinical.agenda import AgendaScore, rank_in
from registry.clinical.care import DISCHARGE
from registry.clinical.combination import combined_words, model_words
from registry.clinical.course import Course, course_of
from registry.clinical.dates import begun, listed, spell
from registry.clinical.decision_moves import STEPS
from registry.clinical.episode_moves import STATUSES, Move, legal_moves
from registry.clinical.explain import Explanation, Judged, explain, explain_course, explain_place
from registry.clinical.facts import Contact, EpisodeFacts, FactId, Score
from registry.clinical.instruments import INSTRUMENTS, alarms, band
from registry.clinical.interventions import CONTACT_KINDS, INTERVENTIONS, MODALITIES
from registry.clinical.loop import Tracked
from registry.clinical.minutes import Minutes, minutes_this_month
from registry.clinical.outcome import DONE
from registry.clinical.pathways import PATHWAYS, event_words, is_part_2, open_pathways
from registry.clinical.picture import Picture
from registry.clinical.plans import KINDS
from registry.clinical.primary import level, series_title, shown_scales
from registry.clinical.protocol import scale_awaits_sign_off
from registry.clinical.readings import READINGS, value_told
from registry.clinical.result_limits import unjudged_words
from registry.clinical.risk import safety_answer
from registry.clinical.safety_words import level_words, safety_sentence
from registry.clinical.therapy import END_REASONS, Delivered, modality_words, session_contacts, therapies_of
from registry.clinical.treatment import dose_text, meanwhile, running
from registry.clinical.treatment_words import stay_words
from registry.clinical.trials import attributions
from registry.clinical.views import Standing, due_on, standing

if TYPE_CHECKING:
    from registry.chart.queries import Chart, Notes
    from registry.snapshots import Snapshot

TIMELINE_FIRST = 25


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline."""

    on: date
    title: str
    text: str = ""
    picture: str = ""
    link: tuple[str, UUID] | None = None
    """Kind of row and its id, for 'correct' or 'open'."""

    @property
    def iso(self) -> str:
        return self.on.isoformat()

    @property
    def when(self) -> str:
        return f"{self.on:%b} {self.on.day}, {self.on.year}"


@dataclass(frozen=True, slots=True)
class ScaleLine:
    """First and last of one scale as the strip shows it."""

    title: str
    course: Course
    first: int | None
    last: int | None
    last_on: date | None
    severity: int
    band: str
    whys: Judged
    awaits: bool
    """Whether the numbers of the scale await clinical sign-off."""


@dataclass(frozen=True, slots=True)
class PatientPage:
    """What the template lays out."""

    snapshot: "Snapshot"
    standing: Standing
    status: str
    week: int | None
    scales: tuple[ScaleLine, ...]
    trends: tuple[Trend, ...]
    attributions: tuple[str, ...]
    """What each improvement of the primary scale followed."""
    safety: str
    safety_open: bool
    last_contact: Contact | None
    minutes: Minutes
    due_on: date | None
    moves: tuple[Move, ...]
    medications: tuple[tuple[str, date | None], ...]
    therapies: tuple[Delivered, ...]
    combined: str
    """How medication and therapy are combined; empty where nobody said."""
    pathways: tuple[str, ...]
    part_2: bool
    """Some record falls under 42 CFR Part 2."""
    plans: tuple[tuple[str, date], ...]
    """The plans made with the patient, and the day of the version that holds."""
    advice: tuple[tuple[Tracked, str], ...]
    """What is still to be moved on, of whichever review, and what became of the drug that it names."""
    timeline: tuple[Moment, ...]
    why: dict[str, Explanation]
    """Of each finding, by its code."""
    place: AgendaScore
    why_place: Explanation

    @property
    def facts(self) -> EpisodeFacts:
        return self.snapshot.facts


def patient_page(chart: "Chart", today: date) -> PatientPage | None:
    """The page of the shown episode; nothing where the patient has none."""
    if chart.snapshot is None or chart.notes is None:
        return None
    facts, protocol = chart.snapshot.facts.as_of(today), chart.snapshot.protocol(today)
    seen = standing(facts, protocol, today)
    treatment = [contact for contact in facts.contacts if contact.is_treatment]
    names = shown_scales(facts)
    trends = (trend_of(facts, protocol, today, name) for name in names)
    sentence, is_open = safety_sentence(seen)
    place = rank_in(seen.picture, seen.findings, today)
    return PatientPage(
        snapshot=chart.snapshot,
        standing=seen,
        status=STATUSES[facts.status],
        week=facts.week(today),
        scales=tuple(scale_line(seen.picture, name) for name in names),
        trends=tuple(trend for trend in trends if trend),
        attributions=tuple(one.sentence for one in attributions(facts, today, protocol)),
        safety=sentence,
        safety_open=is_open,
        last_contact=treatment[-1] if treatment else None,
        minutes=minutes_this_month(facts, today),
        due_on=due_on(seen),
        moves=legal_moves(facts.status),
        medications=tuple((one.short, one.since) for one in running(facts.medications, today)),
        therapies=therapies_of(facts),
        combined=combined_words(facts, today),
        pathways=tuple(_chips(facts)),
        part_2=is_part_2(facts.care),
        plans=tuple({KINDS[plan.kind]: plan.on for plan in facts.care.plans if plan.kind in KINDS}.items()),
        advice=tuple(_open_advice(seen.picture)),
        timeline=tuple(moment for moment in timeline(facts, chart.notes) if moment.on <= today),
        why={finding.code: explain(finding, seen.picture) for finding in seen.findings},
        place=place,
        why_place=explain_place(place, seen.picture),
    )


def scale_line(picture: Picture, name: str) -> ScaleLine:
    """Baseline (else the first score) and the latest score of a scale."""
    facts = picture.facts
    seen = course_of(facts, picture.protocol, picture.today, name)
    scored = [score for score in facts.series(name) if score.total is not None]
    first = seen.baseline or (scored[0] if scored else None)
    last = scored[-1] if scored else None
    found = level(name, last.total or 0, picture.protocol) if last else None
    return ScaleLine(
        series_title(name, scored), seen, first.total if first else None, last.total if last else None,
        last.taken_on if last else None, found.severity if found else 0, found.name if found else "",
        explain_course(seen, picture), scale_awaits_sign_off(name),
    )  # fmt: skip


def _open_advice(picture: Picture) -> Iterator[tuple[Tracked, str]]:
    facts = picture.facts
    medications = (*facts.medications, *facts.beside)
    for one in picture.advice:
        if one.standing.stage != DONE:
            yield one, meanwhile(one.advice.text, one.signed_on, medications, picture.today)


def _chips(facts: EpisodeFacts) -> Iterator[str]:
    """The pathways that go on, each in a word or two."""
    for path in open_pathways(facts.care):
        known = PATHWAYS.get(path.kind)
        yield known.chip if known else path.kind.replace("_", " ")


def timeline(facts: EpisodeFacts, notes: "Notes") -> tuple[Moment, ...]:
    """Everything that happened, the latest first."""
    moments = [
        *_contact_moments(facts, notes), *_review_moments(notes), *_decision_moments(notes), *_dose_moments(facts),
        *_status_moments(facts), *_score_moments(facts), *_risk_moments(facts, notes), *_therapy_moments(facts),
        *_pathway_moments(facts), *_result_moments(facts), *_stay_moments(facts),
        *(Moment(plan.made_on, f"Safety plan made{_by(plan.name)}", picture="safety") for plan in notes.plans),
        *_plan_moments(facts),
    ]  # fmt: skip
    return tuple(sorted(moments, key=lambda moment: moment.on, reverse=True))


def _plan_moments(facts: EpisodeFacts) -> Iterator[Moment]:
    """The first version of a plan was made, the others changed it."""
    seen: set[str] = set()
    for plan in facts.care.plans:
        if plan.kind in KINDS:
            done = "changed" if plan.kind in seen else "made"
            seen.add(plan.kind)
            yield Moment(plan.on, f"{KINDS[plan.kind]} {done}", picture="check")


def _contact_moments(facts: EpisodeFacts, notes: "Notes") -> Iterator[Moment]:
    """A contact in which a session of therapy was held is that session: it stands there once."""
    words, held = {row.id: row for row in notes.contacts}, _sessions_by_contact(facts)
    for contact in facts.contacts:
        row = words[contact.id]
        parts = [MODALITIES.get(contact.modality or "", ""), f"{contact.minutes} min" if contact.minutes else "",
                 "with caregiver" if row.with_caregiver else "", row.name or ""]  # fmt: skip
        session = held.get(contact.id)
        what = f"Session of {listed(session)} held" if session else CONTACT_KINDS[contact.kind]
        title = what + ": " + ", ".join(part for part in parts if part)
        done = ", ".join(INTERVENTIONS[code].label for code in contact.interventions if code in INTERVENTIONS)
        text = "\n".join(part for part in (done, row.note) if part)
        yield Moment(contact.on, title, text, "phone", ("contact", row.id))


def _sessions_by_contact(facts: EpisodeFacts) -> dict[FactId, list[str]]:
    """The therapies of which a contact was a session, in words."""
    courses = {course.id: course for course in facts.care.courses}
    sessions = {session.id: session for session in facts.care.sessions}
    found: dict[FactId, list[str]] = {}
    for session_id, contact_id in session_contacts(facts).items():
        modality = courses[sessions[session_id].course_id].modality
        found.setdefault(contact_id, []).append(modality_words(modality))
    return found


def _review_moments(notes: "Notes") -> Iterator[Moment]:
    for row in notes.reviews:
        if row.signed_at:
            kind = "Amendment to a review" if row.amends_id else "Consultant's review"
            yield Moment(row.on, f"{kind}{_by(row.name)}", row.impression, "consult", ("review", row.id))


def _decision_moments(notes: "Notes") -> Iterator[Moment]:
    for row in notes.decisions:
        who = f" ({row.decided_by})" if row.decided_by else ""
        what = f"recommendation {row.number} of {spell(row.signed_on)}"
        yield Moment(row.on, f"{STEPS[row.kind].label}{who}: {what}", row.reason, "check")


def _dose_moments(facts: EpisodeFacts) -> Iterator[Moment]:
    for medication in facts.medications:
        for event in medication.events:
            text = "; ".join(part for part in (event.text, event.reason.replace("_", " ")) if part)
            yield Moment(event.on, begun(dose_text(medication, event)), text, "pill")


def _therapy_moments(facts: EpisodeFacts) -> Iterator[Moment]:
    courses = {course.id: course for course in facts.care.courses}
    for course in courses.values():
        words = modality_words(course.modality)
        yield Moment(course.on, f"Course begun: {words}", "", "check")
        if course.until is not None:
            reason = END_REASONS.get(course.end_reason, course.end_reason)
            yield Moment(course.until, f"Course ended: {words}", reason, "close")
    told = session_contacts(facts)
    for one in facts.care.sessions:
        if one.course_id in courses and one.id not in told:
            words = modality_words(courses[one.course_id].modality)
            yield Moment(one.on, f"Session of {words}: {'held' if one.attended else 'missed'}")
    for model in facts.care.combinations:
        yield Moment(model.on, f"Combined care: {model_words(model)}")
    for exchange in facts.care.exchanges:
        yield Moment(exchange.on, "Prescriber and therapist exchanged", "", "consult")


def _pathway_moments(facts: EpisodeFacts) -> Iterator[Moment]:
    for path in facts.care.pathways:
        known = PATHWAYS.get(path.kind)
        label = known.label if known else path.kind
        yield Moment(path.on, f"Pathway begun: {label}", "", "flag")
        if path.until is not None:
            yield Moment(path.until, f"Pathway ended: {label}", "", "flag")
    for event in facts.care.pathway_events:
        yield Moment(event.on, event_words(event.kind, event.value), "", "flag")


def _result_moments(facts: EpisodeFacts) -> Iterator[Moment]:
    """What was measured on a day, in one line."""
    days: dict[date, list[str]] = {}
    for row in facts.care.results:
        value = value_told(row)
        label = READINGS[row.code].label if row.code in READINGS else row.code
        days.setdefault(row.on, []).append(f"{label} {value}{unjudged_words(row)}")
    for on, told in days.items():
        yield Moment(on, "Results", "; ".join(told), "check")


def _stay_moments(facts: EpisodeFacts) -> Iterator[Moment]:
    for row in facts.care.health:
        if row.kind == DISCHARGE:
            yield Moment(row.on, f"Discharged: {stay_words(row.code, row.value)}", "", "flag")


def _status_moments(facts: EpisodeFacts) -> Iterator[Moment]:
    for change in facts.status_changes:
        yield Moment(
            change.on,
            f"Episode: {STATUSES[change.status].lower()}",
            change.reason.replace("_", " "),
            "flag",
        )


def _score_moments(facts: EpisodeFacts) -> Iterator[Moment]:
    for score in facts.scores:
        yield Moment(score.taken_on, score_words(score), "", "", ("measure", score.id))  # type: ignore[arg-type]


def score_words(score: Score) -> str:
    """'PHQ-9 12, moderate; item 9: 1; pro-rated from 8 items'."""
    instrument = INSTRUMENTS.get(score.instrument)
    title = instrument.title if instrument else score.instrument
    found = band(instrument, score.total) if instrument and score.total is not None else None
    parts = [f"{title} {score.total}" + (f", {found.name}" if found else "")]
    if score.total is None:
        parts = [f"{title}: not scored, {score.answered or 0} items answered"]
    if instrument and instrument.safety_item:
        parts.append(f"item {instrument.safety_item}: {safety_answer(score)}")
    parts += [extra.told(1) for extra in alarms(score.extras)]
    if score.prorated:
        parts.append(f"pro-rated from {score.answered} items")
    return "; ".join(parts)


def _risk_moments(facts: EpisodeFacts, notes: "Notes") -> Iterator[Moment]:
    words = {row.id: row for row in notes.assessments}
    for assessment in facts.risk_assessments:
        row = words[assessment.id]
        means = f"Access to means: {row.means}" if row.means else ""
        cleared = f"Flag lifted: {row.cleared_reason}" if row.cleared_reason else ""
        text = "\n".join(part for part in (row.actions, means, cleared) if part)
        yield Moment(
            assessment.on, f"Risk assessment: C-SSRS {level_words(assessment)}{_by(row.name)}", text, "safety"
        )


def _by(name: str | None) -> str:
    return f", {name}" if name else ""
