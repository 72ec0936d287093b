"""The sheet that says how it goes: what the patient may see, in plain words, and nothing else."""

import re
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from registry.clinical.plan_labels import labels
from tests import factories as make
from tests.cast import TODAY, Cast
from tests.documents.reading import text
from tests.plans.writing import SignIn, make_plan
from tests.therapy import rows as therapy


def sheet(cast: Cast, sign_in: SignIn, language: str = "en") -> str:
    reply = sign_in(cast.owner).get(f"/plans/progress/{cast.patient.id}", query_string={"language": language})
    assert (reply.status_code, reply.mimetype) == (200, "application/pdf")
    return " ".join(text(reply.data).split())


def test_says_my_scores_what_i_work_on_what_changed_and_what_is_next(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    make.make_measure(session, cast.patient, items=[2] * 9, taken_on=make.days_ago(30))
    make.make_measure(session, cast.patient, items=[1] * 9, taken_on=make.days_ago(2))
    drug = make.make_medication(session, cast.patient, name="sertraline")
    make.make_contact(session, cast.episode, on=make.days_ago(10), interventions=["problem_solving"])
    make_plan(session, cast.patient, made_on=make.days_ago(5),
              content={"goals": [{"words": "Back to my kitchen", "step": "one soup"}]})  # fmt: skip
    told = sheet(cast, sign_in)
    for words in (
        "My mood (PHQ-9) score was 18 on", "it was 9. That is better. Lower is better.", "Back to my kitchen",
        "Talk therapy: solving problems step by step", f"Medicine: {drug.name}", "I started sertraline.",
        "Nov 15, 2026: We wrote my care plan.", "My next step: one soup", "Care manager: Maria Ortiz", "988",
    ):  # fmt: skip
        assert words in told, words


def test_a_course_of_therapy_is_worked_on_until_it_ends(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    row = therapy.course(session, cast.patient, modality="exposure", started_on=make.days_ago(70))
    told = sheet(cast, sign_in)
    assert "Talk therapy: facing fears step by step" in told
    assert "began" not in told, "ten weeks ago is no news"
    assert "Terapia: enfrentar los miedos paso a paso" in sheet(cast, sign_in, "es")
    row.ended_on, row.end_reason = make.days_ago(2), "completed"
    session.commit()
    told = sheet(cast, sign_in)
    assert "Nov 18, 2026: This talk therapy ended: facing fears step by step." in told
    assert "Talk therapy:" not in told


def test_a_therapy_given_in_contacts_counts_for_eight_weeks(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    make.make_contact(session, cast.episode, on=make.days_ago(70), interventions=["problem_solving"])
    make.make_contact(session, cast.episode, on=make.days_ago(20), interventions=["cbt"])
    session.commit()
    told = sheet(cast, sign_in)
    assert "Talk therapy: cognitive behavioral therapy (CBT)" in told
    assert "Oct 31, 2026: We began this talk therapy: cognitive behavioral therapy (CBT)." in told
    assert "solving problems" not in told


def test_shows_no_safety_mark_and_no_reasoning_of_the_staff(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    measure = make.make_measure(session, cast.patient, items=[3] * 9, taken_on=TODAY)
    make.make_assessment(
        session, cast.patient, scores=[measure], thoughts=True, method=True, actions="PCP told"
    )
    make.make_plan(session, cast.patient, text="Brother keeps the gun")
    make.make_contact(session, cast.episode, note="Seems guarded", discuss=True, question="Bipolar?")
    review = make.make_review(
        session, cast.episode, consultant=cast.consultant.account, impression="Likely bipolar II"
    )
    make.make_recommendation(session, review, category="increase", text="Raise the dose")
    session.commit()
    told = sheet(cast, sign_in).lower()
    for words in (
        "item 9",
        "suicid",
        "risk",
        "c-ssrs",
        "gun",
        "safety",
        "guarded",
        "bipolar",
        "raise the dose",
        "pcp told",
    ):
        assert words not in told, words


def test_a_patient_of_whom_little_is_known_gets_a_page_too(cast: Cast, sign_in: SignIn) -> None:
    told = sheet(cast, sign_in)
    assert "I have no score yet." in told
    assert "We have not written down goals yet." in told
    assert "Nothing changed in the last 8 weeks." in told


def test_one_score_is_where_it_starts(cast: Cast, sign_in: SignIn, session: Session) -> None:
    make.make_measure(session, cast.patient, items=[2] * 9, taken_on=TODAY)
    session.commit()
    assert "This is where I start." in sheet(cast, sign_in)


def test_the_planned_day_comes_before_the_day_that_the_protocol_asks_for(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    make.make_next_action(session, cast.episode, due_on=TODAY + timedelta(3), action="Safety check by phone")
    session.commit()
    told = sheet(cast, sign_in)
    assert "Our next talk is planned for about Nov 23, 2026." in told
    assert "Safety check" not in told


def test_a_day_that_has_passed_is_no_plan(cast: Cast, sign_in: SignIn, session: Session) -> None:
    make.make_next_action(session, cast.episode, due_on=make.days_ago(1))
    session.commit()
    assert "Call us to set our next talk." in sheet(cast, sign_in)


def test_the_labels_are_spanish_where_that_was_asked_for(cast: Cast, sign_in: SignIn) -> None:
    told = sheet(cast, sign_in, "es")
    for words in ("Cómo voy", "Mis puntajes", "Qué sigue", "A quién llamar", "AYUDA"):
        assert words in told


def test_the_english_of_the_sheet_is_for_a_sixth_grader() -> None:
    words = labels("en").words
    sentences = [w for w in (*words["progress"].values(), *words["foot"].values()) if w.endswith(".")]
    plain = [re.sub(r"\{\w+\}|[()\d:-]", " ", sentence) for sentence in sentences]
    assert grade(" ".join(plain)) <= 6


def grade(english: str) -> float:
    """Flesch-Kincaid, with a group of vowels for a syllable."""
    sentences = max(1, len(re.findall(r"[.?!]", english)))
    found = re.findall(r"[A-Za-z]+", english)
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e$", "", word.lower())))) for word in found)
    return 0.39 * len(found) / sentences + 11.8 * syllables / len(found) - 15.59


@pytest.mark.parametrize(
    ("part", "status"), [("pcp", 200), ("therapist", 200), ("other_pcp", 404), ("auditor", 403)]
)
def test_who_may_print(cast: Cast, sign_in: SignIn, part: str, status: int) -> None:
    assert sign_in(cast.people[part]).get(f"/plans/progress/{cast.patient.id}").status_code == status
