"""The patient's own paper, in the words of their language: a plan, and the sheet that says how it goes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from registry.charts.bars import Bar
from registry.clinical.care import TherapyCourse
from registry.clinical.contact_due import next_contact_due
from registry.clinical.course import course
from registry.clinical.facts import EpisodeFacts, FactId, Score
from registry.clinical.instruments import INSTRUMENTS
from registry.clinical.plan_labels import Labels, labels
from registry.clinical.plans import KINDS, replaced_on, sections
from registry.clinical.primary import shown_scales
from registry.clinical.progress import direction
from registry.clinical.protocol import Protocol
from registry.clinical.therapy import GOES_ON, Delivered, therapies_of
from registry.clinical.trackers import Tracked
from registry.clinical.treatment import dose_steps, running
from registry.documents.sheets import Block, Picture, Sheet, Team, patient_sheet, replaced
from registry.plans.presenters import coming, followed

if TYPE_CHECKING:
    from registry.plans.queries import Ground

SHOWN = 8
"""Bars of one picture: the first score and the latest ones."""
CHANGES = 5
"""Lines of what changed; one more is told rather than counted."""
RECENT = timedelta(weeks=8)


@dataclass(frozen=True, slots=True)
class Progress:
    """What the sheet is made of: facts up to today, and the plans that stand."""

    facts: EpisodeFacts
    protocol: Protocol
    today: date
    goals: Sequence[Mapping[str, Any]] = ()
    next_on: date | None = None
    trackers: Sequence[Tracked] = ()
    targets: Mapping[FactId, str] = field(default_factory=dict)
    """Of the courses of therapy that go on."""
    activities: Sequence[tuple[date, str]] = ()
    """What the patient planned to do from today on."""

    def courses(self, words: Labels) -> Iterator[tuple[TherapyCourse, int, str]]:
        """The courses that go on, with the sessions held and the patient's word for the therapy."""
        for one in therapies_of(self.facts):
            if one.course and one.goes_on:
                yield one.course, one.sessions, therapy_name(one, words)


def progress(ground: "Ground", plan: Mapping[str, Any], today: date) -> Progress:
    """The facts of the sheet: the planned day of the next contact, else the day on which one is due."""
    facts, protocol = ground.facts.as_of(today), ground.protocol(today)
    planned = ground.subject.next_due_on if ground.subject else None
    due = planned or next_contact_due(facts, protocol, today)
    return Progress(
        facts, protocol, today, plan.get("goals", ()), due, ground.trackers, ground.targets, ground.activities
    )


def plan_sheet(name: str, plans: Sequence[Any], language: str, team: Team) -> Sheet:
    """The last of some plans under the headings of a language, marked where the others replaced it; the newest is first."""
    words, plan = labels(language), plans[-1]
    blocks = tuple(Block(one.heading, one.lines) for one in sections(plan.kind, plan.content, language))
    mark = replaced(words, replaced_on([(one.made_on, one.content) for one in plans[-2::-1]], plan.content))
    return patient_sheet(name, plan.kind, plan.made_on, blocks, words, team, replaced=mark)


def progress_sheet(name: str, seen: Progress, language: str, team: Team) -> Sheet:
    """My scores, what I am working on, what changed, what is next, whom to call; nothing that staff keep to themselves."""
    words = labels(language)
    blocks = (
        _block(words, "working", _working(seen, words), "no_goals"),
        *followed.block(seen.trackers, words),
        _block(words, "changed", _changed(seen, words), "nothing_changed"),
        _block(words, "next", coming.lines(seen, words), "no_next"),
    )
    return patient_sheet(
        name, "progress", seen.today, blocks, words, team,
        scores_heading=words.word("progress", "scores"), pictures=tuple(_pictures(seen, words)),
        call=Block(words.word("progress", "call"), tuple(_who(words, team))),
    )  # fmt: skip


def _block(words: Labels, heading: str, lines: Iterator[str], without: str) -> Block:
    return Block(words.word("progress", heading), tuple(lines) or (words.word("progress", without),))


def _pictures(seen: Progress, words: Labels) -> Iterator[Picture]:
    """The scales that were ever scored; without any, one sentence that says so."""
    scales = [name for name in shown_scales(seen.facts) if _scored(seen.facts, name)]
    yield from (_picture(name, seen, words) for name in scales)
    if not scales:
        yield Picture((words.word("progress", "none"),), "", 1)


def _scored(facts: EpisodeFacts, name: str) -> list[Score]:
    return [score for score in facts.series(name) if score.total is not None]


