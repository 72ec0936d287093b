"""Rows of therapy for the tests."""

from registry.models import Activity, Combination, Exchange, TherapyCourse, TherapySession
from tests.cast import NOW, TODAY
from tests.factories import days_ago


def _put(session, row):
    session.add(row)
    session.commit()
    return row


def course(session, patient, **fields):
    values = {
        "modality": "cbt",
        "outside": "Dr. Berg",
        "started_on": days_ago(40),
        "planned_sessions": 8,
    } | fields
    return _put(
        session, TherapyCourse(org_id=patient.org_id, patient_id=patient.id, recorded_at=NOW, **values)
    )


def held(session, row, **fields):
    values = {"on": days_ago(10), "attended": True, "skills": [], "homework": ""} | fields
    return _put(
        session,
        TherapySession(
            org_id=row.org_id, patient_id=row.patient_id, therapy_course_id=row.id, recorded_at=NOW, **values
        ),
    )


def activity(session, patient, **fields):
    values = {"planned_on": TODAY, "title": "Walk by the river"} | fields
    return _put(session, Activity(org_id=patient.org_id, patient_id=patient.id, recorded_at=NOW, **values))


def combination(session, patient, **fields):
    values = {"on": days_ago(40), "model": "split"} | fields
    return _put(session, Combination(org_id=patient.org_id, patient_id=patient.id, recorded_at=NOW, **values))


def exchange(session, patient, **fields):
    values = {"on": days_ago(5), "whom": "Dr. Lang and Dr. Berg"} | fields
    return _put(session, Exchange(org_id=patient.org_id, patient_id=patient.id, recorded_at=NOW, **values))
