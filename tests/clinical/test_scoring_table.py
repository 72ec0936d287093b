"""The scoring table of the domain facts (3.1), written down a second time: the data files say the same numbers.

A number that is changed here or there has to be looked up in the facts first.
"""

from typing import Any, NamedTuple

import pytest

from registry.clinical.instruments import INSTRUMENTS
from registry.clinical.instruments.cssrs import LOINC as CSSRS

PHQ_BANDS, PHQ_CHANGE = (0, 5, 10, 15, 20), {"response_percent": 50, "remission_below": 5, "meaningful_points": 5,
                                             "reliable_points": 6}  # fmt: skip
HALF = {"response_percent": 50}


class Row(NamedTuple):
    """One instrument: items, highest answer and total, where its bands begin, its cuts, what counts as a change, LOINC."""

    items: int
    answer: int
    total: int
    bands: tuple[int, ...] = ()
    cuts: dict[str, int] = {}
    change: dict[str, int] = {}
    panel: str | None = None
    loinc: str | None = None
    safety: int | None = None


TABLE: dict[str, Row] = {
    "phq9": Row(9, 3, 27, PHQ_BANDS, {"everyone": 10}, PHQ_CHANGE, "44249-1", "44261-6", 9),
    "phq_a": Row(9, 3, 27, PHQ_BANDS, {"everyone": 10}, PHQ_CHANGE, "89206-7", "89204-2", 9),
    "phq2": Row(2, 3, 6, (), {"everyone": 3}, {}, None, "55758-7"),
    "gad7": Row(7, 3, 21, (0, 5, 10, 15), {"everyone": 10},
                {"response_percent": 50, "remission_below": 5, "meaningful_points": 4}, "69737-5", "70274-6"),
    "gad2": Row(2, 3, 6, (), {"everyone": 3}),
    "pcl5": Row(20, 4, 80, (), {"everyone": 31},
                {"response_points": 12, "reliable_points": 5, "meaningful_points": 10}, "101697-1", "101698-9"),
    "pc_ptsd_5": Row(6, 1, 5, (), {"men": 4, "women": 3}, {}, "102010-6", "102017-1"),
    "audit_c": Row(3, 4, 12, (), {"men": 4, "women": 3}, {}, "72109-2", "75626-2"),
    "audit": Row(10, 4, 40, (0, 8, 16, 20), {"everyone": 8}, {}, None, "75624-7"),
    "dast10": Row(10, 1, 10, (0, 1, 3, 6, 9), {"everyone": 3}, {}, None, "82667-7"),
    "cssrs": Row(7, 1, 0),
    "mdq": Row(15, 1, 13, (), {"everyone": 7}),
    "epds": Row(10, 3, 30, (0, 10, 13), {"everyone": 10}, {"reliable_points": 4}, safety=10),
    "isi": Row(7, 4, 28, (0, 8, 15, 22), {"everyone": 15}, {"response_points": 8, "remission_below": 8}),
    "asrs": Row(6, 4, 24, (), {"everyone": 14}),
    "wsas": Row(5, 8, 40, (0, 10, 21), {"everyone": 10}, {"reliable_points": 8}),
    "smfq_child": Row(13, 2, 26, (), {"everyone": 12}, {"response_points": 8}),
    "smfq_parent": Row(13, 2, 26, (), {}, {"response_points": 6}),
    "scared_child": Row(41, 2, 82, (), {"everyone": 25}, HALF),
    "scared_parent": Row(41, 2, 82, (), {"everyone": 25}, HALF),
    "psc17": Row(17, 2, 34, (), {"everyone": 15}, HALF),
    "vanderbilt_parent": Row(55, 3, 54, (), {}, HALF),
    "vanderbilt_teacher": Row(43, 3, 54, (), {}, HALF),
}  # fmt: skip
NUMBERS = ("response_percent", "response_points", "remission_below", "meaningful_points", "reliable_points")


def test_every_instrument_has_its_row() -> None:
    assert set(TABLE) == set(INSTRUMENTS)


@pytest.mark.parametrize("name", TABLE)
def test_the_data_file_says_the_same(name: str) -> None:
    kind = INSTRUMENTS[name]
    change: dict[str, Any] = {
        part: value for part in NUMBERS if (value := getattr(kind.change, part)) is not None
    }
    assert TABLE[name] == Row(
        kind.item_count, kind.item_highest, kind.highest, tuple(band.lowest for band in kind.bands),
        {cut.whom: cut.at_least for cut in kind.cuts}, change, kind.loinc.panel, kind.loinc.total, kind.safety_item,
    )  # fmt: skip
    assert [band.highest + 1 for band in kind.bands] == [
        *TABLE[name].bands[1:],
        *([kind.highest + 1] if kind.bands else []),
    ]


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("phq9", "44250-9 44255-8 44259-0 44254-1 44251-7 44258-2 44252-5 44253-3 44260-8"),
        ("gad7", "69725-0 68509-9 69733-4 69734-2 69735-9 69689-8 69736-7"),
        ("pc_ptsd_5", "102011-4 102012-2 102013-0 102014-8 102015-5 102016-3"),
    ],
)
def test_the_items_have_the_codes_of_the_table(name: str, codes: str) -> None:
    assert " ".join(map(str, INSTRUMENTS[name].loinc.items)) == codes


def test_an_item_code_that_nobody_confirmed_is_left_out() -> None:
    assert INSTRUMENTS["audit_c"].loinc.items == (None, "68519-8", "68520-6")


def test_the_codes_of_the_screener_are_none_of_a_total() -> None:
    assert (CSSRS.panel, CSSRS.total) == ("93373-9", "93374-7")
    assert CSSRS.items == ("93246-7", "93247-5", "93248-3", "93249-1", "93250-9", "93267-3")


@pytest.mark.parametrize(
    ("name", "cuts"),
    [
        ("psc17", {"internalizing": 5, "attention": 7, "externalizing": 7}),
        ("pcl5", {"B": 1, "C": 1, "D": 2, "E": 2}),
    ],
)
def test_subscales_and_clusters_have_the_cuts_of_the_table(name: str, cuts: dict[str, int]) -> None:
    assert {one.name: one.at_least for one in INSTRUMENTS[name].subscales} == cuts


def test_the_numbers_beside_a_cut_are_told_with_it() -> None:
    notes = {name: [cut.note for cut in kind.cuts if cut.note] for name, kind in INSTRUMENTS.items()}
    assert {name: told for name, told in notes.items() if told} == {
        "phq9": ["sensitivity 88 %, specificity 88 % (S47); 74 and 91 % in primary care (S46)"],
        "phq2": ["sensitivity 61 %, specificity 92 %; 2 is more sensitive: 86 and 78 %"],
        "phq_a": ["11 in one validation in teenagers"],
        "gad7": ["8 is more sensitive"],
        "pcl5": [
            "31 to 33 are in use: the screen is positive from 31, the usual target of treatment is below 33"
        ],
        "pc_ptsd_5": ["or where sensitivity counts"],
        "isi": ["10 or 11 in the community"],
        "epds": ["10 possible, 13 probable"],
    }
