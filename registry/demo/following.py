"""What a handful of patients follow beside the usual scales: rarer instruments, a PTSD on the PCL-5, their own trackers.

Told after the histories, from a chance of its own, so that the histories stay as they are.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from registry.clinical.instruments import INSTRUMENTS
from registry.clinical.instruments.scoring import score
from registry.clinical.pathways import ALCOHOL, OPIOID, PERINATAL
from registry.clinical.trackers import ATTENDANCE, CRAVINGS, EXERCISE, GOAL, SLEEP
from registry.demo import answers, curves
from registry.demo.case import PHQ9, Case
from registry.demo.forms import ENTERED
from registry.demo.rows import at
from registry.demo.steering import Chart, with_contacts

PTSD = ("ptsd", "F43.10", "Post-traumatic stress disorder, unspecified")
PCL5_BASELINE = 54
PAPER = "paper form"
WEEK = timedelta(days=7)
NIGHTS = 14
NIGHT_NOTES = ("", "", "", "Woke at four.", "Dog barked.", "Phone left in the kitchen.")


def follow(cases: Sequence[Case]) -> None:
    """Instruments and trackers of some of a care manager's active patients; each kind picks its own."""
    charts = [Chart(case, contacts, "following") for case, contacts in with_contacts(cases)]
    known = [chart for chart in charts if len(chart.contacts) > 3]
    for kind in (curves.RESPONDER, curves.NON_RESPONDER):
        for chart in _first(known, 1, lambda case, kind=kind: _may_be_trauma(case, kind)):  # type: ignore[misc]
            _trauma(chart)
    grown = [chart for chart in known if not chart.case.person.young]
    for number, chart in enumerate(grown[:12]):
        _drinks(chart)
        _TRACKED[number % len(_TRACKED)](chart)
    for chart in grown[4:8]:
        _impairment(chart)
    _on_their_pathways(charts)


def _first(charts: Iterable[Chart], count: int, fits: Callable[[Case], bool]) -> Iterator[Chart]:
    yield from [chart for chart in charts if fits(chart.case)][:count]


def _may_be_trauma(case: Case, kind: str) -> bool:
    return case.kind == kind and case.primary == PHQ9 and not case.person.young and len(case.scores) > 4


# ---------------------------------------------------------------- instruments


def _trauma(chart: Chart) -> None:
    """An episode that is judged on the PCL-5: taken with every PHQ-9, and moving as that does."""
    case, rng = chart.case, chart.rng
    condition, icd10, title = PTSD
    episode = next(row for row in case.rows.tables["episode"] if row["id"] == case.episode_id)
    episode.update(primary_condition=condition, icd10=icd10, primary_scale="pcl5")
    case.rows.add("problem", id=_key(chart), patient_id=case.person.id, code_system="ICD-10-CM", code=icd10, title=title,
                  behavioural=True, onset_on=case.referred_on, source=ENTERED, recorded_at=at(case.referred_on))  # fmt: skip
    _answered(chart, "pc_ptsd_5", case.enrolled_on, (1, 1, 1, 1, 0, 1))
    held = {row["on"]: row["id"] for row in chart.contacts}
    first = max(1, case.scores[0].total)
    for taken in case.scores:
        total = min(78, max(2, round(PCL5_BASELINE * taken.total / first) + rng.randint(-2, 2)))
        _answered(chart, "pcl5", taken.on, answers.pcl5(rng, total), contact_id=held.get(taken.on))


def _drinks(chart: Chart) -> None:
    """The AUDIT-C of the intake says what somebody noted of alcohol, where they asked."""
    yes = any(row["positive"] for row in _checks(chart, "alcohol_drugs"))
    _answered(chart, "audit_c", chart.case.enrolled_on, (3, 2, 1) if yes else (1, chart.rng.randint(0, 1), 0))


def _checks(chart: Chart, topic: str) -> Iterator[dict[str, Any]]:
    mine = (
        row for row in chart.case.rows.tables["check_answer"] if row["patient_id"] == chart.case.person.id
    )
    yield from (row for row in mine if row["topic"] == topic)


def _impairment(chart: Chart) -> None:
    """How much it gets in the way, at the enrolment and at the last visit: totals, the wording is not shipped."""
    before = chart.rng.randint(20, 27)
    _total(chart, "wsas", chart.case.enrolled_on, before)
    _total(chart, "wsas", chart.contacts[-1]["on"], before - (9 if chart.case.improved else 2))


def _answered(chart: Chart, instrument: str, on: date, items: Sequence[int], **more: Any) -> None:
    scored = score(INSTRUMENTS[instrument], items)
    _file(chart, instrument, on, scored.total, items=list(items), answered=scored.answered, **more)


def _total(chart: Chart, instrument: str, on: date, total: int, **more: Any) -> None:
    _file(chart, instrument, on, total, source_note=PAPER, **more)


