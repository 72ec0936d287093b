"""Courses of therapy: X2, TH1 to TH3, how they are counted, and a course as a change of treatment."""

from typing import Any

import pytest

from registry.clinical.care import Care, TherapyCourse, TherapySession
from registry.clinical.facts import Contact, EpisodeFacts
from registry.clinical.therapy import (
    MODALITIES,
    SKILLS,
    attendance_words,
    modality_words,
    open_courses,
    progress,
    session_contacts,
    therapies_of,
    therapy_labels,
    track,
)
from registry.clinical.treatment import treatment_changes
from tests.clinical.cases import TODAY, P, ago, case, enrolled, found, new_id, phq9, review, seen


def course(days: int, *, until: int | None = None, modality: str = "cbt", **more: Any) -> TherapyCourse:
    return TherapyCourse("c1", ago(days), modality, None if until is None else ago(until), **more)


def session(days: int, attended: bool = True, homework: str = "", **more: Any) -> TherapySession:
    return TherapySession(new_id("session"), ago(days), "c1", attended, homework, **more)


def in_therapy(one: TherapyCourse, *sessions: TherapySession, **facts: Any) -> EpisodeFacts:
    """An enrolled patient with one course and its sessions."""
    return enrolled(120, care=Care(courses=(one,), sessions=sessions), **facts)


def at_week(number: int, total: int, **more: Any) -> EpisodeFacts:
    """A recorded course whose latest PHQ-9, five days ago, lies in that week."""
    return in_therapy(course(5 + 7 * number), scores=(phq9(120, 22), phq9(5, total)), **more)


def given(*contacts: tuple[int, str], total: int) -> EpisodeFacts:
    """Therapies that contacts gave outside of every course, and a PHQ-9 two days ago."""
    rows = tuple(seen(days, interventions=(code,)) for days, code in contacts)
    return enrolled(120, contacts=rows, scores=(phq9(120, 22), phq9(2, total)))


HELD = tuple(session(days) for days in (33, 26))


