"""E1 to E9."""

import pytest

from registry.clinical.care import Care, PastTrial
from registry.clinical.checks import applies
from registry.clinical.facts import Consent, Contact, EpisodeFacts, Score
from registry.clinical.protocol import DEFAULT_PROTOCOL
from registry.clinical.screening import bipolar_screen
from tests.clinical.cases import (
    TODAY,
    ago,
    asked,
    case,
    cssrs,
    drug,
    enrolled,
    found,
    gad7,
    missed,
    new_id,
    of,
    phq9,
    referred,
    review,
    seen,
)


def attempt(days: int, reached: bool = False) -> Contact:
    return Contact(f"a{days}", ago(days), "outreach_attempt", "phone", 5, reached=reached)


def message(days: int) -> Contact:
    return Contact(f"m{days}", ago(days), "message")


def form(instrument: str, days: int, total: int) -> Score:
    return Score(new_id("score"), instrument, ago(days), total)


ASKED = tuple(asked(topic, 20) for topic in ("alcohol_drugs", "trauma", "medical", "sleep"))
TOLD = Care(past_trials=(PastTrial("t1", ago(20), "sertraline"),))


@pytest.mark.parametrize(
    ("code", "facts", "sentence"),
    [
        case("a referred patient with a PHQ-9 of 10 is offered the programme", "E1", referred(3, scores=(phq9(5, 10),)),
             "PHQ-9 10 on Nov 13, 2026; no consent is recorded yet."),
        case("so is one with a GAD-7 of 10, the PHQ-9 being low", "E1", referred(3, scores=(phq9(5, 9), gad7(5, 10))),
             "GAD-7 10 on Nov 13, 2026; no consent is recorded yet."),
        case("or with another agreed scale that is elevated", "E1", referred(3, scores=(phq9(5, 9), of("pcl5", 5, 33))),
             "PCL-5 33 on Nov 13, 2026; no consent is recorded yet."),
        case("but not below its own line", "E1", referred(3, scores=(of("pcl5", 5, 32),)), None),
        case("with consent the question is answered", "E1", referred(3, consents=(Consent(ago(1)),), scores=(phq9(5, 18),)), None),
        case("a score of 31 days ago makes nobody eligible", "E1", referred(3, scores=(phq9(31, 18),)), None),
        case("nor does a low one", "E1", referred(3, scores=(phq9(5, 9),)), None),
        case("psychosis asks for direct care first", "E4", referred(3, checks=(asked("psychosis", 2, True),)),
             "On record: psychosis (yes on Nov 16, 2026)."),
        case("as does an eating disorder during treatment", "E4", enrolled(30, checks=(asked("eating", 2, True),)),
             "On record: an eating disorder (yes on Nov 16, 2026)."),
        case("so does acute mania", "E4", referred(3, checks=(asked("mania", 2, True),)), "On record: mania (yes on Nov 16, 2026)."),
        case("and substance use that is not stable", "E4", referred(3, checks=(asked("unstable_use", 2, True),)),
             "On record: alcohol or drug use that is not stable (yes on Nov 16, 2026)."),
        case("past mania alone is E8's", "E4", referred(3, checks=(asked("bipolar", 2, True),)), None),
        case("use alone is no reason", "E4", referred(3, checks=(asked("alcohol_drugs", 2, True),)), None),
        case("until the consultant has seen it", "E4",
             enrolled(30, checks=(asked("eating", 2, True),), reviews=(review(1),)), None),
        case("the latest answer holds", "E4",
             referred(3, checks=(asked("psychosis", 3, True), asked("psychosis", 2))), None),
        case("of two on one day the one that was recorded later", "E4",
             referred(3, checks=(asked("psychosis", 2, True, "09:00"), asked("psychosis", 2, False, "10:00"))), None),
        case("a patient at high risk is not enrolled first", "E4", referred(3, risk_assessments=(cssrs(1, plan=True),)),
             "On record: high risk of suicide (C-SSRS of Nov 17, 2026)."),
        case("once enrolled, the flag itself says so", "E4", enrolled(9, risk_assessments=(cssrs(1, plan=True),)), None),
        case("an intake without answers has gaps", "E9", enrolled(10),
             "Not known yet: alcohol and drugs, trauma, medical causes, sleep apnea, pregnancy and medication history."),
        case("where it is possible a pregnancy is asked about", "E9", enrolled(10, sex="female"),
             "Not known yet: alcohol and drugs, trauma, medical causes, sleep apnea, pregnancy and medication history."),
        case("and an answer closes it", "E9", enrolled(10, sex="female", checks=(asked("pregnancy", 9),)),
             "Not known yet: alcohol and drugs, trauma, medical causes, sleep apnea and medication history."),
        case("of a man it is not asked", "E9", enrolled(10, sex="male"),
             "Not known yet: alcohol and drugs, trauma, medical causes, sleep apnea and medication history."),
        case("an instrument answers too", "E9",
             enrolled(10, sex="male", checks=ASKED[2:], care=TOLD, scores=(form("audit_c", 9, 2), form("pcl5", 9, 20))), None),
        case("a drug that is taken is a history", "E9",
             enrolled(10, sex="male", checks=ASKED, medications=(drug("sertraline", (10, "start", 50.0)),)), None),
        case("a no is an answer", "E9", enrolled(10, sex="male", checks=ASKED, care=TOLD), None),
        case("after thirty days only the packet lists it", "E9", enrolled(31), None),
        case("a referral of yesterday is not late", "E2", referred(1), None),
        case("after two days nobody has called", "E2", referred(2),
             "Referred on Nov 16, 2026, 2 days ago, and no outreach yet."),
        case("after a week outreach is overdue", "E2", referred(7),
             "Referred on Nov 11, 2026, 7 days ago, and no outreach yet; outreach is overdue."),
        case("an attempt is outreach", "E2", referred(7, contacts=(attempt(6),)), None),
        case("a call from before the referral is not", "E2", referred(7, contacts=(attempt(8),)),
             "Referred on Nov 11, 2026, 7 days ago, and no outreach yet; outreach is overdue."),
        case("an unknown referral day claims nothing", "E2", EpisodeFacts(episode_id="e", patient_id="p"), None),
        case("three failed attempts in thirty days are a dead end", "E3",
             referred(30, contacts=(attempt(28), attempt(20), missed(10))),
             "Referred on Oct 19, 2026; 3 attempts by phone alone, the last on Nov 8, 2026, reached nobody."),
        case("by two channels", "E3",
             referred(30, contacts=(attempt(28), attempt(20), attempt(10)._replace(modality="video"))),
             "Referred on Oct 19, 2026; 3 attempts by phone and video, the last on Nov 8, 2026, reached nobody."),
        case("a channel that was not recorded is not made up", "E3",
             referred(30, contacts=tuple(attempt(days)._replace(modality=None) for days in (28, 20, 10))),
             "Referred on Oct 19, 2026; 3 attempts, the last on Nov 8, 2026, reached nobody."),
        case("two are not", "E3", referred(30, contacts=(attempt(28), attempt(20))), None),
        case("on day 29 there is still time", "E3", referred(29, contacts=(attempt(28), attempt(20), attempt(9))), None),
        case("a message is neither a failure nor a success", "E3",
             referred(30, contacts=(attempt(28), attempt(20), message(15), attempt(9))),
             "Referred on Oct 19, 2026; 3 attempts by phone and message, the last on Nov 9, 2026, reached nobody."),
        case("a patient who was reached is no dead end", "E3",
             referred(30, contacts=(attempt(28), attempt(20), attempt(10), attempt(5, True))), None),
        case("nor is one whose referral day is not known", "E3", EpisodeFacts(episode_id="e", patient_id="p"), None),
        case("treatment after consent counts", "E5", enrolled(20, contacts=(seen(20),)), None),
        case("treatment before consent does not", "E5", enrolled(20, contacts=(seen(24), seen(19))),
             "1 contact (20 minutes, the last on Oct 25, 2026) before the consent of Oct 26, 2026."),
        case("without consent nothing counts", "E5", enrolled(20, consents=(), contacts=(seen(20), seen(9))),
             "2 contacts (40 minutes, the last on Nov 9, 2026) and no consent is recorded."),
        case("a consent that is renewed leaves the earlier one standing", "E5",
             enrolled(20, consents=(Consent(ago(23)), Consent(ago(5))), contacts=(seen(20), seen(9))), None),
        case("one that was withdrawn covers the days before", "E5",
             enrolled(20, consents=(Consent(ago(23), ago(9)),), contacts=(seen(20), seen(10))), None),
        case("and not the day of its withdrawal nor those after", "E5",
             enrolled(20, consents=(Consent(ago(23), ago(9)),), contacts=(seen(20), seen(9), seen(2))),
             "2 contacts (40 minutes, the last on Nov 16, 2026) after the consent was withdrawn on Nov 9, 2026."),
        case("between two consents nothing counts", "E5",
             enrolled(20, consents=(Consent(ago(23), ago(15)), Consent(ago(5))), contacts=(seen(20), seen(9), seen(2))),
             "1 contact (20 minutes, the last on Nov 9, 2026) before the consent of Nov 13, 2026."),
        case("each reason is told with its contacts", "E5",
             enrolled(20, consents=(Consent(ago(15), ago(5)),), contacts=(seen(20), seen(9), seen(2))),
             "1 contact (20 minutes, the last on Oct 29, 2026) before the consent of Nov 3, 2026; "
             "1 contact (20 minutes, the last on Nov 16, 2026) after the consent was withdrawn on Nov 13, 2026."),
        case("an outreach attempt needs no consent", "E5", enrolled(20, contacts=(attempt(25),)), None),
        case("months that are billed are past", "E5", enrolled(90, contacts=(seen(95),)), None),
        case("no contact, nothing to say", "E5", enrolled(20, consents=()), None),
        case("the baseline is taken at enrolment", "E6", enrolled(10, scores=(phq9(10, 15),)), None),
        case("without one it is asked for from the first day", "E6", enrolled(3, scores=(phq9(4, 15),)),
             "No PHQ-9 with a total since enrollment on Nov 15, 2026 (day 3 of 14)."),
        case("and after the window too", "E6", enrolled(15),
             "No PHQ-9 with a total since enrollment on Nov 3, 2026 (15 days ago)."),
        case("an antidepressant without a mania screen", "E7",
             enrolled(20, medications=(drug("Sertraline 50 mg", (10, "start", 50.0)),)),
             "Sertraline 50 mg started in this episode and no bipolar screen is on file."),
        case("with a negative screen all is well", "E7",
             enrolled(20, checks=(asked("bipolar", 20),), medications=(drug("sertraline", (10, "start", 50.0)),)), None),
        case("a drug from before the episode is not new", "E7",
             enrolled(20, medications=(drug("sertraline", (300, "start", 50.0)),)), None),
        case("a drug that was stopped is not taken", "E7",
             enrolled(20, medications=(drug("sertraline", (10, "start", 50.0), (2, "stop", None)),)), None),
        case("the consultant has seen it", "E7",
             enrolled(20, reviews=(review(5),), medications=(drug("sertraline", (10, "start", 50.0)),)), None),
        case("lithium is no antidepressant", "E7",
             enrolled(20, medications=(drug("lithium", (10, "start", 300.0)),)), None),
        case("a positive screen is put to the consultant", "E8", enrolled(20, checks=(asked("bipolar", 20, True),)),
             "The bipolar screen is positive; not reviewed since."),
        case("all the more with an antidepressant", "E8",
             enrolled(20, checks=(asked("bipolar", 20, True),), reviews=(review(12),),
                      medications=(drug("X", (10, "start", 50.0), drug_class="SSRI"),)),
             "The bipolar screen is positive and X is taken; not reviewed since."),
        case("until it is reviewed", "E8",
             enrolled(20, checks=(asked("bipolar", 20, True),), reviews=(review(9),),
                      medications=(drug("X", (10, "start", 50.0), drug_class="SSRI"),)), None),
        case("a negative screen says nothing", "E8", enrolled(20, checks=(asked("bipolar", 20),)), None),
    ],
)  # fmt: skip
def test_entry(code: str, facts: EpisodeFacts, sentence: str | None) -> None:
    told = found(facts, code)
    assert (told.sentence if told else None) == sentence


