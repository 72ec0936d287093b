"""From values to HTML, and from HTML to paper that fits: one page for a summary, one or two for a packet's patient."""
from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from registry import charts
from registry.charts.shapes import day
from registry.documents.engine import Part, RenderedPdf, join, render_pages
from registry.documents.values import ADVICE_CAP, ASKS_CAP, EVENTS_CAP, SCORES_CAP, TEXT_CAP, PacketPage, PcpSummary

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
CHART_WIDTH = 708
DENSITIES = (("", 190), ("tight", 170), ("tightest", 130))
"""Classes of the sheet, each with the height of the chart; tried in turn until the page fits."""


class TooLong(Exception):
    """A summary that no density fits on its one page."""


def summary_html(values: PcpSummary, density: str = "", chart_height: int = 190) -> str:
    """The PCP's page as HTML."""
    return _render("pdf/summary.html", s=values, density=density, chart=_chart(values, chart_height))


def packet_html(values: PacketPage, density: str = "", chart_height: int = 190) -> str:
    """One patient of the review packet as HTML."""
    return _render("pdf/packet.html", s=values, density=density, chart=_chart(values, chart_height))


def summary_pdf(values: PcpSummary) -> RenderedPdf:
    """The PCP's page: exactly one, set denser where the case is long."""
    part = _fit(lambda density, height: summary_html(values, density, height), most=1)
    if part.pages != 1:
        raise TooLong("The summary does not fit on one page. Shorten the longest recommendation.")
    return join([part])


def packet_part(values: PacketPage) -> Part:
    """One patient laid out: two pages at most where density can do it; facts are never cut to fit."""
    return _fit(lambda density, height: packet_html(values, density, height), most=2)


def packet_pdf(pages: Iterable[PacketPage], progress: Callable[[int], None] = lambda done: None) -> RenderedPdf:
    """The whole packet, patient by patient; ``progress`` hears how many are laid out."""
    parts = []
    for values in pages:
        parts.append(packet_part(values))
        progress(len(parts))
    return join(parts)


def _fit(html: Callable[[str, int], str], most: int) -> Part:
    for density, height in DENSITIES:
        part = render_pages(html(density, height))
        if part.pages <= most:
            break
    return part


def _chart(values: PcpSummary | PacketPage, height: int) -> Markup | None:
    if values.trend is None:
        return None
    return charts.trend(values.trend, width=CHART_WIDTH, height=height, uid="trend")


def _render(name: str, **values: object) -> str:
    return _templates().get_template(name).render(**values)


@lru_cache(maxsize=1)
def _templates() -> Environment:
    """Our own environment: strict, escaping, and without a request."""
    jinja = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.filters.update(day=_day, moment=_moment, clip=clip, percent=_percent)
    jinja.globals.update(
        key=charts.key, SCORES_CAP=SCORES_CAP, EVENTS_CAP=EVENTS_CAP, ADVICE_CAP=ADVICE_CAP, ASKS_CAP=ASKS_CAP
    )
    return jinja


def _day(on: date | None) -> str:
    return day(on) if on else "date not recorded"


def _moment(at: datetime) -> str:
    return f"{day(at.date())}, {at:%H:%M}"


def clip(text: str, cap: int = TEXT_CAP) -> str:
    """A text cut at a word, with a mark where it was cut."""
    if len(text) <= cap:
        return text
    cut = text[: cap - 1]
    return (cut[: cut.rfind(" ")] if " " in cut[cap // 2 :] else cut).rstrip(" ,;.") + "…"


def _percent(change: int) -> str:
    sign = "+" if change > 0 else "\u2212" if change < 0 else ""
    return f"{sign}{abs(change)}%"
