"""C1 to C8, and when the next contact is due."""

from datetime import date

import pytest

from registry.clinical.care import Care, HealthFact
from registry.clinical.contact_due import due_after_contact, is_planned_late, next_contact_due
from registry.clinical.facts import Contact, EpisodeFacts, Score
from registry.clinical.findings import findings
from registry.clinical.picture import picture
from tests.clinical.cases import (
    TODAY,
    P,
    ago,
    case,
    closed,
    cssrs,
    drug,
    enrolled,
    found,
    missed,
    new_id,
    phq9,
    referred,
    seen,
    status,
)

SERT = drug("sertraline", (10, "start", 50.0))
BETTER = (phq9(60, 18), phq9(30, 9), phq9(9, 8))
MAINTAINED = status(40, "relapse_prevention")


@pytest.mark.parametrize(
    ("code", "facts", "sentence"),
    [
        case("the first follow-up is not due on day 13", "C1", enrolled(13), None),
        case("it is due on day 14", "C1", enrolled(14),
             "No contact since the initial assessment on Nov 4, 2026 (14 days)."),
        case("and in breach on day 28", "C1", enrolled(28),
             "No contact since the initial assessment on Oct 21, 2026 (28 days); the limit of 28 days has passed."),
        case("the initial assessment itself is no follow-up", "C1", enrolled(14, contacts=(seen(14),)),
             "No contact since the initial assessment on Nov 4, 2026 (14 days)."),
        case("an attempt or a no-show is no follow-up", "C1", enrolled(14, contacts=(missed(3),)),
             "No contact since the initial assessment on Nov 4, 2026 (14 days)."),
        case("a treatment contact is", "C1", enrolled(14, contacts=(seen(5),)), None),
        case("fourteen days apart is in time", "C2", enrolled(40, contacts=(seen(14),)), None),
        case("fifteen days apart is late while not at target", "C2", enrolled(40, contacts=(seen(15),)),
             "Last treatment contact on Nov 3, 2026, 15 days ago; not yet at target."),
        case("in the first month a week apart is in time", "C2", enrolled(28, contacts=(seen(7),)), None),
        case("and eight days are late", "C2", enrolled(28, contacts=(seen(8),)),
             "Last treatment contact on Nov 10, 2026, 8 days ago; not yet at target."),
        case("after it two weeks are in time again", "C2", enrolled(29, contacts=(seen(8),)), None),
        case("a message does not count", "C2",
             enrolled(40, contacts=(seen(15), Contact("m", ago(2), "message"))),
             "Last treatment contact on Nov 3, 2026, 15 days ago; not yet at target."),
        case("the first follow-up is C1's", "C2", enrolled(40, contacts=(seen(40),)), None),
        case("better on one score is still acute", "C2",
             enrolled(60, contacts=(seen(20),), scores=(phq9(60, 18), phq9(9, 8))),
             "Last treatment contact on Oct 29, 2026, 20 days ago; not yet at target."),
        case("better on two scores is not", "C2", enrolled(60, contacts=(seen(20),), scores=BETTER), None),
        case("half the baseline counts as better, above 10 too", "C2",
             enrolled(60, contacts=(seen(20),), scores=(phq9(60, 24), phq9(30, 12), phq9(9, 11))), None),
        case("from 60 days on D4 says it", "C2", enrolled(90, contacts=(seen(60),)), None),
        case("better on two scores: four weeks are in time", "C4",
             enrolled(60, contacts=(seen(28),), scores=BETTER), None),
        case("and more are not", "C4", enrolled(60, contacts=(seen(29),), scores=BETTER),
             "Last treatment contact on Oct 20, 2026, 29 days ago; better on the last two scores."),
        case("not better is not in transition", "C4", enrolled(60, contacts=(seen(29),)), None),
        case("relapse prevention: monthly at first", "C5", enrolled(90, MAINTAINED, contacts=(seen(29),)),
             "Last treatment contact on Oct 20, 2026, 29 days ago; in relapse prevention."),
        case("then up to three months apart", "C5",
             enrolled(200, status(85, "relapse_prevention"), contacts=(seen(50),)), None),
        case("others are not in maintenance", "C5", enrolled(90, contacts=(seen(29),)), None),
        case("two missed in a row call for another channel", "C7", enrolled(40, contacts=(seen(20), missed(9), missed(2))),
             "2 contacts missed in a row, last on Nov 9, 2026 and Nov 16, 2026."),
        case("an unanswered attempt is a miss too", "C7",
             enrolled(40, contacts=(missed(9, "outreach_attempt"), missed(2))),
             "2 contacts missed in a row, last on Nov 9, 2026 and Nov 16, 2026."),
        case("one miss is not", "C7", enrolled(40, contacts=(missed(9), seen(5), missed(2))), None),
        case("a message between does not break the row", "C7",
             enrolled(40, contacts=(missed(9), Contact("m", ago(5), "message"), missed(2))),
             "2 contacts missed in a row, last on Nov 9, 2026 and Nov 16, 2026."),
        case("a scheduling call that reached the patient does", "C7",
             enrolled(40, contacts=(missed(9), Contact("m", ago(5), "scheduling"), missed(2))), None),
        case("one that reached nobody is neither", "C7",
             enrolled(40, contacts=(missed(9), Contact("m", ago(5), "scheduling", reached=False), missed(2))),
             "2 contacts missed in a row, last on Nov 9, 2026 and Nov 16, 2026."),
    ],
)  # fmt: skip
def test_cadence(code: str, facts: EpisodeFacts, sentence: str | None) -> None:
    told = found(facts, code)
    assert (told.sentence if told else None) == sentence


