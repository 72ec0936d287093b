"""The patient's own paper: big type on one page, in the language of its labels, readable by everybody."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pdfua
import pytest

from registry.charts import Bar, bars
from registry.documents import Sheet, sheet_html, sheet_pdf
from registry.documents.sheets import Block, Picture
from tests.documents.reading import text

PLAN = Sheet(
    language="es", title="Mi plan", name="Łukasz Phương", made="Hecho el 20 de nov de 2026.",
    blocks=(Block("Señales", ("No duermo", "Bebo <solo>")), Block("Ayuda", ("Hermana, 555-0123",))),
    crisis="Llame al 988.", foot="Esta hoja es de Łukasz Phương.", call=Block("", ("¿Preguntas? Llame a Maria.",)),
)  # fmt: skip
SCORES = Picture(
    ("My score was 18.",), "My scores: Aug 12: 18, Nov 3: 7.", 27, 5, (Bar("Aug 12", 18), Bar("Nov 3", 7))
)
PROGRESS = replace(
    PLAN, language="en", scores_heading="My scores", pictures=(SCORES, Picture(("No score yet.",), "", 1))
)
LONG = replace(PLAN, blocks=tuple(Block(f"Part {n}", ("word " * 40,) * 2) for n in range(9)))


@pytest.mark.parametrize("values", [PLAN, PROGRESS, LONG], ids=["plan", "progress", "long"])
def test_is_one_page_that_every_reader_can_use(values: Sheet, tmp_path: Path) -> None:
    pdf = sheet_pdf(values)
    assert pdf.pages == 1
    path = tmp_path / "page.pdf"
    path.write_bytes(pdf.bytes)
    assert [f"{f.rule_id} {f.message}" for f in pdfua.validate(str(path)).findings] == []


def test_what_no_type_brings_on_one_page_is_never_cut() -> None:
    endless = replace(PLAN, blocks=tuple(Block(f"Part {n}", ("word " * 200,)) for n in range(30)))
    pdf = sheet_pdf(endless)
    assert pdf.pages > 1
    assert "Part 29" in text(pdf.bytes)


def test_says_its_language_and_escapes_the_patients_words() -> None:
    html = sheet_html(PLAN)
    assert '<html lang="es">' in html
    assert "Bebo &lt;solo&gt;" in html
    assert "Llame al 988." in html


def test_the_scores_stand_in_words_and_in_a_picture_that_says_them_too() -> None:
    html = sheet_html(PROGRESS)
    assert html.count("<svg") == 1
    assert "<title>My scores: Aug 12: 18, Nov 3: 7.</title>" in html
    assert "No score yet." in html


class TestBars:
    def test_a_higher_score_is_a_higher_bar_with_its_number_and_day(self) -> None:
        svg = ET.fromstring(str(bars(SCORES.bars, maximum=27, title="a < b", goal=5)))
        heights = [float(node.get("height", 0)) for node in svg if node.get("class") == "bar"]
        assert heights[0] > heights[1] > 0
        words = [node.text for node in svg if node.tag.endswith("text")]
        assert words == ["18", "Aug 12", "7", "Nov 3"]

    def test_the_line_of_the_goal_runs_behind_the_bars_and_their_numbers(self) -> None:
        svg = str(bars(SCORES.bars, maximum=27, title="a", goal=5))
        assert svg.index("stroke-dasharray") < svg.index('class="bar"')
        plate, number = svg.index('fill="#fff"'), svg.index(">18<")
        assert plate < number

    def test_without_a_goal_there_is_no_dashed_line(self) -> None:
        assert "stroke-dasharray" not in bars((), maximum=27, title="none")
