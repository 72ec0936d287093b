"""A completed screening form answers its diagnostic check as if somebody had asked; worked out each time, never stored.

Negative answers count like positive ones, and the latest answer holds, whoever or whatever gave it. Of one day a
positive form counts after what a person answered, and that after a negative form: the careful reading.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from registry.clinical.facts import Check, EpisodeFacts, Score
from registry.clinical.instruments import INSTRUMENTS, positive, whole
from registry.clinical.pathways import ALCOHOL, BIPOLAR, OPIOID, PATHWAYS, on_pathway

FORMS: Mapping[str, Mapping[str, str]] = {
    "bipolar": {"mdq": "mania"},
    "trauma": {"pc_ptsd_5": "trauma", "pcl5": "trauma"},
    "alcohol_drugs": {"audit_c": "alcohol", "audit": "alcohol", "dast10": "drugs"},
}
"""By check the forms that answer it, each with the part of the check that it asks for."""
PATHWAY_OF: Mapping[str, tuple[str, ...]] = {"alcohol_drugs": (OPIOID, ALCOHOL), "bipolar": (BIPOLAR,)}
"""By check the pathways that nobody is on without it."""
SCREENS = frozenset(name for forms in FORMS.values() for name in forms)
BY_ANSWERS = frozenset(name for name in SCREENS if INSTRUMENTS[name].with_total)
"""Screens whose total alone decides nothing: their answers, or the parts beside a total, have to be known."""


class Answer(NamedTuple):
    """The answer to a check that holds; without a score a person gave it."""

    on: date
    positive: bool
    score: Score | None = None
    unasked: tuple[str, ...] = ()  # parts of the check that nothing has answered
    pathway: str = ""  # the open pathway that says so, where no form and no person said yes

    @property
    def words(self) -> str:
        """'MDQ 9', and what that form does not ask for; empty where a person answered."""
        if self.score is None:
            return f"on the pathway {self.pathway}" if self.pathway else ""
        rest = f"; {' and '.join(self.unasked)} not asked" if self.unasked else ""
        return f"{INSTRUMENTS[self.score.instrument].title} {self.score.total}{rest}"


def answer(facts: EpisodeFacts, topic: str) -> Answer | None:
    """The answer to a check that holds, by a person or a form; None is "not known", never a no."""
    scores = [s for name in FORMS.get(topic, ()) for s in facts.series(name)]
    scores += [s for s in facts.earlier_screens if s.instrument in FORMS.get(topic, ())]
    return latest(topic, facts.checks, scores, facts.sex)


def known(facts: EpisodeFacts, topic: str) -> Answer | None:
    """What a reader is told of a check: the answer that holds, and where that is no yes, an open pathway that is one.

    The rules ask for the answer itself: an AUDIT-C says nothing of opioids, and a pathway is no screen.
    """
    held, path = answer(facts, topic), on_pathway(facts.care, *PATHWAY_OF.get(topic, ()))
    if path is None or (held is not None and held.positive):
        return held
    return Answer(path.on, True, pathway=PATHWAYS[path.kind].label)


def bipolar_screen(facts: EpisodeFacts) -> str | None:
    """'positive' or 'negative'; None where nobody asked and no MDQ was completed."""
    told = answer(facts, "bipolar")
    return None if told is None else "positive" if told.positive else "negative"


def latest(topic: str, asked: Iterable[Check], scores: Iterable[Score], sex: str | None) -> Answer | None:
    """The latest answer to each part of a check, and of the parts a yes before a no."""
    parts = dict.fromkeys(FORMS.get(topic, {"": topic}).values())
    held: dict[str, Answer] = {}
    for part, told in _in_order(topic, asked, scores, sex):
        held |= {part: told} if part else dict.fromkeys(parts, told)
    if not held:
        return None
    last = max(held.values(), key=lambda told: (told.positive, told.on))
    return last._replace(unasked=tuple(part for part in parts if part not in held))


def _in_order(
    topic: str, asked: Iterable[Check], scores: Iterable[Score], sex: str | None
) -> list[tuple[str, Answer]]:
    """What answered a check, oldest first: the part (none: the whole check) and the answer."""
    forms = FORMS.get(topic, {})
    told = [(s, result(s, sex)) for s in scores if s.instrument in forms]
    found = [("", Answer(check.on, check.positive)) for check in asked if check.topic == topic]
    found += [(forms[s.instrument], Answer(s.taken_on, yes, s)) for s, yes in told if yes is not None]
    return sorted(found, key=lambda pair: (pair[1].on, _rank(pair[1])))


def _rank(told: Answer) -> int:
    """Of one day: a negative form, then a person, then a positive form."""
    return 0 if told.score is None else 1 if told.positive else -1


def result(score: Score, sex: str | None) -> bool | None:
    """Whether a screen is positive; None where it is incomplete, or only its total is known and that does not decide."""
    kind = INSTRUMENTS[score.instrument]
    if score.total is None:
        return None
    if not kind.with_total:
        return positive(kind, score.total, sex)
    answers = whole(kind, score.items or ())
    told = len(answers) == kind.item_count
    if not told or (score.answered is None and _lacks(kind.with_total, answers)):
        return None
    return positive(kind, score.total, sex, answers)


def _lacks(parts: tuple[int, ...], answers: Sequence[int | None]) -> bool:
    """Beside a bare total the parts that decide have to be known, whatever the total."""
    return any(answers[number - 1] is None for number in parts)
