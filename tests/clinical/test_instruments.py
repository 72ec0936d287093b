"""Scoring: totals, bands, blanks and cuts."""

from dataclasses import replace
from datetime import date

import pytest

from registry.clinical.instruments import (
    INSTRUMENTS,
    Filled,
    ScoreError,
    band,
    by_loinc_total,
    language_for,
    language_read,
    languages,
    positive,
    score,
    score_total,
    wording,
)
from registry.clinical.instruments.phq_a import depression_form
from tests.clinical.cases import case

PHQ9 = INSTRUMENTS["phq9"]


@pytest.mark.parametrize(
    ("name", "items", "total", "band_name", "prorated", "complete"),
    [
        case("PHQ-9 of all ones is 9, mild", "phq9", [1] * 9, 9, "mild", False, True),
        case("PHQ-9 of all threes is 27, severe", "phq9", [3] * 9, 27, "severe", False, True),
        case("one blank of nine is pro-rated: 8 x 9 / 8", "phq9", [1] * 8 + [None], 9, "mild", True, False),
        case("two blanks are pro-rated: 11 x 9 / 7 = 14.14", "phq9", [2, 2, 2, 2, 1, 1, 1, None, None], 14,
             "moderate", True, False),
        case("a half is rounded up: 4 x 9 / 8 = 4.5 is 5", "phq9", [4 - 1, 1, 0, 0, 0, 0, 0, 0, None], 5, "mild",
             True, False),
        case("three blanks leave no total", "phq9", [1] * 6 + [None] * 3, None, None, False, False),
        case("an empty form has no total and is not 0", "phq9", [None] * 9, None, None, False, False),
        case("PHQ-A is scored as the PHQ-9", "phq_a", [2] * 9, 18, "moderately severe", False, True),
        case("GAD-7 of 11 is moderate, not mild", "gad7", [2, 2, 2, 2, 1, 1, 1], 11, "moderate", False, True),
        case("GAD-7 with two blanks is pro-rated: 5 x 7 / 5", "gad7", [1] * 5 + [None] * 2, 7, "mild", True, False),
        case("GAD-7 of 21 is severe", "gad7", [3] * 7, 21, "severe", False, True),
        case("PHQ-2 has no bands", "phq2", [3, 3], 6, None, False, True),
        case("a PHQ-2 with a blank is never pro-rated", "phq2", [3, None], None, None, False, False),
        case("GAD-2 adds up", "gad2", [1, 2], 3, None, False, True),
        case("AUDIT-C adds up to 12", "audit_c", [4, 4, 4], 12, None, False, True),
        case("an AUDIT-C with a blank is never pro-rated", "audit_c", [4, None, 4], None, None, False, False),
        case("DAST-10 of all noes is 1: question 3 scores for a no", "dast10", [0] * 10, 1, "low", False, True),
        case("DAST-10 with a yes to question 3 alone is 0", "dast10", [0, 0, 1] + [0] * 7, 0, "none", False, True),
    ],
)  # fmt: skip
def test_scoring(
    name: str, items: list[int | None], total: int, band_name: str, prorated: bool, complete: bool
) -> None:
    scored = score(INSTRUMENTS[name], items)
    assert (scored.total, scored.band, scored.prorated, scored.complete) == (
        total,
        band_name,
        prorated,
        complete,
    )
    assert scored.answered == sum(item is not None for item in items)


@pytest.mark.parametrize(
    ("items", "item9", "note"),
    [
        case("a complete form has nothing to note", [0] * 9, 0, ""),
        case("a blank item 9 is not asked, even where the total is pro-rated", [1] * 8 + [None], None,
             "8 of 9 items answered: the total is pro-rated; item 9 was not answered, which is not a 0."),
        case("three blanks are told", [None] * 3 + [1] * 6, 1, "6 of 9 items answered: no total."),
    ],
)  # fmt: skip
def test_item9_is_never_pro_rated(items: list[int | None], item9: int | None, note: str) -> None:
    scored = score(PHQ9, items)
    assert (scored.item9, scored.note) == (item9, note)


def test_an_instrument_without_a_safety_item_has_no_item9() -> None:
    assert score(INSTRUMENTS["gad7"], [1] * 7).item9 is None