def home(days: int, code: str = "hospital", place: str = "") -> HealthFact:
    """A stay for behavioral health that ended some days ago."""
    return HealthFact(new_id("stay"), ago(days), "discharge", code, place)


SINCE = "and no treatment contact since"


@pytest.mark.parametrize(
    ("stays", "contacts", "sentence"),
    [
        case("a discharge asks for a contact within two working days", (home(1),), (seen(9),),
             f"Discharged on Nov 17, 2026 (hospital), 1 day ago, {SINCE}; contact is due by Nov 19, 2026."),
        case("on its very day too", (home(0, "emergency", "Mercy Hospital"),), (seen(9),),
             f"Discharged on Nov 18, 2026 (emergency department, Mercy Hospital), 0 days ago, {SINCE}; contact is due by "
             "Nov 20, 2026."),
        case("a weekend does not count", (home(5),), (seen(9),),
             f"Discharged on Nov 13, 2026 (hospital), 5 days ago, {SINCE}; contact was due by Nov 17, 2026."),
        case("seven days are the limit", (home(7),), (seen(9),),
             f"Discharged on Nov 11, 2026 (hospital), 7 days ago, {SINCE}; contact was due by Nov 13, 2026."),
        case("after which it has passed", (home(8),), (seen(9),),
             f"Discharged on Nov 10, 2026 (hospital), 8 days ago, {SINCE}; the limit of 7 days has passed."),
        case("until a treatment contact on a later day", (home(5),), (seen(4),), None),
        case("one on the day itself may lie before the stay ended", (home(5),), (seen(5),),
             f"Discharged on Nov 13, 2026 (hospital), 5 days ago, {SINCE}; contact was due by Nov 17, 2026."),
        case("an attempt is none", (home(5),), (seen(9), missed(2, "outreach_attempt")),
             f"Discharged on Nov 13, 2026 (hospital), 5 days ago, {SINCE}; contact was due by Nov 17, 2026."),
        case("of two the last is told", (home(8), home(2)), (seen(9),),
             f"Discharged on Nov 16, 2026 (hospital), 2 days ago, {SINCE}; contact is due by Nov 18, 2026."),
        case("one from before the initial assessment was spoken of there", (home(50),), (), None),
        case("other health facts are no stay", (HealthFact("a", ago(2), "allergy", "Penicillin"),), (seen(9),), None),
    ],
)  # fmt: skip
def test_a_discharge_is_followed_by_a_contact(
    stays: tuple[HealthFact, ...], contacts: tuple[Contact, ...], sentence: str | None
) -> None:
    told = found(enrolled(40, contacts=contacts, care=Care(health=stays)), "C8")
    assert (told and told.sentence) == sentence
    if told:
        assert (told.urgency.name, told.tag, told.label) == ("SAME_DAY", "lost", "Discharged")
        assert set(told.facts) == {stay.id for stay in stays}


