"""Charts: what they show, in shapes and in words, and that they look right with nothing and with very much."""

import itertools
import math
import re
import xml.etree.ElementTree as ET
from datetime import date, timedelta

import pytest

from registry.charts import Band, Event, Trend, TrendPoint, also, figure, key, sentence, sparkline, trend
from registry.charts.episode import point as point_of
from registry.charts.frame import frame, weeks
from registry.charts.labels import Surroundings, name_box, place_values, struck, value_box
from registry.charts.lanes import hoist, lanes_used
from registry.charts.type import width as type_width
from registry.clinical.dates import spell
from registry.clinical.facts import Score

START = date(2026, 7, 15)
TODAY = date(2026, 11, 20)
BANDS = (
    Band(0, "Minimal", 0),
    Band(5, "Mild", 1),
    Band(10, "Moderate", 2),
    Band(15, "Mod. severe", 3),
    Band(20, "Severe", 4),
)


def point(day: int, total: int, item9: bool = False, partial: bool = False) -> TrendPoint:
    return TrendPoint(START + timedelta(days=day), total, item9, partial)


FEW = (point(0, 24, True), point(28, 18), point(91, 16, partial=True), point(119, 11))
MANY = tuple(TrendPoint(TODAY - timedelta(days=12 * i), (7 * i) % 28, i % 6 == 0) for i in range(60))
EVENTS = (
    Event(START + timedelta(days=2), "start", "mirtazapine 15 mg"),
    Event(START + timedelta(days=42), "up", "mirtazapine 15 to 30 mg"),
)


def chart(points: tuple[TrendPoint, ...] = FEW, **more: object) -> Trend:
    values: dict[str, object] = {"bands": BANDS, "target": 10, "baseline": points[0] if points else None}
    return Trend(
        "PHQ-9",
        27,
        points,
        TODAY,
        **{**values, "enrolled_on": START + timedelta(days=2), "events": EVENTS, **more},
    )  # type: ignore[arg-type]


def shapes(svg: str, kind: str) -> int:
    return svg.count(f'class="{kind}"')


def words(svg: str, kind: str) -> list[str]:
    return re.findall(rf'class="{kind}"[^>]*>([^<]*)<', svg)


@pytest.mark.parametrize(
    "case",
    [
        chart(),
        chart(()),
        chart(FEW[:1]),
        chart(MANY),
        chart((point(0, 12), point(0, 14), point(1, 9))),
        chart(bands=(), target=None, baseline=None, enrolled_on=None, events=()),
        chart((point(0, 27), point(0, 0))),
        chart(enrolled_on=TODAY + timedelta(days=3)),
    ],
)
@pytest.mark.parametrize("size", [(880, 260), (708, 180), (398, 200)])
class TestAnyTrend:
    def test_is_well_formed_svg_that_starts_as_svg(self, case: Trend, size: tuple[int, int]) -> None:
        svg = str(trend(case, width=size[0], height=size[1]))
        assert svg.startswith("<svg")
        assert ET.fromstring(svg)[0].tag.endswith("title")

    def test_has_no_style_and_no_script(self, case: Trend, size: tuple[int, int]) -> None:
        svg = str(trend(case, width=size[0], height=size[1]))
        assert not re.search(r"style=|<style|<script|\son\w+=|javascript:", svg)

    def test_stays_inside_its_picture(self, case: Trend, size: tuple[int, int]) -> None:
        svg = str(trend(case, width=size[0], height=size[1]))
        xs = [float(x) for x in re.findall(r' (?:x|x1|x2|cx)="([^"]+)"', svg)]
        ys = [float(y) for y in re.findall(r' (?:y|y1|y2|cy)="([^"]+)"', svg)]
        assert min(xs) >= -4
        assert max(xs) <= size[0]
        assert min(ys) >= 0
        assert max(ys) <= size[1]


