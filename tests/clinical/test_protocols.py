"""Which protocol holds on a day, and what a clinic may set."""

from datetime import date
from uuid import UUID

import pytest

from registry.clinical.choices import ADA_2004, APA_2020
from registry.clinical.findings import findings
from registry.clinical.instruments import INSTRUMENTS
from registry.clinical.protocol import DEFAULT_PROTOCOL, POINTS, numbers
from registry.clinical.protocol_limits import ORDERED, bounds, problems, sections
from registry.clinical.protocols import PUBLISHED, Version, differing, protocols_of
from tests.clinical.cases import TODAY, ago, case, enrolled, seen

HERE, THERE = UUID(int=1), UUID(int=2)


def version(
    number: int, days: int, clinic: UUID | None = None, follows: bool = False, **values: int | str
) -> Version:
    return Version(number, clinic, f"v{number}", ago(days), None if follows else tuple(values.items()))


@pytest.mark.parametrize(
    ("versions", "clinic", "days", "expected"),
    [
        case("before any version the published protocol holds", (), HERE, 0, "2026.1"),
        case("nor does a version hold before its day", (version(1, 10),), HERE, 11, "2026.1"),
        case("from its day on it does", (version(1, 10),), HERE, 10, "v1"),
        case("until the next", (version(1, 10), version(2, 5)), HERE, 5, "v2"),
        case("an old day keeps the version that held then", (version(1, 10), version(2, 5)), HERE, 6, "v1"),
        case("of two from one day the later saved holds", (version(2, 5), version(1, 5)), HERE, 0, "v2"),
        case("a clinic's own comes before the organisation's", (version(1, 10, HERE), version(2, 5)), HERE, 0, "v1"),
        case("which holds for the other clinics", (version(1, 10, HERE), version(2, 5)), THERE, 0, "v2"),
        case("and for the whole", (version(1, 10, HERE), version(2, 5)), None, 0, "v2"),
        case("a clinic can follow the organisation again",
             (version(1, 10, HERE), version(2, 8), version(3, 5, HERE, follows=True)), HERE, 0, "v2"),
        case("from that day on only", (version(1, 10, HERE), version(2, 8), version(3, 5, HERE, follows=True)), HERE, 6, "v1"),
        case("another clinic's version is not one's own", (version(1, 10, THERE),), HERE, 0, "2026.1"),
    ],
)  # fmt: skip
def test_which_version_holds(
    versions: tuple[Version, ...], clinic: UUID | None, days: int, expected: str
) -> None:
    assert protocols_of(versions).on(clinic, ago(days)).version == expected


def test_an_old_day_is_judged_by_the_numbers_of_then() -> None:
    held = protocols_of([version(1, 10, acute_interval=21)])
    facts = enrolled(60, contacts=(seen(30),))
    before, after = ({f.code for f in findings(facts, held.on(HERE, day), day)} for day in (ago(11), ago(10)))
    assert "C2" in before
    assert "C2" not in after
    assert held.on(HERE, TODAY) is held.on(HERE, ago(1))
    assert protocols_of([]) is PUBLISHED


def test_a_scale_can_be_set_too() -> None:
    held = protocols_of([version(1, 10, **{"phq9.improved_below": 8, "no_longer_known": 3})]).on(HERE, TODAY)
    assert (held.phq9.improved_below, held.gad7.improved_below) == (8, 10)
    assert (held.effective_on, held.version) == (ago(10), "v1")


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        case("a choice holds from its day on", 10, APA_2020),
        case("an older day keeps the published way", 11, ADA_2004),
        case("a way that is no longer known is left out", 0, ADA_2004),
    ],
)  # fmt: skip
def test_a_choice_is_versioned_like_a_number(days: int, expected: str) -> None:
    held = protocols_of([version(1, 10, antipsychotics=APA_2020), version(2, 5, antipsychotics="of 1998")])
    assert held.on(HERE, ago(days)).antipsychotics.value == expected


def test_only_what_differs_is_kept() -> None:
    given = {"weekly": 7, "acute_interval": 21, "unknown": 1, "antipsychotics": ADA_2004}
    assert differing(given) == {"acute_interval": 21}
    assert differing({"antipsychotics": APA_2020}) == {"antipsychotics": APA_2020}


