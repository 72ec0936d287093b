"""What a filled form says: positive, negative or not known, with the rule in words.

Most instruments compare the total with a cut. The others name their rule in the data file: MDQ's three parts, the
shaded answers of the ASRS, the clusters of the PCL-5, the subscales of the PSC-17, the counts of the Vanderbilt,
Columbia's triage of the C-SSRS. "Not known" is None, never a no.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from registry.clinical.instruments.cssrs import QUESTIONS, triage_of
from registry.clinical.instruments.kinds import Cut, Instrument

Answers = Sequence[int | None]


class Verdict(NamedTuple):
    """Whether the screen is positive, and why in words; the level where a rule gives one in place of a band."""

    positive: bool | None
    text: str
    level: str = ""


@dataclass(frozen=True, slots=True)
class SubscaleScore:
    """One subscale of a filled form; the score is None where one of its items is blank."""

    name: str
    title: str
    score: int | None
    at_least: int | None
    positive: bool | None


def subscale_scores(instrument: Instrument, items: Answers) -> tuple[SubscaleScore, ...]:
    """The points, or the counted answers, of each subscale."""
    found = []
    for one in instrument.subscales:
        answers = [items[number - 1] for number in one.items]
        known = [answer for answer in answers if answer is not None]
        so_far, whole = _added(one.counts_from, known), len(known) == len(answers)
        reached = _reached(one.at_least, so_far, whole)
        found.append(SubscaleScore(one.name, one.title, so_far if whole else None, one.at_least, reached))
    return tuple(found)


def _added(counts_from: int | None, known: list[int]) -> int:
    return sum(known) if counts_from is None else sum(answer >= counts_from for answer in known)


def _reached(cut: int | None, so_far: int, whole: bool) -> bool | None:
    """A cut that the known answers reach is reached, whatever the blanks hide."""
    if cut is None:
        return None
    return so_far >= cut if whole or so_far >= cut else None


def by_total(instrument: Instrument, total: int | None, sex: str | None = None) -> bool | None:
    """Whether the total is positive; None where it, or the sex that decides it, is not known, or no cut exists."""
    if total is None:
        return None
    verdicts = {total >= cut.at_least for cut in _cuts(instrument, sex)}
    return verdicts.pop() if len(verdicts) == 1 else None


def _cuts(instrument: Instrument, sex: str | None) -> list[Cut]:
    """The cuts that hold for this sex; all of them where it is not known."""
    whom = {"male": "men", "female": "women"}.get(sex or "")
    return [cut for cut in instrument.cuts if whom is None or cut.whom in ("everyone", whom)]


def verdict(instrument: Instrument, total: int | None, items: Answers | None, sex: str | None) -> Verdict:
    """The verdict by the instrument's own rule, else by its cut."""
    rule = RULES.get(instrument.rule)
    told = rule(instrument, total, items) if rule else None
    return told or _by_cut(instrument, total, sex)


def _by_cut(instrument: Instrument, total: int | None, sex: str | None) -> Verdict:
    reached = by_total(instrument, total, sex)
    cuts = " or ".join(
        f"{cut.at_least}{'' if cut.whom == 'everyone' else f' ({cut.whom})'}"
        for cut in _cuts(instrument, sex)
    )
    if reached is not None:
        return Verdict(reached, f"{'positive' if reached else 'negative'}: the cut is {cuts}")
    if total is None:
        return Verdict(None, "")
    return Verdict(None, f"depends on sex: the cut is {cuts}" if cuts else "no cut: follow the change")


def _mdq(instrument: Instrument, total: int | None, items: Answers | None) -> Verdict | None:
    """Positive by 7 yes, in the same period, with a moderate or serious problem; all three (3.1)."""
    period, problem = (items[13], items[14]) if items else (None, None)
    cut = instrument.positive_cut
    yes = sum(answer == 1 for answer in items[:13]) if items else 0
    many = total >= cut if total is not None else (True if yes >= cut else None)
    parts = (many, None if period is None else period == 1, None if problem is None else problem >= 2)
    if False in parts:
        lacking = ("fewer than 7 yes", "not in the same period", "no more than a minor problem")
        return Verdict(False, f"negative: {lacking[parts.index(False)]}")
    if None in parts:
        missing = ("the thirteen questions", "question 2 (same period)", "question 3 (how much of a problem)")
        names = [name for name, known in zip(missing, parts, strict=True) if known is None]
        return Verdict(None, f"not known: {' and '.join(names)} not answered")
    return Verdict(True, "positive: 7 or more yes, in the same period, with a moderate or serious problem")


