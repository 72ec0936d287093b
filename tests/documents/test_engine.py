"""The press: our own files only, the right glyphs, tags, the same bytes for the same page."""

import io
import sys

import pytest
from PIL import ImageChops
from pypdf import PdfReader

from registry.documents import DocumentsUnavailable, Refused, engine, join, render_pages, render_pdf
from registry.documents.assets import BASE, asset
from tests.documents.reading import elements, page_texts, picture, text

NAMES = "Łukasz Žižka Phương · Łukasz Nguyễn"


def page(body: str, style: str = "") -> str:
    return f'<!DOCTYPE html><html lang="en"><head><title>t</title><style>{style}</style></head><body>{body}</body></html>'


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:9/x.css",
        "https://example.org/x.png",
        "data:text/css,body{}",
        "ftp://127.0.0.1/x",
        "../../etc/passwd",
        "SourceSans3-Regular.ttf",
        BASE + "../css/pdf.css",
        BASE + "pdf.css?x=1",
        "REGISTRY-ASSET:/pdf.css",
        "/etc/passwd",
    ],
)
class TestAPageThatAsksForAnythingElse:
    def test_is_refused_by_the_list(self, address: str) -> None:
        with pytest.raises(Refused):
            asset(address)

    @pytest.mark.parametrize(
        "body",
        [
            '<img alt="x" src="{}"/>',
            '<link rel="stylesheet" href="{}"/>',
            '<link rel="attachment" href="{}"/>',
        ],
    )
    def test_ends_the_rendering_with_an_ordinary_exception(self, address: str, body: str) -> None:
        with pytest.raises(Refused):
            render_pdf(page(body.format(address)))


def test_our_own_files_are_served() -> None:
    assert asset(BASE + "SourceSans3-Regular.ttf").startswith(b"\x00\x01\x00\x00")


def test_names_with_diacritics_are_drawn_with_the_right_glyphs() -> None:
    """Text extraction cannot see glyphs of the wrong font, so pixels are compared with families of distinct names."""
    distinct = "".join(
        f'@font-face{{font-family:"f{w}";font-weight:{w};src:url({BASE}SourceSans3-{n}.ttf)}}'
        for w, n in ((400, "Regular"), (600, "Semibold"))
    )
    ours = page(f"<p>{NAMES}</p><p><b>{NAMES}</b></p>")
    reference = page(
        f"<p>{NAMES}</p><p><b>{NAMES}</b></p>", distinct + "p{font-family:f400}b{font-family:f600}"
    )
    drawn, wanted = (picture(render_pdf(html).bytes) for html in (ours, reference))
    assert ImageChops.difference(drawn, wanted).getbbox() is None
    assert NAMES in text(render_pdf(ours).bytes)


def test_a_wrong_glyph_would_be_seen() -> None:
    right, wrong = (picture(render_pdf(page(f"<p>{n}</p>")).bytes) for n in ("Łukasz", "Lukasz"))
    assert ImageChops.difference(right, wrong).getbbox() is not None


def test_headers_say_whether_they_head_a_column_or_a_row() -> None:
    table = '<table><thead><tr><th scope="col">Date</th><th scope="col">PHQ-9</th></tr></thead><tbody>'
    table += '<tr><th scope="row">Nov 11</th><td>16</td></tr></tbody></table>'
    headers = [e["/A"]["/Scope"] for e, _ in elements(render_pdf(page(table)).bytes) if e["/S"] == "/TH"]
    assert headers == ["/Column", "/Column", "/Row"]


def test_both_roads_give_the_same_bytes() -> None:
    """A page that is not well-formed takes WeasyPrint's own parser."""
    well_formed = page("<h1>A</h1><p>one<br/>two</p>")
    assert render_pdf(well_formed) == render_pdf(well_formed.replace("<br/>", "<br>"))


def test_the_same_page_gives_the_same_bytes() -> None:
    assert render_pdf(page("<h1>A</h1>")) == render_pdf(page("<h1>A</h1>"))


def test_joined_parts_count_their_own_pages_and_keep_their_tags() -> None:
    two = page('<h1>First</h1><p>one</p><h1 style="break-before: page">Second</h1>')
    joined = join([render_pages(two), render_pages(page("<h1>Third</h1>"))])
    assert joined.pages == 3
    seen = page_texts(joined.bytes)
    assert ["Page 1 of 2" in seen[0], "Page 2 of 2" in seen[1], "Page 1 of 1" in seen[2]] == [True] * 3
    assert [e["/S"] for e, _ in elements(joined.bytes)].count("/H1") == 3


def test_a_document_names_its_language_and_title() -> None:
    root = PdfReader(io.BytesIO(render_pdf(page("<p>x</p>")).bytes)).trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] in (True, "true")


def test_nothing_to_print_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to print"):
        join([])


def test_without_pango_the_reader_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    engine._press.cache_clear()
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(DocumentsUnavailable, match="Pango"):
        render_pdf(page("<p>x</p>"))
    monkeypatch.undo()
    assert render_pdf(page("<p>x</p>")).pages == 1


def test_the_package_is_imported_without_loading_weasyprint() -> None:
    import subprocess

    code = "import sys, registry.documents as d; d.packet_html; sys.exit('weasyprint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