def test_a_screen_of_tomorrow_is_not_known_today() -> None:
    facts = enrolled(20, checks=(asked("bipolar", 5, False), asked("bipolar", 1, True)))
    assert bipolar_screen(facts.as_of(TODAY)) == "positive"
    assert bipolar_screen(facts.as_of(ago(3))) == "negative"
    assert bipolar_screen(facts.as_of(ago(9))) is None
    assert [c.on for c in facts.as_of(ago(3)).checks] == [ago(5)]


def test_a_positive_screen_names_the_form_that_told_it() -> None:
    mdq = Score("mdq1", "mdq", ago(6), 9, 15, (*(1,) * 9, *(0,) * 4, 1, 3))
    finding = found(enrolled(20, scores=(mdq,)), "E8")
    assert finding is not None
    assert finding.sentence == "The bipolar screen is positive (MDQ 9 on Nov 12, 2026); not reviewed since."
    assert finding.facts == ("mdq1",)


def test_a_referral_is_not_closed_before_another_channel_was_tried():
    phone = (attempt(28), attempt(20), attempt(10))
    alone = found(referred(30, contacts=phone), "E3")
    assert alone.action.startswith("Try another channel")
    both = found(referred(30, contacts=(*phone, attempt(5)._replace(modality="in_person"))), "E3")
    assert both.action.startswith("Send a letter")
    own = DEFAULT_PROTOCOL.with_values("own", ago(300), outreach_channels=1)
    assert found(referred(30, contacts=phone), "E3", protocol=own).action.startswith("Send a letter")


@pytest.mark.parametrize("topic", ["mania", "unstable_use"])
def test_what_is_asked_where_it_shows_is_no_gap(topic):
    assert not applies(topic, "female")
