"""The instruments in words: for the book of rules, and beside each form on screen."""

from collections.abc import Callable, Iterator

from registry.clinical.instruments.kinds import Change, Cut, Instrument
from registry.clinical.instruments.library import INSTRUMENTS
from registry.clinical.instruments.wording import languages, wording

Marked = Callable[[tuple[str, ...]], str]
"""Sources in words, with the mark of those that await clinical sign-off."""

HEAD = (
    "## Instruments\n\nEach is a versioned file in `registry/clinical/instruments/data/`.\n\n"
    "| instrument | items | total | bands | positive | change | blanks | LOINC total | entered | source |\n"
    "|---|---|---|---|---|---|---|---|---|---|\n"
)
SPECIAL = {
    "mdq": "MDQ: positive by 7 yes, in the same period, with a moderate or serious problem; all three.",
    "shaded": "ASRS: positive by 4 shaded answers (items 1 to 3 from 2, items 4 to 6 from 3); a bare total by 14.",
    "clusters": "PCL-5: positive by the total; the cluster rule (items at 2 or more: 1 of B, 1 of C, 2 of D, 2 of E) is "
    "told beside it.",
    "gate": "PC-PTSD-5: without such an event the score is 0 and the screen negative.",
    "any_subscale": "PSC-17: positive by the total or by one subscale.",
    "vanderbilt": "Vanderbilt: a symptom count (answers 2 or 3) is positive together with one performance item at 4 or "
    "5; the total is the sum of items 1 to 18.",
    "cssrs": "C-SSRS screener: high is question 4 or 5 in the past month, or behavior in the past 3 months; moderate is "
    "question 3, or behavior ever; low is question 1 or 2. An unanswered question is never a no.",
}
ENTERED = {
    "items": "with its wording",
    "number": "by number",
    "total": "total only, until a license is recorded",
    "elsewhere": "as a risk assessment",
}
FOOT = (
    "Pro-rated: points × items ÷ answered, rounded half up. The safety item (item 9 of the PHQ, item 10 of the EPDS) is "
    "never pro-rated: unanswered is unknown, not 0."
)


def chapter(marked: Marked) -> str:
    """The chapter of the book of rules."""
    kinds = INSTRUMENTS.values()
    table = HEAD + "\n".join(_row(kind, marked) for kind in kinds)
    rules = dict.fromkeys(kind.rule for kind in kinds if kind.rule)
    special = "\n".join(f"- {SPECIAL[rule]}" for rule in rules)
    return f"{table}\n\n{FOOT}\n\n{_extras()}\n\n{special}\n\n{_subscales(marked)}"


def _extras() -> str:
    """What the forms ask beside their items."""
    told = "; ".join(f"{kind.title}: {extras_words(kind)}" for kind in INSTRUMENTS.values() if kind.extras)
    return f"Asked beside the items and never scored: {told}. A yes to a safety question goes the way of a positive item 9."


def extras_words(kind: Instrument) -> str:
    """The questions beside the items, with those that are a safety matter marked."""
    return ", ".join(f"{extra.label}{' (safety)' if extra.safety else ''}" for extra in kind.extras)


def _row(kind: Instrument, marked: Marked) -> str:
    cells = (
        kind.title,
        f"{kind.item_count} × {_answers(kind)}",
        f"{kind.lowest}-{kind.highest}" if kind.has_total else "none",
        ", ".join(f"{one.name} {one.lowest}-{one.highest}" for one in kind.bands) or "none",
        ", ".join(map(cut_words, kind.cuts)) or ("see below" if kind.rule else "no cut"),
        change_words(kind.change) or "none",
        kind.missing,
        kind.loinc.total or "none confirmed",
        _entered(kind),
        marked(kind.sources),
    )
    return f"| {' | '.join(cells)} |"


def _answers(kind: Instrument) -> str:
    """0-4, and what some items have instead."""
    usual = tuple(range(kind.item_highest + 1))
    others = dict.fromkeys(values for values in kind.values if values != usual)
    more = "; ".join("/".join(map(str, values)) for values in others)
    return f"0-{kind.item_highest}{f' (some {more})' if more else ''}"


def _entered(kind: Instrument) -> str:
    """How its answers are entered; texts beside the English one are named with what they still owe."""
    others = (wording(kind.name, tag) for tag in languages(kind.name) if tag != "en")
    told = [f"{text.language}{f' ({text.status})' if text.status else ''}" for text in others if text]
    return ENTERED[kind.entry] + (f"; also in {', '.join(told)}" if told else "")


def cut_words(cut: Cut) -> str:
    """From which total the screen is positive, for whom, and what else is known of the cut."""
    about = "; ".join(part for part in ("" if cut.whom == "everyone" else cut.whom, cut.note) if part)
    return f"≥ {cut.at_least}{f' ({about})' if about else ''}"


def change_words(change: Change) -> str:
    """What counts as a change, in points and percent."""
    return "; ".join(_change(change))


def _change(change: Change) -> Iterator[str]:
    if change.response_percent is not None:
        yield f"response {change.response_percent} %"
    if change.response_points is not None:
        yield f"response {change.response_points} points"
    if change.remission_below is not None:
        yield f"remission below {change.remission_below}"
    if change.meaningful_points is not None:
        yield f"useful {change.meaningful_points} points"
    if change.reliable_points is not None:
        yield f"reliable {change.reliable_points} points"
    if change.lower_band:
        yield "better in a lower band"
    if change.note:
        yield change.note.rstrip(".")


def _subscales(marked: Marked) -> str:
    head = "| instrument | subscale | items | positive | source |\n|---|---|---|---|---|\n"
    rows = (
        f"| {kind.title} | {one.title} | {', '.join(map(str, one.items))} | "
        f"{'none' if one.at_least is None else f'≥ {one.at_least}'} | {marked(one.sources)} |"
        for kind in INSTRUMENTS.values()
        for one in kind.subscales
    )
    return head + "\n".join(rows)


def scoring_words(kind: Instrument) -> list[tuple[str, str, tuple[str, ...]]]:
    """How an instrument is scored, line by line: what, how, and the sources of it."""
    cuts = tuple(dict.fromkeys(source for cut in kind.cuts for source in cut.sources))
    lines = [
        ("Bands", ", ".join(f"{one.name} {one.lowest}-{one.highest}" for one in kind.bands), kind.sources),
        ("Positive", ", ".join(map(cut_words, kind.cuts)), cuts),
        ("Rule", SPECIAL.get(kind.rule, ""), kind.sources),
        ("Change", change_words(kind.change), kind.change.sources),
        ("Blanks", kind.missing, kind.sources),
        ("Asked, not scored", extras_words(kind), kind.sources),
    ]
    return [line for line in lines if line[1]]
