"""Patients on paper: an ordinary one, one of whom little is known, and one with the most of everything."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from registry.charts import Band, Event, Trend, TrendPoint
from registry.documents.values import (
    Check,
    Course,
    ItemAnswer,
    Line,
    MeasureCourse,
    Medication,
    Monitoring,
    PacketPage,
    PcpSummary,
    Person,
    Printing,
    Recommendation,
    Safety,
    Score,
    ScoreRow,
    Team,
    Therapy,
    Trial,
)

TODAY = date(2026, 11, 20)
START = date(2026, 7, 15)
PHQ9_BANDS = (
    Band(0, "Minimal", 0),
    Band(5, "Mild", 1),
    Band(10, "Moderate", 2),
    Band(15, "Mod. severe", 3),
    Band(20, "Severe", 4),
)
PERSON = Person("Žižka Phương, Łukasz", "1163032", date(1955, 3, 14), 71, "F")
PRINTING = Printing("Riverside Family Medicine", datetime(2026, 11, 20, 9, 5), "M. Ortiz", TODAY)
TEAM = Team("Dr. Owens", "M. Ortiz", "(555) 010-0142", "Dr. Chen")
COURSE = Course(date(2026, 7, 17), 18, "Active treatment")


def band(total: int) -> Band:
    return [b for b in PHQ9_BANDS if b.low <= total][-1]


def score(on: date, total: int, partial: bool = False) -> Score:
    return Score(on, total, band(total).name, band(total).step, partial)


COURSE_OF_PHQ9 = ((0, 24, 1), (14, 20, 0), (28, 18, 1), (49, 16, 1), (63, 18, 1), (91, 16, 0), (119, 16, 1))
POINTS = tuple(TrendPoint(START + timedelta(d), t, i > 0, d == 91) for d, t, i in COURSE_OF_PHQ9)
ROWS = tuple(
    ScoreRow(
        START + timedelta(d),
        score(START + timedelta(d), t, d == 91),
        str(i) if d != 91 else "not answered",
        score(START + timedelta(d), max(9, 17 - d // 14)),
        "AUDIT-C 3" if d == 0 else "",
    )
    for d, t, i in reversed(COURSE_OF_PHQ9)
)
EVENTS = (
    Event(date(2026, 7, 17), "start", "mirtazapine 15 mg"),
    Event(date(2026, 8, 4), "therapy", "Behavioral activation"),
    Event(date(2026, 8, 26), "up", "mirtazapine 15 to 30 mg"),
)
TREND = Trend("PHQ-9", 27, POINTS, TODAY, PHQ9_BANDS, 10, POINTS[0], date(2026, 7, 17), EVENTS)
MEASURES = (
    MeasureCourse(
        "PHQ-9",
        score(START, 24),
        score(date(2026, 11, 11), 16),
        score(date(2026, 9, 2), 16),
        -33,
        "partly better",
    ),
    MeasureCourse(
        "GAD-7",
        score(START, 17),
        score(date(2026, 11, 11), 11),
        score(date(2026, 11, 11), 11),
        -35,
        "partly better",
    ),
)
SAFETY = Safety(
    "PHQ-9 item 9 scored 1 on Nov 11, 2026; asked about it the same day: passive thoughts, no plan.",
    True,
    tuple((START + timedelta(d), i if d != 91 else None) for d, _, i in reversed(COURSE_OF_PHQ9)),
    "low",
    date(2026, 11, 11),
    date(2026, 11, 11),
    "",
    "Sister lives next door; goes to church",
)
RECOMMENDATIONS = (
    Recommendation(
        1,
        "Switch",
        "Cross-taper mirtazapine 30 mg to escitalopram 10 mg over 2 weeks.",
        "PHQ-9 between 16 and 18 for 10 weeks on a full dose.",
        date(2026, 12, 30),
        "Raise escitalopram to 15 mg, then consult again.",
        "Dr. Chen",
        date(2026, 11, 18),
    ),
    Recommendation(
        2,
        "Labs",
        "Check sodium 2 weeks after the start.",
        "Age 71 and an SSRI.",
        date(2026, 12, 9),
        "Below 130: stop and call.",
        "Dr. Chen",
        date(2026, 11, 18),
    ),
    Recommendation(
        3,
        "Continue",
        "Continue behavioral activation weekly.",
        "Walking twice a week goes with better sleep.",
        date(2026, 12, 30),
        "Add problem solving.",
        "Dr. Chen",
        date(2026, 11, 18),
        False,
        "Implemented",
        "PHQ-9 18 to 16",
    ),
)
MEDICATIONS = (
    Medication(
        "mirtazapine 30 mg at night", date(2026, 7, 17), 12, "misses about 2 doses a week", "weight +3 kg"
    ),
)
THERAPIES = (Therapy("Behavioral activation", 6, date(2026, 11, 11)),)
MONITORING = (
    Monitoring("Sodium", date(2026, 12, 9)),
    Monitoring("Weight", date(2026, 12, 4), "81 kg", date(2026, 11, 11)),
)
NEXT = (
    Line("M. Ortiz", "calls, with PHQ-9", date(2026, 12, 4)),
    Line("Dr. Chen", "reviews again", date(2026, 12, 30)),
    Line("Dr. Owens", "answers the two recommendations", date(2026, 11, 25)),
)
SUMMARY = PcpSummary(
    PERSON,
    PRINTING,
    TEAM,
    COURSE,
    SAFETY,
    MEASURES,
    TREND,
    ROWS,
    date(2026, 8, 26),
    MEDICATIONS,
    THERAPIES,
    RECOMMENDATIONS,
    "fax (555) 010-0199, or hand to M. Ortiz",
    MONITORING,
    "Walk three times a week; call her sister on Sundays.",
    "Weekly calls, behavioral activation, pill box against missed doses.",
    NEXT,
)
ITEMS = tuple(
    ItemAnswer(n + 1, words, str(first), str(last))
    for n, (words, first, last) in enumerate(
        (
            ("Interest", 3, 2),
            ("Mood", 3, 2),
            ("Sleep", 3, 1),
            ("Energy", 3, 2),
            ("Appetite", 2, 1),
            ("Guilt", 3, 3),
            ("Focus", 3, 2),
            ("Motor", 3, 2),
            ("Item 9", 1, 1),
        )
    )
)
CHECKS = (
    Check("Bipolar", False, "MDQ negative, Jul 15, 2026"),
    Check("Psychosis", False),
    Check("Trauma"),
    Check("Alcohol or drugs", False, "AUDIT-C 3"),
    Check("ADHD"),
    Check("Sleep apnea", True, "CPAP since 2021"),
    Check("Pain", True, "knees"),
    Check("Medical mimics"),
    Check("Pregnancy, lactation", False),
    Check("Eating disorder"),
)
PACKET = PacketPage(
    PERSON,
    PRINTING,
    TEAM,
    COURSE,
    ("PHQ-9 not 50% better at week 18, never below 10 (X3).", "Last treatment change 12 weeks ago (X4)."),
    "Stuck at 16 to 18 for 10 weeks: switch or add?",
    "M. Ortiz",
    SAFETY,
    "71-year-old with major depression, recurrent (F33.1); week 18, active treatment; goal: walk three times a week.",
    MEASURES,
    TREND,
    ROWS,
    ITEMS,
    MEDICATIONS,
    (Trial("sertraline", "100 mg", 10, "PHQ-9 22 to 19", "nausea", date(2024, 5, 2)),),
    THERAPIES,
    CHECKS,
    (
        Line("Problems", "Hypertension; osteoarthritis of the knees"),
        Line("Other medication", "lisinopril 10 mg"),
        Line("Allergies"),
        Line("Blood pressure", "138/84", date(2026, 11, 2)),
        Line("TSH"),
        Line("ECG, QTc"),
    ),
    MONITORING,
    (
        Line("Stressors", "Widowed in March"),
        Line("Supports", "Sister next door"),
        Line("Housing, food, work"),
        Line("Language", "English"),
    ),
    RECOMMENDATIONS,
    ("No TSH on file.", "Trauma never asked.", "Firearms and means not assessed."),
)
UNKNOWN_SUMMARY = PcpSummary(
    PERSON,
    PRINTING,
    Team(),
    Course(None, None, "Referred"),
    Safety("Not asked."),
    (MeasureCourse("PHQ-9"), MeasureCourse("GAD-7")),
)
UNKNOWN_PACKET = PacketPage(
    PERSON,
    PRINTING,
    Team(),
    Course(None, None, "Referred"),
    (),
    "",
    "",
    Safety("Not asked."),
    "",
    (),
)

LONG = "Cross-taper venlafaxine XR 225 mg to duloxetine 60 mg over three weeks and watch blood pressure. " * 5
MANY = tuple(
    TrendPoint(TODAY - timedelta(days=12 * i), (i * 7) % 28, i % 6 == 0, i % 9 == 0) for i in range(60)
)
MANY_EVENTS = tuple(
    Event(
        TODAY - timedelta(days=30 * i),
        ("start", "up", "down", "stop", "therapy")[i % 5],
        f"venlafaxine XR {i * 37} mg",
    )
    for i in range(24)
)


def extreme_summary() -> PcpSummary:
    """The most of everything: every list longer than its cap and every text longer than it may be."""
    person = Person(
        "Wolfeschlegelsteinhausenbergerdorff-Nguyễn Thị Minh Khai, Hubert Blaine",
        "MRN-0000000001163032",
        date(1955, 3, 14),
        71,
        "F",
    )
    trend = Trend("PHQ-9", 27, MANY, TODAY, PHQ9_BANDS, 10, MANY[-1], MANY[-1].on, MANY_EVENTS)
    rows = tuple(
        ScoreRow(p.on, score(p.on, p.total), str(int(p.item9_positive)), score(p.on, 12)) for p in MANY
    )
    advice = tuple(
        Recommendation(
            n,
            "Diagnostic clarification",
            LONG,
            LONG,
            TODAY,
            LONG,
            "Dr. Alexandra Featherstonehaugh",
            TODAY,
            n < 7,
        )
        for n in range(1, 10)
    )
    drugs = tuple(
        Medication(
            f"venlafaxine extended release {n}37.5 mg every morning",
            TODAY,
            12,
            "misses two doses in most weeks, cost",
            "sweating, blood pressure, sexual",
        )
        for n in range(8)
    )
    labs = tuple(
        Monitoring("Comprehensive metabolic panel", TODAY, "Na 131, K 4.9, eGFR 44", TODAY) for _ in range(9)
    )
    return PcpSummary(
        person,
        PRINTING,
        TEAM,
        COURSE,
        Safety(LONG, True, (), "moderate", TODAY, TODAY),
        MEASURES,
        trend,
        rows,
        date(2026, 8, 26),
        drugs,
        THERAPIES * 4,
        advice,
        LONG,
        labs,
        LONG,
        LONG,
        tuple(Line("M. Ortiz", LONG, TODAY) for _ in range(9)),
    )


def extreme_packet() -> PacketPage:
    """Sixty scores over two years and a long list of everything."""
    summary = extreme_summary()
    return PacketPage(
        summary.person,
        PRINTING,
        TEAM,
        COURSE,
        PACKET.reasons * 3,
        PACKET.question,
        "M. Ortiz",
        SAFETY,
        PACKET.case,
        MEASURES,
        summary.trend,
        summary.scores,
        ITEMS,
        MEDICATIONS * 4,
        PACKET.trials * 5,
        THERAPIES * 3,
        CHECKS,
        PACKET.medical * 2,
        MONITORING * 2,
        PACKET.psychosocial * 2,
        RECOMMENDATIONS * 3,
        PACKET.missing * 3,
    )
