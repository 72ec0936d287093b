"""Trials as bars below the curve: which row, which words, and what a reader hears."""

from datetime import date, timedelta

from registry.charts import also, key, trend
from registry.charts.courses import placed, rows_of
from registry.charts.episode import trend_of
from registry.charts.frame import frame
from registry.charts.shapes import Trend, TrendPoint, TrialBar
from registry.charts.words import sentence
from tests.clinical.cases import TODAY as DAY
from tests.clinical.cases import P, closed, drug, enrolled, phq9, seen

TODAY = date(2026, 11, 20)


def ago(days):
    return TODAY - timedelta(days)


def chart(*trials):
    return Trend("PHQ-9", 27, (TrendPoint(ago(120), 20), TrendPoint(ago(5), 8)), TODAY, trials=trials)


FIRST = TrialBar(ago(110), ago(60), "sertraline 50 mg", True)
SECOND = TrialBar(ago(60), TODAY, "lithium 900 mg", None)
BESIDE = TrialBar(ago(90), TODAY, "fluoxetine 10 mg", False)


def test_trials_that_follow_share_a_row_and_those_beside_each_other_do_not():
    assert rows_of(chart(FIRST, SECOND)) == 1
    assert rows_of(chart(FIRST, SECOND, BESIDE)) == 2
    assert rows_of(chart()) == 0
    assert rows_of(chart(*[TrialBar(ago(90), TODAY, f"drug{n}") for n in range(5)])) == 3


def test_of_more_trials_than_rows_the_running_ones_are_drawn_and_the_others_said():
    four = [TrialBar(ago(100 - n), TODAY if n else ago(20), f"drug{n} 10 mg") for n in range(4)]
    drawing = chart(*four)
    bars = placed(drawing, frame(drawing, 880, 260, 0, 3))
    assert {bar.bar.label for bar in bars} == {"drug1 10 mg", "drug2 10 mg", "drug3 10 mg"}
    assert also(drawing) == "Also: trial of drug0 10 mg from Aug 12, 2026."


def test_a_bar_says_as_much_as_it_has_room_for():
    drawing = chart(FIRST, SECOND, BESIDE, TrialBar(ago(119), ago(118), "paroxetine 20 mg", False))
    bars = placed(drawing, frame(drawing, 880, 260, 0, 2))
    labels = {bar.bar.label: bar.label for bar in bars}
    assert labels["sertraline 50 mg"] == "sertraline 50 mg, adequate"
    assert labels["lithium 900 mg"] == "lithium 900 mg"
    assert labels["paroxetine 20 mg"] == "paroxetine", "behind its bar, as far as the next"


def test_the_chart_draws_its_bars_and_says_them():
    told = sentence(chart(FIRST, BESIDE))
    assert "sertraline 50 mg from Aug 2, 2026 to Sep 21, 2026, adequate" in told
    assert "fluoxetine 10 mg from Aug 22, 2026 to Nov 20, 2026, not adequate" in told
    svg = trend(chart(FIRST, SECOND, BESIDE), height=260)
    assert svg.count('class="trial') == 3
    assert 'class="trial short"' in svg
    assert key(chart(FIRST, BESIDE)).endswith(
        "Bars: medication trials; filled: adequate, dashed: not adequate."
    )
    assert key(chart(SECOND)).endswith("Bars: medication trials; hollow: not known.")


def test_a_therapy_is_named_without_its_verb():
    facts = enrolled(30, contacts=(seen(20, interventions=("cbt",)),), scores=(phq9(29, 20),))
    drawing = trend_of(facts, P, DAY)
    assert [e.label for e in drawing.steps()] == ["cognitive behavioral therapy"]
    assert "began cognitive behavioral therapy." in sentence(drawing)


def test_the_chart_of_a_closed_episode_ends_at_its_close_or_at_what_was_measured_later():
    measured = closed(200, scores=(phq9(370, 20), phq9(210, 4)))
    assert trend_of(measured, P, DAY).today == DAY - timedelta(200)
    later = closed(200, scores=(phq9(370, 20), phq9(150, 6)))
    assert trend_of(later, P, DAY).today == DAY - timedelta(150)
    assert trend_of(enrolled(100, scores=(phq9(99, 20),)), P, DAY).today == DAY


def test_a_split_and_a_dose_written_anew_draw_no_arrow():
    told = drug("sertraline", (90, "start", 50.0), (80, "split", 50.0), (70, "change", 50.0), (60, "change", 100.0),
                (50, "hold", None), (40, "resume", 100.0), (30, "stop", None))  # fmt: skip
    drawing = trend_of(enrolled(100, medications=(told,), scores=(phq9(99, 20),)), P, DAY)
    assert [(e.kind, e.label) for e in drawing.steps()] == [
        ("start", "sertraline 50 mg"), ("up", "sertraline 50 to 100 mg"), ("stop", "sertraline held"),
        ("start", "sertraline 100 mg"), ("stop", "sertraline stopped"),
    ]  # fmt: skip


def test_the_bars_come_from_the_facts():
    facts = enrolled(100, medications=(drug("sertraline", (90, "start", 50.0)), drug("fluoxetine", (400, "start", 20.0),
                     (300, "stop", None))), scores=(phq9(99, 20), phq9(5, 10)))  # fmt: skip
    drawing = trend_of(facts, P, DAY)
    assert [bar.label for bar in drawing.trials] == ["sertraline 50 mg"], (
        "what ended before the chart is not drawn"
    )