@pytest.mark.parametrize(
    ("code", "facts", "sentence"),
    [
        case("a recorded course with PHQ-9 17 at week 4 is off track", "X2", at_week(4, 17),
             "Cognitive behavioral therapy started on Oct 16, 2026; PHQ-9 17 on Nov 13, 2026, about week 4."),
        case("16 at week 4 is on track", "X2", at_week(4, 16), None),
        case("13 at week 9 is off track", "X2", at_week(9, 13),
             "Cognitive behavioral therapy started on Sep 11, 2026; PHQ-9 13 on Nov 13, 2026, about week 9."),
        case("9 at week 14 is off track", "X2", at_week(14, 9),
             "Cognitive behavioral therapy started on Aug 7, 2026; PHQ-9 9 on Nov 13, 2026, about week 14."),
        case("8 at week 14 is on track", "X2", at_week(14, 8), None),
        case("a score between the weeks that is no better leaves it off track", "X2",
             in_therapy(course(45), scores=(phq9(120, 22), phq9(17, 22), phq9(6, 22))),
             "Cognitive behavioral therapy started on Oct 4, 2026; PHQ-9 22 on Nov 1, 2026, about week 4; 22 on Nov 12, 2026."),
        case("one between the weeks that is on track answers it", "X2",
             in_therapy(course(45), scores=(phq9(120, 22), phq9(17, 22), phq9(6, 16))), None),
        case("and so does a review after the first", "X2",
             in_therapy(course(45), scores=(phq9(120, 22), phq9(17, 22), phq9(6, 22)), reviews=(review(10),)), None),
        case("off track at week 4 and on track at week 9", "X2",
             in_therapy(course(65), scores=(phq9(120, 22), phq9(37, 22), phq9(2, 12))), None),
        case("at week 6 nothing is judged", "X2", at_week(6, 20), None),
        case("the consultant has seen it", "X2", at_week(4, 17, reviews=(review(3),)), None),
        case("a course that ended is not judged any more", "X2",
             in_therapy(course(33, until=10), scores=(phq9(120, 22), phq9(5, 20))), None),
        case("without a PHQ-9 nothing is known", "X2", in_therapy(course(33)), None),
        case("a course that contacts delivered without its own record is judged as well", "X2",
             enrolled(120, contacts=(seen(33, interventions=("problem_solving",)),),
                      scores=(phq9(120, 22), phq9(5, 18))),
             "Problem-solving treatment started on Oct 16, 2026; PHQ-9 18 on Nov 13, 2026, about week 4."),
        case("what contacts gave of a recorded course is judged as the course", "X2",
             at_week(4, 17, contacts=(seen(26, interventions=("cbt",)),)),
             "Cognitive behavioral therapy started on Oct 16, 2026; PHQ-9 17 on Nov 13, 2026, about week 4."),
        case("what contacts gave is judged from its beginning in spite of a gap of seven weeks", "X2",
             given((98, "behavioural_activation"), (49, "behavioural_activation"), (1, "behavioural_activation"), total=14),
             "Behavioral activation started on Aug 12, 2026; PHQ-9 14 on Nov 16, 2026, about week 14."),
        case("one that another replaced is not judged any more", "X2",
             given((98, "behavioural_activation"), (35, "behavioural_activation"), (30, "cbt"), (10, "cbt"), total=14), None),
        case("the other one is", "X2",
             given((98, "behavioural_activation"), (35, "behavioural_activation"), (30, "cbt"), (10, "cbt"), total=17),
             "Cognitive behavioral therapy started on Oct 19, 2026; PHQ-9 17 on Nov 16, 2026, about week 4."),
        case("one contact with another therapy replaces nothing", "X2",
             given((98, "behavioural_activation"), (50, "behavioural_activation"), (9, "behavioural_activation"), (3, "problem_solving"), total=14),
             "Behavioral activation started on Aug 12, 2026; PHQ-9 14 on Nov 16, 2026, about week 14."),
        case("nor do two on one day", "X2",
             given((70, "behavioural_activation"), (35, "behavioural_activation"), (3, "cbt"), (3, "cbt"), total=14),
             "Behavioral activation started on Sep 9, 2026; PHQ-9 14 on Nov 16, 2026, about week 9."),
        case("given on a second day it has replaced it", "X2",
             given((98, "behavioural_activation"), (50, "behavioural_activation"), (9, "behavioural_activation"), (8, "problem_solving"),
                   (1, "problem_solving"), total=14), None),
        case("one that is given beside it still is", "X2",
             given((98, "behavioural_activation"), (50, "behavioural_activation"), (30, "cbt"), (20, "behavioural_activation"), total=14),
             "Behavioral activation started on Aug 12, 2026; PHQ-9 14 on Nov 16, 2026, about week 14."),
        case("one that was not given for eight weeks is not", "X2", given((98, "cbt"), (56, "cbt"), total=14), None),
        case("given again after such a gap it begins anew", "X2", given((98, "cbt"), (30, "cbt"), total=17),
             "Cognitive behavioral therapy started on Oct 19, 2026; PHQ-9 17 on Nov 16, 2026, about week 4."),
        case("three weeks without a session", "TH1", in_therapy(course(54), session(47), session(21)),
             "No session for 21 days or more: cognitive behavioral therapy, last held on Oct 28, 2026."),
        case("twenty days are not three weeks", "TH1", in_therapy(course(54), session(20)), None),
        case("a missed session is no session", "TH1", in_therapy(course(54), session(30), session(7, False)),
             "No session for 21 days or more: cognitive behavioral therapy, last held on Oct 19, 2026."),
        case("a course that never began in earnest", "TH1", in_therapy(course(25)),
             "No session for 21 days or more: cognitive behavioral therapy, begun on Oct 24, 2026, none held."),
        case("a course that ended needs no session", "TH1", in_therapy(course(54, until=30), session(40)), None),
        case("two sessions missed in a row", "TH2", in_therapy(course(54), session(20), session(13, False), session(6, False)),
             "2 sessions of cognitive behavioral therapy missed in a row, last on Nov 5, 2026 and Nov 12, 2026."),
        case("one missed session is no row", "TH2", in_therapy(course(54), session(13), session(6, False)), None),
        case("a session that was held ends the row", "TH2",
             in_therapy(course(54), session(20, False), session(13, False), session(6)), None),
        case("a course without sessions misses none", "TH2", in_therapy(course(10)), None),
        case("one homework of four was done", "TH3",
             in_therapy(course(54), session(40, homework="done"), *(session(d, homework="not_done") for d in (30, 20, 10))),
             "Cognitive behavioral therapy: 1 of the last 4 homework tasks was done or partly done."),
        case("two of four are enough for now", "TH3",
             in_therapy(course(54), session(40, homework="done"), session(35, homework="partly"),
                        *(session(d, homework="not_done") for d in (20, 10))), None),
        case("three tasks are too few to judge", "TH3",
             in_therapy(course(54), *(session(d, homework="not_done") for d in (30, 20, 10))), None),
        case("homework that was not asked about counts neither way", "TH3",
             in_therapy(course(54), *(session(d, homework="not_done") for d in (40, 30, 20)), session(10),
                        session(5, homework="none_set")), None),
    ],
)  # fmt: skip
def test_therapy(code: str, facts: EpisodeFacts, sentence: str | None) -> None:
    told = found(facts, code)
    assert (told.sentence if told else None) == sentence