def _shaded(instrument: Instrument, total: int | None, items: Answers | None) -> Verdict | None:
    """Positive by 4 shaded answers of 6; a bare total by 14, the other published cut."""
    if items is None or total is None:
        return None
    shaded = sum(one.score or 0 for one in subscale_scores(instrument, items))
    other = total >= instrument.positive_cut
    beside = "" if (shaded >= 4) == other else f"; the total of {total} alone would be {_word(other)}"
    return Verdict(shaded >= 4, f"{_word(shaded >= 4)}: {shaded} shaded answers, 4 are positive{beside}")


def _clusters(instrument: Instrument, total: int | None, items: Answers | None) -> Verdict | None:
    """By the total; the cluster rule (1 B, 1 C, 2 D, 2 E) is told beside it, because its number awaits sign-off."""
    told = _by_cut(instrument, total, None)
    if items is None:
        return told
    reached = [one.positive for one in subscale_scores(instrument, items)]
    met = False if False in reached else None if None in reached else True
    words = {True: "the cluster rule is met", False: "the cluster rule is not met", None: ""}[met]
    return Verdict(told.positive, "; ".join(part for part in (told.text, words) if part))


def _gate(instrument: Instrument, total: int | None, items: Answers | None) -> Verdict | None:
    """Without such an event the rest is not asked, and the screen is negative."""
    if items is not None and items[(instrument.gate_item or 1) - 1] == 0:
        return Verdict(
            False, f"negative: no such event{', though a later answer is yes' if any(items) else ''}"
        )
    return None


def _any_subscale(instrument: Instrument, total: int | None, items: Answers | None) -> Verdict | None:
    """Positive by the total or by one of the subscales."""
    reached = [one for one in subscale_scores(instrument, items) if one.positive] if items else []
    if not reached:
        return None
    names = ", ".join(f"{one.title.lower()} at {one.at_least} or more" for one in reached)
    by = _by_cut(instrument, total, None)
    return Verdict(True, f"{by.text}; {names}" if by.positive else f"positive: {names}")


def _vanderbilt(instrument: Instrument, total: int | None, items: Answers | None) -> Verdict | None:
    """A symptom count is positive together with one performance item at 4 or 5."""
    if items is None:
        return Verdict(None, "symptom counts need the answers") if total is not None else None
    scores = {one.name: one for one in subscale_scores(instrument, items)}
    impaired = scores.pop("performance").positive
    counts = [one for one in scores.values() if one.positive]
    if counts and impaired:
        return Verdict(True, f"positive: {', '.join(one.title.lower() for one in counts)}, with impairment")
    if impaired is None or any(one.positive is None for one in scores.values()):
        return Verdict(None, "not known: answers are missing")
    return Verdict(False, "negative: " + ("no impairment" if counts else "no symptom count is reached"))


def _cssrs(instrument: Instrument, total: int | None, items: Answers | None) -> Verdict | None:
    """Columbia's triage; any yes is positive, also one to a question that is asked after another yes alone."""
    if items is None:
        return None
    names = [name for name, _ in QUESTIONS]
    answers = {name: None if a is None else a == 1 for name, a in zip(names, items, strict=True)}
    found = triage_of(answers)
    missing = f"; not answered: {', '.join(found.unanswered)}" if found.unanswered else ""
    yes = any(answers.values())
    positive = True if yes else None if missing else False
    level = "no risk reported" if found.level == "none" else found.level
    return Verdict(positive, f"{level}{missing}", found.level)


def _word(positive: bool) -> str:
    return "positive" if positive else "negative"


Rule = Callable[[Instrument, int | None, Answers | None], Verdict | None]
RULES: Mapping[str, Rule] = {
    "mdq": _mdq,
    "shaded": _shaded,
    "clusters": _clusters,
    "gate": _gate,
    "any_subscale": _any_subscale,
    "vanderbilt": _vanderbilt,
    "cssrs": _cssrs,
}
