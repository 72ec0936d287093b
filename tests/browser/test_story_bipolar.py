"""Bipolar II: a positive screen, an antidepressant alone, lithium and its levels, a warning sign, steady days.

Leila Haddad, 34, came for depression; nobody had asked about last spring. Each act is a day; what the team sees before
it and after it is what the test asserts.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.acts import (
    ask,
    decide,
    happened,
    monitoring,
    readings_due,
    record_result,
    review,
    stop_medication,
)
from tests.browser.story import fill, save
from tests.documents.reading import text

if TYPE_CHECKING:
    from tests.browser.story import Story

pytestmark = pytest.mark.browser
START = date(2027, 1, 4)
DR_LANG = {"prescriber": "Dr. Ingrid Lang"}
ASKED = ("psychosis", "trauma", "alcohol_drugs", "adhd", "sleep", "pain", "medical", "pregnancy", "eating")
BASELINE = {"egfr": "92", "sodium": "140", "calcium": "9.4", "tsh": "1.8", "weight": "156", "platelets": "251",
            "pregnancy_test": ""}  # fmt: skip
"""What is measured before lithium, the weight in pounds."""
LEVEL = "Lithium level, 12-hour trough"
SPRAIN = "Five days for a sprain; her dentist and Dr. Lang know"


def day(number: int) -> date:
    """A day of the treatment; day 0 is the initial assessment, a Monday."""
    return START + timedelta(number)


def test_bipolar_disorder_from_the_screen_to_steady_days(story: Story) -> None:
    the_screen_is_positive(story)
    an_antidepressant_alone_is_flagged(story)
    the_consultant_is_heard(story)
    lithium_begins_with_its_baseline(story)
    a_level_is_due_after_the_start(story)
    a_high_level_is_for_today(story)
    levels_settle(story)
    a_painkiller_is_thought_of(story)
    a_warning_sign_is_followed_up(story)
    the_rhythm_is_talked_about(story)
    nothing_is_open_any_more(story)
    the_papers_carry_the_story(story)


def the_screen_is_positive(story: Story) -> None:
    """The initial assessment asks about mania, and the answer stands on the caseload."""
    story.move_to(day(0))
    story.enroll(
        day(0),
        diagnosis=("bipolar", "F31.81"),
        family="Haddad",
        given="Leila",
        born=date(1992, 9, 14),
        sex="female",
    )
    story.record_contact("Three weeks of four hours' sleep and many plans last spring; low since.", phq9=17, gad7=9,
                         minutes=50, next_action="Call about the medication", next_due_on=day(7))  # fmt: skip
    page = story.follow("Intake checks")
    fill(page, {f"{topic}-answer": "no" for topic in ASKED})
    fill(page, {"bipolar-answer": "yes", "bipolar-note": "MDQ 9 of 13, same period, moderate problem"})
    save(page)
    assert "E8" in story.findings()
    assert "Bipolar screen" in story.caseload_tags()


def an_antidepressant_alone_is_flagged(story: Story) -> None:
    """The PCP began escitalopram before anybody had asked: page, pathway and agenda say so, and nothing is blocked."""
    page = story.follow("Medications")
    fill(page, name="escitalopram", dose_mg=10, **DR_LANG)
    save(page, "Record start", asks=True)
    expect(page.locator(".note.warn")).to_contain_text(
        "The bipolar screen is positive: no antidepressant alone"
    )
    fill(page, {"whys-0-reason": "Begun before the screen; the consultant is asked this week"})
    save(page, "Record start")
    page = story.follow("Pathways", "Bipolar disorder")
    expect(page.get_by_label("Records under 42 CFR Part 2")).to_have_count(0)
    fill(page, part_early_signs="Sleeps four hours and is not tired\nTexts at night",
         part_sign_plan="Call Maria the same day; her sister may be told", part_rhythm="In bed by 11, up at 7",
         part_supports="Sister; DBSA group")  # fmt: skip
    save(page)
    expect(page.locator(".due")).to_contain_text(
        "escitalopram since Jan 4, 2027, and no mood stabilizer on record."
    )
    assert {"E8", "PW6"} <= story.findings()
    assert any("Positive bipolar screen" in why and "escitalopram is taken" in why for why in story.agenda())


def the_consultant_is_heard(story: Story) -> None:
    """Once the consultant has looked nobody is reminded again, and the PCP accepts in his own window."""
    story.move_to(day(2))
    advice = [("taper_stop", "Stop escitalopram", day(35)),
              ("start", "Lithium 900 mg at night once eGFR, TSH, calcium and a pregnancy test are in", day(63))]  # fmt: skip
    review(story, "Bipolar II disorder, depressed.", advice)
    assert not {"E8", "PW6"} & story.findings()
    story.move_to(day(3))
    decide(story, 1, "accepted", person=story.cast.pcp)
    decide(story, 2, "accepted", person=story.cast.pcp)


def lithium_begins_with_its_baseline(story: Story) -> None:
    """Escitalopram stops, lithium starts, and everything that it asks for first is due on the day."""
    story.move_to(day(7))
    stop_medication(story, "escitalopram", "switched")
    story.start_medication("lithium", 900, why="Not pregnant; IUD", text="900 mg at night", **DR_LANG)
    decide(story, 1, "implemented", "Medication list")
    decide(story, 2, "implemented", "Medication list")
    assert readings_due(story) == dict.fromkeys(BASELINE, "due")
    expect(monitoring(story)).to_contain_text("7 need something")
    for code, value in BASELINE.items():
        number = {"value": value} if value else {}
        record_result(story, code, **number, **({"unit": "lb"} if code == "weight" else {}))
    assert readings_due(story) == {}
    card = monitoring(story)
    expect(card).to_contain_text(f"nothing due; next {LEVEL[0].lower()}{LEVEL[1:]} on Jan 18, 2027")
    expect(card).to_contain_text("Weight: 70.8 kg on Jan 11, 2027; next Jul 12, 2027")
    expect(card.locator("li").first).to_contain_text(f"Not due yet {LEVEL}: none on file")
    story.record_contact("Knows what to drink, and what raises the level.", minutes=20, next_action="Call with the level",
                         next_due_on=day(14))  # fmt: skip


def a_level_is_due_after_the_start(story: Story) -> None:
    """A week after the start the level is due; four days later it is overdue, and on the caseload."""
    story.move_to(day(14))
    story.record_contact(
        "Takes it every night; a slight tremor.", phq9=15, adherence="all", next_due_on=day(21)
    )
    assert readings_due(story) == {"lithium_level": "due"}
    assert "RX1" not in story.findings()
    story.move_to(day(18))
    assert readings_due(story) == {"lithium_level": "overdue"}
    assert "Labs overdue" in story.caseload_tags()
    page = story.open_patient()
    expect(page.locator(".findings")).to_contain_text(f"Overdue for lithium: {LEVEL} (since Jan 18, 2027).")


def a_high_level_is_for_today(story: Story) -> None:
    """1.3 is for the same day; a lower dose answers it, and asks for a level of its own."""
    record_result(story, "lithium_level", value=1.3, note="Twelve hours after the dose")
    assert readings_due(story) == {"lithium_level": "out_of_range"}
    assert "Result abnormal" in story.caseload_tags()
    findings = story.open_patient().locator(".findings > li")
    expect(findings.first).to_contain_text(
        f"{LEVEL} 1.3 mmol/L on Jan 22, 2027, 1.2 or above: call the prescriber today"
    )
    expect(findings.first).to_contain_text("Same day · rule RX2")
    story.change_dose("lithium", 600, text="600 mg at night", **DR_LANG)
    assert not {"RX1", "RX2"} & story.findings()
    assert readings_due(story) == {}
    story.move_to(day(25))
    assert readings_due(story) == {"lithium_level": "due"}


def levels_settle(story: Story) -> None:
    """Weekly until two levels lie in range, then every three months."""
    record_result(story, "lithium_level", value=0.7)
    story.record_contact(
        "The tremor is gone; sleeps seven hours.", phq9=13, adherence="all", next_due_on=day(32)
    )
    expect(monitoring(story)).to_contain_text(f"{LEVEL}: 0.7 mmol/L on Jan 29, 2027; next Feb 5, 2027")
    story.move_to(day(32))
    record_result(story, "lithium_level", value=0.8)
    expect(monitoring(story)).to_contain_text(f"{LEVEL}: 0.8 mmol/L on Feb 5, 2027; next May 7, 2027")
    page = story.follow("Plans", "Make it with the patient: care plan")
    fill(page, {"goals-0-words": "Teach again after Easter", "goals-0-step": "Two lessons a week"},
         problems="Low since spring; afraid of the next high")  # fmt: skip
    save(page)


def a_painkiller_is_thought_of(story: Story) -> None:
    """Ibuprofen raises the level: it is not forbidden, but somebody says why it goes on."""
    story.move_to(day(36))
    page = story.follow("Medications")
    fill(page, name="ibuprofen", dose_mg=600)
    save(page, "Record start", asks=True)
    expect(page.locator(".note.warn")).to_contain_text(
        "Lithium with ibuprofen: the level rises. Level within a week"
    )
    fill(page, {"whys-0-reason": SPRAIN})
    save(page, "Record start")
    acknowledged = page.locator("details.card", has=page.get_by_role("heading", name="Acknowledged"))
    expect(acknowledged).to_contain_text(SPRAIN)
    expect(page.get_by_role("heading", name="Prompts")).to_have_count(0)
    story.move_to(day(41))
    record_result(story, "lithium_level", value=0.8)
    stop_medication(story, "ibuprofen", "remission")
    expect(story.page_of().locator("main")).not_to_contain_text(SPRAIN)


def a_warning_sign_is_followed_up(story: Story) -> None:
    """A sign is for the same day; the call takes it off the list."""
    story.move_to(day(42))
    page = happened(
        story, "Early-warning sign", value="sleep", note="Her sister called: four hours a night since Sunday"
    )
    expect(page.locator(".due.alarm")).to_contain_text(
        "Early-warning sign on Feb 15, 2027: sleeps less and is not tired."
    )
    assert "PW7" in story.findings()
    assert "Warning sign" in story.caseload_tags()
    story.record_contact("No debts, no risks. Phone off at 10, her sister sleeps over until Friday.", phq9=9, minutes=25,
                         adherence="all", next_action="Call about sleep", next_due_on=day(49))  # fmt: skip
    assert "PW7" not in story.findings()
    assert "Warning sign" not in story.caseload_tags()


def the_rhythm_is_talked_about(story: Story) -> None:
    """A rhythm that is not kept two weeks in a row is a finding until it is kept."""
    happened(story, "Daily rhythm this week", value="not_kept")
    assert "PW8" not in story.findings()
    story.move_to(day(49))
    happened(story, "Daily rhythm this week", value="not_kept", note="Her son's exams")
    assert "PW8" in story.findings()
    story.move_to(day(56))
    happened(story, "Daily rhythm this week", value="kept", note="In bed by 11 on six nights")
    assert "PW8" not in story.findings()
    story.record_contact("Two lessons a week; no sign since.", phq9=6, gad7=4, adherence="all",
                         next_action="Monthly call", next_due_on=day(84))  # fmt: skip


def nothing_is_open_any_more(story: Story) -> None:
    """Two scores at target ask for the relapse-prevention plan; with it nothing is open, and no reading is due."""
    story.move_to(day(84))
    story.record_contact("Teaches four lessons a week.", phq9=4, gad7=3, adherence="all", next_action="Monthly call",
                         next_due_on=day(112), interventions=["psychoeducation", "sleep_hygiene"])  # fmt: skip
    assert story.findings() == {"D1"}
    page = story.follow("Plans", "Make it with the patient: relapse prevention plan")
    fill(page, signs="Four hours of sleep, texts at night", well="In bed by 11; lessons; DBSA group",
         medication="Lithium 600 mg at night, level every three months", call="Maria 555-0142, then Dr. Lang")  # fmt: skip
    save(page)
    assert story.findings() == set()
    assert story.caseload_tags() == []
    assert readings_due(story) == {}
    assert story.agenda() == []


def the_papers_carry_the_story(story: Story) -> None:
    """The PCP's page is one page; the packet has the screen, both drugs, the levels, the pathway and the question."""
    pathway = (
        "Bipolar disorder: since Jan 4, 2027; daily rhythm this week: targets kept, Mar 1, 2027; "
        "early-warning sign: sleeps less and is not tired, Feb 15, 2027."
    )
    level = "0.8 mmol/L on Feb 14, 2027"
    pages = story.paper("/printing/summary/{patient}", story.cast.pcp)
    assert len(pages) == 1
    for words in (pathway, "Nothing to decide today", "lithium 600 mg", "takes nearly all doses, Mar 29, 2027", "17 → 4",
                  f"Next: {LEVEL}, lithium: due May 16, 2027; last {level}", "Stop escitalopram (Done on Jan 11, 2027: Medication list)",
                  "Goals: Teach again after Easter", "Sleep hygiene", "Monthly call, Apr 26, 2027"):  # fmt: skip
        assert words in pages[0], words
    ask(story, "How long does lithium go on?")
    packet = " ".join(text(story.packet()).split())
    for words in (pathway, "Maria Ortiz asks: How long does lithium go on?", "34-year-old with bipolar disorder (F31.81)",
                  "Yes: Bipolar screen (MDQ 9 of 13, same period, moderate problem; Jan 4, 2027)", "Weight 70.8 kg",
                  f"{LEVEL} {level}", "escitalopram, to Jan 11, 2027", "switched to another", "Monitoring due: nothing.",
                  "Relapse prevention plan Mar 29, 2027", "Effect since: Better: PHQ-9 17 on Jan 4, 2027, 4 on Mar 29, 2027."):  # fmt: skip
        assert words in packet, words
    assert "42 CFR Part 2" not in packet + pages[0]
