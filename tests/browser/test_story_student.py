"""An anxious student: the young person's pathway, brief CBT with exposure, a careful SSRI start, back in the lecture hall.

Tobias Okoye is 19 and has not been to a lecture since November. The GAD-7 is his primary scale; he is under 25, so a
new antidepressant means a call every week for four weeks.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.acts import sign
from tests.browser.story import answer, click, fill, save
from tests.documents.reading import text

if TYPE_CHECKING:
    from tests.browser.story import Story

pytestmark = pytest.mark.browser
START = date(2027, 1, 11)
CBT = "Cognitive behavioral therapy"
GOAL = "Sit through a whole lecture"
QUESTION = "Raise sertraline, or go on with exposure alone?"
CONFIDENTIAL = "Drinks before parties; his mother does not know"
ASKED = ("bipolar", "psychosis", "trauma", "alcohol_drugs", "sleep", "pain", "medical", "eating")
UNCLEAR = (
    "GAD-7 fell from 17 (Jan 11, 2027) to 11 (Feb 8, 2027) after cognitive behavioral therapy started on Jan 14, 2027; "
    "sertraline started at 25 mg on Jan 18, 2027. Which treatment did it is not clear: changes lie within 14 days."
)


def day(number: int) -> date:
    """A day of the treatment; day 0 is the initial assessment, a Monday."""
    return START + timedelta(number)


def test_an_anxious_student_from_the_first_visit_back_to_the_lecture_hall(story: Story) -> None:
    the_first_visit_asks_about_safety(story)
    the_young_persons_pathway_begins(story)
    the_care_plan_answers_a_barrier(story)
    brief_cbt_begins(story)
    the_ssri_begins_low(story)
    a_call_every_week(story)
    two_changes_within_two_weeks_are_unclear(story)
    back_in_the_lecture_hall(story)
    the_papers_carry_the_story(story)


def the_first_visit_asks_about_safety(story: Story) -> None:
    """Item 9 is above 0: the screener is asked in the same contact, comes out low, and a safety plan answers it."""
    story.move_to(day(0))
    story.enroll(day(0), scale="gad7", family="Okoye", given="Tobias", born=date(2007, 10, 3), sex="male")
    page = story.follow("Record contact E")
    expect(page.locator("#gad")).to_be_visible()
    fill(page, minutes=50, note="Panics on the way to campus. Easier not to wake up, some days; no plan.")
    answer(page, "phq", [1, 2, 2, 2, 1, 1, 1, 0, 1])
    expect(page.locator("#phq [data-items-alert]")).to_be_visible()
    answer(page, "gad", [3, 3, 3, 2, 2, 2, 2])
    screened = {"wish_dead": "yes", "thoughts": "no", "behaviour_lifetime": "no"}
    fill(page, {f"screener-{question}": said for question, said in screened.items()})
    fill(page, {"screener-actions": "Safety plan today; Dr. Lang was told"}, next_due_on=day(7))
    save(page)
    assert story.findings() == {"SF4", "E9"}, "item 9 was followed up where it was asked"
    page = story.follow("Safety plan")
    fill(page, signs="In bed after noon", alone="Walk to the river", distraction="The climbing wall",
         help="Jonah, 555-0177", professionals="Counseling center, 988", counselled=["none"])  # fmt: skip
    save(page)
    page = story.follow("Intake checks")
    fill(page, {f"{topic}-answer": "no" for topic in ASKED})
    save(page)
    assert story.findings() == {"E9"}, "what he took before is still to be asked"


def the_young_persons_pathway_begins(story: Story) -> None:
    """School target and campus resource are on it; the confidential item is for those alone who treat him there."""
    page = story.follow("Pathways", "Adolescent or young adult")
    fill(page, part_confidential=CONFIDENTIAL, part_limits="Explained on Jan 11: danger to life is the limit",
         part_caregiver="Mother, by phone; may know that he comes", part_school="Two lectures a week by February",
         part_campus="Counseling center, Ms. Reyes; disability services")  # fmt: skip
    save(page)
    expect(page.locator("main")).to_contain_text(CONFIDENTIAL)
    assert "Young person" in story.tags()
    assert not {"PW9", "PW10"} & story.findings(), "he is of age: nobody asks for assent or for a caregiver"
    page = story.go("/pathways/{patient}", story.cast.pcp)
    expect(page.locator("main")).to_contain_text("Counseling center, Ms. Reyes; disability services")
    expect(page.locator("main")).not_to_contain_text(CONFIDENTIAL)


def the_care_plan_answers_a_barrier(story: Story) -> None:
    """What is in the way has an answer, and he says who may know what."""
    page = story.follow("Plans", "Make it with the patient: care plan")
    fill(page, {"goals-0-words": GOAL, "goals-0-step": "A seat by the door",
                "barriers-stigma-words": "My roommates hear me on the phone", "barriers-stigma-answer": "telehealth",
                "barriers-stigma-result": "Video from the library", "sharing-school-answer": "yes",
                "sharing-school-name": "Disability services", "sharing-school-what": "that I have visits on Mondays",
                "sharing-family-answer": "no"}, problems="Panic, missed lectures", education=["illness", "alcohol"])  # fmt: skip
    save(page)
    expect(page.locator("main")).to_contain_text(
        "My roommates hear me on the phone. We try: visits by phone or video"
    )


def brief_cbt_begins(story: Story) -> None:
    """Five sessions with exposure; an activity is planned, done and rated."""
    story.move_to(day(3))
    page = story.follow("Therapy", "Begin a course", person=story.cast.therapist)
    fill(
        page,
        modality="cbt",
        therapist=str(story.cast.therapist.id),
        planned_sessions=5,
        targets="Bus, hall, seminar",
    )
    save(page)
    hold_session(story, 3, "none_set")
    page = story.follow("Therapy", "Activity planner", person=story.cast.therapist)
    fill(page, title="Coffee with Jonah on campus", planned_on=day(5))
    save(page)
    story.move_to(day(7))
    page = story.follow("Therapy", "Activity planner", "Week before", person=story.cast.therapist)
    click(page, "How did it go? Coffee with Jonah on campus")
    fill(page, done="yes", mood_before=3, mood_after=6, pleasure=6, mastery=7)
    save(page)
    expect(page.locator("main")).to_contain_text("1 of 1")


def hold_session(story: Story, number: int, homework: str) -> None:
    """The therapist writes a session down: the exposure ladder, and what was scheduled."""
    page = story.follow("Therapy", f"Add a session of {CBT}", person=story.cast.therapist)
    fill(
        page,
        on=day(number),
        attended="yes",
        homework=homework,
        skills=["exposure_ladder", "activity_scheduling"],
    )
    save(page)


def the_ssri_begins_low(story: Story) -> None:
    """Half the usual dose is a beginning, not yet a trial."""
    story.record_contact("Slept badly before campus; went.", gad7=16, next_due_on=day(14))
    story.start_medication(
        "sertraline", 25, text="25 mg every morning", indication="anxiety", prescriber="Dr. Ingrid Lang"
    )
    expect(story.page_of().locator("main")).to_contain_text(
        "Too early to judge 25 mg so far; 4 weeks at 50 mg or more are needed"
    )
    assert not story.findings()
    assert story.bars()[0][0] == "open"


def a_call_every_week(story: Story) -> None:
    """Under 25 years each of the first four weeks asks for a call, though he was called the week before."""
    for number, gad7, others in ((14, 15, {"X6"}), (21, 13, set()), (28, 11, {"TH1"})):
        story.move_to(day(number))
        assert story.findings() == {"C6", *others}
        assert "Dose call" in story.caseload_tags()
        story.record_contact(
            "No new thoughts; a little jittery.", gad7=gad7, adherence="all", next_due_on=day(number + 7)
        )
        assert story.findings() == others
        if "X6" in others:
            it_is_reviewed(story)
    story.change_dose("sertraline", 50, text="50 mg every morning")
    story.move_to(day(35))
    hold_session(story, 17, "done")
    hold_session(story, 31, "done")
    assert story.findings() == {"C6"}, "the new dose, nobody has called since"
    story.record_contact("Jitters are gone.", adherence="all", next_due_on=day(42))
    assert not story.findings()


def it_is_reviewed(story: Story) -> None:
    """A new patient is on the agenda until the consultant has looked."""
    assert "Never reviewed" in story.caseload_tags()
    assert "Rule X6" in " ".join(story.agenda())
    page = story.go("/consult/review/{episode}", story.cast.consultant)
    fill(page, {"advice-0-category": "continue"}, impression="Young, anxious, begins low: good.")
    sign(page)
    assert not story.agenda()


def two_changes_within_two_weeks_are_unclear(story: Story) -> None:
    """Therapy and drug began four days apart: nobody can say which of them helped."""
    page = story.follow("Medications")
    expect(page.locator("main")).to_contain_text(UNCLEAR)


def back_in_the_lecture_hall(story: Story) -> None:
    """Week 6: item 9 is asked again and is 0, the GAD-7 is down by more than half, the school target is met."""
    story.move_to(day(42))
    story.record_contact("Third lecture this week.", phq9=6, gad7=7, adherence="all", next_due_on=day(56))
    page = story.follow("Pathways", "School or campus")
    fill(page, value="met", note="Five lectures, one seminar")
    save(page)
    expect(page.locator("main")).to_contain_text("School or campus: target met")
    chart = story.open_patient()
    expect(chart.locator(".strip")).to_contain_text("−59% · Response")
    expect(chart.locator(".strip")).to_contain_text("C-SSRS low risk on Jan 11, 2027")
    assert not story.findings()
    assert story.bars() == [("open", "sertraline 25 to 50 mg")]
    page = story.follow("Add to agenda")
    fill(page, question=QUESTION)
    save(page)
    assert QUESTION in " ".join(story.agenda())


def the_papers_carry_the_story(story: Story) -> None:
    """Packet, PCP's page, progress sheet and care plan; none of them prints what was told in confidence."""
    pages = story.paper("/printing/summary/{patient}")
    assert len(pages) == 1
    packet = " ".join(text(story.packet()).split())
    sheet, plan = story.paper("/plans/progress/{patient}"), story.paper("/plans/care/paper/{patient}")
    assert (len(sheet), len(plan)) == (1, 1)
    for words in ("GAD-7 trend", "17 → 7 −59%", "sertraline 50 mg, started Jan 18, 2027; 2 weeks at this dose",
                  "3 of 5 planned sessions held", "Safety plan: on file, Jan 11, 2027", f"Goals: {GOAL}",
                  "Maria Ortiz: Phone follow-up with PHQ-9 and GAD-7, Mar 8, 2027"):  # fmt: skip
        assert words in pages[0], words
    for words in (QUESTION, "19-year-old with anxiety (F41.1)", f"goal: {GOAL}", "C-SSRS: low", "GAD-7 better, −59%",
                  "school or campus: target met, Feb 22, 2027", "Adherence: takes nearly all doses",
                  "Firearms and means: Asked: there are no such means at hand"):  # fmt: skip
        assert words in packet, words
    for words in ("My worry (GAD-7) score was 17 on Jan 11, 2027. On Feb 22, 2027 it was 7. That is better.", GOAL,
                  "Talk therapy: cognitive behavioral therapy (CBT)", "Medicine: sertraline 50 mg",
                  "My dose of sertraline changed", "My next step: A seat by the door"):  # fmt: skip
        assert words in sheet[0], words
    assert "What others may think: My roommates hear me on the phone" in plan[0]
    assert "School (Disability services). Yes, you may share: that I have visits on Mondays." in plan[0]
    for paper in (pages[0], packet, sheet[0], plan[0]):
        assert CONFIDENTIAL not in paper
    for paper in (sheet[0], plan[0]):
        assert "C-SSRS" not in paper
