"""Every page about one patient costs the same number of statements after a visit as after a hundred."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from registry.extensions import db
from registry.models import (
    Adherence,
    HealthFact,
    LabResult,
    PastTrial,
    Pathway,
    PathwayEvent,
    Patient,
    SideEffect,
    Tracker,
    TrackerEntry,
)
from tests import factories as make
from tests.cast import NOW, TODAY, Cast
from tests.therapy import rows as therapy

PAGES = {
    "chart": ("owner", "/chart/{patient}"),
    "chart, all": ("owner", "/chart/{patient}?all=1"),
    "record a contact": ("owner", "/contacts/record/{patient}"),
    "scores": ("owner", "/measures/{patient}"),
    "medications": ("owner", "/treatment/{patient}"),
    "therapy": ("owner", "/therapy/{patient}"),
    "activity planner": ("owner", "/therapy/planner/{patient}"),
    "pathways": ("owner", "/pathways/{patient}"),
    "trackers": ("owner", "/trackers/{patient}"),
    "plans": ("owner", "/plans/{patient}"),
    "care plan": ("owner", "/plans/care/{patient}"),
    "progress sheet": ("owner", "/plans/progress/{patient}"),
    "safety plan": ("owner", "/safety/plan/{patient}"),
    "episode": ("owner", "/episodes/{episode}"),
    "thing to do": ("owner", "/week/item/{patient}/call"),
    "review": ("consultant", "/consult/review/{episode}"),
    "advice": ("owner", "/loop/"),
    "advice history": ("pcp", "/inbox/history/{patient}"),
    "inbox": ("pcp", "/inbox/"),
    "summary": ("owner", "/printing/summary/{patient}"),
}


def test_a_page_costs_the_same_with_a_long_history(
    app: Flask, cast: Cast, sign_in: Any, session: Session
) -> None:
    lives = _begin(session, cast.patient)
    _live(session, cast, lives, range(1, 3))
    short = _costs(app, cast, sign_in)
    _live(session, cast, lives, range(3, 23))
    assert _costs(app, cast, sign_in) == short
    assert min(short.values()) > 5


def _costs(app: Flask, cast: Cast, sign_in: Any) -> dict[str, int]:
    """The statements of each page, asked for a second time: the first one may fill what a process keeps."""
    found = {}
    for name, (who, path) in PAGES.items():
        browser, url = (
            sign_in(cast.people[who]),
            path.format(patient=cast.patient.id, episode=cast.episode.id),
        )
        assert browser.get(url).status_code == 200, name
        found[name] = _cost(app, partial(browser.get, url))
    return found


def _cost(app: Flask, act: Callable[[], object]) -> int:
    with _sent(app) as statements:
        act()
    return len(statements)


@contextmanager
def _sent(app: Flask) -> Iterator[list[str]]:
    """The statements that the app sends meanwhile."""
    found: list[str] = []

    def note(*sent: Any) -> None:
        found.append(sent[2])

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def _begin(session: Session, patient: Patient) -> dict[str, Any]:
    """What grows afterwards: a course of therapy, a pathway, a tracker and a medication."""
    about: dict[str, Any] = {"org_id": patient.org_id, "patient_id": patient.id, "recorded_at": NOW}
    path = Pathway(**about, kind="opioid_use", started_on=TODAY - timedelta(60), part_2=True)
    goal = Tracker(**about, kind="goal", title="Walk the dog", target=8, started_on=TODAY - timedelta(60))
    session.add_all([path, goal])
    session.flush()
    return {
        "course": therapy.course(session, patient), "path": path, "goal": goal,
        "drug": make.make_medication(session, patient, name="sertraline"),
    }  # fmt: skip


def _live(session: Session, cast: Cast, lives: dict[str, Any], days: range) -> None:
    """On each day something of every kind happens."""
    patient = cast.patient
    about: dict[str, Any] = {"org_id": patient.org_id, "patient_id": patient.id, "recorded_at": NOW}
    for day in days:
        on = TODAY - timedelta(day)
        make.make_contact(session, cast.episode, on=on)
        score = make.make_measure(session, patient, items=[1] * 8 + [1], taken_on=on)
        make.make_measure(session, patient, instrument="gad7", items=[1] * 7, taken_on=on)
        make.make_assessment(session, patient, scores=[score], on=on)
        make.make_plan(session, patient, made_on=on)
        make.make_care_plan(session, patient, made_on=on)
        make.make_medication(session, patient, name=f"drug {day}", psychotropic=False)
        make.make_dose(session, lives["drug"], on=on, kind="change", dose_mg=50 + day)
        therapy.held(session, lives["course"], on=on)
        therapy.activity(session, patient, planned_on=on)
        therapy.exchange(session, patient, on=on)
        make.make_task(session, patient, owner=cast.owner.account, title=f"Task {day}")
        session.add_all([
            Adherence(**about, on=on, percent=70),
            SideEffect(**about, effect=f"Effect {day}", severity="mild", onset_on=on),
            PastTrial(**about, name="fluoxetine", dose_mg=20, weeks=8, told_on=on),
            LabResult(**about, code="weight", value=80, unit="kg", on=on),
            HealthFact(**about, kind="allergy", code=f"Allergy {day}", on=on),
            PathwayEvent(**about, pathway_id=lives["path"].id, kind="check_in", on=on),
            TrackerEntry(**about, tracker_id=lives["goal"].id, on=on, value=5),
        ])  # fmt: skip
        note = make.make_review(session, cast.episode, consultant=cast.consultant.account, on=on)
        for number in (1, 2):
            advised = make.make_recommendation(session, note, number=number)
            make.make_decision(session, advised, kind="delivered", on=on)
    session.commit()
