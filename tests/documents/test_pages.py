"""What stands on paper: the PCP's one page and the review packet."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pdfua
import pytest

from registry.charts import Event
from registry.charts.shapes import TrialBar
from registry.clinical.dates import spell
from registry.documents import (
    TooLong,
    engine,
    packet_html,
    packet_part,
    packet_pdf,
    pages,
    render_pages,
    summary_html,
    summary_pdf,
)
from registry.documents.pages import DENSITIES, NORMAL, ON_ONE_PAGE, ON_TWO_PAGES, Density, clip
from registry.documents.values import ASKS_CAP, TABLE_CAP, ItemAnswer, Line, MeasureCourse, PcpSummary, Score
from tests.documents import samples
from tests.documents.reading import elements, page_texts, picture, text


class TestSummary:
    @pytest.mark.parametrize(
        "values",
        [samples.SUMMARY, samples.UNKNOWN_SUMMARY, samples.extreme_summary()],
        ids=["ordinary", "unknown", "extreme"],
    )
    def test_is_exactly_one_page(self, values: PcpSummary) -> None:
        assert summary_pdf(values).pages == 1

    @pytest.mark.parametrize(
        "link", ["", "https://registry.example.org/reply/" + "x" * 66], ids=["code", "link"]
    )
    @pytest.mark.parametrize(
        "values", [samples.SUMMARY, samples.extreme_summary()], ids=["ordinary", "extreme"]
    )
    def test_with_its_reply_code_it_is_one_page_still(self, values: PcpSummary, link: str) -> None:
        pdf = summary_pdf(replace(values, reply_code="K7QM-2X9D", reply_link=link))
        assert pdf.pages == 1
        assert "Reply code K7QM-2X9D" in " ".join(text(pdf.bytes).split())

    def test_where_nothing_is_asked_there_is_no_code(self) -> None:
        assert "Reply code" not in summary_html(samples.UNKNOWN_SUMMARY)

    def test_a_link_is_a_square_for_the_phone_and_says_itself_in_words(self) -> None:
        html = summary_html(
            replace(samples.SUMMARY, reply_code="K7QM-2X9D", reply_link="https://a.example/reply/x")
        )
        assert "<title>Answer at https://a.example/reply/x</title>" in html
        assert "scan the square" in html

    def test_an_ordinary_one_fits_without_being_set_closer(self) -> None:
        assert render_pages(summary_html(samples.SUMMARY, NORMAL)).pages == 1

    def test_decisions_come_first_then_safety_then_scores(self) -> None:
        html = summary_html(samples.SUMMARY)
        places = [
            html.index(words)
            for words in ("Please decide", "Safety:", "PHQ-9: <b>partly", "Consultant's advice")
        ]
        assert places == sorted(places)

    def test_each_decision_has_its_own_three_boxes(self) -> None:
        ask = summary_html(samples.SUMMARY).split('class="ask"')[1].split("</section>")[0]
        assert [ask.count(words) for words in ("Accept", "Decline", 'class="box"')] == [2, 2, 6]
        assert "Initials" in ask
        assert "Date" in ask

    def test_what_became_of_the_drug_stands_beside_advice_that_is_done(self) -> None:
        one = replace(
            samples.SUMMARY.recommendations[0], needs_decision=False, status="Done, Nov 12, 2026.",
            meanwhile="Bupropion held since Nov 27, 2026",
        )  # fmt: skip
        html = summary_html(replace(samples.SUMMARY, recommendations=(one,)))
        assert "(Done, Nov 12, 2026; Bupropion held since Nov 27, 2026)" in html
        assert "(Bupropion held since Nov 27, 2026)" in summary_html(
            replace(samples.SUMMARY, recommendations=(replace(one, status=""),))
        )

    def test_nothing_is_cut_where_there_is_room(self) -> None:
        told = samples.LONG[:290]
        advice = [replace(one, status=told, needs_decision=False) for one in samples.SUMMARY.recommendations]
        values = replace(samples.SUMMARY, recommendations=tuple(advice), pathways=(Line("Pain", told),))
        assert "…" not in text(summary_pdf(values).bytes)

    def test_a_text_that_is_cut_ends_in_its_mark_alone(self) -> None:
        values = replace(samples.SUMMARY, pathways=(Line("Pain", samples.LONG),))
        assert "….</p>" not in summary_html(values, replace(NORMAL, text=100))

    def test_advice_and_safety_are_whole_at_every_size_of_type(self) -> None:
        for density in DENSITIES:
            html = summary_html(samples.extreme_summary(), density)
            assert html.count(f"<b>{samples.LONG}</b>") == ASKS_CAP
            assert f"</b> {samples.LONG}" in html

    def test_the_scores_have_the_name_of_the_form_that_was_taken(self) -> None:
        young = replace(samples.SUMMARY, phq9_title="PHQ-A")
        assert '<th scope="col">PHQ-A</th>' in summary_html(young)

    def test_every_decision_is_printed_or_counted(self) -> None:
        html = summary_html(samples.extreme_summary())
        assert "2 more in the consultation note" in html

    def test_says_when_the_medication_last_changed_and_how_the_page_comes_back(self) -> None:
        seen = " ".join(re.sub(r"<[^>]+>", "", summary_html(samples.SUMMARY)).split())
        assert "Last medication change: Aug 26, 2026, 12 weeks ago" in seen
        assert "with this code:" not in summary_html(replace(samples.SUMMARY, reply_code="K7QM-2X9D"))
        fresh = replace(samples.SUMMARY, changed_on=samples.SUMMARY.printing.data_as_of - timedelta(days=3))
        assert "Last medication change: Nov 17, 2026</p>" in summary_html(fresh)
        unknown = summary_html(replace(samples.SUMMARY, changed_on=None))
        assert 'Last medication change: <span class="unknown">none recorded' in unknown

    def test_no_total_stands_without_its_date(self) -> None:
        seen = text(summary_pdf(samples.SUMMARY).bytes)
        for words in ("Jul 15, 2026 to Nov 11, 2026", "best 16, Sep 2, 2026"):
            assert words in " ".join(seen.split())

    def test_what_is_not_known_is_printed(self) -> None:
        html = summary_html(samples.UNKNOWN_SUMMARY)
        for words in ("not scored", "No medication or therapy recorded", "none on file", "Not recorded."):
            assert words in html

    def test_a_lab_without_a_result_prints_as_not_recorded(self) -> None:
        html = re.sub(r"<[^>]+>", "", summary_html(samples.SUMMARY))
        assert "Sodium: due Dec 9, 2026; last not recorded" in html

    def test_says_who_printed_it_from_what_and_that_it_is_confidential(self) -> None:
        seen = " ".join(text(summary_pdf(samples.SUMMARY).bytes).split())
        assert "Confidential" in seen
        assert "Data as of Nov 20, 2026; printed Nov 20, 2026, 09:05 by M. Ortiz" in seen
        assert "Part 2" not in seen

    def test_substance_use_records_carry_their_line(self) -> None:
        printing = replace(samples.PRINTING, part2=True)
        assert "42 CFR Part 2 prohibits" in summary_html(replace(samples.SUMMARY, printing=printing))

    def test_text_of_people_is_escaped(self) -> None:
        person = replace(samples.PERSON, name="<img src=x>", mrn='"><script>')
        html = summary_html(replace(samples.SUMMARY, person=person))
        assert "<img" not in html
        assert "<script" not in html

    def test_reads_in_black_and_white(self) -> None:
        """Ink stays far darker than paper everywhere, and the words carry what colour says."""
        grey = picture(summary_pdf(samples.SUMMARY).bytes)
        lightest, darkest = grey.getextrema()[1], grey.getextrema()[0]
        assert (lightest, darkest < 60) == (255, True)
        assert "Mod. severe" in text(summary_pdf(samples.SUMMARY).bytes)

    def test_what_no_density_fits_is_refused_with_a_sentence(self) -> None:
        person = replace(samples.PERSON, name="Wolfe " * 700)
        with pytest.raises(TooLong, match="does not fit"):
            summary_pdf(replace(samples.extreme_summary(), person=person))


class TestPacket:
    SECTIONS = (
        "Why on the agenda", "M. Ortiz asks", "Safety:", "<h2>Case", "<h2>Scores", "Items, first to latest", "<h2>Treatment",
        "Past trial", "Diagnostic checks", "<h2>Medical", "Monitoring due", "Psychosocial", "<h2>Last advice",
        "Not known, and would change the advice", "Consultant's recommendation", "Signature",
    )  # fmt: skip

    def test_has_all_sections_in_their_order(self) -> None:
        html = packet_html(samples.PACKET)
        places = [html.index(words) for words in self.SECTIONS]
        assert places == sorted(places)

    def test_unknown_answers_are_told_apart_from_no(self) -> None:
        seen = " ".join(re.sub(r"<[^>]+>", "", packet_html(samples.PACKET)).split())
        assert "Yes: Sleep apnea (CPAP since 2021); Pain (knees). No: Bipolar" in seen
        assert "Unknown: Trauma, ADHD, Medical mimics, Eating disorder." in seen

    def test_a_patient_of_whom_nothing_is_known_still_has_every_section(self) -> None:
        seen = " ".join(re.sub(r"<[^>]+>", "", packet_html(samples.UNKNOWN_PACKET)).split())
        for words in ("no question recorded", "Item 9: not assessed", "No score recorded", "Past trials: not known",
                      "Unknown: all", "Monitoring due: not recorded", "None: never reviewed"):  # fmt: skip
            assert words in seen

    def test_a_patient_takes_one_or_two_pages(self) -> None:
        assert packet_part(samples.PACKET).pages == 1
        assert packet_part(samples.extreme_packet()).pages == 2
        assert packet_part(samples.UNKNOWN_PACKET).pages == 1

    @pytest.mark.parametrize("density", [*ON_ONE_PAGE, *ON_TWO_PAGES])
    def test_the_trials_are_drawn_and_every_change_is_named_however_close_the_page_is_set(
        self, density: Density
    ) -> None:
        running = TrialBar(samples.START, samples.TODAY, "venlafaxine 75 to 150 mg", None)
        doses = (samples.START + timedelta(days=3 * n) for n in range(9))
        steps = tuple(Event(on, "up", f"venlafaxine to {n} mg") for n, on in enumerate(doses))
        assert samples.PACKET.trend is not None
        drawn = replace(samples.PACKET.trend, trials=(running,), events=steps)
        html = packet_html(replace(samples.PACKET, trend=drawn), density)
        assert html.count('class="trial open"') == 1
        assert "hollow: not known" in html
        chart, under = html.split("</title>")[1].split("</svg>")[0], html.split('class="key">')[1]
        assert all(step.label in chart or step.label in under for step in steps)

    def test_whether_two_pages_are_needed_is_asked_before_the_steps_between(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked = []
        monkeypatch.setattr(
            pages,
            "packet_html",
            lambda values, density: asked.append(density) or packet_html(values, density),
        )
        assert packet_part(samples.extreme_packet()).pages == 2
        assert asked[:2] == [ON_ONE_PAGE[0], ON_ONE_PAGE[-1]]
        assert len(asked) == len(set(asked)) <= 2 + len(ON_TWO_PAGES)

    def test_a_long_history_loses_no_score(self) -> None:
        values = samples.extreme_packet()
        html = packet_html(values)
        scores = html.split('class="scores"', 1)[1].split("<h2>Treatment")[0]
        assert scores.count('<th scope="row">') == TABLE_CAP
        assert all(spell(row.on) in scores for row in values.scores)
        assert len(values.scores) == 60

    def test_the_scores_have_the_name_of_the_form_that_was_taken(self) -> None:
        rows = tuple(replace(row, form="PHQ-A") for row in samples.PACKET.scores)
        html = packet_html(replace(samples.PACKET, scores=rows, phq9_title="PHQ-A"))
        assert '<th scope="col" class="w-two">PHQ-A</th>' in html
        earlier = html.split("Earlier:")[1].split("</p>")[0]
        assert ("PHQ-A 18" in earlier, "PHQ-9" in earlier) == (True, False)

    def test_items_and_scores_without_bands_are_told_apart_from_their_numbers(self) -> None:
        first = Score(samples.START, 54, "33 or more", 2)
        course = MeasureCourse("SCARED", first, first, first)
        items = (ItemAnswer(1, "item 1", "4", "3"),)
        seen = packet_html(replace(samples.PACKET, measures=(course,), items=items))
        assert "first 54 (33 or more), Jul 15, 2026" in seen
        assert "item 1: 4 → 3." in seen

    def test_pages_are_counted_per_patient_and_progress_is_told(self) -> None:
        heard: list[int] = []
        pdf = packet_pdf([samples.extreme_packet(), samples.UNKNOWN_PACKET], heard.append)
        seen = page_texts(pdf.bytes)
        assert heard == [1, 2]
        assert "Page 2 of 2" in seen[1]
        assert "Page 1 of 1" in seen[-1]

    def test_the_same_packet_gives_the_same_bytes(self) -> None:
        assert packet_pdf([samples.PACKET]) == packet_pdf([samples.PACKET])


@pytest.fixture(scope="module", params=["summary", "packet"])
def pdf(request: pytest.FixtureRequest) -> bytes:
    if request.param == "summary":
        return summary_pdf(samples.SUMMARY).bytes
    return packet_pdf([samples.PACKET, samples.UNKNOWN_PACKET]).bytes


@pytest.mark.parametrize(
    "html", [summary_html(samples.extreme_summary()), packet_html(samples.UNKNOWN_PACKET)]
)
def test_our_pages_are_well_formed_and_take_the_short_road(html: str) -> None:
    assert ElementTree.fromstring(html.lstrip()).tag == "html"


def test_control_characters_of_a_pasted_note_are_not_printed() -> None:
    html = packet_html(replace(samples.PACKET, question="dose\x0bor\x00switch?"))
    assert "dose or switch?" in html


def test_nothing_on_our_pages_makes_weasyprint_complain(caplog: pytest.LogCaptureFixture) -> None:
    """A chart that cannot be drawn is only logged there, and the page goes out without it."""
    engine._press.cache_clear()
    with caplog.at_level("WARNING", logger="weasyprint"):
        summary_pdf(samples.SUMMARY)
        packet_pdf([samples.PACKET, samples.UNKNOWN_PACKET])
    assert caplog.messages == []


def test_texts_of_a_chart_stand_in_the_page() -> None:
    seen = text(summary_pdf(samples.SUMMARY).bytes)
    for words in ("mirtazapine 15 to 30 mg", "Target: below 10", "Aug 14", "•"):
        assert words in seen


def test_charts_place_every_text_by_its_left_end() -> None:
    """The press draws strings whole and knows no other way of placing them."""
    assert not re.search(r"<tspan|text-anchor|textLength|rotate=| d[xy]=", summary_html(samples.SUMMARY))


class TestTags:
    def test_every_header_has_a_scope(self, pdf: bytes) -> None:
        headers = [e for e, _ in elements(pdf) if e["/S"] == "/TH"]
        assert headers
        assert all(e["/A"]["/Scope"] in ("/Column", "/Row") for e in headers)

    def test_every_chart_has_its_sentence(self, pdf: bytes) -> None:
        figures = [e["/Alt"] for e, _ in elements(pdf) if e["/S"] == "/Figure"]
        assert figures
        assert all("PHQ-9 trend, 7 scores" in alt for alt in figures)

    def test_columns_of_layout_are_not_tagged_as_tables(self, pdf: bytes) -> None:
        rows = [kids for e, kids in elements(pdf) if e["/S"] == "/TR"]
        assert all(kid["/S"] in ("/TH", "/TD") for kids in rows for kid in kids)

    def test_the_checker_finds_nothing(self, pdf: bytes, tmp_path: Path) -> None:
        path = tmp_path / "page.pdf"
        path.write_bytes(pdf)
        assert [f"{f.rule_id} {f.message}" for f in pdfua.validate(str(path)).findings] == []


def test_a_text_is_cut_at_a_word_and_shows_it() -> None:
    assert clip("one two three", 9) == "one two…"
    assert clip("short", 9) == "short"
    assert len(clip("x" * 50, 9)) == 9