def _picture(name: str, seen: Progress, words: Labels) -> Picture:
    scored = _scored(seen.facts, name)
    scale = words.word("progress", scored[-1].instrument)
    first = course(seen.facts, seen.protocol, seen.today, name).baseline or scored[0]
    kept = [score for score in scored if score.taken_on >= first.taken_on] or scored
    shown = [kept[0], *kept[1:][-(SHOWN - 1) :]]
    thresholds, last = seen.protocol.scale(name), kept[-1].total or 0
    target, whole = thresholds.target, thresholds.remission_below
    goal = whole if last < target else target
    aim = words.word("progress", _aim(last, target, whole), target=target, whole=whole)
    return Picture(
        sentences=(_moved(name, first, kept, seen, words), words.word("progress", "lower"), aim),
        title=words.word("progress", "picture", scale=scale) + ": "
        + ", ".join(f"{words.day(s.taken_on)}: {s.total}" for s in shown) + ".",
        maximum=INSTRUMENTS[name].highest,
        goal=goal,
        bars=tuple(Bar(words.day(score.taken_on, "short"), score.total or 0) for score in shown),
    )  # fmt: skip


def _aim(last: int, target: int, whole: int) -> str:
    """What is aimed for: first the target of the clinic, which the other papers show too, then to have no symptoms."""
    if last < whole:
        return "goal_kept"
    if last < target:
        return "goal_next"
    return "goal_line" if target == whole else "goal_first"


def _moved(name: str, first: Score, kept: list[Score], seen: Progress, words: Labels) -> str:
    last, best = kept[-1], min(score.total or 0 for score in kept)
    told = {
        "scale": words.word("progress", last.instrument),
        "last": last.total,
        "last_on": words.day(last.taken_on),
    }
    if first is last or first.total is None or last.total is None:
        return words.word("progress", "first_only", **told)
    word = direction(first.total, last.total, seen.protocol.scale(name), seen.protocol, best)
    return words.word("progress", word, first=first.total, first_on=words.day(first.taken_on), **told)


def _working(seen: Progress, words: Labels) -> Iterator[str]:
    """The goals in the patient's words, the therapies of the last weeks, and the medicines that are taken or held."""
    yield from (goal["words"] for goal in seen.goals if goal.get("words"))
    for one in therapies_of(seen.facts):
        if _goes_on(one, seen.today):
            yield words.word("progress", "therapy", name=therapy_name(one, words))
    for drug in running(seen.facts.medications, seen.today):
        if drug.is_held:
            yield words.word("progress", "medicine_held", name=drug.medication.name)
        else:
            yield words.word("progress", "medicine", name=drug.short)


def _goes_on(one: Delivered, today: date) -> bool:
    """A course that has not ended, or a therapy that contacts gave in the last weeks."""
    if one.course:
        return one.goes_on
    return one.last_on is not None and one.last_on > today - GOES_ON


def therapy_name(one: Delivered, words: Labels) -> str:
    """A therapy as the patient calls it; without a word of theirs by its label."""
    named: str = words.words["therapy"].get(one.code, one.label)
    return named


def _changed(seen: Progress, words: Labels) -> Iterator[str]:
    """What began, changed or ended in the last weeks, the latest first; of many, how many more there are."""
    found = [*_doses(seen, words), *_plans(seen, words), *_courses(seen, words)]
    recent = [(on, line) for on, line in found if on > seen.today - RECENT]
    lines = [line for _, line in sorted(recent, reverse=True)]
    shown = len(lines) if len(lines) <= CHANGES + 1 else CHANGES
    yield from lines[:shown]
    if lines[shown:]:
        yield words.word("progress", "changed_before", number=len(lines) - shown)


def _doses(seen: Progress, words: Labels) -> Iterator[tuple[date, str]]:
    for drug in seen.facts.medications:
        for event in dose_steps(drug):
            yield event.on, words.word("progress", event.kind, day=words.day(event.on), name=drug.name)


def _plans(seen: Progress, words: Labels) -> Iterator[tuple[date, str]]:
    """The plans that the patient made; the safety plan has its own paper, for fewer eyes."""
    made = {one.kind: one.on for one in seen.facts.care.plans if one.kind in KINDS}
    for kind, on in made.items():
        yield on, words.word("progress", "plan", day=words.day(on), title=words.word("title_words", kind))


def _courses(seen: Progress, words: Labels) -> Iterator[tuple[date, str]]:
    """Therapies that began, and courses that ended."""
    for one in therapies_of(seen.facts):
        name, ended = therapy_name(one, words), one.course.until if one.course else None
        yield one.first_on, words.word("progress", "therapy_began", day=words.day(one.first_on), name=name)
        if ended:
            yield ended, words.word("progress", "therapy_ended", day=words.day(ended), name=name)


def _who(words: Labels, team: Team) -> Iterator[str]:
    if team.care_manager:
        phone = f", {team.phone}" if team.phone else ""
        yield words.word("progress", "care_manager", name=team.care_manager + phone)
    if team.pcp:
        yield words.word("progress", "pcp", name=team.pcp)
    yield words.word("progress", "clinic", name=team.clinic)
