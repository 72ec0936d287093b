"""Measurement: M1 to M3.  Never measured, measured in part and measured long ago are three states."""

from collections.abc import Iterator
from datetime import date

from registry.clinical.dates import counted, listed, spell, working_days_after
from registry.clinical.facts import TREATMENT, Score
from registry.clinical.findings.kinds import Rule, Told, Urgency, rule
from registry.clinical.instruments import INSTRUMENTS
from registry.clinical.integrity import gate_of
from registry.clinical.picture import Picture
from registry.clinical.risk import safety_item, unknown_item

REMOTE = ("phone", "video")


@rule(
    "M1",
    "Scale due",
    stages="active",
    when="the last primary scale is older than {scale_due}; until {scale_early} after enrollment, where the last treatment "
    "contact was by phone or video, older than {scale_due_remote}",
    window="{scale_due}; early on and remotely {scale_due_remote}",
    action="Take the primary scale.",
    who="Care manager",
    urgency=Urgency.ROUTINE,
    sources="M",
    tag="measure",
    label="Scale due",
)
def scale_due(p: Picture) -> Told | None:
    """The primary scale is taken every month; a patient who was never measured is E6."""
    latest = p.primary.latest
    if latest is None or p.days_since(latest.taken_on) <= scale_interval(p):
        return None
    days = counted(p.days_since(latest.taken_on), "day")
    return Told(
        f"Last {INSTRUMENTS[latest.instrument].title} was {latest.total} on {spell(latest.taken_on)}, {days} ago.",
        (latest.id,),
    )


def scale_interval(p: Picture) -> int:
    """Days for which the last primary scale is fresh: fewer early on for a patient who is seen remotely."""
    seen = next((c for c in reversed(p.facts.contacts) if c.kind == TREATMENT), None)
    remote = seen is not None and seen.modality in REMOTE
    is_early = remote and p.days <= p.protocol.scale_early.value
    return (p.protocol.scale_due_remote if is_early else p.protocol.scale_due).value


@rule(
    "M2",
    "Partial or gated score",
    stages="active",
    when="the latest form has unanswered items, is only a positive PHQ-2, or an imported total that is the PHQ-2 of "
    "its day (item 9 unknown, no whole form of that day), or its safety item is not known",
    window="on arrival",
    action="Ask the missing items by phone.",
    who="Care manager",
    urgency=Urgency.THIS_WEEK,
    sources="S20",
    tag="measure",
    label="Incomplete form",
)
def partial_score(p: Picture) -> Told | None:
    """A partial form is completed: today where it was filled in without item 9, else this week."""
    forms = _latest_first(p)
    last = next(forms, None)
    if last is None:
        return None
    whole = last if last.instrument != "phq2" else next((s for s in forms if s.instrument != "phq2"), None)
    gated = _gated(last)
    partial = _partial(p, whole) if whole else None
    if partial is None or gated is None:
        return partial or gated
    return partial._replace(
        sentence=f"{partial.sentence} {gated.sentence}", facts=(*partial.facts, *gated.facts)
    )


def _latest_first(p: Picture) -> Iterator[Score]:
    """The depression forms since enrollment; the scores stand in the order of their days."""
    since = p.enrolled_on or date.max
    for score in reversed(p.facts.scores):
        if score.taken_on < since:
            return
        if _is_depression(score):
            yield score


def _partial(p: Picture, score: Score) -> Told | None:
    """What a form with an item about suicide leaves open; a short form that came after it closes nothing."""
    unknown = unknown_item(score, p.facts.risk_assessments)
    gaps = [*_blanks(score), *_gate_alone(p, score), *filter(None, [unknown])]
    if not gaps:
        return None
    unasked = bool(unknown) and score.by_item
    kind = INSTRUMENTS[score.instrument]
    return Told(
        f"{kind.title} of {spell(score.taken_on)}: {listed(gaps)}.",
        (score.id,),
        urgency=Urgency.SAME_DAY if unasked else None,
        action=f"Ask {safety_item(score)} by phone today." if unasked else None,
        label=f"Item {kind.safety_item} not asked" if unasked else None,
        tag="safety" if unasked else None,
    )


def _is_depression(score: Score) -> bool:
    return score.series == "phq9" or score.instrument in ("phq2", "epds")


def _gated(score: Score) -> Told | None:
    """A positive PHQ-2 asks for the rest of the form; a negative one is complete in itself."""
    kind = INSTRUMENTS["phq2"]
    if score.instrument != kind.name or score.total is None or score.total < kind.positive_cut:
        return None
    return Told(f"PHQ-2 was {score.total} on {spell(score.taken_on)} and no PHQ-9 since.", (score.id,))


def _gate_alone(p: Picture, score: Score) -> list[str]:
    """An imported bare total that may be the gate alone; whoever entered one was asked."""
    if score.source == "entered" or gate_of(score, p.facts.scores) is None:
        return []
    return ["the total is that of the PHQ-2 of the same day"]


def _blanks(score: Score) -> list[str]:
    """How many of the nine items were answered, where that is known and not all."""
    count = INSTRUMENTS[score.instrument].item_count
    if score.answered is None or score.answered >= count:
        return []
    result = "no total" if score.total is None else "total pro-rated"
    return [f"{score.answered} of {count} items answered ({result})"]


@rule(
    "M3",
    "Unreviewed result",
    stages="active",
    when="an imported score since enrollment that nobody has read after {review_result_within}, "
    "and no contact or review since",
    window="{review_result_within}",
    action="Read the result.",
    who="Care manager",
    urgency=Urgency.SAME_DAY,
    sources="S11",
    tag="measure",
    label="Unread result",
)
def unreviewed_result(p: Picture) -> Told | None:
    """A result that came in by itself is read within a working day; an entered one was read on entry."""
    if all(s.source == "entered" or s.reviewed_on for s in p.facts.scores):
        return None
    unread = [s for s in _latest_of_each(p) if _is_unread(p, s)]
    if not unread:
        return None
    told = listed(f"{INSTRUMENTS[s.instrument].title} {s.total} of {spell(s.taken_on)}" for s in unread)
    return Told(f"{told} came in and nobody has read it.", tuple(s.id for s in unread))


def _latest_of_each(p: Picture) -> list[Score]:
    latest = {s.series: s for s in p.facts.scores if s.instrument in INSTRUMENTS and s.total is not None}
    return [latest[name] for name in sorted(latest)]


def _is_unread(p: Picture, score: Score) -> bool:
    if score.source == "entered" or score.reviewed_on is not None or p.enrolled_on is None:
        return False
    since = score.taken_on
    if since < p.enrolled_on or p.seen_on >= since or p.reviewed_since(since):
        return False
    if any(a.on >= since for a in p.facts.risk_assessments):
        return False
    return p.today > working_days_after(since, p.protocol.review_result_within.value)


RULES: tuple[Rule, ...] = (scale_due, partial_score, unreviewed_result)
