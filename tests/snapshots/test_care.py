"""Fifteen tables in one statement: each row comes back as the fact that it is, on both databases."""

from datetime import date, timedelta

import pytest

from registry import models as m
from registry.clinical import care as c
from registry.clinical.pregnancy import is_pregnant
from registry.snapshots import snapshot
from tests import factories as make
from tests.cast import NOW

DAY = date(2026, 11, 2)
END = date(2026, 11, 9)


def without_times(care: c.Care) -> c.Care:
    """When a row was recorded orders a day, and is spelled by the database."""
    return c.Care._make(
        tuple(row._replace(at="") if "at" in row._fields else row for row in rows) for rows in care
    )


def test_every_kind_comes_back_as_its_fact(cast, session):
    patient, episode = cast.patient, cast.episode
    drug = make.make_medication(session, patient)
    own = {"org_id": patient.org_id, "patient_id": patient.id, "recorded_at": NOW}
    course = m.TherapyCourse(**own, modality="cbt", started_on=DAY, planned_sessions=8, outside="Dr. Roe")
    pathway = m.Pathway(**own, kind="bipolar", started_on=DAY, part_2=True)
    session.add_all([course, pathway])
    session.flush()
    rows = [
        m.DoseStep(**own, medication_id=drug.id, kind="step", planned_on=DAY, dose_mg=100, done_on=END),
        m.Adherence(**own, on=DAY, percent=80, reasons=["cost"]),
        m.SideEffect(**own, medication_id=drug.id, effect="nausea", severity="mild", onset_on=DAY, ended_on=END),
        m.PastTrial(**own, name="citalopram", dose_mg=20, weeks=6, response="none", adherent=True, told_on=DAY),
        m.LabResult(**own, code="tsh", on=DAY, value=2.5, unit="mIU/L", low=0.4, high=4),
        m.HealthFact(**own, kind="allergy", code="penicillin", value="rash", on=DAY),
        m.PromptAnswer(**own, code="qt", about="citalopram 40", on=DAY, reason="ECG normal"),
        m.TherapySession(**own, therapy_course_id=course.id, on=END, attended=True, homework="done", alliance=8,
                         skills=["thought record"]),
        m.Combination(**own, on=DAY, model="sequential", first="therapy", second_due_on=END),
        m.Exchange(**own, on=DAY),
        m.PathwayEvent(**own, pathway_id=pathway.id, on=END, kind="warning_sign", value="less sleep"),
        m.PatientPlan(**own, kind="care", made_on=DAY),
        m.LabResult(**own, code="tsh", on=END, value=99, in_error=True),
    ]  # fmt: skip
    session.add_all(rows)
    session.commit()
    found = snapshot(session, patient.org_id, episode.id).facts.care
    ids = [row.id for row in rows]
    assert without_times(found) == c.Care(
        steps=(c.DoseStep(ids[0], DAY, drug.id, "step", 100, END, told_on=DAY),),
        adherence=(c.Adherence(ids[1], DAY, None, 80, ("cost",)),),
        side_effects=(c.SideEffect(ids[2], DAY, drug.id, "nausea", "mild", END),),
        past_trials=(c.PastTrial(ids[3], DAY, "citalopram", 20, 6, "none", "", True),),
        results=(c.LabResult(ids[4], DAY, "tsh", 2.5, "mIU/L", 0.4, 4),),
        health=(c.HealthFact(ids[5], DAY, "allergy", "penicillin", "rash"),),
        prompt_answers=(c.PromptAnswer(ids[6], DAY, "qt", "citalopram 40", "ECG normal"),),
        courses=(c.TherapyCourse(course.id, DAY, "cbt", None, False, 8),),
        sessions=(c.TherapySession(ids[7], END, course.id, True, "done", 8, ("thought record",)),),
        combinations=(c.Combination(ids[8], DAY, "sequential", "therapy", END),),
        exchanges=(c.Exchange(ids[9], DAY),),
        pathways=(c.Pathway(pathway.id, DAY, "bipolar", None, True),),
        pathway_events=(c.PathwayEvent(ids[10], END, pathway.id, "warning_sign", "less sleep"),),
        plans=(c.PlanMade(ids[11], DAY, "care"),),
    )


@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_of_one_day_the_one_recorded_later_holds(cast, session, turn):
    patient, episode = cast.patient, cast.episode
    own = {"org_id": patient.org_id, "patient_id": patient.id, "on": DAY}
    times = [NOW, NOW + timedelta(seconds=1)][::turn]
    for value, at in zip(("yes", "no"), times, strict=True):
        session.add(m.HealthFact(**own, kind="pregnancy", value=value, recorded_at=at))
    for model, at in zip(("split", "collaborative"), times, strict=True):
        session.add(m.Combination(**own, model=model, recorded_at=at))
    session.commit()
    facts = snapshot(session, patient.org_id, episode.id).facts
    assert is_pregnant(facts) is (turn == -1)
    assert facts.care.combinations[-1].model == ("collaborative" if turn == 1 else "split")
