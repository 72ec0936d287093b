"""The sleep log on one page: the nights on the clock, and the same as a table."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from registry.clinical.plan_labels import Labels
from registry.documents.engine import RenderedPdf, join, render_pages
from registry.documents.pages import UNPRINTABLE, Density, templates

SIZES = (Density("", 0), Density("tight", 0, 60), Density("tightest", 0, 30))
"""Tried in turn until the log fits on its page; the figure is how much of a note is printed."""


@dataclass(frozen=True)
class SleepLog:
    """The latest nights of one patient; each row is day, to bed, up, hours, share asleep, quality, note."""

    name: str
    mrn: str
    title: str
    rows: tuple[tuple[str, ...], ...]
    chart: Markup
    means: tuple[str, ...]
    clinic: str
    foot: str
    words: Labels


def sleep_log_html(values: SleepLog, density: Density = SIZES[0]) -> str:
    """The page as HTML."""
    html = templates().get_template("pdf/sleep_log.html").render(s=values, density=density)
    return UNPRINTABLE.sub(" ", html)


def sleep_log_pdf(values: SleepLog) -> RenderedPdf:
    """The log on one page, set closer where it is long."""
    for density in SIZES:
        part = render_pages(sleep_log_html(values, density))
        if part.pages == 1:
            break
    return join([part])
