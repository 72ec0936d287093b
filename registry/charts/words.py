"""A chart in words: its alternative text for screen readers and the PDF, and the key below it."""

from __future__ import annotations

from registry.charts.shapes import SIDES, Event, Trend, TrendPoint
from registry.clinical.dates import spell

ALL_NAMED = 12
"""Up to this many scores are all read out; of more, the first, the best and the latest."""
BARS = {True: "filled: adequate", False: "dashed: not adequate", None: "hollow: not known"}
VERBS = {"start": "started", "up": "raised", "down": "lowered", "stop": "stopped", "therapy": "began"}


def sentence(chart: Trend) -> str:
    """The whole chart as text, so that nobody needs to see it."""
    points = chart.shown()
    if not points:
        return f"{chart.title} trend: no score yet."
    said = [
        _course(chart.title, points),
        _change(chart, points[-1]),
        _target(chart, points[-1]),
        _item9(points),
    ]
    said += [_partial(points), _treatment(chart.steps()), _trials(chart)]
    return " ".join(s for s in said if s)


def key(chart: Trend) -> str:
    """What the marks mean, naming only those that are drawn."""
    points = chart.shown()
    said = []
    if any(p.item9_positive for p in points):
        said.append("Diamond: item 9 above 0.")
    if any(p.partial for p in points):
        said.append("Hollow: partly answered, total estimated.")
    if chart.baseline and points:
        said.append("Ring: baseline. Dotted line: 50% of baseline.")
    if chart.target is not None and points:
        said.append("Dashed line: target.")
    if verdicts := {bar.adequate for bar in chart.bars()}:
        said.append(f"Bars: medication trials; {', '.join(BARS[v] for v in BARS if v in verdicts)}.")
    return " ".join(said)


def half(total: int) -> str:
    """Half of a total as a reader writes it: 12, 10.5."""
    return f"{total / 2:g}"


def _course(title: str, points: list[TrendPoint]) -> str:
    if len(points) == 1:
        return f"{title} trend: one score, {_dated(points[0])}."
    if len(points) <= ALL_NAMED:
        return f"{title} trend, {len(points)} scores: {', '.join(_dated(p) for p in points)}."
    best = min(points, key=lambda p: p.total)
    ends = f"first {_dated(points[0])}, best {_dated(best)}, latest {_dated(points[-1])}"
    return f"{title} trend, {len(points)} scores: {ends}."


def _dated(point: TrendPoint) -> str:
    return f"{point.total} on {spell(point.on)}"


def _change(chart: Trend, last: TrendPoint) -> str:
    base = chart.baseline
    if base is None or base.total == 0 or base.on >= last.on:
        return ""
    percent = round(100 * (last.total - base.total) / base.total)
    moved = (
        "unchanged from" if percent == 0 else f"{abs(percent)}% {'lower' if percent < 0 else 'higher'} than"
    )
    return f"The latest is {moved} the baseline of {base.total}; half of that is {half(base.total)}."


def _target(chart: Trend, last: TrendPoint) -> str:
    if chart.target is None:
        return ""
    reached = SIDES[chart.side](last.total, chart.target)
    return f"Target {chart.side} {chart.target:g}: {'reached' if reached else 'not reached'}."


def _item9(points: list[TrendPoint]) -> str:
    positive = [spell(p.on) for p in points if p.item9_positive]
    return f"Item 9 above 0 on {'; '.join(positive)}." if positive else ""


def _partial(points: list[TrendPoint]) -> str:
    partial = [spell(p.on) for p in points if p.partial]
    return f"Partly answered on {'; '.join(partial)}." if partial else ""


def _treatment(events: list[Event]) -> str:
    if not events:
        return ""
    return f"Treatment: {'; '.join(f'{spell(e.on)} {VERBS[e.kind]} {e.label}' for e in events)}."


def _trials(chart: Trend) -> str:
    words = {True: "adequate", False: "not adequate", None: "not known whether adequate"}
    told = [
        f"{bar.label} from {spell(bar.from_on)} to {spell(bar.until)}, {words[bar.adequate]}"
        for bar in chart.bars()
    ]
    return f"Trials: {'; '.join(told)}." if told else ""