def test_a_course_whose_sessions_are_all_held_is_to_be_ended() -> None:
    told = found(in_therapy(course(54, planned=2), *HELD), "TH1")
    assert told is not None
    assert told.action == "The planned sessions were held: end the course, or plan more."
    more = found(in_therapy(course(54, planned=3), *HELD), "TH1")
    assert more is not None
    assert more.action.startswith("Ask what is in the way")


@pytest.mark.parametrize(
    ("facts", "changes"),
    [
        case("a recorded course is a change of treatment", in_therapy(course(30, modality="dbt_skills")),
             ["DBT skills started"]),
        case("the same therapy in a contact is not counted twice",
             in_therapy(course(30), contacts=(seen(30, interventions=("cbt",)),)),
             ["cognitive behavioral therapy started"]),
        case("a delivery shortly before the course was written down belongs to it",
             in_therapy(course(30), contacts=(seen(58, interventions=("cbt",)),)),
             ["cognitive behavioral therapy started"]),
        case("a delivery long before is a start of its own",
             in_therapy(course(30), contacts=(seen(59, interventions=("cbt",)),)),
             ["cognitive behavioral therapy started", "cognitive behavioral therapy started"]),
        case("so is one after the course has ended",
             in_therapy(course(60, until=30), contacts=(seen(29, interventions=("cbt",)),)),
             ["cognitive behavioral therapy started", "cognitive behavioral therapy started"]),
        case("one before its end belongs to it",
             in_therapy(course(60, until=30), contacts=(seen(31, interventions=("cbt",)),)),
             ["cognitive behavioral therapy started"]),
        case("another therapy in a contact is another change",
             in_therapy(course(30), contacts=(seen(20, interventions=("problem_solving", "cbt")),)),
             ["cognitive behavioral therapy started", "problem-solving treatment started"]),
        case("a course of an unknown kind reads as it was stored",
             in_therapy(course(30, modality="art_group"), contacts=(seen(30, interventions=("cbt",)),)),
             ["art group started", "cognitive behavioral therapy started"]),
    ],
)  # fmt: skip
def test_a_course_as_a_change_of_treatment(facts: EpisodeFacts, changes: list[str]) -> None:
    assert [change.text for change in treatment_changes(facts)] == changes


def test_a_course_starts_the_clock_of_the_last_change() -> None:
    flat = (phq9(120, 18), phq9(5, 17))
    assert found(enrolled(120, scores=flat), "X4") is not None
    assert found(in_therapy(course(60), scores=flat), "X4") is None, (
        "a change of treatment within twelve weeks"
    )


def test_sessions_add_up() -> None:
    rows = (session(30, homework="none_set", alliance=6), session(23, homework="done", alliance=8),
            session(16, False), session(9, homework="not_done"))  # fmt: skip
    done = progress(rows)
    assert (done.held, done.missed, done.attendance) == (3, 1, 75)
    assert (done.homework_set, done.homework_done, done.homework) == (2, 1, 50)
    assert (done.last_held_on, done.alliance, done.missed_in_row) == (ago(9), 8, 0)


def test_nothing_is_known_before_the_first_session() -> None:
    done = progress(())
    assert (done.attendance, done.homework, done.last_held_on, done.alliance) == (None, None, None, None)


