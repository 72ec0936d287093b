"""The consultant's signed note on paper: for the chart, or to be scanned into another record."""

from __future__ import annotations

from dataclasses import dataclass

from registry.documents.engine import RenderedPdf, join, render_pages
from registry.documents.pages import UNPRINTABLE, templates


@dataclass(frozen=True)
class NotedAdvice:
    """One recommendation: what, its details a line each, and what became of it."""

    number: int
    category: str
    text: str
    details: tuple[str, ...]
    state: str


@dataclass(frozen=True)
class NoteSheet:
    """The note in plain words; nothing of it is left out to fit."""

    title: str
    person: str
    about: tuple[tuple[str, str], ...]
    """Label and words, a line each."""
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    """Heading and paragraphs before the advice."""
    advice: tuple[NotedAdvice, ...]
    after: tuple[tuple[str, tuple[str, ...]], ...]
    """Heading and paragraphs after it."""
    signed: str
    disclaimer: str
    foot: str


def note_html(values: NoteSheet) -> str:
    """The note as HTML."""
    return UNPRINTABLE.sub(" ", templates().get_template("pdf/note.html").render(s=values))


def note_pdf(values: NoteSheet) -> RenderedPdf:
    """The note, on as many pages as it takes."""
    return join([render_pages(note_html(values))])
