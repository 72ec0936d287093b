"""The patient's own paper: a plan as it was written, and the sheet that says how it goes. Big type, one page.

The words come in the patient's language from whoever fills the values; nothing here is left out to fit. A sheet that
no size of type brings on one page goes on to a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.charts import bars
from registry.charts.bars import Bar
from registry.clinical.plan_labels import Labels
from registry.documents.engine import Part, RenderedPdf, join, render_pages
from registry.documents.pages import UNPRINTABLE, Density, templates

SIZES = (
    Density("", 120),
    Density("tight", 105),
    Density("tight", 80),
    Density("tightest", 80),
    Density("tightest paired", 65),
)
"""Tried in turn until the sheet fits on its page; the last sets its lists in two columns."""
PICTURE_WIDTH = 640


@dataclass(frozen=True)
class Block:
    """One part of a sheet: its heading and its lines; without lines it has room to write."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Picture:
    """The scores of one scale: what they say in words, and the bars."""

    sentences: tuple[str, ...]
    title: str
    maximum: int
    goal: int | None = None
    bars: tuple[Bar, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A page for the patient; `crisis` stands on every one."""

    language: str
    title: str
    name: str
    made: str
    """When and where."""
    blocks: tuple[Block, ...]
    crisis: str
    foot: str
    scores_heading: str = ""
    pictures: tuple[Picture, ...] = ()
    call: Block | None = None
    """Whom to call, beside the crisis line."""
    replaced: str = ""
    """Of a plan that another version replaced, that it did."""


@dataclass(frozen=True)
class Team:
    """Whom the patient calls; `clinic` is named on every sheet."""

    clinic: str
    care_manager: str = ""
    phone: str = ""
    pcp: str = ""


def patient_sheet(
    name: str, kind: str, on: date, blocks: tuple[Block, ...], words: Labels, team: Team, **more: Any
) -> Sheet:
    """A page of the patient's in one language, with the crisis line and whom to call."""
    return Sheet(
        language=words.language,
        title=words.word("title", kind),
        name=name,
        made=words.word("foot", "made", day=words.day(on), clinic=team.clinic),
        blocks=blocks or (Block("", (words.word("foot", "empty"),)),),
        crisis=words.word("foot", "crisis"),
        foot=words.word("foot", "mine", name=name),
        **({"call": _call(words, team)} | more),
    )


def replaced(words: Labels, on: date | None) -> str:
    """The mark on a version that does not stand any more."""
    return "" if on is None else words.word("foot", "replaced", day=words.day(on))


def _call(words: Labels, team: Team) -> Block | None:
    if not team.care_manager:
        return None
    phone = f", {team.phone}" if team.phone else ""
    return Block("", (words.word("foot", "call_us", name=team.care_manager, phone=phone),))


def sheet_html(values: Sheet, density: Density = SIZES[0]) -> str:
    """The sheet as HTML: with pictures where it has scores."""
    name = "pdf/plan_progress.html" if values.scores_heading else "pdf/plan_sheet.html"
    drawn = [_drawn(one, density.chart_height) for one in values.pictures]
    html = templates().get_template(name).render(s=values, density=density, drawn=drawn)
    return UNPRINTABLE.sub(" ", html)


def sheet_pdf(values: Sheet) -> RenderedPdf:
    """The sheet in the biggest type that fits on one page."""
    part: Part | None = None
    for density in SIZES:
        part = render_pages(sheet_html(values, density))
        if part.pages == 1:
            break
    assert part is not None
    return join([part])


def _drawn(picture: Picture, height: int) -> object:
    if not picture.bars:
        return None
    return bars(
        picture.bars,
        maximum=picture.maximum,
        title=picture.title,
        goal=picture.goal,
        width=PICTURE_WIDTH,
        height=height,
    )