@pytest.mark.parametrize(
    ("sessions", "planned", "words"),
    [
        case("held of planned", (session(9), session(2)), 8, "2 of 8 planned sessions held"),
        case("with what was missed", (session(9), session(2, False)), 8, "1 of 8 planned sessions held, 1 missed (50 % attended)"),
        case("more than planned", tuple(session(day) for day in (9, 6, 2)), 2, "3 sessions held, 2 were planned"),
        case("more than planned, with what was missed", (session(9), session(6), session(2, False)), 1,
             "2 sessions held, 1 was planned, 1 missed (67 % attended)"),
        case("without a plan", (session(2),), None, "1 session held"),
    ],
)  # fmt: skip
def test_attendance_in_words(sessions: tuple[TherapySession, ...], planned: int | None, words: str) -> None:
    assert attendance_words(progress(sessions), planned) == words


def test_on_track_in_sentences() -> None:
    points = track(course(70), (phq9(44, 16), phq9(40, 17), phq9(38, None)), P, TODAY)
    assert [p.sentence for p in points] == [
        "Week 4: PHQ-9 17 on Oct 9, 2026, not on track (off track from 17).",
        "Week 9: due about Nov 11, 2026 (off track from 13).",
        "Week 14: due about Dec 16, 2026 (off track from 9).",
    ]
    late = track(course(71), (phq9(43, 16),), P, TODAY)
    assert [p.sentence for p in late][:2] == [
        "Week 4: PHQ-9 16 on Oct 6, 2026, on track (off track from 17).",
        "Week 9: no PHQ-9 within a week of Nov 10, 2026, so it is not known.",
    ]


def test_weeks_after_the_end_of_a_course_are_not_judged() -> None:
    assert [p.week for p in track(course(70, until=30), (), P, TODAY)] == [4]


def test_open_courses_and_words() -> None:
    care = Care(courses=(course(60, until=30), course(20)))
    assert [c.on for c in open_courses(enrolled(120, care=care))] == [ago(20)]
    assert modality_words("cbt_i") == "CBT for insomnia"
    assert all(kind.label and kind.words for kind in MODALITIES.values())
    assert {code for _, of in SKILLS.values() for code in of.split()} <= set(MODALITIES)


@pytest.mark.parametrize(
    ("one", "sessions", "more", "goes_on"),
    [
        case("begun in this episode", course(25), (), {}, True),
        case("begun between the episodes", course(250), (), {}, True),
        case("left open in an earlier episode", course(500), (session(480), session(310)), {}, False),
        case("begun on the day of its close", course(300), (), {}, False),
        case("with a session since then it goes on", course(500), (session(480), session(30)), {}, True),
        case("even one that was missed", course(500), (session(3, False),), {}, True),
        case("or a contact that delivered it", course(500), (), {"contacts": (seen(9, interventions=("cbt",)),)}, True),
        case("another therapy tells nothing", course(500), (),
             {"contacts": (seen(9, interventions=("problem_solving",)),)}, False),
        case("one that was ended does not go on", course(500, until=310), (session(320),), {}, False),
    ],
)  # fmt: skip
def test_a_course_of_a_closed_episode_goes_on_only_where_something_tells_so(
    one, sessions, more, goes_on
) -> None:
    facts = in_therapy(one, *sessions, earlier_closed_on=ago(300), **more)
    assert bool(open_courses(facts)) is goes_on
    assert therapies_of(facts)[0].goes_on is goes_on
    assert ("left open in an earlier episode" in therapies_of(facts)[0].words) is (
        not goes_on and one.until is None
    )
    assert ("Cognitive behavioral therapy" in therapy_labels(facts)) is goes_on
    late = goes_on and not any(s.attended and s.on > ago(21) for s in facts.care.sessions)
    assert bool(found(facts, "TH1")) is late


def test_a_course_left_open_in_an_earlier_episode_is_not_off_track_in_this_one() -> None:
    scores = (phq9(120, 22), phq9(5, 20))
    one = TherapyCourse("c1", ago(33), "cbt")
    assert found(enrolled(20, care=Care(courses=(one,)), scores=scores), "X2")
    assert not found(enrolled(20, care=Care(courses=(one,)), scores=scores, earlier_closed_on=ago(31)), "X2")


