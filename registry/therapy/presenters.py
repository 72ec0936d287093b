"""Courses, activities and combinations in words."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from registry.clinical.care import TherapyCourse as CourseFact
from registry.clinical.combination import (
    MODELS,
    Indication,
    combination_of,
    combined_words,
    indications,
    treatments_now,
)
from registry.clinical.dates import counted, listed, spell
from registry.clinical.facts import EpisodeFacts
from registry.clinical.picture import picture
from registry.clinical.therapy import (
    END_REASONS,
    HOMEWORK,
    LEFT_OPEN,
    MODALITIES,
    SKILLS,
    TrackPoint,
    attendance_words,
    open_courses,
    progress,
    sessions_of,
    therapies_of,
    track,
)

if TYPE_CHECKING:
    from registry.models import Activity, TherapySession
    from registry.therapy.queries import TherapyPage

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session in a row of the table."""

    row: "TherapySession"
    held: str
    skills: str
    homework: str


@dataclass(frozen=True, slots=True)
class CourseView:
    """One course with everything that is known of it."""

    row: Any
    title: str
    therapist: str
    when: str
    attendance: str
    homework: str
    alliance: str
    track: tuple[TrackPoint, ...]
    sessions: tuple[SessionLine, ...]

    @property
    def is_open(self) -> bool:
        return self.row.ended_on is None


@dataclass(frozen=True, slots=True)
class Combined:
    """The model that holds, what runs, and what speaks for combining."""

    words: str
    meaning: str
    since: date | None
    now: str
    reasons: tuple[Indication, ...]
    is_split: bool


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the planner."""

    on: date
    name: str
    activities: tuple["Activity", ...]


@dataclass(frozen=True, slots=True)
class InContacts:
    """A therapy that contacts delivered beside every course: how often, on which days, and the course that could begin."""

    label: str
    words: str
    days: str
    modality: str


def in_contacts(page: "TherapyPage") -> tuple[InContacts, ...]:
    """What the contacts of the episode tell of therapy outside the courses, the most frequent first."""
    if page.snapshot is None:
        return ()
    given = (one for one in therapies_of(page.snapshot.facts) if one.course is None)
    return tuple(
        InContacts(one.label, counted(len(one.days), "contact"), listed(map(spell, one.days)), one.modality)
        for one in given
    )


def course_views(page: "TherapyPage", today: date) -> tuple[CourseView, ...]:
    """Every course, those that go on first."""
    facts = {fact.id: fact for fact in page.care.courses}
    return tuple(
        _course(page, row, name, facts[row.id], today) for row, name in page.courses if row.id in facts
    )


def _course(page: "TherapyPage", row: Any, name: str, fact: CourseFact, today: date) -> CourseView:
    done = progress(sessions_of(page.care, fact))
    phq9 = [score for score in page.scores if score.series == "phq9"]
    return CourseView(
        row=row,
        title=title_of(row.modality),
        therapist=name or f"{row.outside} (outside)",
        when=_when(row, page.snapshot.facts if page.snapshot else None),
        attendance=attendance_words(done, row.planned_sessions),
        homework=f"{done.homework_done} of {done.homework_set} done or partly done ({done.homework} %)"
        if done.homework_set
        else "",
        alliance=f"{done.alliance} of 10" if done.alliance is not None else "",
        track=track(fact, phq9, page.protocol, today),
        sessions=tuple(_session(one) for one in page.sessions if one.therapy_course_id == row.id),
    )


def title_of(modality: str) -> str:
    """The label of a therapy; an unknown code as it was stored."""
    known = MODALITIES.get(modality)
    return known.label if known else modality


def _when(row: Any, facts: EpisodeFacts | None = None) -> str:
    if row.ended_on is None:
        goes_on = facts is None or row.id in {course.id for course in open_courses(facts)}
        return f"since {spell(row.started_on)}{'' if goes_on else f', {LEFT_OPEN}'}"
    reason = END_REASONS.get(row.end_reason, row.end_reason)
    return f"{spell(row.started_on)} to {spell(row.ended_on)}: {reason[:1].lower()}{reason[1:]}"


def _session(row: "TherapySession") -> SessionLine:
    practised = ", ".join(SKILLS[code][0] if code in SKILLS else code for code in row.skills)
    homework = HOMEWORK.get(row.homework, "Not asked" if row.attended else "")
    return SessionLine(row, "Held" if row.attended else "Missed", practised, homework)


def combined(page: "TherapyPage", today: date) -> Combined | None:
    """How treatments are combined; nothing where the patient has no episode."""
    if page.snapshot is None:
        return None
    seen = picture(page.snapshot.facts, page.protocol, today)
    model = combination_of(seen.facts)
    drugs, therapies = treatments_now(seen)
    return Combined(
        words=combined_words(seen.facts, today),
        meaning=MODELS[model.model][1] if model and model.model in MODELS else "",
        since=model.on if model else None,
        now=f"Medication: {listed(drugs) if drugs else 'none recorded'}. "
        f"Therapy: {listed(therapies) if therapies else 'no course goes on' if seen.facts.care.courses else 'no course recorded'}.",
        reasons=indications(seen, page.snapshot.subject.icd10, page.earlier_episodes),
        is_split=model is not None and model.model == "split",
    )


def week(monday: date, activities: list["Activity"]) -> tuple[Day, ...]:
    """The seven days of a planner."""
    days = [monday + timedelta(days=number) for number in range(7)]
    return tuple(
        Day(on, DAYS[on.weekday()], tuple(a for a in activities if a.planned_on == on)) for on in days
    )


def week_words(activities: list["Activity"]) -> str:
    """What the ratings of a week say: how many were done, and what the mood did."""
    if not activities:
        return ""
    done = sum(a.done is True for a in activities)
    asked = sum(a.done is not None for a in activities)
    told = f"{done} of {len(activities)} done"
    told += f", {len(activities) - asked} not asked about yet" if asked < len(activities) else ""
    rated = [
        (a.mood_before, a.mood_after)
        for a in activities
        if a.mood_before is not None and a.mood_after is not None
    ]
    if not rated:
        return f"{told}."
    change = sum(after - before for before, after in rated) / len(rated)
    return (
        f"{told}; mood {'up' if change > 0 else 'down' if change < 0 else 'unchanged'}"
        + (f" by {abs(change):.1f} points" if change else "")
        + f" on average over {len(rated)} rated."
    )


COMPARED = ("modality", "outside", "planned_sessions", "targets", "started_on", "ended_on", "end_reason")


def side_by_side(form: Any, row: Any) -> list[tuple[str, str, str]]:
    """(label, yours, theirs) of what both wrote."""
    fields = [form[name] for name in COMPARED if name in form]
    return [(field.label.text, _text(field.data), _text(getattr(row, field.name))) for field in fields]


def _text(value: Any) -> str:
    return "" if value is None else spell(value) if isinstance(value, date) else str(value)


def entry_words(what: str, row: Any) -> str:
    """An entry in a sentence, for the page that marks it as a mistake."""
    if what == "course":
        return f"{title_of(row.modality)}, {_when(row)}"
    if what == "session":
        return f"Session of {spell(row.on)}: {'held' if row.attended else 'missed'}"
    if what == "activity":
        return f"{row.title}, planned for {spell(row.planned_on)}"
    if what == "combination":
        return f"{MODELS[row.model][0] if row.model in MODELS else row.model} from {spell(row.on)}"
    return f"Exchange of {spell(row.on)}"
