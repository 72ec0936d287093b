"""`flask score`: score one filled instrument without touching the database."""

import json
from dataclasses import asdict
from typing import Any

import click

from registry.clinical.instruments import INSTRUMENTS, Instrument, Scored, ScoreError, score_total
from registry.clinical.instruments import score as score_items

NOT_ASKED = "-"
NAMES = ", ".join(INSTRUMENTS)


@click.command(
    "score",
    help=f"""Score the ITEMs of an INSTRUMENT, in their order: total, band, subscales, verdict, complete or not.

    INSTRUMENT is one of {NAMES}.

    An item that was not asked or not answered is written "-"; it is never taken for a 0. Yes is 1 and no is 0. Items
    are the answers as the form numbers them; for the EPDS they are points, 3 the worst. The MDQ has 15 items (parts 2
    and 3 are the last two), the PC-PTSD-5 has 6 (the event first), the C-SSRS screener 7 (question 6 twice: ever, past
    3 months).
    """,
)
@click.argument("instrument")
@click.argument("items", nargs=-1, metavar="ITEM...")
@click.option("--total", type=int, help="A total that was read elsewhere, in place of the items.")
@click.option("--sex", type=click.Choice(["female", "male"]), help="Where the cut differs by sex.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def score(instrument: str, items: tuple[str, ...], total: int | None, sex: str | None, as_json: bool) -> None:
    kind = _instrument(instrument)
    if bool(items) == (total is not None):
        raise click.UsageError("Give the items, or --total.")
    try:
        scored = _scored(kind, items, total, sex)
    except ScoreError as error:
        raise click.UsageError(f"{error}.") from None
    click.echo(
        json.dumps(_facts(kind, scored), ensure_ascii=False, indent=2) if as_json else _words(kind, scored)
    )


def _scored(kind: Instrument, items: tuple[str, ...], total: int | None, sex: str | None) -> Scored:
    if total is not None:
        return score_total(kind, total, sex=sex)
    return score_items(kind, [_answer(number, item) for number, item in enumerate(items, 1)], sex)


def _instrument(name: str) -> Instrument:
    """By its name however it is written: 'PHQ-9' is 'phq9'."""
    plain = {key.replace("_", ""): kind for key, kind in INSTRUMENTS.items()}
    found = plain.get(name.casefold().replace("-", "").replace("_", "").replace(" ", ""))
    if found is None:
        raise click.UsageError(f"'{name}' is not an instrument of the registry. It has: {NAMES}.")
    return found


def _answer(number: int, item: str) -> int | None:
    if item == NOT_ASKED:
        return None
    if not item.isascii() or not item.isdigit():
        raise ScoreError(f"item {number}: '{item}' is not a number ('-' for not asked)")
    return int(item)


def _facts(kind: Instrument, scored: Scored) -> dict[str, Any]:
    """The score as JSON: `item9` is item 9 alone; the safety item of any form stands under `safety_item`."""
    facts = asdict(scored)
    safety = None if kind.safety_item is None else {"item": kind.safety_item, "answer": scored.item9}
    facts["item9"] = scored.item9 if kind.safety_item == 9 else None
    return facts | {"safety_item": safety, "version": kind.version}


def _words(kind: Instrument, scored: Scored) -> str:
    """The same facts as lines."""
    total = "none" if scored.total is None else f"{scored.total} of {kind.highest}"
    lines = [f"{kind.title}: {total}{f', {scored.band}' if scored.band else ''}"]
    if not kind.has_total:
        lines = [f"{kind.title}: {scored.band}"]
    lines += [f"{one.title}: {_points(one.score, one.at_least)}" for one in scored.subscales]
    if scored.verdict:
        lines.append(f"Verdict: {scored.verdict}")
    if kind.safety_item:
        lines.append(f"Item {kind.safety_item}: {'not asked' if scored.item9 is None else scored.item9}")
    lines.append(f"Complete: {'yes' if scored.complete else 'no'}{', pro-rated' if scored.prorated else ''}")
    return "\n".join([*lines, scored.note] if scored.note else lines)


def _points(score: int | None, at_least: int | None) -> str:
    points = "not known" if score is None else str(score)
    return points if at_least is None else f"{points} (positive from {at_least})"