def test_every_number_has_its_section_and_bounds_around_the_published_value() -> None:
    found = [entry for _, entries in sections() for entry in entries]
    assert [entry.name for entry in found] == list(numbers(DEFAULT_PROTOCOL))
    for entry in found:
        assert entry.lowest <= entry.published.value <= entry.highest, entry.name
        assert bounds(entry.name, entry.published) == (entry.lowest, entry.highest)
    assert {name for chain in ORDERED for name in chain} <= {entry.name for entry in found}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        case("the published numbers are in order", {}, {}),
        case("a choice is one of the published ways", {"antipsychotics": "of 1998"},
             {"antipsychotics": "Choose one of: ADA/APA 2004, APA 2020."}),
        case("the other way is fine", {"antipsychotics": APA_2020}, {}),
        case("words are no number", {"weekly": "seven"}, {"weekly": "Enter a number from 5 to 14."}),
        case("a number out of bounds is told with its bounds", {"weekly": 1}, {"weekly": "Enter a number from 5 to 14."}),
        case("safety has closer bounds", {"assess_within": 5}, {"assess_within": "Enter a number from 1 to 2."}),
        case("an unknown number is named", {"what": 5}, {"what": "what is not a number of the protocol."}),
        case("the earlier of two may not come after the later", {"review_from": 90},
             {"review_from": "“enrolled and not better: psychiatric review from” (90) may not exceed “enrolled and not "
                             "better: psychiatric review by” (84)."}),
        case("nor the later before the earlier", {"review_until": 40},
             {"review_until": "“enrolled and not better: psychiatric review from” (56) may not exceed “enrolled and not "
                              "better: psychiatric review by” (40)."}),
        case("no number lies above the highest total of its scale", {"therapy_week_4": 28},
             {"therapy_week_4": "Enter a number from 8 to 27."}),
        case("a scale's numbers too", {"phq9.remission_below": 10, "phq9.improved_below": 9},
             {"phq9.remission_below": "“score below which a patient is in remission” (10) may not exceed “score below which a patient is "
                                      "improved” (9)."}),
    ],
)  # fmt: skip
def test_problems(values: dict[str, int | str], expected: dict[str, str]) -> None:
    assert problems(values) == expected


def test_the_meaning_of_a_number_begins_a_line_with_a_capital():
    assert DEFAULT_PROTOCOL.weekly.title.startswith("Between contacts")


def test_a_place_is_marked_by_the_versions_that_bear_on_it() -> None:
    held = protocols_of([version(1, 10), version(2, 5, HERE), version(3, 4, THERE)])
    assert [held.mark(place) for place in ([HERE], [THERE], [None, HERE, THERE])] == ["1 2", "1 3", "1 2 3"]
    assert PUBLISHED.mark([HERE]) == ""


@pytest.mark.parametrize(
    ("versions", "clinic", "days", "expected"),
    [
        case("one of the organization would not begin in a clinic that has its own by then", (version(1, -5),), HERE, 0, [1]),
        case("nor one of that very day", (version(1, -5),), HERE, -5, [1]),
        case("one of an earlier day holds before it", (version(1, -5),), HERE, -6, []),
        case("a clinic with its own is not reached anyway", (version(1, 9, HERE), version(2, -5)), HERE, 0, []),
        case("one that follows is", (version(1, 9, HERE), version(2, 3, HERE, follows=True), version(3, -5)), HERE, 0, [3]),
        case("it is reached again where it is planned to follow", (version(1, -5), version(2, -3, HERE, follows=True)),
             HERE, 0, []),
        case("what holds already is not planned", (version(1, 0),), HERE, 0, []),
        case("the organization passes nothing over", (version(1, -5),), None, 0, []),
    ],
)  # fmt: skip
def test_a_planned_version_of_the_organization_is_passed_over(
    versions: tuple[Version, ...], clinic: UUID | None, days: int, expected: list[int]
) -> None:
    found = protocols_of(versions).passed_over(clinic, ago(days), TODAY)
    assert [one.number for one in found] == expected


def test_the_versions_that_are_planned_are_the_places_own_and_the_last_of_each_day() -> None:
    held = protocols_of(
        [
            version(1, 0, HERE),
            version(2, -5, HERE),
            version(3, -2, HERE),
            version(4, -5, HERE),
            version(5, -3),
        ]
    )
    assert [one.number for one in held.planned(HERE, TODAY)] == [3, 4]
    assert [one.number for one in held.planned(None, TODAY)] == [5]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        case("a day of the protocol", date(2026, 1, 1), "in force since Jan 1, 2026"),
        case("a day before the first protocol", date(2025, 12, 31), "the first one, of Jan 1, 2026"),
    ],
)
def test_a_day_before_the_protocol_says_so(day: date, words: str) -> None:
    assert DEFAULT_PROTOCOL.in_force(day) == words


def test_no_bound_lies_above_the_highest_total() -> None:
    highest = {"scared": INSTRUMENTS["scared_child"].highest} | {n: i.highest for n, i in INSTRUMENTS.items()}
    for _, entries in sections():
        for entry in entries:
            if entry.published.unit == POINTS:
                assert entry.highest <= highest.get(entry.name.partition(".")[0], 27), entry.name
