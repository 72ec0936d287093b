"""Why? Every derived value tells its rule, the facts that it used with their days, the numbers and the source."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from registry.clinical.adherence import spoken
from registry.clinical.agenda import HOW, WEIGHTS, AgendaScore, refused
from registry.clinical.course import Course, aged, total
from registry.clinical.dates import counted, spell
from registry.clinical.facts import Contact, EpisodeFacts, FactId, RiskAssessment, Score
from registry.clinical.findings import RULES, Finding
from registry.clinical.instruments import INSTRUMENTS, alarms
from registry.clinical.instruments.cssrs import triage
from registry.clinical.interventions import CONTACT_KINDS, MODALITIES, RECOMMENDATION_CATEGORIES
from registry.clinical.picture import Picture
from registry.clinical.protocol import SCALES, Protocol, scale_awaits_sign_off
from registry.clinical.risk import safety_item
from registry.clinical.rulebook import Number, filled, names_in, table_of_numbers
from registry.clinical.sources import awaits_sign_off, cite
from registry.clinical.status_rules import BASELINE_RULE, STATUS_RULES, UNJUDGED
from registry.clinical.treatment import dose_text

_RULES = {rule.code: rule for rule in RULES}
_STATUSES = {rule.code: rule for rule in STATUS_RULES}


class Used(NamedTuple):
    """One fact that a rule used; without a day where the fact is that nothing is on record."""

    on: date | None
    words: str


class Explanation(NamedTuple):
    """Why something is shown."""

    code: str  # of the rule, and its place in the rulebook
    title: str
    sentence: str
    rule: str  # when it holds, with the numbers written in
    facts: tuple[Used, ...]
    numbers: tuple[Number, ...]
    source: str
    awaiting_sign_off: bool
    protocol: str
    in_force: str

    @property
    def anchor(self) -> str:
        """The place of the rule on the page of all rules."""
        return f"status-{self.code}" if self.code in _STATUSES and self.title.count(":") else self.code


class Judged(NamedTuple):
    """Why a scale has its change, where there is one, and its status."""

    title: str
    course: Course
    change: Explanation | None
    status: Explanation


def explain(finding: Finding, seen: Picture) -> Explanation:
    """Why a finding is there."""
    rule = _RULES[finding.code]
    scales = list(dict.fromkeys((seen.primary.series, "phq9")))
    when, window = filled(rule.when, seen.protocol, scales), filled(rule.window, seen.protocol)
    return Explanation(
        code=rule.code,
        title=rule.name,
        sentence=finding.sentence,
        rule=f"Holds when {when}. Window: {window}.",
        facts=_in_order([*_days(finding.code, seen), *_named(finding.facts, seen)]),
        numbers=_numbers(seen.protocol, rule.when, rule.window, of=scales),
        source=finding.source,
        awaiting_sign_off=finding.awaiting_sign_off,
        protocol=seen.protocol.version,
        in_force=seen.protocol.in_force(seen.today),
    )


def explain_status(course: Course, seen: Picture) -> Explanation:
    """Why a scale has its status."""
    rule = _STATUSES.get(course.status)
    when = rule.when if rule else UNJUDGED[course.status]
    sources = rule.sources if rule else ("S19",)
    order = "The first that holds of: " + ", ".join(r.name.lower() for r in STATUS_RULES) + ". "
    words = filled(when, seen.protocol, [course.series])
    old = _too_old(course, seen)
    named = (when, _STATUSES["T3"].when) if old else (when,)
    return Explanation(
        code=course.status if rule else "statuses",
        title=f"{_title(course)}: {course.word}",
        sentence=course.sentence + old,
        rule=f"{order}{course.word}: {words}." if rule else words,
        facts=_of_course(course, seen),
        numbers=_numbers(seen.protocol, *named, of=[course.series]),
        source=cite(*sources),
        awaiting_sign_off=awaits_sign_off(*sources) or scale_awaits_sign_off(course.series),
        protocol=seen.protocol.version,
        in_force=seen.protocol.in_force(seen.today),
    )


def _too_old(course: Course, seen: Picture) -> str:
    """That the age of the score alone keeps remission away, where it does."""
    days = aged(course, seen.facts, seen.protocol, seen.today)
    if days is None or course.latest is None:
        return ""
    on = "when the episode closed" if seen.facts.closed_on else "now"
    window, line = seen.protocol.remission_window, seen.protocol.scale(course.series).remission_below
    return (
        f" {total(course.latest)} is below {line}, but {counted(days, 'day')} old {on}: "
        f"remission takes a score of at most {window}."
    )


def explain_change(course: Course, seen: Picture) -> Explanation:
    """How the change in percent was worked out."""
    return Explanation(
        code="statuses",
        title=f"{_title(course)}: change since baseline",
        sentence=_sum(course),
        rule=filled(BASELINE_RULE, seen.protocol) + " Whole percent of the baseline, half away from zero.",
        facts=_of_course(course, seen),
        numbers=_numbers(seen.protocol, "{response_percent}{partial_percent}{baseline_window}"),
        source=cite("S19"),
        awaiting_sign_off=False,
        protocol=seen.protocol.version,
        in_force=seen.protocol.in_force(seen.today),
    )


def explain_course(course: Course, seen: Picture) -> Judged:
    """Why a scale reads as it does: its change in percent and its status."""
    change = None if course.percent is None else explain_change(course, seen)
    return Judged(_title(course), course, change, explain_status(course, seen))


def explain_place(place: AgendaScore, seen: Picture) -> Explanation:
    """Why a patient stands where they stand on the agenda and in the list."""
    points = counted(place.points, "point")
    reasons = tuple(
        Used(None, f"{r.points} points, {_weight(r.code)} ({r.code}): {r.sentence}") for r in place.reasons
    )
    days = tuple(_days("agenda", seen))
    return Explanation(
        code="agenda",
        title="Review priority",
        sentence=f"{points}." if place.reasons else "No reason for the agenda: 0 points.",
        rule=HOW,
        facts=(*reasons, *days),
        numbers=(),
        source=cite("I", "S30", "S31", "S19", "S48"),
        awaiting_sign_off=False,
        protocol=seen.protocol.version,
        in_force=seen.protocol.in_force(seen.today),
    )


def explain_refused(seen: Picture) -> Explanation:
    """Why advice that was declined or not done puts a patient on the agenda: no finding tells of it."""
    advice = [one for _, one in refused(seen)]
    reasons = (
        Used(one.decisions[-1].on, f"reason given: {one.decisions[-1].reason.rstrip(' .')}")
        for one in advice
        if one.decisions[-1].reason
    )
    return Explanation(
        code="agenda",
        title="Recommendation declined or not done",
        sentence="",
        rule="Holds when a recommendation of the last review, or of an earlier one with this answer since the last review, "
        "was declined or not implemented, and nobody has said anything else of it since.",
        facts=_in_order([*_named((one.id for one in advice), seen), *reasons]),
        numbers=(),
        source=cite("I"),
        awaiting_sign_off=False,
        protocol=seen.protocol.version,
        in_force=seen.protocol.in_force(seen.today),
    )


def _weight(code: str) -> str:
    return next(w.name.lower() for w in WEIGHTS if w.code == code)


def _title(course: Course) -> str:
    return INSTRUMENTS[course.series].title


def _sum(course: Course) -> str:
    """'(12 − 18) ÷ 18 = −33 %', or why there is none."""
    if course.percent is None or course.baseline is None or course.latest is None:
        return "No change can be worked out: it takes a baseline above 0 and a later score."
    first, last = total(course.baseline), total(course.latest)
    sign = "−" if course.percent < 0 else "+" if course.percent else ""
    return f"({last} − {first}) ÷ {first} = {sign}{abs(course.percent)}%."


def _of_course(course: Course, seen: Picture) -> tuple[Used, ...]:
    """Baseline, best and latest score, each once, and the enrolment."""
    named = (("baseline", course.baseline), ("best", course.best), ("latest", course.latest))
    parts: dict[FactId, tuple[Score, list[str]]] = {}
    for word, score in named:
        if score is not None:
            parts.setdefault(score.id, (score, []))[1].append(word)
    scores = [Used(s.taken_on, f"{_score(s)} ({', '.join(words)})") for s, words in parts.values()]
    return _in_order([*_days("status", seen), *scores])


def _numbers(protocol: Protocol, *texts: str, of: Iterable[str] = SCALES) -> tuple[Number, ...]:
    named = names_in(*texts, of=of)
    return tuple(
        sorted((n for n in table_of_numbers(protocol) if n.name in named), key=lambda n: named.index(n.name))
    )


def _in_order(facts: Iterable[Used]) -> tuple[Used, ...]:
    return tuple(sorted(dict.fromkeys(facts), key=lambda used: (used.on or date.max, used.words)))


#: The days of the episode that a rule counts from, where it is not the enrolment alone.
_COUNTED_FROM: dict[str, tuple[str, ...]] = {
    "E1": ("referred", "consented"),
    "E2": ("referred",),
    "E3": ("referred",),
    "E5": ("consented",),
    "D6": ("closed",),
    "agenda": ("enrolled", "review"),
    **dict.fromkeys(("C1", "C2", "C4", "C5", "C6", "C8", "D4", "D5"), ("enrolled", "seen")),
    **dict.fromkeys(("X1", "X4", "X9"), ("enrolled", "change")),
    **dict.fromkeys(("X3", "X5", "X6", "T6", "E7", "E8"), ("enrolled", "review")),
    **dict.fromkeys(("D1", "D2", "D3"), ("enrolled", "held")),
    **dict.fromkeys(("SF1", "SF2", "SF3", "SF4", "SF5", "SF6", "SF7"), ()),
}


def _days(code: str, seen: Picture) -> Iterator[Used]:
    """The days that the rule counts from; 'none' is a fact too."""
    facts = seen.facts
    review = seen.review.on if seen.review else None
    change = seen.change
    known: dict[str, tuple[date | None, str, str]] = {
        "referred": (facts.referred_on, "referred", ""),
        "consented": (facts.consented_on, "consent recorded", "no consent recorded"),
        "enrolled": (seen.enrolled_on, "enrolled (initial assessment)", ""),
        "closed": (facts.closed_on, "episode closed", ""),
        "seen": (seen.follow_ups[-1].on if seen.follow_ups else None, "last treatment contact",
                 "no treatment contact since enrollment"),
        "review": (review, "last review by the consultant", "never reviewed by the consultant"),
        "change": (change.on if change else None, f"last change of treatment: {change.text}" if change else "",
                   "no change of treatment on record"),
        "held": (seen.held_since, "at target since", "not at target"),
    }  # fmt: skip
    for name in _COUNTED_FROM.get(code, ("enrolled",)):
        on, words, none = known[name]
        if on or none:
            yield Used(on, words if on else none)


def _named(ids: Iterable[FactId], seen: Picture) -> Iterator[Used]:
    """The facts that a finding names, in words."""
    wanted = set(ids)
    yield from (used for key, used in _everything(seen.facts, seen.today) if key in wanted)


def _everything(facts: EpisodeFacts, today: date) -> Iterator[tuple[FactId, Used]]:
    for score in (*facts.scores, *facts.earlier_screens):
        yield score.id, Used(score.taken_on, _score(score))
    for contact in facts.contacts:
        yield contact.id, Used(contact.on, _contact(contact))
    for drug in facts.medications:
        event = drug.event_on(today)
        if event is not None:
            yield drug.id, Used(event.on, dose_text(drug, event))
    for review in facts.reviews:
        yield review.id, Used(review.on, "review by the consultant")
        for advice in review.recommendations:
            last = advice.decisions[-1] if advice.decisions else None
            state = f", {last.kind.replace('_', ' ')} on {spell(last.on)}" if last else ", no answer yet"
            category = RECOMMENDATION_CATEGORIES.get(advice.category, advice.category).lower()
            yield advice.id, Used(review.on, f"recommendation {advice.number} ({category}){state}")
    for assessment in facts.risk_assessments:
        yield assessment.id, Used(assessment.on, _assessment(assessment))
    for plan in facts.safety_plans:
        yield plan.id, Used(plan.fresh_on, "safety plan made or gone through")
    for name, rows in facts.care._asdict().items():
        for row in rows:
            yield row.id, Used(row.on, _care(name, row))


def _score(score: Score) -> str:
    form = INSTRUMENTS.get(score.instrument)
    parts = [
        f"{form.title if form else score.instrument} {'without a total' if score.total is None else score.total}"
    ]
    if score.answered is not None and form and score.answered < form.item_count:
        parts.append(f"{score.answered} of {form.item_count} items answered")
    if score.item9:
        parts.append(f"{safety_item(score)}: {score.item9}")
    parts += [extra.told(1) for extra in alarms(score.extras)]
    return ", ".join(parts)


def _contact(contact: Contact) -> str:
    kind = CONTACT_KINDS.get(contact.kind, contact.kind).lower()
    how = MODALITIES.get(contact.modality or "", "").lower()
    reached = "" if contact.reached else ", not reached"
    told = spoken(contact.adherence)
    return f"{kind}{f', {how}' if how else ''}{reached}{f', {told}' if told else ''}"


def _assessment(assessment: RiskAssessment) -> str:
    cleared = ", flag lifted with a reason" if assessment.cleared_reason else ""
    return f"C-SSRS: {triage(assessment).level}{cleared}"


_CARE = {
    "steps": "planned dose step", "adherence": "adherence", "side_effects": "side effect", "past_trials": "past trial",
    "results": "result", "health": "health fact", "prompt_answers": "prompt acknowledged", "courses": "therapy course",
    "sessions": "therapy session", "combinations": "combined care", "exchanges": "exchange with the other clinician",
    "pathways": "pathway", "pathway_events": "pathway event", "plans": "plan",
}  # fmt: skip


def _care(name: str, row: Any) -> str:
    """'result: lithium', 'side effect: nausea': the kind and the one word that says which."""
    words = ("effect", "name", "code", "modality", "model", "kind")
    which = next((getattr(row, word) for word in words if getattr(row, word, "")), "")
    value = getattr(row, "value", None) or getattr(row, "percent", None)
    told = " ".join(str(part).replace("_", " ") for part in (which, value) if part not in ("", None))
    label = row.kind.replace("_", " ") if name == "health" else _CARE.get(name, name.replace("_", " "))
    return f"{label}{f': {told}' if told else ''}"