def test_a_discharge_makes_the_next_contact_due() -> None:
    stayed = enrolled(40, contacts=(seen(2),), care=Care(health=(home(1),)))
    assert next_contact_due(stayed, P, TODAY) == date(2026, 11, 19)


def test_only_who_is_in_treatment_is_called_after_a_discharge() -> None:
    assert found(referred(5, care=Care(health=(home(1),))), "C8") is None
    assert found(closed(5, care=Care(health=(home(1),))), "C8") is None


def test_a_clinic_sets_the_days() -> None:
    own = P.with_values("Winter", ago(50), discharge_due=1, discharge_breach=3)
    facts = enrolled(40, contacts=(seen(9),), care=Care(health=(home(4),)))
    told = next(f for f in findings(facts, own, TODAY) if f.code == "C8")
    assert told.sentence.endswith("; the limit of 3 days has passed.")
    assert next_contact_due(facts, own, TODAY) == date(2026, 11, 16)


YOUNG = date(2004, 1, 1)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        case("six days after a start it is early", enrolled(30, medications=(drug("sertraline", (6, "start", 50.0)),)),
             None),
        case("a week after a start the patient is called", enrolled(30, medications=(SERT,)),
             "Sertraline started at 50 mg on Nov 8, 2026, 10 days ago, and no contact since."),
        case("the visit of that day is not the call", enrolled(30, medications=(SERT,), contacts=(seen(10),)),
             "Sertraline started at 50 mg on Nov 8, 2026, 10 days ago, and no contact since."),
        case("a later contact is", enrolled(30, medications=(SERT,), contacts=(seen(9),)), None),
        case("a dose change is asked after too",
             enrolled(90, medications=(drug("sertraline", (80, "start", 50.0), (9, "change", 100.0)),)),
             "Sertraline changed to 100 mg on Nov 9, 2026, 9 days ago, and no contact since."),
        case("a dose that is not known is not made up",
             enrolled(90, medications=(drug("sertraline", (9, "start", None)),)),
             "Sertraline started on Nov 9, 2026, 9 days ago, and no contact since."),
        case("after four weeks the call no longer helps",
             enrolled(90, medications=(drug("sertraline", (29, "start", 50.0)),)), None),
        case("a stop is not a start", enrolled(90, medications=(drug("sertraline", (80, "start", 50.0), (9, "stop", None)),)),
             None),
        case("a statin is not psychotropic", enrolled(30, medications=(drug("atorvastatin", (10, "start", 20.0)),)), None),
        case("a drug without events says nothing", enrolled(30, medications=(drug("sertraline"),)), None),
        case("a start from before the episode is not ours",
             enrolled(5, medications=(drug("sertraline", (10, "start", 50.0)),)), None),
        case("under 25 a week after the last call is too long",
             enrolled(30, birth_date=YOUNG, medications=(drug("sertraline", (20, "start", 50.0)),), contacts=(seen(8),)),
             "Sertraline started at 50 mg on Oct 29, 2026; under 25 and last spoken to on Nov 10, 2026."),
        case("under 25 a call this week is in time",
             enrolled(30, birth_date=YOUNG, medications=(drug("sertraline", (20, "start", 50.0)),), contacts=(seen(6),)),
             None),
        case("a new dose keeps the weekly calls up",
             enrolled(30, birth_date=YOUNG, contacts=(seen(13),),
                      medications=(drug("sertraline", (21, "start", 25.0), (14, "change", 50.0)),)),
             "Sertraline changed to 50 mg on Nov 4, 2026; under 25 and last spoken to on Nov 5, 2026."),
        case("an unknown age is not under 25",
             enrolled(30, birth_date=None, medications=(drug("sertraline", (20, "start", 50.0)),), contacts=(seen(8),)),
             None),
    ],
)  # fmt: skip
def test_a_new_dose_is_asked_after(facts: EpisodeFacts, sentence: str | None) -> None:
    told = found(facts, "C6")
    assert (told.sentence if told else None) == sentence


