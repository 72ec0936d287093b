"""Paper: from plain values to the bytes of a tagged PDF.

``summary_pdf(PcpSummary)`` makes the PCP's one page, ``packet_pdf([PacketPage, ...])`` the review packet; or
``packet_part`` for each patient and ``join`` at the end. Fill the values of ``registry.documents.values``. Catch
``DocumentsUnavailable`` (no Pango here) and ``TooLong``: both carry the sentence that the user reads.
"""

from registry.documents.assets import Refused
from registry.documents.engine import DocumentsUnavailable, Part, RenderedPdf, join, render_pages, render_pdf
from registry.documents.notes import NotedAdvice, NoteSheet, note_pdf
from registry.documents.pages import (
    TooLong,
    packet_html,
    packet_part,
    packet_pdf,
    summary_html,
    summary_part,
    summary_pdf,
)
from registry.documents.sheets import Sheet, sheet_html, sheet_pdf

__all__ = [
    "DocumentsUnavailable",
    "NoteSheet",
    "NotedAdvice",
    "Part",
    "Refused",
    "RenderedPdf",
    "Sheet",
    "TooLong",
    "join",
    "note_pdf",
    "packet_html",
    "packet_part",
    "packet_pdf",
    "render_pages",
    "render_pdf",
    "sheet_html",
    "sheet_pdf",
    "summary_html",
    "summary_part",
    "summary_pdf",
]