def test_therapies_of_a_patient_each_once() -> None:
    facts = in_therapy(
        course(40, planned=8),
        session(30),
        contacts=(seen(30, interventions=("cbt", "sleep_hygiene")), seen(12, interventions=("problem_solving",)),
                  seen(5, interventions=("problem_solving",)), seen(4, interventions=("interpersonal",))),
    )  # fmt: skip
    assert [(one.label, one.words) for one in therapies_of(facts)] == [
        ("Cognitive behavioral therapy", "1 of 8 planned sessions held, since Oct 9, 2026"),
        ("Problem-solving treatment", "2 sessions, latest Nov 13, 2026"),
        ("Interpersonal counseling", "1 session, latest Nov 14, 2026"),
    ]
    assert [one.code for one in therapies_of(facts)] == ["cbt", "problem_solving", "interpersonal"]
    assert therapy_labels(facts) == [
        "Cognitive behavioral therapy", "Problem-solving treatment", "Interpersonal counseling",
    ]  # fmt: skip


def test_ended_courses_come_last_and_leave_the_row_of_the_caseload() -> None:
    care = Care(courses=(course(60, until=30), TherapyCourse("c2", ago(20), "art_group")))
    facts = enrolled(90, care=care)
    assert [one.words for one in therapies_of(facts)] == [
        "0 sessions held, since Oct 29, 2026",
        "0 sessions held, Sep 19, 2026 to Oct 19, 2026",
    ]
    assert (therapies_of(facts)[0].label, therapies_of(facts)[0].code) == ("art group", "art_group")
    assert therapy_labels(facts) == []


# ---------------------------------------------------------------- a session that was held in a contact


def delivering(days: int, *codes: str, name: str = "contact", kind: str = "treatment") -> Contact:
    return Contact(name, ago(days), kind, "phone", 30, interventions=codes)


def of(days: int, name: str, of_course: str = "c1", attended: bool = True) -> TherapySession:
    return TherapySession(name, ago(days), of_course, attended)


@pytest.mark.parametrize(
    ("sessions", "contacts", "expected"),
    [
        case("a contact that delivered the therapy on that day was the session", (of(7, "s"),), (delivering(7, "cbt"),),
             {"s": "contact"}),
        case("one that delivered something else was not", (of(7, "s"),), (delivering(7, "problem_solving"),), {}),
        case("nor one of another day", (of(7, "s"),), (delivering(6, "cbt"),), {}),
        case("nor an attempt", (of(7, "s"),), (delivering(7, "cbt", kind="outreach_attempt"),), {}),
        case("a missed session was held in no contact", (of(7, "s", attended=False),), (delivering(7, "cbt"),), {}),
        case("two sessions of a day take two contacts", (of(7, "s"), of(7, "t")),
             (delivering(7, "cbt", name="a"), delivering(7, "cbt", name="b")), {"s": "a", "t": "b"}),
        case("one contact is one session of a course", (of(7, "s"), of(7, "t")), (delivering(7, "cbt"),), {"s": "contact"}),
        case("and can be a session of two courses", (of(7, "s"), of(7, "t", "c2")), (delivering(7, "cbt", "problem_solving"),),
             {"s": "contact", "t": "contact"}),
        case("a session of a course that is not on record is none", (of(7, "s", "gone"),), (delivering(7, "cbt"),), {}),
    ],
)  # fmt: skip
def test_the_contact_in_which_a_session_was_held(
    sessions: tuple[TherapySession, ...], contacts: tuple[Contact, ...], expected: dict[str, str]
) -> None:
    courses = (course(60), TherapyCourse("c2", ago(60), "pst"))
    facts = enrolled(120, contacts=contacts, care=Care(courses=courses, sessions=sessions))
    assert session_contacts(facts) == expected


def test_what_contacts_delivered_has_its_days_and_the_course_that_could_begin() -> None:
    facts = enrolled(
        60,
        contacts=(seen(20, interventions=("problem_solving",)), seen(5, interventions=("problem_solving",))),
    )
    (one,) = therapies_of(facts)
    assert (one.days, one.modality) == ((ago(20), ago(5)), "pst")
    assert one._replace(code="something else").modality == ""
