"""`flask score`: score one filled instrument without touching the database."""

import json
from dataclasses import asdict

import click

from registry.clinical.instruments import INSTRUMENTS, Instrument, Scored, ScoreError
from registry.clinical.instruments import score as score_items

NOT_ASKED = "-"


@click.command("score")
@click.argument("instrument")
@click.argument("items", nargs=-1, required=True, metavar="ITEM...")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def score(instrument: str, items: tuple[str, ...], as_json: bool) -> None:
    """Score the ITEMs of an INSTRUMENT, in their order: total, band, item 9, complete or not.

    INSTRUMENT is phq9, phq_a, gad7, phq2, gad2, audit_c or dast10. An item that was not asked or not answered is
    written "-"; it is never taken for a 0.
    """
    kind = _instrument(instrument)
    try:
        scored = score_items(kind, [_answer(number, item) for number, item in enumerate(items, 1)])
    except ScoreError as error:
        raise click.UsageError(f"{error}.") from None
    click.echo(json.dumps(asdict(scored), ensure_ascii=False, indent=2) if as_json else _words(kind, scored))


def _instrument(name: str) -> Instrument:
    """By its name however it is written: 'PHQ-9' is 'phq9'."""
    plain = {key.replace("_", ""): kind for key, kind in INSTRUMENTS.items()}
    found = plain.get(name.casefold().replace("-", "").replace("_", "").replace(" ", ""))
    if found is None:
        raise click.UsageError(
            f"'{name}' is not an instrument of the registry. It has: {', '.join(INSTRUMENTS)}."
        )
    return found


def _answer(number: int, item: str) -> int | None:
    if item == NOT_ASKED:
        return None
    if not item.isascii() or not item.isdigit():
        raise ScoreError(f"item {number}: '{item}' is not a number ('-' for not asked)")
    return int(item)


def _words(kind: Instrument, scored: Scored) -> str:
    """The same facts as lines."""
    total = "none" if scored.total is None else f"{scored.total} of {kind.highest}"
    lines = [f"{kind.title}: {total}{f', {scored.band}' if scored.band else ''}"]
    if kind.safety_item:
        lines.append(f"Item {kind.safety_item}: {'not asked' if scored.item9 is None else scored.item9}")
    lines.append(f"Complete: {'yes' if scored.complete else 'no'}{', pro-rated' if scored.prorated else ''}")
    return "\n".join([*lines, scored.note] if scored.note else lines)
