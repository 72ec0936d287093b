"""With ``page`` the only file that knows WeasyPrint: HTML of our own in, a tagged PDF out, and no way to anywhere else.

WeasyPrint draws with Pango, which comes from the operating system; where it is missing every call raises
``DocumentsUnavailable`` with a sentence for the reader, and the rest of the registry runs on. Rendering is guarded by
one lock: Pango's font map is shared, and one page takes about 0.2 s.
"""

from __future__ import annotations

import atexit
import gc
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from threading import RLock
from typing import Any

from registry.documents.assets import ASSETS, BASE, Refused, asset
from registry.documents.lettering import Lettering, keep_lines_shaped
from registry.documents.page import parsed

MISSING = (
    "PDFs cannot be made on this computer: the Pango library is missing. "
    "Install it (Debian: libpango-1.0-0 and libpangoft2-1.0-0; macOS: brew install pango) or print from the browser."
)
_lock = RLock()


class DocumentsUnavailable(Exception):
    """PDFs cannot be made here; the message is the sentence that the user reads."""


@dataclass(frozen=True)
class RenderedPdf:
    """The bytes of a finished PDF and its number of pages."""

    bytes: bytes
    pages: int


@dataclass(frozen=True)
class Part:
    """Pages laid out but not yet written: one patient of a packet. Give it to ``join``."""

    document: Any

    @property
    def pages(self) -> int:
        return len(self.document.pages)


def render_pdf(html: str) -> RenderedPdf:
    """One document, written at once."""
    return join([render_pages(html)])


def render_pages(html: str) -> Part:
    """Lay out one document; its "Page 1 of 2" counts its own pages."""
    with _lock, _uncollected():
        press = _press()
        return Part(press.lay_out(html))


def join(parts: Sequence[Part]) -> RenderedPdf:
    """Write laid-out parts as one PDF, which keeps the tags of every part; the first part's title names it."""
    if not parts:
        raise ValueError("There is nothing to print.")
    with _lock, _uncollected():
        press = _press()
        pages = [page for part in parts for page in part.document.pages]
        return RenderedPdf(press.write(parts[0].document.copy(pages)), len(pages))


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection while a page is made: a page is a big tree that lives until it is written.

    Looking through it again and again for garbage that is not there takes a tenth of the time. One patient, or the
    writing of one packet, is how long the process goes without; what is left over then is collected as ever.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@lru_cache(maxsize=1)
def _press() -> _Press:
    """The press, built at first use: loading WeasyPrint takes half a second that most processes never need."""
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        raise DocumentsUnavailable(MISSING) from error
    atexit.register(_press.cache_clear)  # Pango must go before the interpreter does
    return _Press(weasyprint)


class _Press:
    """WeasyPrint with our sheet and fonts, loaded once and used for every document."""

    def __init__(self, weasyprint: Any) -> None:
        from weasyprint.text import line_break
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import FatalURLFetchingError

        keep_lines_shaped(line_break)
        self._weasyprint = weasyprint
        self._fatal = FatalURLFetchingError
        self._fetcher = _locked_fetcher()
        self._fonts = FontConfiguration()
        self._lettering = Lettering(self._fonts)
        sheet = ASSETS["pdf.css"].read_text(encoding="utf-8")
        self._sheet = weasyprint.CSS(
            string=sheet, base_url=BASE, url_fetcher=self._fetcher, font_config=self._fonts
        )

    def lay_out(self, html: str) -> Any:
        document, charts = parsed(self._weasyprint, html, BASE, self._fetcher, self._lettering)
        return self._refusing(
            lambda: document.render(
                stylesheets=[self._sheet],
                font_config=self._fonts,
                presentational_hints=False,
                cache=charts,
                pdf_variant="pdf/ua-1",
            )
        )

    def write(self, document: Any) -> bytes:
        return bytes(
            self._refusing(lambda: document.write_pdf(finisher=scope_headers, pdf_variant="pdf/ua-1"))
        )

    def _refusing(self, work: Callable[[], Any]) -> Any:
        """A refused address ends the rendering as an ordinary exception: WeasyPrint's own is a BaseException."""
        try:
            return work()
        except self._fatal as error:
            raise Refused(str(error)) from error


def _locked_fetcher() -> Any:
    """A fetcher that serves our own files from memory and refuses everything else, the network first of all."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class LockedFetcher(URLFetcher):
        def __init__(self) -> None:
            super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)

        def fetch(self, url: str, headers: Any = None) -> Any:
            return URLFetcherResponse(url, asset(url))

    return LockedFetcher()


def scope_headers(document: Any, pdf: Any) -> None:
    """Say of each table header whether it heads a column or a row, which WeasyPrint leaves out."""
    import pydyf

    for row in (o for o in pdf.objects if _tag(o) == "/TR"):
        cells = [_resolve(pdf, ref) for ref in row["K"]]
        heads_row = any(_tag(cell) == "/TD" for cell in cells)
        for cell in (c for c in cells if _tag(c) == "/TH"):
            scope = "/Row" if heads_row else "/Column"
            cell["A"] = pydyf.Dictionary({"O": "/Table", "Scope": scope, **_attributes(cell)})


def _tag(obj: Any) -> str | None:
    return obj.get("S") if isinstance(obj, dict) else None


def _attributes(cell: Any) -> dict[str, Any]:
    return dict(cell.get("A") or {})


def _resolve(pdf: Any, reference: Any) -> Any:
    text = reference.decode() if isinstance(reference, bytes) else str(reference)
    return pdf.objects[int(text.split()[0])]
