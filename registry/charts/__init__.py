"""Charts as SVG text: the same string in the page and in the PDF, no library, no script, no ``style`` attribute.

``sparkline(points)`` is the small line in a table row, ``trend(chart)`` the full chart of one measure, ``figure``
that chart with the line of ``also`` under it (what it had no room to name), ``key(chart)`` the sentence below it that
says what its marks mean. Colours are presentation attributes; dark mode recolours the
classes ``band val tlab clab grid target halo evb evt evg ev pt i9 lb line sgoal`` from the stylesheet.
"""

from registry.charts.bars import Bar, bars
from registry.charts.courses import height_of_bars
from registry.charts.episode import trend_of
from registry.charts.qr import qr
from registry.charts.shapes import Band, Event, EventKind, Trend, TrendPoint
from registry.charts.spark import sparkline
from registry.charts.trend import also, figure, trend
from registry.charts.words import key, sentence

__all__ = [
    "Band",
    "Bar",
    "Event",
    "EventKind",
    "Trend",
    "TrendPoint",
    "also",
    "bars",
    "figure",
    "height_of_bars",
    "key",
    "qr",
    "sentence",
    "sparkline",
    "trend",
    "trend_of",
]