NOV_23 = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("facts", "today", "sentence"),
    [
        case("eight days before the month's end there is time", enrolled(60), date(2026, 11, 22), None),
        case("seven days before it what is missing is told", enrolled(60), NOV_23,
             "This month, which ends on Nov 30, 2026, has no treatment contact and no scored PHQ-9 or GAD-7."),
        case("only what is missing", enrolled(60, contacts=(seen(5),)), NOV_23,
             "This month, which ends on Nov 30, 2026, has no scored PHQ-9 or GAD-7."),
        case("a GAD-7 will do", enrolled(60, contacts=(seen(5),), scores=(phq9(5, 9),)), NOV_23, None),
        case("last month's do not", enrolled(60, contacts=(seen(18),), scores=(phq9(18, 9),)), NOV_23,
             "This month, which ends on Nov 30, 2026, has no treatment contact and no scored PHQ-9 or GAD-7."),
    ],
)  # fmt: skip
def test_each_month_has_a_contact_and_a_scale(facts: EpisodeFacts, today: date, sentence: str | None) -> None:
    told = found(facts, "C3", today)
    assert (told.sentence if told else None) == sentence


@pytest.mark.parametrize(
    ("facts", "days"),
    [
        case("weekly in the first month", enrolled(20, contacts=(seen(3),)), 4),
        case("two weeks apart after it", enrolled(40, contacts=(seen(3),)), 11),
        case("from the enrolment where there was no contact", enrolled(10), -3),
        case("four weeks apart once better", enrolled(60, contacts=(seen(3),), scores=BETTER), 25),
        case("monthly in relapse prevention", enrolled(90, MAINTAINED, contacts=(seen(3),)), 25),
        case("a new dose comes first", enrolled(40, contacts=(seen(3),), medications=(drug("sertraline", (2, "start", 50.0)),)), 5),
        case("a risk flag comes first", enrolled(40, contacts=(seen(3),), risk_assessments=(cssrs(3, intent=True),)), 4),
        case("a referral is called in two days", referred(1), 1),
        case("and again a week after an attempt", referred(9, contacts=(missed(2, "outreach_attempt"),)), 5),
    ],
)  # fmt: skip
def test_next_contact_due(facts: EpisodeFacts, days: int) -> None:
    assert next_contact_due(facts, P, TODAY) == ago(-days)


def test_no_contact_is_due_where_nothing_is_open() -> None:
    assert next_contact_due(closed(5), P, TODAY) is None
    assert next_contact_due(EpisodeFacts(episode_id="e", patient_id="p"), P, TODAY) is None


@pytest.mark.parametrize(
    ("facts", "today", "expected"),
    [
        case("a contact of today is followed after the usual interval", enrolled(40, contacts=(seen(3),)), TODAY,
             date(2026, 12, 2)),
        case("an open item 9 asks for the next working day", enrolled(40, scores=(phq9(5, 18, 2),)), TODAY,
             date(2026, 11, 19)),
        case("over a weekend that is Monday", enrolled(40, scores=(phq9(5, 18, 2),)), date(2026, 11, 20),
             date(2026, 11, 23)),
        case("after the close nothing is due", closed(5), TODAY, None),
    ],
)  # fmt: skip
def test_when_the_next_contact_is_due_after_one_of_today(
    facts: EpisodeFacts, today: date, expected: date | None
) -> None:
    assert due_after_contact(picture(facts, P, today)) == expected


@pytest.mark.parametrize(
    ("scores", "planned", "late"),
    [
        case("an open item 9 and a plan for next week", (phq9(5, 18, 2),), ago(-7), True),
        case("an open item 9 and a plan for tomorrow", (phq9(5, 18, 2),), ago(-1), False),
        case("an open item 9 and no plan", (phq9(5, 18, 2),), None, False),
        case("no positive item 9", (phq9(5, 18, 0),), ago(-7), False),
    ],
)  # fmt: skip
def test_a_plan_that_is_late_for_safety(scores: tuple[Score, ...], planned: date | None, late: bool) -> None:
    one = picture(enrolled(40, scores=scores, next_action_due_on=planned), P, TODAY)
    assert is_planned_late(one) is late
