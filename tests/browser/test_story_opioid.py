"""Opioid use disorder: buprenorphine, calls and check-ins, a return to use and what follows from it, steady weeks.

Marcus Reyes, 41, wants to stop using fentanyl. Each act is a day; what the team sees before it and after it is what the
test asserts, and that no page has a word of judgment for him.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from registry.clinical.pathways import PART_2_SENTENCE
from tests.browser.acts import ask, decide, happened, monitoring, readings_due, record_result, review
from tests.browser.story import fill, save
from tests.documents.reading import page_texts

if TYPE_CHECKING:
    from tests.browser.story import Story

pytestmark = pytest.mark.browser
START = date(2027, 1, 4)
DR_LANG = {"prescriber": "Dr. Ingrid Lang"}
ASKED = ("bipolar", "psychosis", "trauma", "adhd", "sleep", "pain", "medical", "eating")
LAPSE_PLAN = "I call Maria the same day. We look at the dose."
NALOXONE = "Naloxone in the kitchen; my brother keeps the box"
MEANS = "No firearms; his brother hands out the tablets"
JUDGING = ("lapse", "dirty", "clean", "addict", "abuse", "abuser", "failed", "non-compliant")


def day(number: int) -> date:
    """A day of the treatment; day 0 is the initial assessment, a Monday."""
    return START + timedelta(number)


def test_opioid_use_disorder_from_the_induction_to_steady_weeks(story: Story) -> None:
    the_pathway_is_under_part_2(story)
    an_induction_is_followed_by_a_call(story)
    somebody_checks_in_every_week(story)
    a_return_to_use_is_answered_step_by_step(story)
    a_safety_plan_is_made(story)
    a_positive_screen_is_talked_through(story)
    the_consultant_is_heard(story)
    the_weeks_grow_steady(story)
    nothing_is_open_any_more(story)
    the_papers_carry_the_story(story)


def the_pathway_is_under_part_2(story: Story) -> None:
    """The initial assessment and the pathway's own form; its records are protected from the first day."""
    story.move_to(day(0))
    story.enroll(
        day(0),
        diagnosis=("opioid_use", "F11.20"),
        family="Reyes",
        given="Marcus",
        born=date(1985, 3, 2),
        sex="male",
    )
    story.record_contact("Fentanyl daily for two years; wants buprenorphine.", phq9=14, gad7=12, minutes=50,
                         next_action="Call after the induction", next_due_on=day(3))  # fmt: skip
    page = story.follow("Intake checks")
    fill(page, {f"{topic}-answer": "no" for topic in ASKED})
    fill(page, {"alcohol_drugs-answer": "yes", "alcohol_drugs-note": "Fentanyl; no alcohol"})
    save(page)
    page = story.follow("Pathways", "Opioid use: medication treatment")
    expect(page.get_by_label("Records under 42 CFR Part 2")).to_be_checked()
    fill(page, part_medication="Buprenorphine and naloxone under the tongue; visits weekly", part_naloxone=NALOXONE,
         part_lapse_plan=LAPSE_PLAN, part_supports="Peer group on Tuesdays",
         part_consent="Jan 4, 2027: Dr. Lang and the team")  # fmt: skip
    save(page)
    expect(page.locator("main")).to_contain_text(PART_2_SENTENCE)
    expect(page.locator("main")).to_contain_text(NALOXONE)
    expect(page.locator("main")).to_contain_text("No written consent to share is recorded.")
    page = story.follow("Pathways", "Record a written consent for Opioid use: medication treatment")
    page.get_by_label("Everybody who treats, pays for or runs the care").check()
    page.get_by_label("The signed consent says what refusing means").check()
    save(page)
    expect(page.locator("main")).to_contain_text("The patient's written consent to share stands for:")
    assert {"Opioid use", "42 CFR Part 2"} <= set(story.tags())


