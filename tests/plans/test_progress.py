"""The sheet that says how it goes: what the patient may see, in plain words, and nothing else."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session

from registry.clinical.plan_labels import labels
from registry.models import Activity, DoseStep
from tests import factories as make
from tests.cast import NOW, TODAY, Cast
from tests.documents.reading import text
from tests.plans.writing import SignIn, make_plan
from tests.therapy import rows as therapy
from tests.trackers.test_trackers import make_entry, make_tracker


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


def test_a_young_patient_reads_the_name_of_their_own_form(
    cast: Cast, sign_in: SignIn, session: Session
) -> None:
    make.make_measure(session, cast.patient, instrument="phq_a", items=[2] * 9, taken_on=make.days_ago(30))
    assert "My mood (PHQ-A) score was 18 on" in sheet(cast, sign_in)
    spanish = sheet(cast, sign_in, "es")
    assert "Mi puntaje de ánimo (PHQ-A) fue 18" in spanish
    assert "PHQ-9" not in spanish


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


def test_what_the_patient_keeps_track_of(cast: Cast, sign_in: SignIn, session: Session) -> None:
    """The first and the last of each in the patient's own words, with what they want; nights by their average."""
    for kind, title, target, days in (
        ("goal", "Walk the dog", 7, ((20, 3), (1, 6))),
        ("attendance", "Days at school", 5, ((20, 1), (1, 4))),
        ("cravings", "Wanting to", 2, ((3, 6),)),
        ("exercise", "Swim", None, ()),
        ("sleep", "My nights", 7.5, ((2, 6), (1, 7))),
    ):
        row = make_tracker(session, cast, kind, target=target)
        row.title, row.started_on = title, make.days_ago(30)
        for ago, value in days:
            make_entry(session, row, make.days_ago(ago), value=value)
        make_entry(session, row, make.days_ago(0), value=9, in_error=True)
    make_tracker(session, cast, in_error=True).title = "Never"
    make_tracker(session, cast, ended_on=make.days_ago(1)).title = "Over"
    session.commit()
    told = sheet(cast, sign_in)
    for words in (
        "What I keep track of", "Walk the dog: 3 of 10 on Oct 31, 2026, 6 of 10 on Nov 19, 2026. I want 7 or more.",
        "Days at school: 1 day a week on Oct 31, 2026, 4 days a week on", "Wanting to: 6 of 10 on Nov 17, 2026. I want 2 or less.",
        "Swim: I have not noted a day yet.",
        "My nights: 6.5 hours on average, last 2 nights to Nov 19, 2026. I want 7.5 or more.",
    ):  # fmt: skip
        assert words in told, words
    assert "Never" not in told
    assert "Over" not in told
    spanish = sheet(cast, sign_in, "es")
    assert "Lo que voy anotando" in spanish
    assert "Walk the dog: 3 de 10 el 31 de oct de 2026" in spanish


def test_what_is_next_is_told_from_the_facts(cast: Cast, sign_in: SignIn, session: Session) -> None:
    make.make_measure(session, cast.patient, items=[1] * 9, taken_on=make.days_ago(2))
    drug = make.make_medication(session, cast.patient, name="lithium")
    session.add(DoseStep(org_id=cast.org.id, patient_id=cast.patient.id, medication_id=drug.id, kind="step",
                         planned_on=make.days_ago(-9), dose_mg=900, recorded_at=NOW))  # fmt: skip
    course = therapy.course(session, cast.patient, modality="cbt", planned_sessions=8)
    course.targets = "Sing in the choir again"
    therapy.held(session, course, on=make.days_ago(1))
    for days, title, done in ((-1, "Call my sister", None), (-2, "Bake bread", True), (1, "Past", None)):
        session.add(Activity(org_id=cast.org.id, patient_id=cast.patient.id, planned_on=make.days_ago(days),
                             title=title, done=done, recorded_at=NOW))  # fmt: skip
    session.commit()
    told = sheet(cast, sign_in)
    for words in (
        "We ask the questions about mood (PHQ-9) again by Dec", "My dose of lithium is planned to go to 900 mg on Nov 29, 2026.",
        "Talk therapy, cognitive behavioral therapy (CBT): session 2 of 8 is next.",
        "What I want from it: Sing in the choir again", "My plan for Nov 21, 2026: Call my sister",
        "A test or check for my medicine lithium is due now.",
    ):  # fmt: skip
        assert words in told, words
    assert "Bake bread" not in told
    assert "Past" not in told