@pytest.mark.parametrize(
    ("items", "message"),
    [
        case(
            "an answer that does not exist names its item", [0, 0, 5] + [0] * 6, "item 3: 5 is not one of 0-3"
        ),
        case("a negative answer names its item", [-1] + [0] * 8, "item 1: -1 is not one of 0-3"),
        case("a form with too few items is refused", [0] * 8, "PHQ-9 has 9 items; 8 were given"),
    ],
)
def test_refused_answers(items: list[int], message: str) -> None:
    with pytest.raises(ScoreError, match=f"^{message}$"):
        score(PHQ9, items)


def test_a_total_alone_leaves_the_answers_unknown() -> None:
    scored = score_total(PHQ9, 21)
    assert (scored.total, scored.band, scored.severity) == (21, "severe", 4)
    assert (scored.answered, scored.complete, scored.item9) == (None, None, None)
    assert scored.note == "Total only: the answers are not known; item 9 is not known."
    assert score_total(INSTRUMENTS["phq2"], 3).band is None


def test_a_total_out_of_range_is_refused() -> None:
    with pytest.raises(ScoreError, match=r"^total: 28 is not one of 0-27$"):
        score_total(PHQ9, 28)


@pytest.mark.parametrize(
    ("name", "total", "sex", "verdict"),
    [
        case("PHQ-9 of 9 is negative", "phq9", 9, None, False),
        case("PHQ-9 of 10 is positive", "phq9", 10, None, True),
        case("PHQ-2 of 3 is positive", "phq2", 3, None, True),
        case("AUDIT-C of 3 is positive for a woman", "audit_c", 3, "female", True),
        case("AUDIT-C of 3 is negative for a man", "audit_c", 3, "male", False),
        case("AUDIT-C of 3 is not known where the sex is not known", "audit_c", 3, None, None),
        case("AUDIT-C of 4 is positive for anybody", "audit_c", 4, None, True),
        case("without a total nothing is known", "phq9", None, None, None),
    ],
)
def test_positive(name: str, total: int | None, sex: str | None, verdict: bool | None) -> None:
    assert positive(INSTRUMENTS[name], total, sex) is verdict


def test_bands_cover_every_total_once() -> None:
    for instrument in INSTRUMENTS.values():
        for total in range(instrument.lowest, instrument.highest + 1):
            holding = [b for b in instrument.bands if b.lowest <= total <= b.highest]
            assert len(holding) == (1 if instrument.bands else 0), (instrument.name, total)


def test_one_word_has_one_severity() -> None:
    words = {(b.name, b.severity) for i in INSTRUMENTS.values() for b in i.bands}
    assert len({name for name, _ in words}) == len(words)


def test_no_band_without_a_total() -> None:
    assert band(PHQ9, None) is None


def test_the_lowest_cut_is_the_positive_cut() -> None:
    assert INSTRUMENTS["audit_c"].positive_cut == 3


def test_totals_are_known_by_their_loinc_code_and_panels_are_not() -> None:
    phq_a = by_loinc_total("89204-2")
    assert phq_a is not None
    assert phq_a.name == "phq_a"
    assert by_loinc_total("44249-1") is None


def _luhn(code: str) -> bool:
    digits, check = code.split("-")
    doubled = "".join(str(int(d) * (2 if n % 2 == 0 else 1)) for n, d in enumerate(reversed(digits)))
    return (10 - sum(map(int, doubled)) % 10) % 10 == int(check)


def test_every_loinc_code_has_its_check_digit() -> None:
    from registry.clinical.instruments.cssrs import LOINC

    for loinc in [LOINC, *(i.loinc for i in INSTRUMENTS.values())]:
        codes = [code for code in (loinc.panel, loinc.total, *loinc.items) if code]
        assert all(_luhn(code) for code in codes), codes


TEXTS = [(name, tag) for name in INSTRUMENTS for tag in languages(name)]


def test_these_texts_are_shipped() -> None:
    assert [name for name, tag in TEXTS if tag == "en"] == [
        "phq9", "gad7", "phq2", "gad2", "pcl5", "pc_ptsd_5", "audit_c", "audit",
    ]  # fmt: skip
    assert [text for text in TEXTS if text[1] != "en"] == [("phq9", "es-US")]


