"""From values to HTML, and from HTML to paper that fits: one page for a summary, one or two for a packet's patient."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from registry import charts
from registry.charts.shapes import Trend
from registry.clinical.dates import counted, spell
from registry.documents.engine import Part, RenderedPdf, join, render_pages
from registry.documents.values import (
    ADVICE_CAP,
    ASKS_CAP,
    EVENTS_CAP,
    SCORES_CAP,
    TABLE_CAP,
    TEXT_CAP,
    Line,
    PacketPage,
    PcpSummary,
)

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Control characters that a pasted note may carry and a page may not."""
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
CHART_WIDTH = 708
LOW = 160
"""A chart lower than this needs all its height for the scores."""
QR_SIZE = 88
"""As a phone reads it after a fax: half a millimetre a module."""


WHOLE = 5000
"""More than any text that may be entered."""


@dataclass(frozen=True)
class Density:
    """How close a page is set: the sheet's class, the chart's height (0: none), and the caps of the summary.

    ``text`` cuts what stands around advice and safety; these two are whole wherever a page can hold them.
    """

    name: str
    chart_height: int
    text: int = WHOLE
    lines: int = EVENTS_CAP
    advice: int = WHOLE


NORMAL = Density("", 180)
ROOMY = Density("", 230)
"""A short case has room for a higher curve."""
DENSITIES = (
    ROOMY,
    NORMAL,
    Density("tight", 180),
    Density("tight tighter", 225),
    Density("tight tighter", 180),
    Density("tightest", 200, TEXT_CAP),
    Density("tightest", 165, 200),
    Density("tightest", 130, 110, 3),
)
ON_ONE_PAGE = (
    Density("", 165),
    Density("", 140),
    Density("close", 128),
    Density("closer", 128),
    Density("closer", 112),
)
"""A patient of the packet: with a lower chart, then earlier scores and advice set smaller, then all of it, where that
saves a page."""
ON_TWO_PAGES = (ROOMY, ON_ONE_PAGE[0], Density("tight", 120), Density("tightest", 120))
"""Of two pages the chart may have more."""
LAST_RESORTS = (
    Density("tightest", 0, 70, 2),
    Density("tightest", 0, 70, 2, TEXT_CAP),
    Density("tightest", 0, 60, 1, TEXT_CAP),
)
"""Tried in turn until the page fits."""


class TooLong(Exception):
    """A summary that no density fits on its one page."""


def summary_html(values: PcpSummary, density: Density = NORMAL) -> str:
    """The PCP's page as HTML."""
    code = (
        charts.qr(values.reply_link, size=QR_SIZE, title=f"Answer at {values.reply_link}")
        if values.reply_link
        else None
    )
    return _render("pdf/summary.html", values, density, code)


def packet_html(values: PacketPage, density: Density = ON_ONE_PAGE[0]) -> str:
    """One patient of the review packet as HTML."""
    return _render("pdf/packet.html", values, density)


def summary_pdf(values: PcpSummary) -> RenderedPdf:
    """The PCP's page: exactly one, set closer where the case is long."""
    part = summary_part(values)
    if part.pages != 1:
        raise TooLong("The summary does not fit on one page. Shorten the longest recommendation.")
    return join([part])


def summary_part(values: PcpSummary) -> Part:
    """The PCP's page laid out: one page, or among many the two that one needs which nothing brings on one."""
    return _fit(
        lambda density: render_pages(summary_html(values, density)), (*DENSITIES, *LAST_RESORTS), most=1
    )


def packet_part(values: PacketPage) -> Part:
    """One patient laid out: on one page, else on two where density can do it; facts are never cut to fit.

    Whether anything brings it on one page is asked first, for each trial costs a tenth of a second.
    """
    laid = cache(lambda density: render_pages(packet_html(values, density)))
    if laid(ON_ONE_PAGE[0]).pages > 1 and laid(ON_ONE_PAGE[-1]).pages > 1:
        return _fit(laid, ON_TWO_PAGES, most=2)
    return _fit(laid, ON_ONE_PAGE, most=1)


def packet_pdf(
    pages: Iterable[PacketPage], progress: Callable[[int], None] = lambda done: None
) -> RenderedPdf:
    """The whole packet, patient by patient; ``progress`` hears how many are laid out."""
    parts = []
    for values in pages:
        parts.append(packet_part(values))
        progress(len(parts))
    return join(parts)


def _fit(laid: Callable[[Density], Part], densities: Sequence[Density], most: int) -> Part:
    for density in densities:
        part = laid(density)
        if part.pages <= most:
            break
    return part


def _height(trend: Trend, height: int) -> int:
    """A low chart keeps its height for the scores: the bars of the trials come on top of it."""
    return height + (charts.height_of_bars(trend) if height < LOW else 0)


def _render(name: str, values: PcpSummary | PacketPage, density: Density, qr: Markup | None = None) -> str:
    chart, also, trend = None, "", values.trend
    if trend and density.chart_height:
        height = _height(trend, density.chart_height)
        chart = charts.trend(trend, width=CHART_WIDTH, height=height)
        also = charts.also(trend, width=CHART_WIDTH, height=height)
    html = templates().get_template(name).render(s=values, density=density, chart=chart, also=also, qr=qr)
    return UNPRINTABLE.sub(" ", html)


@lru_cache(maxsize=1)
def templates() -> Environment:
    """Our own environment: strict, escaping, and without a request."""
    jinja = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.filters.update(day=_day, moment=_moment, clip=clip, percent=_percent, weeks_to=_weeks_to)
    jinja.globals.update(key=charts.key, lines=_lines)
    jinja.globals.update(SCORES_CAP=SCORES_CAP, ADVICE_CAP=ADVICE_CAP, ASKS_CAP=ASKS_CAP, TABLE_CAP=TABLE_CAP)
    return jinja


def _day(on: date | None) -> str:
    return spell(on) if on else "date not recorded"


def _weeks_to(since: date, until: date) -> str:
    """ ", 3 weeks ago"; of less than one the day alone says it."""
    weeks = (until - since).days // 7
    return f", {counted(weeks, 'week')} ago" if weeks else ""


def _moment(at: datetime) -> str:
    return f"{spell(at.date())}, {at:%H:%M}"


def clip(text: str, cap: int = TEXT_CAP) -> str:
    """A text cut at a word, with a mark where it was cut."""
    if len(text) <= cap:
        return text
    cut = text[: cap - 1]
    return (cut[: cut.rfind(" ")] if " " in cut[cap // 2 :] else cut).rstrip(" ,;.") + "…"


def _percent(change: int) -> str:
    sign = "+" if change > 0 else "\u2212" if change < 0 else ""
    return f"{sign}{abs(change)}%"


def _lines(lines: Sequence[Line]) -> list[tuple[str, str]]:
    """Labels and texts, each text with its day."""
    return [
        (line.label, f"{line.text} ({spell(line.on)})" if line.text and line.on else line.text)
        for line in lines
    ]