def an_induction_is_followed_by_a_call(story: Story) -> None:
    """The PCP begins buprenorphine; three days later somebody has spoken with him, or is told to today."""
    story.move_to(day(1))
    story.start_medication("buprenorphine", 8, text="8 mg a day", person=story.cast.pcp, **DR_LANG)
    happened(story, "Medication started (induction)", value="started", note="First 4 mg in the office")
    assert readings_due(story) == dict.fromkeys(("alt", "pdmp", "urine_screen"), "due")
    assert "PW5" not in story.findings()
    story.move_to(day(4))
    assert "PW5" in story.findings()
    assert "Induction call" in story.caseload_tags()
    page = story.open_patient()
    expect(page.locator(".findings")).to_contain_text("Induction began on Jan 5, 2027, 3 days ago")
    story.record_contact("No withdrawal; sleeps. Cravings in the evening.", minutes=12, adherence="all",
                         next_action="Weekly check-in", next_due_on=day(11))  # fmt: skip
    assert story.findings() == set()


def somebody_checks_in_every_week(story: Story) -> None:
    """The call counts as a check-in; a week after it the next is due. A urine screen is recorded once for all lists."""
    story.move_to(day(11))
    assert story.findings() == {"PW2"}
    assert story.caseload_tags() == ["Check-in due"]
    page = happened(story, "Check-in", value="cravings", note="Evenings; walks with his brother")
    expect(page.locator(".due")).to_contain_text("Nothing: the pathways ask for nothing today.")
    happened(story, "Urine screen", value="expected")
    card = monitoring(story)
    expect(card).to_contain_text("Urine drug screen: done on Jan 15, 2027; next Feb 14, 2027")
    expect(card).to_contain_text("2 need something")
    record_result(story, "pdmp", note="One prescriber, nothing else")
    record_result(story, "alt", value=31)
    assert readings_due(story) == {}
    expect(monitoring(story)).to_contain_text("PDMP check: done on Jan 15, 2027; next Apr 16, 2027")


def a_return_to_use_is_answered_step_by_step(story: Story) -> None:
    """What was agreed stands on the form; contact, risk and treatment are asked for until each is done, without a reproach."""
    story.move_to(day(18))
    story.record_contact("Cravings daily since his brother is away.", phq9=13, minutes=15, adherence="some",
                         next_action="Weekly check-in", next_due_on=day(25))  # fmt: skip
    story.move_to(day(21))
    page = story.follow("Pathways", "Return to use")
    expect(page.locator("main")).to_contain_text(LAPSE_PLAN)
    fill(page, note="He called himself: fentanyl on Sunday, alone")
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Risk assessment")
    expect(page.get_by_role("status").first).to_contain_text("Contact the patient now, assess the risk here")
    still_to_do(story, "contact with the patient, risk assessment and adjustment of the treatment")
    assert "Return to use" in story.caseload_tags()
    nobody_is_judged(story)
    story.record_contact("Glad that he called. Low; better off dead on some days.", phq9=16, item9=1, minutes=30,
                         adherence="some", next_action="Call tomorrow", next_due_on=day(22))  # fmt: skip
    still_to_do(story, "risk assessment and adjustment of the treatment")
    assert {"PW1", "SF1"} <= story.findings()
    assess(story, wish_dead="yes", thoughts="yes", method="yes", intent="no", plan="no", behaviour_lifetime="no",
           actions="Dr. Lang told; he stays with his brother tonight", means=MEANS)  # fmt: skip
    still_to_do(story, "adjustment of the treatment")
    happened(story, "Treatment adjusted together", value="dose", note="16 mg; visits twice a week for now")
    assert "PW1" not in story.findings()
    story.change_dose("buprenorphine", 16, text="16 mg a day", **DR_LANG)
    assert any("C-SSRS moderate" in why for why in story.agenda())