def test_a_full_sheet_still_is_one_page(cast: Cast, sign_in: SignIn, session: Session) -> None:
    for scale, items in (("phq9", 9), ("gad7", 7)):
        for days in range(9):
            make.make_measure(
                session,
                cast.patient,
                instrument=scale,
                items=[2] * items,
                taken_on=make.days_ago(60 - 7 * days),
            )
    for name in ("sertraline", "lithium", "buprenorphine", "quetiapine", "lamotrigine"):
        drug = make.make_medication(session, cast.patient, name=name)
        for step in (1, 2, 3):
            make.make_dose(
                session, drug, kind="change", dose_mg=50 + 25 * step, on=make.days_ago(40 - 9 * step)
            )
        session.add(DoseStep(org_id=cast.org.id, patient_id=cast.patient.id, medication_id=drug.id, kind="step",
                             planned_on=make.days_ago(-9), dose_mg=200, recorded_at=NOW))  # fmt: skip
    for kind in ("goal", "attendance", "cravings", "exercise", "sleep"):
        row = make_tracker(session, cast, kind, target=5)
        row.started_on = make.days_ago(30)
        for ago in (20, 1):
            make_entry(session, row, make.days_ago(ago), value=3)
    for modality in ("cbt", "ipt"):
        course = therapy.course(session, cast.patient, modality=modality, planned_sessions=8)
        course.targets = "Sing in the choir again"
    make_plan(session, cast.patient, made_on=make.days_ago(5),
              content={"goals": [{"words": f"Goal number {n}", "step": f"step number {n}"} for n in range(4)]})  # fmt: skip
    for language in ("en", "es"):
        reply = sign_in(cast.owner).get(
            f"/plans/progress/{cast.patient.id}", query_string={"language": language}
        )
        assert len(PdfReader(BytesIO(reply.data)).pages) == 1


@pytest.mark.parametrize(
    ("kind", "dose", "changed"), [("split", 50, False), ("change", 50, False), ("change", 100, True)]
)
def test_a_dose_that_stays_as_it_was_is_not_told_as_changed(
    cast: Cast, sign_in: SignIn, session: Session, kind: str, dose: float, changed: bool
) -> None:
    drug = make.make_medication(session, cast.patient, name="sertraline")
    make.make_dose(session, drug, kind=kind, dose_mg=dose, on=make.days_ago(9))
    session.commit()
    assert ("My dose of sertraline changed." in sheet(cast, sign_in)) is changed


@pytest.mark.parametrize(
    ("language", "more"), [("en", "6 more changes in these 8 weeks"), ("es", "hay 6 cambios más")]
)
def test_of_many_changes_the_last_five_are_told_and_the_others_counted_on_one_page(
    cast: Cast, sign_in: SignIn, session: Session, language: str, more: str
) -> None:
    drug = make.make_medication(session, cast.patient, name="sertraline")
    for step in range(10):
        make.make_dose(session, drug, kind="change", dose_mg=75 + 5 * step, on=make.days_ago(30 - step))
    session.commit()
    told = sheet(cast, sign_in, language)
    assert more in told
    assert told.count("2026: ") == 5
    assert labels(language).day(make.days_ago(21)) in told


@pytest.mark.parametrize(
    ("answer", "aim"),
    [
        (2, "We aim first for less than 10 (the dashed line), then for less than 5."),
        (1, "I am below 10, our first aim. Next we aim for less than 5 (the dashed line)."),
        (0, "I am below 5 (the dashed line). We aim to stay there."),
    ],
)
def test_the_aim_names_the_target_that_the_other_papers_show(
    cast: Cast, sign_in: SignIn, session: Session, answer: int, aim: str
) -> None:
    make.make_measure(session, cast.patient, items=[answer] * 9, taken_on=make.days_ago(2))
    assert aim in sheet(cast, sign_in)


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
    sentences = [
        w
        for w in (
            *words["progress"].values(),
            *words["foot"].values(),
            *words["next"].values(),
            *words["tracker"].values(),
        )
        if w.endswith(".")
    ]
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
