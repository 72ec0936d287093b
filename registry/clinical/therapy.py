"""Courses of therapy: the words of it, how much of it was attended and practised, and whether it is on track."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from registry.clinical.care import Care, TherapyCourse, TherapySession
from registry.clinical.dates import counted, spell
from registry.clinical.facts import EpisodeFacts, FactId, Score
from registry.clinical.interventions import INTERVENTIONS, THERAPIES
from registry.clinical.protocol import Protocol


class Modality(NamedTuple):
    """A kind of therapy: its label, the words inside a sentence, and the intervention of a contact that is the same."""

    label: str
    words: str
    intervention: str = ""


MODALITIES: dict[str, Modality] = {
    "ba": Modality("Behavioral activation", "behavioral activation", "behavioural_activation"),
    "pst": Modality("Problem-solving treatment", "problem-solving treatment", "problem_solving"),
    "cbt": Modality("Cognitive behavioral therapy", "cognitive behavioral therapy", "cbt"),
    "cbt_i": Modality("CBT for insomnia (CBT-I)", "CBT for insomnia"),
    "dbt_skills": Modality("DBT skills", "DBT skills"),
    "ipt": Modality("Interpersonal therapy or counseling", "interpersonal therapy", "interpersonal"),
    "mi": Modality("Motivational interviewing", "motivational interviewing", "motivational_interviewing"),
    "act": Modality("Acceptance and commitment therapy", "acceptance and commitment therapy"),
    "trauma": Modality("Trauma-focused therapy", "trauma-focused therapy"),
    "exposure": Modality("Exposure therapy", "exposure therapy"),
    "family": Modality("Family therapy", "family therapy"),
}

HOMEWORK = {"done": "Done", "partly": "Partly done", "not_done": "Not done", "none_set": "None was set"}

END_REASONS = {
    "completed": "Completed as planned",
    "goals_met": "Goals met before the planned end",
    "no_response": "Did not help",
    "patient_choice": "The patient's choice",
    "dropped_out": "Did not come back",
    "access": "Cost, coverage, transport or waiting time",
    "therapist_left": "Therapist no longer available",
    "switched": "Switched to another therapy",
    "stepped_up": "Stepped up to specialty care",
    "other": "Other",
}

#: What is practised, by modality; the form offers those of the course first.
SKILLS: dict[str, tuple[str, str]] = {
    "activity_scheduling": ("Activity scheduling", "ba cbt"),
    "values_work": ("Values and goals", "ba act"),
    "problem_steps": ("Problem-solving steps", "pst"),
    "thought_record": ("Thought record", "cbt"),
    "behavioural_experiment": ("Behavioral experiment", "cbt"),
    "exposure_ladder": ("Exposure ladder", "exposure cbt trauma"),
    "sleep_window": ("Sleep window (sleep restriction)", "cbt_i"),
    "stimulus_control": ("Stimulus control", "cbt_i"),
    "distress_tolerance": ("Distress tolerance", "dbt_skills"),
    "emotion_regulation": ("Emotion regulation", "dbt_skills"),
    "interpersonal_skills": ("Interpersonal effectiveness", "dbt_skills ipt"),
    "mindfulness": ("Mindfulness", "dbt_skills act"),
    "defusion": ("Defusion and acceptance", "act"),
    "role_work": ("Role transitions, disputes and grief", "ipt"),
    "change_talk": ("Change talk, decisional balance", "mi"),
    "grounding": ("Grounding", "trauma"),
    "narrative": ("Trauma narrative or cognitive processing", "trauma"),
    "communication": ("Family communication", "family"),
    "relaxation": ("Relaxation and breathing", ""),
    "coping_plan": ("Coping plan for setbacks", ""),
}

#: A first delivery this long before a course was written down is the beginning of that course [I].
SAME_START = timedelta(days=28)

#: A therapy that contacts give outside of every course goes on until it was not given for so long [I].
GOES_ON = timedelta(weeks=8)

ON_TRACK, OFF_TRACK, NOT_MEASURED, TO_COME = "on_track", "off_track", "not_measured", "to_come"


class TrackPoint(NamedTuple):
    """A week at which a course is judged: the score nearest to it, and what that score says."""

    week: int
    on: date
    cut: int
    score: Score | None
    verdict: str

    @property
    def sentence(self) -> str:
        """Week, score and verdict in words."""
        if self.score is not None:
            word = "on track" if self.verdict == ON_TRACK else "not on track"
            told = f"PHQ-9 {self.score.total} on {spell(self.score.taken_on)}"
            return f"Week {self.week}: {told}, {word} (off track from {self.cut})."
        if self.verdict == TO_COME:
            return f"Week {self.week}: due about {spell(self.on)} (off track from {self.cut})."
        return f"Week {self.week}: no PHQ-9 within a week of {spell(self.on)}, so it is not known."


class Progress(NamedTuple):
    """A course in numbers: how many sessions were held and missed, and what became of the homework."""

    held: int
    missed: int
    homework_set: int
    homework_done: int  # wholly or partly
    last_held_on: date | None
    alliance: int | None  # the latest rating
    missed_in_row: int

    @property
    def attendance(self) -> int | None:
        """Percent of the sessions that were held; None before the first."""
        return _percent(self.held, self.held + self.missed)

    @property
    def homework(self) -> int | None:
        """Percent of the homework that was done at least partly; None where none was set."""
        return _percent(self.homework_done, self.homework_set)


def _percent(part: int, whole: int) -> int | None:
    return (200 * part + whole) // (2 * whole) if whole else None


def sessions_of(care: Care, course: TherapyCourse) -> tuple[TherapySession, ...]:
    """The sessions of a course, oldest first."""
    return tuple(s for s in care.sessions if s.course_id == course.id)


def progress(sessions: Iterable[TherapySession]) -> Progress:
    """What the sessions of a course add up to; homework that nobody asked about counts neither way."""
    rows = tuple(sessions)
    held = [s for s in rows if s.attended]
    asked = homework_answers(rows)
    rated = [s.alliance for s in rows if s.alliance is not None]
    return Progress(
        held=len(held),
        missed=len(rows) - len(held),
        homework_set=len(asked),
        homework_done=sum(s.homework != "not_done" for s in asked),
        last_held_on=held[-1].on if held else None,
        alliance=rated[-1] if rated else None,
        missed_in_row=_missed_in_row(rows),
    )


def homework_answers(sessions: Iterable[TherapySession]) -> list[TherapySession]:
    """The sessions at which homework had been set and was asked about."""
    return [s for s in sessions if s.attended and s.homework in ("done", "partly", "not_done")]


def _missed_in_row(rows: tuple[TherapySession, ...]) -> int:
    """Missed sessions since the last one that was held."""
    count = 0
    for session in reversed(rows):
        if session.attended:
            break
        count += 1
    return count


def attendance_words(done: Progress, planned: int | None) -> str:
    """'5 of 8 planned sessions held, 1 missed (83 % attended)'; '14 sessions held, 8 were planned'."""
    held = f"{counted(done.held, 'session')} held"
    if planned and done.held <= planned:
        held = f"{done.held} of {planned} planned sessions held"
    elif planned:
        held += f", {planned} {'was' if planned == 1 else 'were'} planned"
    return held + (f", {done.missed} missed ({done.attendance} % attended)" if done.missed else "")


def open_courses(facts: EpisodeFacts) -> tuple[TherapyCourse, ...]:
    """The courses that go on, oldest first.

    One that was left open in an earlier episode goes on where a session or a contact since then tells so.
    """
    return tuple(c for c in facts.care.courses if c.until is None and _went_on(facts, c))


def _went_on(facts: EpisodeFacts, course: TherapyCourse) -> bool:
    if not facts.is_earlier(course.on):
        return True
    in_contacts = (c.on for c in facts.contacts for i in c.interventions if is_course_of(course, i, c.on))
    days = (*(s.on for s in sessions_of(facts.care, course)), *in_contacts)
    return any(not facts.is_earlier(day) for day in days)


LEFT_OPEN = "left open in an earlier episode: record a session if it goes on, else its end"
"""What is said of a course that no rule judges, because nobody knows whether it goes on."""


def failing_from(protocol: Protocol) -> tuple[tuple[int, int], ...]:
    """The PHQ-9 from which a course of therapy is failing, by its week (S42)."""
    cuts = protocol.therapy_week_4, protocol.therapy_week_9, protocol.therapy_week_14
    return tuple(zip((4, 9, 14), (cut.value for cut in cuts), strict=True))


def track(
    course: TherapyCourse, scores: Iterable[Score], protocol: Protocol, today: date
) -> tuple[TrackPoint, ...]:
    """A course at weeks 4, 9 and 14, each judged by the PHQ-9 nearest to it within the protocol's slack (S42)."""
    slack = protocol.therapy_slack.value
    counted_scores = [s for s in scores if s.total is not None]
    points = (
        _point(course.on, week, cut, counted_scores, slack, today) for week, cut in failing_from(protocol)
    )
    return tuple(p for p in points if course.until is None or p.on - timedelta(days=slack) <= course.until)


