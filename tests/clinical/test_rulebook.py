"""The rules as data: every one has its source, its wording and its place in the docs."""

from datetime import date
from pathlib import Path

import pytest

from registry.clinical.choices import APA_2020
from registry.clinical.findings import RULES, Rule
from registry.clinical.interventions import INTERVENTIONS, THERAPIES
from registry.clinical.medication_book import Book, medication_books
from registry.clinical.protocol import DEFAULT_PROTOCOL, settings
from registry.clinical.rulebook import filled, names_in, page, table_of_numbers, ways
from registry.clinical.sources import AWAITING, SOURCES
from registry.clinical.views import TAG_ORDER
from tests.clinical.cases import ago, enrolled, found, seen

DOCS = Path(__file__).parents[2] / "docs"

EXPECTED = {
    *(f"E{n}" for n in range(1, 10)),
    *(f"C{n}" for n in range(1, 9)),
    *("M1", "M2", "M3"),
    *("T4", "T5", "T6", "A1"),
    *(f"X{n}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12)),
    *(f"D{n}" for n in range(1, 7)),
    *(f"SF{n}" for n in range(1, 8)),
}


def test_every_rule_is_there_once() -> None:
    codes = [r.code for r in RULES]
    assert len(codes) == len(set(codes))
    assert set(codes) >= EXPECTED


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.code)
def test_a_rule_is_whole(rule: Rule) -> None:
    assert rule.check.__doc__, "the docstring's first line is the rule as a sentence"
    assert rule.sources
    assert set(rule.sources) <= set(SOURCES)
    assert len(rule.label) <= 16
    assert rule.tag in (*TAG_ORDER, "none")
    assert rule.stages <= {"referral", "active", "closed"}
    assert rule.action.endswith(".")
    assert set(names_in(rule.when, rule.window)) <= set(settings(DEFAULT_PROTOCOL))


def test_every_number_has_a_source_and_those_from_practice_await_sign_off() -> None:
    for name, threshold in settings(DEFAULT_PROTOCOL).items():
        assert threshold.sources, name
        assert set(threshold.sources) <= set(SOURCES), name
        assert threshold.awaiting_sign_off is ("M" in threshold.sources)


def test_a_rule_awaits_sign_off_where_a_number_of_its_wording_does() -> None:
    held = settings(DEFAULT_PROTOCOL)
    for rule in RULES:
        named = names_in(rule.when, rule.window)
        assert rule.awaiting_sign_off or not any(held[n].awaiting_sign_off for n in named), rule.code


def test_a_finding_carries_its_source_and_its_mark() -> None:
    told = found(enrolled(30), "C1")
    assert told is not None
    assert told.source.startswith("S30 psychiatryonline.org/doi/10.1176/appi.ps.201400577; ")
    assert told.source.endswith("clinical practice")
    assert told.awaiting_sign_off


def test_a_clinic_sets_its_own_numbers() -> None:
    own = DEFAULT_PROTOCOL.with_values("clinic-2", date(2026, 6, 1), acute_interval=21)
    assert (own.version, own.acute_interval.value, own.weekly.value) == ("clinic-2", 21, 7)
    assert filled("{acute_interval}", own) == "21 d"
    from registry.clinical.findings import findings

    facts = enrolled(40, contacts=(seen(20),))
    assert "C2" not in {f.code for f in findings(facts, own, ago(0))}
    assert "C2" in {f.code for f in findings(facts, DEFAULT_PROTOCOL, ago(0))}


def test_the_rulebook_in_the_docs_is_current() -> None:
    told = "run: .venv/bin/python -m registry.clinical.rulebook > docs/rules.md"
    assert (DOCS / "rules.md").read_text(encoding="utf-8") == page(), told


def test_the_rulebook_shows_what_awaits_sign_off() -> None:
    row = next(line for line in page().splitlines() if line.startswith("| C6 "))
    assert AWAITING in row


def test_the_rulebook_says_which_way_was_chosen_and_what_each_asks_for() -> None:
    own = DEFAULT_PROTOCOL.with_values("clinic-2", date(2026, 6, 1), antipsychotics=APA_2020)
    told = page(own)
    assert "antipsychotics by APA 2020" in next(
        line for line in told.splitlines() if line.startswith("| RX1 ")
    )
    assert (
        "| **APA 2020** | Weight: at the start, on days 30, 61, 91, 122, 152 and 182, then every quarter"
        in told
    )
    assert "| ADA/APA 2004 | " in told
    assert "Fasting glucose: at the start, on day 84, then every year" in told
    (choice, found), *_ = ways(own)
    assert [(way.name, way.is_held) for way in found] == [("ADA/APA 2004", False), ("APA 2020", True)]
    assert choice.title == "Metabolic monitoring of antipsychotics"
    assert [one.name for one in table_of_numbers(own) if one.is_own] == ["antipsychotics"]


def test_interventions_have_labels_and_therapies_are_some_of_them() -> None:
    assert set(INTERVENTIONS) > THERAPIES
    assert all(item.label for item in INTERVENTIONS.values())


def test_the_book_tells_doses_readings_and_prompts_with_their_sources() -> None:
    told = page()
    assert (
        "| citalopram | ssri | 10 to 20 | 20 to 40 | 40 | 20 from 61 | 20 | suicidality in the young | S54, S86, practice"
        in told
    )
    assert "| lithium | eGFR | at the start, then every half year |  | S51, S52 |" in told
    assert "| Lithium with an NSAID, ACE inhibitor, ARB or thiazide | weigh | S51, S52 |" in told
    assert "| MAOI with a serotonergic drug | never together | practice" in told
    assert "| Pregnancy test | positive | no abrupt stop: call the prescriber today | practice" in told
    assert "4 weeks or longer at the minimum effective dose with 80 % of the doses taken" in told


@pytest.mark.parametrize("book", medication_books(DEFAULT_PROTOCOL), ids=lambda book: book.title)
def test_every_row_of_a_table_is_whole(book: Book) -> None:
    for row in book.rows:
        assert len(row.cells) == len(book.head)
        assert row.cells[0]
        assert row.source
        assert row.awaiting is ("M" in row.sources)
