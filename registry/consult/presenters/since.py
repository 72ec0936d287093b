"""What happened since the last review, computed from the facts: one short list, by kind."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from registry.clinical.care import LabResult
from registry.clinical.dates import begun, counted, spell
from registry.clinical.decision_moves import state_of, state_words
from registry.clinical.facts import Contact, EpisodeFacts, Recommendation, Score
from registry.clinical.instruments import INSTRUMENTS
from registry.clinical.interventions import ADHERENCE, NO_ANSWER_NEEDED, RECOMMENDATION_CATEGORIES
from registry.clinical.monitoring import monitoring, result_words
from registry.clinical.primary import shown_scales
from registry.clinical.protocol import Protocol
from registry.clinical.readings import READINGS
from registry.clinical.result_limits import outside
from registry.clinical.therapy import modality_words
from registry.clinical.treatment import treatment_changes


class Part(NamedTuple):
    """What happened of one kind."""

    label: str
    lines: tuple[str, ...]


def since(facts: EpisodeFacts, protocol: Protocol, day: date, today: date) -> tuple[Part, ...]:
    """Contacts, changes of treatment, scores, results and earlier advice from a day on; nothing where nothing is recorded."""
    told = {
        "Changes": tuple(_changes(facts, day)),
        "Scores": tuple(_scores(facts, day)),
        "Results": tuple(_results(facts, protocol, day, today)),
        "Earlier advice": tuple(_earlier_advice(facts, day)),
    }
    contacts = tuple(_contacts([one for one in facts.contacts if one.on >= day]))
    found = [Part(label, lines) for label, lines in told.items() if lines]
    if contacts or found:
        found.insert(0, Part("Contacts", contacts or ("None.",)))
    return tuple(found)


def _contacts(contacts: list[Contact]) -> Iterator[str]:
    treated = [one for one in contacts if one.is_treatment]
    if treated:
        yield f"{counted(len(treated), 'treatment contact')}, the last on {spell(treated[-1].on)}"
    elif contacts:
        yield "No treatment contact"
    for kind, noun in (("outreach_attempt", "outreach attempt"), ("no_show", "no-show")):
        if number := sum(one.kind == kind for one in contacts):
            yield counted(number, noun)
    told = [one for one in contacts if one.adherence in ADHERENCE]
    if told:
        yield f"Adherence: {ADHERENCE[told[-1].adherence]}, {spell(told[-1].on)}"
    elif treated:
        yield "Adherence: not asked"


def _changes(facts: EpisodeFacts, day: date) -> Iterator[str]:
    """Of dose, drug and therapy, oldest first."""
    found = [(c.on, c.text) for c in treatment_changes(facts) if c.kind != "advice"]
    found += [(c.until, f"{modality_words(c.modality)} ended") for c in facts.care.courses if c.until]
    for on, text in sorted(found):
        if on >= day:
            yield f"{begun(text)}, {spell(on)}"


def _scores(facts: EpisodeFacts, day: date) -> Iterator[str]:
    """The last score of each scale against the last one before; the scales of every page first."""
    first = [name for name in shown_scales(facts) if name in facts.by_series]
    for name in dict.fromkeys([*first, *sorted(facts.by_series)]):
        scored = [score for score in facts.series(name) if score.total is not None]
        before = [score for score in scored if score.taken_on < day]
        if scored and scored[-1].taken_on >= day:
            yield _score(scored[-1], before[-1] if before else scored[0])


def _score(last: Score, before: Score) -> str:
    kind = INSTRUMENTS.get(last.series)
    words = f"{kind.title if kind else last.series} {last.total}, {spell(last.taken_on)}"
    if before is last:
        return f"{words}, the first"
    points = (last.total or 0) - (before.total or 0)
    change = f"{counted(abs(points), 'point')} {'higher' if points > 0 else 'lower'} than" if points else "as"
    return f"{words}, {change} {before.total} on {spell(before.taken_on)}"


def _results(facts: EpisodeFacts, protocol: Protocol, day: date, today: date) -> Iterator[str]:
    """Out of range first, with what is wrong; of the others the last of each kind."""
    watches = monitoring(facts, today, protocol.antipsychotics.value)
    told = {watch.last.id: watch.problem.text for watch in watches if watch.last and watch.problem}
    fine: dict[str, LabResult] = {}
    for row in facts.care.results:
        if row.on >= day and row.code in READINGS:
            problem = outside(row)
            words = told.get(row.id) or (problem.text if problem else "")
            if words:
                fine.pop(row.code, None)
                yield f"{_result(row)}: {words}"
            else:
                fine[row.code] = row
    yield from map(_result, fine.values())


def _result(row: LabResult) -> str:
    return f"{READINGS[row.code].label} {result_words(row)}"


def _earlier_advice(facts: EpisodeFacts, day: date) -> Iterator[str]:
    """What became of advice from before the last review."""
    for review in facts.reviews[:-1]:
        for one in review.recommendations:
            if any(step.on >= day for step in one.decisions):
                yield f"{category_words(one.category)} of {spell(review.on)}: {stands(one)}"


def category_words(code: str) -> str:
    return RECOMMENDATION_CATEGORIES.get(code, code)


def stands(advice: Recommendation) -> str:
    """What became of advice, and whether it was done."""
    if not advice.decisions and advice.category in NO_ANSWER_NEEDED:
        return "No answer needed"
    words = state_words(advice.decisions)
    return f"{words}; not done yet" if state_of(advice.decisions) in ("accepted", "modified") else words