def _point(start: date, week: int, cut: int, scores: list[Score], slack: int, today: date) -> TrackPoint:
    on = start + timedelta(weeks=week)
    near = [s for s in scores if abs((s.taken_on - on).days) <= slack]
    if near:
        score = min(near, key=lambda s: (abs((s.taken_on - on).days), -s.taken_on.toordinal()))
        verdict = OFF_TRACK if (score.total or 0) >= cut else ON_TRACK
        return TrackPoint(week, on, cut, score, verdict)
    verdict = TO_COME if today <= on + timedelta(days=slack) else NOT_MEASURED
    return TrackPoint(week, on, cut, None, verdict)


def modality_words(code: str) -> str:
    """The modality inside a sentence; an unknown code reads as it was stored."""
    known = MODALITIES.get(code)
    return known.words if known else code.replace("_", " ")


def is_course_of(course: TherapyCourse, intervention: str, day: date) -> bool:
    """True where what a contact delivered on a day belongs to this course."""
    known = MODALITIES.get(course.modality)
    if known is None or known.intervention != intervention:
        return False
    return course.on - SAME_START <= day and (course.until is None or day <= course.until)


def session_contacts(facts: EpisodeFacts) -> dict[FactId, FactId]:
    """The sessions that were held in a contact: by the contact that delivered that therapy on that day.

    A contact can hold sessions of several courses, of one course only one.
    """
    held: dict[tuple[date, FactId], list[FactId]] = {}
    for contact in facts.contacts:
        for course in facts.care.courses if contact.is_treatment else ():
            if any(is_course_of(course, code, contact.on) for code in contact.interventions):
                held.setdefault((contact.on, course.id), []).append(contact.id)
    found: dict[FactId, FactId] = {}
    for session in facts.care.sessions:
        contacts = held.get((session.on, session.course_id)) if session.attended else None
        if contacts:
            found[session.id] = contacts.pop(0)
    return found