def still_to_do(story: Story, what: str) -> None:
    """What the return to use asks for on the patient page."""
    findings = story.open_patient().locator(".findings")
    expect(findings).to_contain_text(f"Return to use on Jan 25, 2027; still to do: {what}.")


def nobody_is_judged(story: Story) -> None:
    """The patient page and the pathway's page speak of a return to use."""
    for page in (story.open_patient(), story.go("/pathways/{patient}")):
        words = page.locator("main").inner_text().casefold().replace("-", " ").split()
        assert not set(JUDGING) & set(words)


def assess(story: Story, **answers: str) -> None:
    """The C-SSRS of today, for every score that waits for it."""
    page = story.follow("Record risk assessment")
    for waiting in page.locator("[name=screener-covers]").all():
        waiting.check()
    fill(page, {f"screener-{name}": value for name, value in answers.items()})
    save(page)


def a_safety_plan_is_made(story: Story) -> None:
    """The six parts, what was said about means, and naloxone; it is printed for him in Spanish words as well."""
    page = story.follow("Safety plan")
    fill(page, signs="Sundays alone", alone="Walk to the river", distraction="Peer group, gym", help="Brother 555-0188",
         professionals="Maria 555-0142; 988", surroundings=NALOXONE, counselled=["medication", "other"],
         agreed="Tablets day by day; never alone when using")  # fmt: skip
    save(page)
    page = story.go("/safety/plan/{patient}")
    expect(page.locator("main")).to_contain_text("Means counseling: Medication and poisons, Other means.")
    link = str(page.get_by_role("link", name="PDF, Spanish labels").get_attribute("href"))
    (paper,) = story.paper(link)
    assert NALOXONE in paper
    assert "never alone when using" not in paper, "the clinician's record stands on no paper of his"
    fill(page, {"handed-how": "printed"})
    save(page, "Record")
    expect(page.locator("main")).to_contain_text("Printed and handed over")


def a_positive_screen_is_talked_through(story: Story) -> None:
    """A result is a reason to talk; the flag of the risk stands until somebody lifts it with a reason."""
    story.move_to(day(23))
    page = happened(story, "Urine screen", value="unexpected", note="Fentanyl, confirmed")
    expect(page.locator(".due")).to_contain_text(
        "Positive urine screen on Jan 27, 2027; not talked through since."
    )
    story.move_to(day(25))
    story.record_contact("The screen is what he had told. Four days without use.", phq9=12, minutes=20, adherence="all",
                         next_action="Weekly check-in", next_due_on=day(32))  # fmt: skip
    assert story.findings() == {"SF3", "X6"}, "a lower score lifts no flag"
    assess(story, wish_dead="no", thoughts="no", behaviour_lifetime="no", actions="Asked in full",
           cleared_reason="No thoughts for four days; lives with his brother")  # fmt: skip
    assert story.findings() == {"X6"}


def the_consultant_is_heard(story: Story) -> None:
    """The consultant sees the pathway beside the note, and what is under Part 2."""
    story.move_to(day(29))
    page = story.follow("Write review", person=story.cast.consultant)
    expect(page.locator(".case")).to_contain_text("Opioid use: medication treatment")
    expect(page.locator(".case")).to_contain_text("return to use, Jan 25, 2027")
    expect(page.locator(".case")).to_contain_text(PART_2_SENTENCE)
    review(story, "Opioid use disorder, moderate depression.", [("continue", "Buprenorphine 16 mg for at least a year", None),
                                                             ("therapy", "Behavioral activation weekly", day(60))])  # fmt: skip
    decide(story, 2, "accepted", person=story.cast.pcp)
    page = story.follow("Plans", "Make it with the patient: care plan")
    fill(page, {"goals-0-words": "Sundays with my daughter", "goals-0-step": "Call her on Wednesday"},
         problems="Use, low mood, alone on weekends")  # fmt: skip
    save(page)