@pytest.mark.parametrize(("name", "tag"), TEXTS)
def test_the_text_has_an_answer_for_every_value(name: str, tag: str) -> None:
    text = wording(name, tag)
    assert text is not None
    assert text.language == tag
    instrument = INSTRUMENTS[name]
    assert [item.number for item in text.items] == list(range(1, instrument.item_count + 1))
    assert [len(item.options) for item in text.items] == [len(values) for values in instrument.values]
    assert text.source
    assert text.licence


@pytest.mark.parametrize(("name", "tag"), TEXTS)
def test_what_is_asked_beside_the_items_has_its_words_too(name: str, tag: str) -> None:
    text = wording(name, tag)
    assert text is not None
    told = [(extra.key, len(extra.options)) for extra in INSTRUMENTS[name].extras]
    assert [(asked.key, len(asked.options)) for asked in text.extras] == told


@pytest.mark.parametrize(("name", "tag"), TEXTS)
def test_a_word_that_is_changed_asks_for_a_new_version(name: str, tag: str) -> None:
    text = wording(name, tag)
    assert text is not None
    assert text.checksum == text.fingerprint, (
        "raise the version of the file, then write this checksum into it"
    )


def test_a_changed_word_changes_the_fingerprint() -> None:
    text = wording("phq9")
    assert text is not None
    other = replace(text, items=(replace(text.items[0], text="Little interest"), *text.items[1:]))
    assert other.fingerprint != text.checksum


def test_the_spanish_text_says_what_it_still_owes() -> None:
    text = wording("phq9", "es-US")
    assert text is not None
    assert "phqscreeners.com" in text.source
    assert text.status == "awaiting check against the published PDF"
    assert text.extras[0].text.startswith("Si marcó cualquiera de los problemas")
    assert text.licence.endswith("No se requiere permiso para reproducir, traducir, presentar o distribuir.")
    assert (
        text.items[8].text == "Pensamientos de que estaría mejor muerto(a) o de lastimarse de alguna manera"
    )
    assert text.items[8].options == (
        "Ningún día",
        "Varios días",
        "Más de la mitad de los días",
        "Casi todos los días",
    )


@pytest.mark.parametrize(
    ("name", "spoken", "text", "recorded"),
    [
        case("who speaks Spanish reads the Spanish text", "phq9", "es", "es-US", "es-US"),
        case("of whatever country", "phq9", "es-MX", "es-US", "es-US"),
        case("who speaks English the English one", "phq9", "en", "en", "en"),
        case("in Vietnamese the English text is at hand, and the patient's language is recorded", "phq9", "vi", "en", "vi"),
        case("an unknown language reads English", "phq9", "", "en", ""),
        case("a form without a Spanish text is the English one", "gad7", "es", "en", "es"),
    ],
)  # fmt: skip
def test_the_text_goes_by_the_language(name: str, spoken: str, text: str, recorded: str) -> None:
    assert language_for(name, spoken) == text
    assert language_read(name, text, spoken) == recorded


def test_a_text_that_was_chosen_is_recorded_and_a_bare_total_was_read_in_none() -> None:
    assert language_read("phq9", "en", "es") == "en"
    assert language_read("phq9", "", "es") == "es"


def test_a_text_that_may_not_be_shipped_is_not_there() -> None:
    assert all(wording(name) is None for name, one in INSTRUMENTS.items() if one.entry != "items")
    assert wording("phq9", "xx") is None


@pytest.mark.parametrize(
    ("birth_date", "form"),
    [
        case("on the eighteenth birthday the adult form", date(2008, 11, 18), "phq9"),
        case("a day before it the adolescent one", date(2008, 11, 19), "phq_a"),
        case("an unknown age takes the adult form", None, "phq9"),
    ],
)
def test_the_form_goes_by_age(birth_date: date | None, form: str) -> None:
    assert depression_form(birth_date, date(2026, 11, 18)) == form


def test_a_filled_form_is_scored_by_its_answers_or_by_its_total() -> None:
    assert Filled(PHQ9, (1,) * 9).scored() == score(PHQ9, [1] * 9)
    assert Filled(PHQ9, None, 12).scored() == score_total(PHQ9, 12)