class Delivered(NamedTuple):
    """One therapy as a list of treatments names it: what, how much of it, and when."""

    label: str
    sessions: int
    first_on: date
    last_on: date | None
    words: str
    course: TherapyCourse | None = None
    code: str = ""
    """Of the intervention, or of the modality that has none."""
    days: tuple[date, ...] = ()
    """Of the contacts that delivered it beside every course."""
    goes_on: bool = False
    """Of a course: it was not ended, and goes on in this episode."""

    @property
    def modality(self) -> str:
        """Of the course that could begin from it; empty where no course is of that kind."""
        return next((code for code, kind in MODALITIES.items() if kind.intervention == self.code), "")


def therapies_of(facts: EpisodeFacts) -> tuple[Delivered, ...]:
    """Every therapy on record: courses that go on, courses that ended, then what contacts delivered beside them."""
    courses = sorted(facts.care.courses, key=lambda c: (c.until is not None, -c.on.toordinal()))
    running = {course.id for course in open_courses(facts)}
    return (*(_of_course(facts.care, course, course.id in running) for course in courses), *_beside(facts))


def _of_course(care: Care, course: TherapyCourse, goes_on: bool) -> Delivered:
    done = progress(sessions_of(care, course))
    since = f"{spell(course.on)} to {spell(course.until)}" if course.until else f"since {spell(course.on)}"
    if course.until is None and not goes_on:
        since += f", {LEFT_OPEN}"
    known = MODALITIES.get(course.modality)
    label = known.label if known else modality_words(course.modality)
    words = f"{attendance_words(done, course.planned)}, {since}"
    code = (known and known.intervention) or course.modality
    return Delivered(label, done.held, course.on, done.last_held_on, words, course, code, goes_on=goes_on)


def _beside(facts: EpisodeFacts) -> Iterator[Delivered]:
    """Therapies that contacts delivered outside every course, the most frequent first."""
    days: dict[str, list[date]] = {}
    for contact in facts.contacts:
        for code in contact.interventions:
            if code in THERAPIES and not any(is_course_of(c, code, contact.on) for c in facts.care.courses):
                days.setdefault(code, []).append(contact.on)
    for code, held in sorted(days.items(), key=lambda pair: -len(pair[1])):
        words = f"{counted(len(held), 'session')}, latest {spell(held[-1])}"
        yield Delivered(
            INTERVENTIONS[code].label, len(held), held[0], held[-1], words, code=code, days=tuple(held)
        )


def therapy_labels(facts: EpisodeFacts) -> list[str]:
    """The therapies that run, by their labels alone: what a row of the caseload has room for."""
    courses = [MODALITIES[c.modality].label for c in open_courses(facts) if c.modality in MODALITIES]
    beside = [
        INTERVENTIONS[code].label
        for contact in facts.contacts
        for code in contact.interventions
        if code in THERAPIES
        and not (facts.care.courses and any(is_course_of(c, code, contact.on) for c in facts.care.courses))
    ]
    return list(dict.fromkeys([*courses, *beside]))
