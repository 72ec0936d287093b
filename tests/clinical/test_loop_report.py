"""How far advice got, what came of it, how long it took and where the chain breaks."""

from datetime import date

import pytest

from registry.clinical.course import course
from registry.clinical.facts import Decision, DoseEvent, EpisodeFacts, Medication, Recommendation
from registry.clinical.loop_reasons import (
    declined_because,
    declined_reasons,
    parts_of,
    reason_key,
    without_names,
)
from registry.clinical.loop_report import (
    SHARES,
    Counted,
    Followed,
    chain,
    days_to_decision,
    days_to_done,
    median_of,
    shares,
    those,
)
from registry.clinical.outcome import outcome, standing_of
from registry.clinical.protocol import DEFAULT_PROTOCOL as P
from registry.clinical.stuck import Stuck, stuck
from tests.clinical.cases import TODAY, ago, case, enrolled, phq9

SIGNED = 40
COURSE = course(enrolled(90, scores=(phq9(80, 20), phq9(36, 16), phq9(6, 8))), P, TODAY)
UNMEASURED = course(enrolled(90), P, TODAY)


def step(kind: str, days: int, reason: str = "", until: int | None = None) -> Decision:
    return Decision(ago(days), kind, reason, until_on=None if until is None else ago(until))


def followed(*steps: Decision, judge: int | None = 7, signed: int = SIGNED, seen=COURSE) -> Followed:
    advice = Recommendation(
        "r", 1, "increase", judge_on=None if judge is None else ago(judge), decisions=steps
    )
    return Followed(
        advice, ago(signed), standing_of(advice, ago(signed), seen, P, TODAY), outcome(advice, seen, P, TODAY),
        P.done_within.value,
    )  # fmt: skip


ACCEPTED, DONE = step("accepted", 36), step("implemented", 30)


@pytest.mark.parametrize(
    ("one", "keys"),
    [
        case("signed and not sent", followed(), {"signed"}),
        case("sent", followed(step("delivered", 39)), {"signed", "delivered"}),
        case("seen", followed(step("seen", 39)), {"signed", "delivered"}),
        case("answered without a recorded delivery", followed(step("declined", 39, "BP")),
             {"signed", "delivered", "answered", "declined"}),
        case("deferred is an answer, and no decision", followed(step("deferred", 39, "lab", -2)),
             {"signed", "delivered", "answered", "deferred"}),
        case("agreed yesterday: nobody is slow", followed(step("accepted", 1)),
             {"signed", "delivered", "answered", "accepted"}),
        case("agreed 14 days ago", followed(step("modified", 14, "50 mg")),
             {"signed", "delivered", "answered", "modified", "agreed"}),
        case("agreed, then declined", followed(ACCEPTED, step("declined", 20, "BP")),
             {"signed", "delivered", "answered", "declined"}),
        case("done in time and judged", followed(ACCEPTED, DONE),
             {"signed", "delivered", "answered", "accepted", "agreed", "done_in_time", "to_judge", "judged", "better"}),
        case("done on the fourteenth day is in time", followed(ACCEPTED, step("implemented", 22), judge=-1),
             {"signed", "delivered", "answered", "accepted", "agreed", "done_in_time"}),
        case("done a day too late, without a day to judge it", followed(ACCEPTED, step("implemented", 21), judge=None),
             {"signed", "delivered", "answered", "accepted", "agreed"}),
        case("done, and no score to judge it", followed(ACCEPTED, DONE, seen=UNMEASURED),
             {"signed", "delivered", "answered", "accepted", "agreed", "done_in_time", "to_judge"}),
        case("it turned out not done", followed(ACCEPTED, DONE, step("not_implemented", 20, "cost")),
             {"signed", "delivered", "answered", "accepted", "agreed"}),
        case("closed after it was done is judged all the same", followed(ACCEPTED, DONE, step("closed", 5, "judged")),
             {"signed", "delivered", "answered", "accepted", "agreed", "done_in_time", "to_judge", "judged", "better"}),
    ],
)  # fmt: skip
def test_which_counts_it_is_in(one: Followed, keys: set[str]) -> None:
    assert {key for key in SHARES if those(key, [one], TODAY)} == keys


@pytest.mark.parametrize(
    ("last", "status"),
    [case("partly", 11, "partly"), case("same", 15, "same"), case("worse", 21, "worse")],
)
def test_what_came_of_it(last: int, status: str) -> None:
    seen = course(enrolled(90, scores=(phq9(80, 20), phq9(36, 16), phq9(6, last))), P, TODAY)
    found = {key for key in ("better", "partly", "same", "worse") if those(key, [followed(ACCEPTED, DONE, seen=seen)], TODAY)}  # fmt: skip
    assert found == {status}


def test_every_share_is_of_a_count_of_the_report() -> None:
    assert {share.of for share in SHARES.values()} - {""} <= set(SHARES)
    one = followed(ACCEPTED, DONE)
    assert all(
        those(share.of, [one], TODAY)
        for key, share in SHARES.items()
        if share.of and those(key, [one], TODAY)
    )


@pytest.mark.parametrize(
    ("number", "of", "percent"),
    [
        case("a third", 1, 3, 33),
        case("two thirds", 2, 3, 67),
        case("half up", 1, 8, 13),
        case("all", 3, 3, 100),
        case("of nothing", 0, 0, None),
        case("no share", 4, None, None),
    ],
)
def test_percent(number: int, of: int | None, percent: int | None) -> None:
    assert Counted(SHARES["answered"], number, of).percent == percent


