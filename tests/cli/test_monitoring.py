"""`flask monitoring due`: what medications ask for and do not have, of a clinic, on any day."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.models import AuditEvent, LabResult
from tests import factories as make
from tests.cast import NOW, TODAY
from tests.protocol.versions import add_version


@pytest.fixture
def run(app, session):
    """`run("monitoring", "due")` is what the shell would see."""

    def command(*words):
        session.commit()
        result = app.test_cli_runner().invoke(args=[str(word) for word in words])
        session.expire_all()
        return result

    return command


@pytest.fixture
def on_lithium(cast, session):
    started = {"kind": "start", "on": make.days_ago(100), "dose_mg": 900}
    make.make_medication(session, cast.patient, name="lithium", events=[started])
    make.make_medication(session, cast.stranger, name="venlafaxine")
    level = {"code": "lithium_level", "value": 1.3, "unit": "mmol/L", "on": make.days_ago(2)}
    session.add(LabResult(org_id=cast.org.id, patient_id=cast.patient.id, recorded_at=NOW, **level))
    session.flush()


def test_what_is_due_as_json(cast, run, session, on_lithium):
    told = run("monitoring", "due", "--clinic", "Riverside", "--as-of", "2026-11-20", "--json")
    assert told.exit_code == 0, told.output
    facts = json.loads(told.stdout)
    assert facts["as_of"] == "2026-11-20"
    by_code = {row["code"]: row for row in facts["due"]}
    assert {row["mrn"] for row in facts["due"]} == {cast.patient.mrn}
    level = by_code["lithium_level"]
    assert (level["state"], level["last_value"], level["unit"], level["urgent"]) == (
        "out_of_range",
        1.3,
        "mmol/L",
        True,
    )
    assert by_code["egfr"]["state"] == "overdue"
    assert by_code["egfr"]["last_on"] is None
    assert "S51" in by_code["egfr"]["source"]
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert (event.action, event.actor) == ("read_monitoring", "flask monitoring due")


def test_what_is_due_as_a_table(cast, run, on_lithium):
    told = run("monitoring", "due", "--as-of", "2026-11-20")
    assert "out of range" in told.stdout
    assert "venlafaxine" in told.stdout
    assert "readings due, overdue or out of range as of 2026-11-20" in told.stdout


def test_a_day_in_the_past_knows_no_later_result(cast, run, on_lithium):
    told = run("monitoring", "due", "--as-of", "2026-11-17", "--clinic", "Riverside", "--json")
    level = next(row for row in json.loads(told.stdout)["due"] if row["code"] == "lithium_level")
    assert (level["state"], level["last_on"]) == ("overdue", None)


def test_each_day_is_judged_by_the_schedule_that_the_protocol_had_chosen(cast, run, session):
    started = {"kind": "start", "on": make.days_ago(200), "dose_mg": 10}
    make.make_medication(session, cast.patient, name="olanzapine", events=[started])
    add_version(session, cast.manager, cast.riverside.id, TODAY, antipsychotics="apa_2020")

    def asked(*more):
        told = run("monitoring", "due", "--clinic", "Riverside", "--json", *more)
        rows = json.loads(told.stdout)["due"]
        return {row["code"] for row in rows}, {row["protocol"] for row in rows}

    yesterday = str(TODAY - timedelta(days=1))
    (before, version_before), (after, version_after) = asked("--as-of", yesterday), asked("--as-of", TODAY)
    assert "waist" in before
    assert "waist" not in after
    assert (version_before, version_after) == ({"2026.1"}, {f"v from {TODAY}"})
    assert "waist" in asked("--as-of", TODAY, "--antipsychotics", "ada_apa_2004")[0]


def test_an_unknown_clinic_is_refused(cast, run):
    refused = run("monitoring", "due", "--clinic", "Nowhere")
    assert refused.exit_code == 2
    assert "Hilltop, Riverside" in refused.stderr


def test_a_day_to_come_is_refused(run):
    told = run("monitoring", "due", "--as-of", "2126-01-01")
    assert told.exit_code == 2
    assert "that day is still to come" in told.output


def test_a_drug_held_on_the_day_of_its_change_asks_for_nothing(cast, run, session):
    drug = make.make_medication(
        session, cast.patient, name="lithium",
        events=[{"kind": "start", "on": make.days_ago(100), "dose_mg": 900}, {"kind": "change", "on": TODAY, "dose_mg": 600}],
    )  # fmt: skip
    assert "lithium" in run("monitoring", "due", "--as-of", TODAY.isoformat()).stdout
    make.make_dose(session, drug, kind="hold", on=TODAY, recorded_at=NOW + timedelta(minutes=5))
    assert "lithium" not in run("monitoring", "due", "--as-of", TODAY.isoformat()).stdout