class TestTrend:
    def test_item_9_is_a_diamond_and_a_partial_score_is_hollow(self) -> None:
        svg = str(trend(chart()))
        assert [shapes(svg, kind) for kind in ("i9", "pt", "hollow")] == [1, 2, 1]

    def test_bands_are_named_and_values_are_written(self) -> None:
        svg = str(trend(chart()))
        assert set(words(svg, "clab")) >= {"Minimal", "Mild", "Moderate", "Mod. severe", "Severe"}
        assert words(svg, "tlab") == ["50% of baseline (12)", "Target: below 10"]
        assert sorted(words(svg, "val")) == ["11", "16", "18", "24"]

    def test_the_axis_counts_weeks_from_enrolment(self) -> None:
        case = chart()
        ticks = weeks(case, frame(case, 880, 260, 1))
        assert ticks[0] == (START + timedelta(days=2), "Enrolled", "Jul 17")
        assert ticks[1][1].startswith("Wk ")

    def test_a_low_chart_writes_week_and_date_on_one_line_and_leaves_the_scores_its_height(self) -> None:
        case = chart()
        assert "Enrolled · Jul 17" in words(str(trend(case, width=708, height=140)), "clab")
        assert frame(case, 708, 180, 1).bottom > frame(case, 708, 200, 1).bottom - 20

    def test_nothing_after_today_is_drawn(self) -> None:
        late = (*FEW, TrendPoint(TODAY + timedelta(days=1), 3, True))
        events = (*EVENTS, Event(TODAY + timedelta(days=1), "stop", "tomorrow"))
        assert trend(chart(late, events=events)) == trend(chart())

    def test_the_order_of_entry_does_not_matter(self) -> None:
        assert trend(chart(FEW[::-1], baseline=FEW[0], events=EVENTS[::-1])) == trend(chart())

    def test_text_is_escaped(self) -> None:
        evil = (Event(START, "start", "</text><script>alert(1)</script>"),)
        svg = str(trend(chart(events=evil), uid='"><script>'))
        assert "<script" not in svg
        assert "&lt;script" in svg

    def test_an_event_from_before_the_chart_says_since_when(self) -> None:
        svg = str(trend(chart(events=(Event(date(2024, 3, 2), "start", "sertraline 50 mg"),))))
        assert words(svg, "evt") == ["sertraline 50 mg since Mar 2024"]

    def test_a_picture_of_sixty_scores_thins_its_labels(self) -> None:
        slow = tuple(TrendPoint(TODAY - timedelta(days=12 * i), 5 + i // 4, i == 7) for i in range(60))
        svg = str(trend(chart(slow), width=708, height=215))
        assert shapes(svg, "pt") + shapes(svg, "i9") == 60
        assert 2 <= len(words(svg, "val")) <= 45


def test_flags_of_one_day_stand_in_lanes_of_their_own() -> None:
    flags = hoist([(e, 50.0) for e in EVENTS], set(), 880, 260)
    assert [f.lane for f in flags] == [0, 1]
    assert lanes_used(flags) == 2


def test_a_flag_without_room_shrinks_to_its_glyph_and_then_to_its_line_the_newest_last() -> None:
    crowd = [(Event(START, "up", "venlafaxine XR 75 mg"), 40.0 + i) for i in range(9)]
    flags = hoist(crowd, set(), 880, 260)
    assert [(f.lane, f.is_named) for f in flags[-3:]] == [(0, True), (1, True), (2, True)]
    assert flags[4].lane is None


STEPS = tuple(
    Event(START + timedelta(days=day), kind, label)
    for day, kind, label in (
        (0, "start", "escitalopram 10 mg"),
        (60, "up", "escitalopram 10 to 15 mg"),
        (70, "up", "escitalopram 15 to 20 mg"),
        (122, "stop", "escitalopram stopped"),
        (127, "start", "venlafaxine 75 mg"),
    )
)


@pytest.mark.parametrize("size", [(340, 240), (700, 230), (708, 112), (708, 180), (880, 270)])
def test_every_change_of_treatment_is_named_in_the_picture_or_under_it(size: tuple[int, int]) -> None:
    case, slot = chart(events=STEPS), {"width": size[0], "height": size[1]}
    named, under = words(str(trend(case, **slot)), "evt"), also(case, **slot)
    assert "venlafaxine 75 mg" in named, "the newest has its name in the picture"
    for step in STEPS:
        assert (step.label in named) != (f"{spell(step.on)} {step.label}" in under)


def test_the_line_under_a_chart_tells_what_it_cut_too_and_the_page_shows_it() -> None:
    long = Event(START + timedelta(days=40), "up", "dextroamphetamine and amphetamine 10 to 20 mg")
    case = chart(events=(long, STEPS[-1]))
    assert also(case) == "Also: Aug 24, 2026 dextroamphetamine and amphetamine 10 to 20 mg."
    assert figure(case).endswith(f'</svg><p class="also">{also(case)}</p>')
    assert figure(chart()) == trend(chart())


def test_the_table_lists_the_changes_of_treatment_beside_the_scores() -> None:
    head, rows = chart(events=(*STEPS, Event(TODAY + timedelta(days=1), "stop", "tomorrow"))).table()
    assert head == ["Date", "PHQ-9", "Treatment change"]
    assert rows[0] == ["Nov 19, 2026", "", "venlafaxine 75 mg"]
    assert rows[-1] == ["Jul 15, 2026", 24, "escitalopram 10 mg"]
    assert len(rows) == len(FEW) + len(STEPS) - 1


def test_a_glyph_alone_has_no_box() -> None:
    close = tuple(Event(START + timedelta(days=n), "up", "venlafaxine XR 37.5 to 112.5 mg") for n in (0, 119))
    svg = str(trend(chart(events=close), width=340, height=150))
    assert (shapes(svg, "evg"), shapes(svg, "evb"), len(words(svg, "evt"))) == (2, 1, 1)


def test_value_labels_never_run_into_each_other() -> None:
    xy = [(30.0 + 10 * i, 40.0 + p.total) for i, p in enumerate(MANY)]
    placed = sorted(place_values(list(MANY), xy, Surroundings(200)))
    assert all(b[0] - a[0] >= 10 or abs(a[1] - b[1]) >= 8 for a, b in itertools.pairwise(placed))


def test_the_first_number_stands_clear_of_the_axis() -> None:
    ((x, _, total),) = place_values([point(0, 18)], [(30.0, 60.0)], Surroundings(200, left=30.0))
    assert (total, x > 36) == (18, True)


def test_a_first_number_that_its_ring_sends_below_leaves_the_axis_and_a_line_near_to_it() -> None:
    ring, target = (22.5, 52.5, 37.5, 67.5), (30.0, 67.0, 200.0, 67.0)
    around = Surroundings(200, left=30.0, marks=(ring,), lines=(target,))
    ((x, y, total),) = place_values([point(0, 11)], [(30.0, 60.0)], around)
    left, _, _, bottom = value_box(x, y, total)
    assert (left > 32, bottom < 65) == (True, True)


def test_a_number_leaves_the_line_it_would_be_struck_by() -> None:
    """Above the point runs the target: the number goes below. With lines on both sides it goes beside."""
    at, target, half = [(100.0, 60.0)], (30.0, 44.0, 400.0, 44.0), (30.0, 76.0, 400.0, 76.0)
    ((_, y, _),) = place_values([point(0, 18)], at, Surroundings(200, lines=(target,)))
    assert y > 60
    ((x, y, total),) = place_values([point(0, 18)], at, Surroundings(200, lines=(target, half)))
    assert (struck(value_box(x, y, total), (target, half)), x != 100) == (0, True)


def level_names(svg: str) -> list[tuple[float, float, float, float]]:
    found = re.findall(r'class="tlab" x="([^"]+)" y="([^"]+)"[^>]*>([^<]*)<', svg)
    return [name_box(float(x), float(y), type_width(name)) for x, y, name in found]


@pytest.mark.parametrize("size", [(340, 220), (700, 230), (708, 140), (708, 180)])
def test_the_name_of_a_line_is_struck_by_no_curve_and_no_fall(size: tuple[int, int]) -> None:
    """The curve falls through both lines at their left end and rises through them at the right one."""
    course = tuple(point(day, total) for day, total in ((0, 22), (14, 3), (70, 2), (119, 21)))
    case = chart(course, enrolled_on=START + timedelta(days=10), events=())
    svg = str(trend(case, width=size[0], height=size[1]))
    (corners,) = re.findall(r'class="line" points="([^"]+)"', svg)
    xy = [tuple(map(float, corner.split(","))) for corner in corners.split()]
    lines = [(*a, *b) for a, b in itertools.pairwise(xy)]
    falls = re.findall(r'class="target" x1="(\S+)" y1="(\S+)" x2="(\S+)" y2="(\S+)"', svg)
    lines += [(float(x1), float(y1), float(x2), float(y2)) for x1, y1, x2, y2 in falls]
    assert [struck(box, lines) for box in level_names(svg)] == [0, 0]


def test_a_number_is_nearer_to_its_own_point_than_to_another() -> None:
    """Two scores close to each other: the number that has no room above goes where it is not read as the other's."""
    xy = [(100.0, 60.0), (112.0, 62.0), (124.0, 50.0)]
    points = [point(0, 20), point(2, 19), point(4, 21)]
    for x, y, total in place_values(points, xy, Surroundings(200, left=30.0)):
        own = xy[[p.total for p in points].index(total)]
        middle = (x, y - 4)
        assert all(math.dist(middle, own) <= math.dist(middle, other) for other in xy)


def test_the_axis_ends_today_once_there_is_a_week_to_show() -> None:
    case = chart((TrendPoint(TODAY - timedelta(days=12), 6),), enrolled_on=None)
    assert frame(case, 880, 170, 0).last == TODAY
    new = chart((TrendPoint(TODAY, 6),), enrolled_on=None)
    assert frame(new, 880, 170, 0).last == TODAY + timedelta(days=7)


def test_the_first_tick_of_a_low_chart_stands_clear_of_the_0() -> None:
    case = chart((TrendPoint(TODAY - timedelta(days=12), 6),), bands=(), enrolled_on=None, events=())
    svg = str(trend(case, width=330, height=170))
    places = {words: float(y) for y, words in re.findall(r'class="clab"[^>]* y="([^"]+)"[^>]*>([^<]*)<', svg)}
    assert places["First score · Nov 8"] - 10 > places["0"], "the tick is 10 px high"


def test_a_number_stands_on_no_word_and_no_ring() -> None:
    ring = (92.5, 52.5, 107.5, 67.5)
    ((_, y, _),) = place_values([point(0, 18)], [(100.0, 60.0)], Surroundings(200, marks=(ring,)))
    assert y + 1 <= 52.5 or y - 9 >= 67.5


def test_a_number_that_cannot_leave_a_line_stands_on_paper() -> None:
    crowd = tuple(Event(START + timedelta(days=90 + n), "up", "x") for n in range(4))
    grounds = [shapes(str(trend(chart(events=events), width=340)), "lb") for events in ((), crowd)]
    assert grounds[0] <= grounds[1]


@pytest.mark.parametrize("height", [112, 140, 260])
def test_the_last_number_is_always_written(height: int) -> None:
    """The course of the scores runs along the target, so that both ends of its line are busy."""
    along = tuple(point(14 * n, total) for n, total in enumerate((14, 12, 10, 10, 11, 9, 7, 8, 10, 8)))
    svg = str(trend(chart(along, baseline=along[1]), width=708, height=height))
    assert {"14", "8"} <= set(words(svg, "val"))


class TestWords:
    def test_the_sentence_says_what_the_picture_shows(self) -> None:
        said = sentence(chart())
        for part in (
            "PHQ-9 trend, 4 scores: 24 on Jul 15, 2026, 18 on Aug 12, 2026",
            "The latest is 54% lower than the baseline of 24; half of that is 12.",
            "Target below 10: not reached.",
            "Item 9 above 0 on Jul 15, 2026.",
            "Partly answered on Oct 14, 2026.",
            "Jul 17, 2026 started mirtazapine 15 mg",
        ):
            assert part in said

    def test_many_scores_are_told_by_first_best_and_latest(self) -> None:
        assert "60 scores: first" in sentence(chart(MANY))

    def test_no_score_is_said(self) -> None:
        assert sentence(chart(())) == "PHQ-9 trend: no score yet."

    @pytest.mark.parametrize(
        "total, said", [(24, "unchanged from"), (26, "8% higher than"), (9, "62% lower than")]
    )
    def test_the_change_is_put_in_words(self, total: int, said: str) -> None:
        assert said in sentence(chart((FEW[0], point(60, total))))

    def test_the_key_names_only_the_marks_that_are_drawn(self) -> None:
        assert key(chart(())) == ""
        assert "Hollow" not in key(chart(FEW[:2]))
        assert key(chart()).startswith("Diamond: item 9 above 0. Hollow:")


class TestSparkline:
    def test_is_small_hidden_and_well_formed(self) -> None:
        svg = str(sparkline(FEW))
        assert svg.startswith("<svg")
        assert 'aria-hidden="true"' in svg
        assert len(svg) < 520
        ET.fromstring(svg)

    def test_ends_in_a_diamond_when_the_last_item_9_is_positive(self) -> None:
        assert [shapes(str(sparkline((FEW[1], FEW[0]))), kind) for kind in ("i9", "pt")] == [0, 1]
        assert [shapes(str(sparkline(FEW[:1])), kind) for kind in ("i9", "pt")] == [1, 0]

    def test_with_a_title_it_speaks(self) -> None:
        assert "<title>24 &lt; 27</title>" in sparkline(FEW, title="24 < 27")

    def test_of_nothing_is_an_empty_band(self) -> None:
        assert "polyline" not in sparkline(())
        assert "sgoal" not in sparkline((), target=None)


def test_the_table_tells_a_zero_from_a_question_that_nobody_asked():
    points = tuple(
        point_of(Score(str(day), "phq9", date(2026, 11, day), 12, answered=answered, item9=item9))
        for day, answered, item9 in ((2, 9, 0), (9, None, None), (16, 8, None), (18, 9, 2))
    )
    table = Trend("PHQ-9", 27, points, date(2026, 11, 20)).table()
    assert table.head == ["Date", "PHQ-9", "Safety item"]
    assert [row[2] for row in table.rows] == ["2", "not answered", "not known", "0"]
    anxiety = point_of(Score("g", "gad7", date(2026, 11, 2), 9, answered=7))
    assert Trend("GAD-7", 21, (anxiety,), date(2026, 11, 20)).table().head == ["Date", "GAD-7"]