def _file(chart: Chart, instrument: str, on: date, total: int | None, **more: Any) -> None:
    chart.add(
        "measure", on, instrument=instrument, taken_on=on, total=total, language=chart.case.person.language, mode="self",
        source=ENTERED, reviewed_on=on, **more,
    )  # fmt: skip


# ---------------------------------------------------------------- trackers


def _tracker(chart: Chart, kind: str, title: str, started_on: date, **more: Any) -> UUID:
    return chart.add("tracker", started_on, kind=kind, title=title, started_on=started_on, version=1, **more)


def _day(chart: Chart, tracker: UUID, on: date, value: float | None, **more: Any) -> None:
    chart.add("tracker_entry", on, tracker_id=tracker, on=on, value=value, version=1, **more)


def _weekly(chart: Chart) -> Iterator[date]:
    """The last weeks before today, eight at most, none before the second contact."""
    today, since = chart.case.today, chart.contacts[1]["on"]
    yield from (on for n in range(8, 0, -1) if (on := today - n * WEEK) >= since)


def _goal(chart: Chart) -> None:
    """A goal in the patient's words, told every week."""
    days = list(_weekly(chart))
    if not days:
        return
    tracker = _tracker(chart, GOAL, f"{chart.case.goal[:1].upper()}{chart.case.goal[1:]}", days[0], low_text="Not at all", high_text="As I used to",
                       target=7)  # fmt: skip
    step = 0.7 if chart.case.improved else 0.2
    for number, on in enumerate(days):
        _day(chart, tracker, on, min(10, round(2 + number * step + chart.rng.random())))


def _attendance(chart: Chart) -> None:
    days = list(_weekly(chart))
    if not days:
        return
    tracker = _tracker(chart, ATTENDANCE, "Days I made it to work", days[0], target=5)
    for number, on in enumerate(days):
        _day(chart, tracker, on, min(5, 2 + number // 2 + chart.rng.randint(0, 1)))


def _sleep(chart: Chart) -> None:
    """Two weeks of nights, none longer than the shortest time in bed, and the ISI before and after them."""
    today, rng = chart.case.today, chart.rng
    first = today - timedelta(days=NIGHTS)
    if first < chart.case.enrolled_on:
        return
    tracker = _tracker(chart, SLEEP, "My sleep", first, target=7)
    for number in range(NIGHTS):
        on = first + timedelta(days=number)
        late = rng.choice((0, 15, 30, 45))
        hours = min(7.2, round(5 + number * 0.12 + rng.random(), 1))
        _day(chart, tracker, on, hours, bed_time=time(22, late), wake_time=time(6, rng.choice((0, 20, 40))),
             quality=min(5, 2 + number // 5 + rng.randint(0, 1)), note=rng.choice(NIGHT_NOTES))  # fmt: skip
    _total(chart, "isi", first, rng.randint(16, 20))
    _total(chart, "isi", today - timedelta(days=1), rng.randint(10, 13))


def _exercise(chart: Chart) -> None:
    today = chart.case.today
    first = today - 3 * WEEK
    if first < chart.case.enrolled_on:
        return
    tracker = _tracker(chart, EXERCISE, "A walk around the block", first, target=20)
    for days in range(0, 21, 3):
        _day(chart, tracker, first + timedelta(days=days), chart.rng.choice((0, 10, 15, 20, 25)))


_TRACKED: tuple[Callable[[Chart], None], ...] = (_goal, _sleep, _attendance, _exercise)


def _on_their_pathways(charts: Iterable[Chart]) -> None:
    """Cravings where a substance is the matter; the EPDS where a child is expected."""
    for chart in charts:
        person = chart.case.person.id
        kinds = {row["kind"] for row in chart.case.rows.tables["pathway"] if row["patient_id"] == person}
        if kinds & {OPIOID, ALCOHOL}:
            _cravings(chart)
        if PERINATAL in kinds:
            _total(chart, "epds", chart.case.enrolled_on, chart.rng.randint(12, 15), item9=0)
            _total(chart, "epds", chart.contacts[-1]["on"], chart.rng.randint(6, 8), item9=0)


def _cravings(chart: Chart) -> None:
    today, rng = chart.case.today, chart.rng
    first = max(chart.case.enrolled_on, today - timedelta(days=12))
    tracker = _tracker(chart, CRAVINGS, "Wanting to use", first, low_text="Did not think of it",
                       high_text="Could think of nothing else", target=2)  # fmt: skip
    for number in range((today - first).days):
        on = first + timedelta(days=number)
        _day(chart, tracker, on, max(0, min(10, 6 - number // 3 + rng.randint(-1, 1))))


def _key(chart: Chart) -> UUID:
    return UUID(int=chart.rng.getrandbits(128), version=4)