def the_weeks_grow_steady(story: Story) -> None:
    """Every week while it is hard, every four weeks once it is steady."""
    for number, score in ((32, 10), (46, 7)):
        story.move_to(day(number))
        story.record_contact("No use. Works again.", phq9=score, gad7=6, minutes=15, adherence="all",
                             interventions=["behavioural_activation"], next_action="Weekly check-in",
                             next_due_on=day(number + 7))  # fmt: skip
        if number == 32:
            decide(story, 2, "implemented", "Visit")
    happened(story, "Urine screen", value="expected")
    story.move_to(day(53))
    assert "PW2" in story.findings()
    happened(story, "Steady: check-ins every 4 weeks from now", note="Decided together")
    story.move_to(day(74))
    assert not {"PW2", "PW4"} & story.findings(), "three weeks are no four"
    story.record_contact("Eight weeks without use; sees his daughter.", phq9=4, gad7=3, minutes=15, adherence="all",
                         next_action="Check-in", next_due_on=day(102))  # fmt: skip


def nothing_is_open_any_more(story: Story) -> None:
    """A quarter after the first look the PDMP is due again; then no list asks for anything."""
    story.move_to(day(77))
    happened(story, "Urine screen", value="expected")
    story.move_to(day(102))
    assert readings_due(story) == {"pdmp": "due"}
    story.record_contact(
        "Well.", phq9=3, gad7=2, minutes=15, adherence="all", next_action="Check-in", next_due_on=day(130)
    )
    record_result(story, "pdmp")
    page = story.follow("Plans", "Make it with the patient: relapse prevention plan")
    fill(
        page,
        signs="Sundays alone",
        well="Peer group, my daughter",
        medication="Buprenorphine 16 mg",
        call="Maria 555-0142",
    )
    save(page)
    assert story.findings() == set()
    assert story.caseload_tags() == []
    assert readings_due(story) == {}


def the_papers_carry_the_story(story: Story) -> None:
    """Every page carries the line of Part 2; the PCP's page is one, and both tell what happened without a reproach."""
    pathway = (
        "Opioid use: medication treatment: since Jan 4, 2027; urine screen: as expected, Mar 22, 2027; "
        "steady: check-ins every 4 weeks from now, Feb 26, 2027; treatment adjusted together: dose, Jan 25, 2027; "
        "return to use, Jan 25, 2027; medication started (induction): started, Jan 5, 2027."
    )
    part_2 = "42 CFR Part 2 prohibits unauthorized use or disclosure of these records."
    consent = "Shared under the patient's written consent (everybody who treats, pays for or runs the care"
    pages = story.paper("/printing/summary/{patient}", story.cast.pcp)
    assert len(pages) == 1
    for words in (pathway, part_2, consent, "buprenorphine 16 mg", "C-SSRS negative on Jan 29, 2027. Safety plan: on file, Jan 25, 2027.",
                  "14 → 3", "Goals: Sundays with my daughter", "Behavioral activation weekly (Done on Feb 5, 2027: Visit)",
                  "Next: Urine drug screen, buprenorphine: due Apr 21, 2027"):  # fmt: skip
        assert words in pages[0], words
    ask(story, "How long does buprenorphine go on?")
    packet = page_texts(story.packet())
    assert all(part_2 in " ".join(page.split()) for page in packet)
    told = " ".join(" ".join(packet).split())
    for words in (pathway, consent, "42-year-old with opioid use disorder (F11.20)", "Yes: Alcohol or drugs (Fentanyl; no alcohol; Jan 4, 2027)",
                  f"Firearms and means: {MEANS} (Jan 25, 2027)", "PDMP check done on Apr 16, 2027",
                  "Jan 25, 2027: PHQ-9 16 Moderately severe (item 9: 1)", "Relapse prevention plan Apr 16, 2027",
                  "Maria Ortiz asks: How long does buprenorphine go on?"):  # fmt: skip
        assert words in told, words
    assert "Pregnancy" not in told