def test_the_counts_of_a_clinic() -> None:
    found = {c.share.key: (c.number, c.of) for c in shares([followed(), followed(ACCEPTED, DONE)], TODAY)}
    assert list(found) == list(SHARES)
    assert found["signed"] == (2, None)
    assert found["answered"] == (1, 2)
    assert found["better"] == (1, 1)


def test_the_middle_number_of_days() -> None:
    several = [
        followed(step("deferred", 39, "lab", 37), step("accepted", 36), step("implemented", 30)),
        followed(step("declined", 38, "BP")),
        followed(),
    ]
    assert days_to_decision(several) == (3.0, 2), "4 days and 2: to defer is not to decide"
    assert days_to_done(several) == (10.0, 1)
    assert median_of([]) == (None, 0)
    assert median_of([9, 1, 4]) == (4.0, 3)


def test_where_the_chain_breaks() -> None:
    several = [
        followed(signed=1),
        followed(),
        followed(step("accepted", 36)),
        followed(step("closed", 3, "moved")),
    ]
    found = {one.stage: (one.label, one.number, one.late) for one in chain(several, TODAY)}
    assert found["deliver"] == ("To deliver", 2, 1)
    assert found["do"] == ("Accepted, to be done", 1, 1)
    assert found["judge"] == ("Done, to be judged", 0, 0)
    assert "done" not in found, "what is closed breaks nowhere"


# Why advice was declined ------------------------------------------------------------------


def test_declined_reasons_are_counted_in_their_words() -> None:
    told = ["Blood pressure", "blood  pressure. ", "Patient prefers therapy", "", "Blood pressure"]
    several = [followed(step("declined", 30, words)) for words in told]
    several += [followed(step("accepted", 30)), followed()]
    found = [(one.words, one.number) for one in declined_reasons(several, frozenset())]
    assert found == [("Blood pressure", 3), ("Patient prefers therapy", 1)]


def test_what_was_declined_and_then_accepted_has_no_reason() -> None:
    assert declined_because(followed(step("declined", 30, " BP "))) == "BP"
    assert declined_because(followed(step("declined", 30, "BP"), step("accepted", 20))) == ""
    assert declined_because(followed()) == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        case("a PCP", "Dr. Lang prefers to wait", "Dr. [name] prefers to wait"),
        case("the patient, in the possessive", "Carter's blood pressure", "[name] blood pressure"),
        case("with a curly apostrophe", "Carter’s wish", "[name] wish"),
        case("with a hyphen and letters of elsewhere", "Ask Novák-Ruiz first", "Ask [name] first"),
        case("a small word is no name", "it will take long", "it will take long"),
        case("two letters are too few", "Wu waits", "Wu waits"),
        case("nobody", "Blood pressure 190", "Blood pressure 190"),
    ],
)
def test_nobody_is_named(text: str, told: str) -> None:
    assert (
        without_names(text, parts_of(["Dr. Ingrid Lang", "Carter, Samuel", "Novák-Ruiz", "Will Wu"])) == told
    )


def test_a_reason_has_a_sign_that_tells_nothing() -> None:
    assert reason_key("Blood pressure") == reason_key(" blood PRESSURE. ") != reason_key("Pulse")
    assert len(reason_key("x")) == 12


# From not improved to a changed treatment -----------------------------------------------------


def dosed(*days: int) -> Medication:
    start, *later = days
    events = [DoseEvent(ago(start), "start", 50), *(DoseEvent(ago(day), "change", 100) for day in later)]
    return Medication("m", "sertraline", "psychotropic", tuple(events))


@pytest.mark.parametrize(
    ("facts", "since", "changed_on"),
    [
        case("not better at eight weeks, changed a week later",
             enrolled(90, scores=(phq9(90, 20), phq9(34, 18)), medications=(dosed(88, 27),)), ago(34), ago(27)),
        case("changed on that very day",
             enrolled(90, scores=(phq9(90, 20), phq9(34, 18)), medications=(dosed(88, 34),)), ago(34), ago(34)),
        case("not changed since", enrolled(90, scores=(phq9(90, 20), phq9(34, 18)), medications=(dosed(88, 40),)),
             ago(34), None),
        case("the first such score counts, not the last",
             enrolled(90, scores=(phq9(90, 20), phq9(34, 18), phq9(10, 17)), medications=(dosed(88, 5),)), ago(34), ago(5)),
        case("better at eight weeks and worse later", enrolled(90, scores=(phq9(90, 20), phq9(34, 9), phq9(10, 17))),
             ago(10), None),
    ],
)  # fmt: skip
def test_from_not_improved_to_changed(facts: EpisodeFacts, since: date, changed_on: date | None) -> None:
    found = stuck(facts, P, TODAY)
    assert found == Stuck(since, changed_on)
    assert found.days == ((changed_on - since).days if changed_on else None)


@pytest.mark.parametrize(
    "facts",
    [
        case(
            "a score before eight weeks shows nothing yet", enrolled(90, scores=(phq9(90, 20), phq9(35, 18)))
        ),
        case("better at eight weeks", enrolled(90, scores=(phq9(90, 20), phq9(34, 9)))),
        case("the baseline was not elevated", enrolled(90, scores=(phq9(90, 8), phq9(34, 9)))),
        case("never measured again", enrolled(90, scores=(phq9(30, 20),))),
        case("not enrolled", EpisodeFacts(episode_id="e", patient_id="p", scores=(phq9(34, 18),))),
    ],
)
def test_who_is_not_stuck(facts: EpisodeFacts) -> None:
    assert stuck(facts, P, TODAY) is None
