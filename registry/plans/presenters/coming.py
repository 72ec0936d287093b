"""What is next for a patient, in the words of their own paper: recorded plans and what is due, nothing else."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from registry.clinical.coming import next_checks, next_doses, next_judgement, next_scale
from registry.clinical.instruments import INSTRUMENTS
from registry.clinical.plan_labels import Labels
from registry.clinical.titration import Planned

if TYPE_CHECKING:
    from registry.plans.presenters.papers import Progress

SHOWN = 3
"""Activities of the planner."""


def lines(seen: "Progress", words: Labels) -> Iterator[str]:
    """The next talk, what the patient does, then what the team does."""
    if seen.next_on and seen.next_on >= seen.today:
        yield words.word("next", "contact", day=words.day(seen.next_on))
    else:
        yield words.word("progress", "no_next")
    yield from (words.word("next", "step", step=goal["step"]) for goal in seen.goals if goal.get("step"))
    for on, title in seen.activities[:SHOWN]:
        yield words.word("next", "activity", day=words.day(on), title=title)
    yield from _questions(seen, words)
    yield from _sessions(seen, words)
    yield from (_dose(one, words) for one in next_doses(seen.facts, seen.protocol, seen.today))
    for check in next_checks(seen.facts, seen.protocol, seen.today):
        late = check.on <= seen.today
        yield words.word("next", "check_due" if late else "check", name=check.drug, day=words.day(check.on))
    judged = next_judgement(seen.facts, seen.today)
    if judged:
        yield words.word("next", "judge", day=words.day(judged))


def _questions(seen: "Progress", words: Labels) -> Iterator[str]:
    on, scale = next_scale(seen.facts, seen.protocol, seen.today), seen.facts.primary_scale
    if on is None:
        return
    last = seen.facts.latest(scale)
    form = last.instrument if last else scale
    name = words.words["progress"].get(form) or INSTRUMENTS[form].title
    late = on <= seen.today
    yield words.word("next", "scale_due" if late else "scale", scale=name, day=words.day(on))


def _sessions(seen: "Progress", words: Labels) -> Iterator[str]:
    """Which session of a course is next, and what the patient wants from the course."""
    for course, held, name in seen.courses(words):
        if course.planned and held < course.planned:
            yield words.word("next", "session", name=name, number=held + 1, planned=course.planned)
        if target := seen.targets.get(course.id):
            yield words.word("next", "target", name=name, target=target)


def _dose(one: Planned, words: Labels) -> str:
    told = {"name": one.drug, "day": words.day(one.on)}
    if one.kind == "reassess":
        return words.word("next", "look", **told)
    if one.dose_mg:
        return words.word("next", "dose", dose=f"{one.dose_mg:g} mg", **told)
    return words.word("next", "stop", **told)
