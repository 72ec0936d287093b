"""Laboratory results and vital signs: once each, corrected with what stood before, and judged by the rules the same day."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from registry import records
from registry.access.viewer import Viewer
from registry.clinical.findings import Finding, findings
from registry.clinical.protocol import DEFAULT_PROTOCOL
from registry.models import Account, Correction, Episode, LabResult, Patient
from registry.snapshots import snapshot
from tests import factories as make
from tests.fhir.samples import TODAY, concept, measured, order, patient, pressure, quantity, total, write
from tests.interop.conftest import NOW, Ward, counts, reasons

KIND = "Observation"


def rows(ward: Ward) -> list[tuple[Any, ...]]:
    """What counts of the results."""
    return sorted((row["code"], row["value"]) for row in ward.rows("lab_result") if not row["in_error"])


def corrections(ward: Ward) -> list[dict[str, Any]]:
    return [row["changes"] for row in ward.rows("correction")]


def test_a_result_becomes_a_row_with_its_source(ward: Ward) -> None:
    ends = {"low": quantity(0.6), "high": quantity(1.2)}
    report = ward.deliver(patient(), measured(referenceRange=[ends]))
    assert counts(report, KIND) == {"created": 1}
    row = ward.row("lab_result")
    assert (row["patient_id"], row["on"]) == (ward.row("patient")["id"], date(2026, 5, 4))
    assert (row["code"], row["value"], row["unit"]) == ("lithium_level", 0.8, "mmol/L")
    assert (row["low"], row["high"], row["note"]) == (0.6, 1.2, "")
    assert (row["source"], row["recorded_by"], row["in_error"]) == ("import:ehr", None, False)
    record = next(row for row in ward.rows("source_record") if row["kind"] == KIND)
    assert (record["key"], record["subject"], record["subject_id"]) == ("l1", "lab_result", row["id"])


def test_a_second_delivery_changes_nothing(ward: Ward) -> None:
    delivery = [patient(), measured(), pressure(), measured("w", "29463-7", 180, "[lb_av]"), total()]
    assert ward.deliver(*delivery).total("created") == 5
    before = ward.everything()
    report = ward.deliver(*delivery)
    assert ward.everything() == before
    assert report.total("unchanged") == 5


def test_results_arrive_before_their_patient(ward: Ward) -> None:
    report = ward.deliver(measured(), patient())
    assert not report.skips
    assert rows(ward) == [("lithium_level", 0.8)]


# ---------------------------------------------------------------- the same result twice


def test_a_panel_its_members_and_its_report_count_once(ward: Ward) -> None:
    panel = total("panel", "85354-9", None, hasMember=[{"reference": "Observation/up"}])
    upper = measured("up", "8480-6", 128, "mm[Hg]")
    diagnostic = {
        "resourceType": "DiagnosticReport",
        "id": "dr1",
        "status": "final",
        "code": concept("24323-8"),
        "subject": {"reference": "Patient/p1"},
        "result": [{"reference": "Observation/l1"}],
        "contained": [measured("inner")],
    }
    report = ward.deliver(patient(), panel, upper, pressure(), measured(), measured("copy"), diagnostic)
    assert rows(ward) == [("lithium_level", 0.8), ("systolic", 128)]
    assert counts(report, KIND) == {"created": 2, "not used": 3}
    assert report.unused[KIND, "the same result of the same day was read before"] == 2
    again = ward.deliver(patient(), panel, upper, pressure(), measured(), measured("copy"), diagnostic)
    assert counts(again, KIND) == {"unchanged": 4, "not used": 1}


def test_the_same_result_in_another_batch_counts_once(ward: Ward, tmp_path: Path) -> None:
    one = write(tmp_path / "1.json", patient(), measured("a"))
    two = write(tmp_path / "2.json", measured("b"))
    report = ward.deliver_files(one, two, size=1)
    assert counts(report, KIND) == {"created": 1, "not used": 1}
    assert rows(ward) == [("lithium_level", 0.8)]


def test_two_values_of_one_day_stay_two_and_the_later_is_the_last(ward: Ward) -> None:
    ward.deliver(
        patient(),
        measured("late", value=0.9, on="2026-05-04T18:00:00-04:00"),
        measured("early", value=1.6, on="2026-05-04T06:00:00-04:00"),
    )
    assert [row["value"] for row in ward.rows("lab_result")] == [1.6, 0.9]  # by id, as the rules take them


def test_two_people_of_one_delivery_keep_their_own(ward: Ward) -> None:
    report = ward.deliver(
        patient(), patient("p2", "77"), measured(), measured(subject={"reference": "Patient/p2"})
    )
    assert counts(report, KIND) == {"created": 2}
    assert len({row["patient_id"] for row in ward.rows("lab_result")}) == 2


def entered(ward: Ward, value: float | None = 0.8) -> UUID:
    """The level of the fourth of May as a person typed it."""
    ward.deliver(patient())
    row = LabResult(
        org_id=ward.org_id, patient_id=ward.row("patient")["id"], code="lithium_level", on=date(2026, 5, 4), value=value,
        unit="mmol/L", recorded_by=account(ward).id, recorded_at=NOW,
    )  # fmt: skip
    ward.session.add(row)
    ward.session.commit()
    return row.id


def account(ward: Ward) -> Account:
    person = Account(org_id=ward.org_id, email="ann@example.org", name="Ann")
    ward.session.add(person)
    ward.session.flush()
    return person


def test_a_result_that_was_entered_by_hand_is_joined_to(ward: Ward) -> None:
    by_hand = entered(ward)
    report = ward.deliver(patient(), measured())
    assert [note.reason for note in report.notes] == ["the same result was entered by hand: joined to it"]
    assert ward.row("lab_result")["id"] == by_hand
    assert ward.deliver(patient(), measured()).total("unchanged") == 2


def test_a_person_keeps_their_entry_when_the_source_changes_or_takes_back_its_own(ward: Ward) -> None:
    by_hand = entered(ward)
    ward.deliver(patient(), measured())
    ward.deliver(patient(), measured(value=1.8, status="corrected"))
    assert rows(ward) == [("lithium_level", 0.8), ("lithium_level", 1.8)]
    ward.deliver(patient(), measured(status="entered-in-error"))
    assert rows(ward) == [("lithium_level", 0.8)]
    assert next(row for row in ward.rows("lab_result") if row["id"] == by_hand)["source"] == "entered"


# ---------------------------------------------------------------- changed


def test_a_corrected_result_keeps_what_stood_before(ward: Ward) -> None:
    ward.deliver(patient(), measured(value=1.8))
    report = ward.deliver(patient(), measured(value=0.8, status="corrected"))
    assert counts(report, KIND) == {"updated": 1}
    assert rows(ward) == [("lithium_level", 0.8)]
    correction = ward.session.execute(select(Correction)).scalar_one()
    assert correction.changes == {"value": [1.8, 0.8]}
    assert (correction.reason, correction.corrected_by) == ("ehr: changed in the source", None)
    assert ward.deliver(patient(), measured(value=0.8, status="corrected")).total("unchanged") == 2


def test_a_preliminary_result_becomes_final(ward: Ward) -> None:
    ward.deliver(patient(), measured(status="preliminary"))
    assert ward.row("lab_result")["note"] == "preliminary"
    ward.deliver(patient(), measured())
    assert ward.row("lab_result")["note"] == ""
    assert corrections(ward) == [{"note": ["preliminary", ""]}]


@pytest.mark.parametrize(
    ("status", "why"), [("entered-in-error", "entered in error"), ("cancelled", "cancelled")]
)
def test_what_the_source_takes_back_is_a_mistake_until_it_comes_again(
    ward: Ward, status: str, why: str
) -> None:
    ward.deliver(patient(), measured())
    ward.deliver(patient(), measured(status=status))
    assert rows(ward) == []
    assert corrections(ward) == [{"in_error": [False, True]}]
    assert ward.row("correction")["reason"] == f"ehr: {why}"
    ward.deliver(patient(), measured())
    assert rows(ward) == [("lithium_level", 0.8)]
    assert reasons(ward.deliver(patient(), measured("new", status=status))) == [f"the source says: {why}"]


def test_one_of_two_that_tell_the_same_takes_back_itself_alone(ward: Ward) -> None:
    ward.deliver(patient(), measured("a"), measured("b"))
    ward.deliver(patient(), measured("a", status="entered-in-error"), measured("b"))
    assert rows(ward) == [("lithium_level", 0.8)]
    ward.deliver(patient(), measured("b", status="entered-in-error"))
    assert rows(ward) == []


def test_both_of_two_are_taken_back_at_once(ward: Ward) -> None:
    ward.deliver(patient(), measured("a"), measured("b"))
    gone = {"status": "entered-in-error"}
    ward.deliver(patient(), measured("a", **gone), measured("b", **gone))
    assert rows(ward) == []


def test_one_of_two_is_corrected_and_a_third_says_what_it_said(ward: Ward) -> None:
    ward.deliver(patient(), measured("a"), measured("b"))
    ward.deliver(patient(), measured("a", value=0.9), measured("c"))
    assert rows(ward) == [("lithium_level", 0.8), ("lithium_level", 0.9)]


def test_a_corrected_row_is_not_what_a_new_result_of_its_old_value_joins(ward: Ward) -> None:
    ward.deliver(patient(), measured("a"))
    ward.deliver(patient(), measured("a", value=0.9), measured("b"), measured("c", value=0.9))
    assert sorted(value for _, value in rows(ward)) == [0.8, 0.9]


def test_a_change_that_cannot_be_kept_takes_the_old_value_back_and_is_told_each_time(ward: Ward) -> None:
    ward.deliver(patient(), measured())
    spoilt = measured(value=0.8, unit="mg/dL", status="corrected")
    report = ward.deliver(patient(), spoilt)
    assert reasons(report) == ["Lithium level, 12-hour trough is not kept in mg/dL"]
    assert rows(ward) == []
    assert corrections(ward) == [{"in_error": [False, True]}]
    before = ward.everything()
    assert reasons(ward.deliver(patient(), spoilt)) == reasons(report)
    assert ward.everything() == before
    ward.deliver(patient(), measured(value=0.7, status="corrected"))
    assert rows(ward) == [("lithium_level", 0.7)]


def mark_as_mistake(ward: Ward) -> None:
    """A person says that the row is wrong."""
    row = ward.session.scalars(select(LabResult)).one()
    viewer = Viewer(account(ward).id, ward.org_id, "Ann", frozenset())
    kind = records.Kind("medication", frozenset({"note"}))
    records.mark_in_error(ward.session, viewer, kind, "take_back", row, "Another patient", NOW)
    ward.session.commit()


def test_what_a_person_marked_as_a_mistake_comes_back_with_another_value_alone(ward: Ward) -> None:
    ward.deliver(patient(), measured())
    mark_as_mistake(ward)
    ward.deliver(patient(), measured(note=[{"text": "seen"}]))
    assert rows(ward) == []
    ward.deliver(patient(), measured(value=0.7, status="corrected"))
    assert rows(ward) == [("lithium_level", 0.7)]
    assert len(ward.rows("lab_result")) == 2


def test_a_resource_that_tells_of_something_else_now_is_refused(ward: Ward) -> None:
    ward.deliver(patient(), measured("a"), total("b"))
    report = ward.deliver(patient(), total("a"), measured("b"))
    assert reasons(report) == ["it was read as something else before: correct that by hand"] * 2
    assert rows(ward) == [("lithium_level", 0.8)]
    assert ward.row("measure")["total"] == 14


def test_a_score_and_a_result_under_one_id_do_not_spoil_the_delivery(ward: Ward) -> None:
    report = ward.deliver(patient(), measured("a"), total("a"), measured("b", value=0.9))
    assert reasons(report) == ["it was read as something else before: correct that by hand"]
    assert rows(ward) == [("lithium_level", 0.8), ("lithium_level", 0.9)]


# ---------------------------------------------------------------- refused or left out


def test_a_refusal_stands_beside_the_rest(ward: Ward) -> None:
    nothing = {"valueQuantity": None, "dataAbsentReason": {"text": "Specimen lost"}}
    report = ward.deliver(
        patient(),
        measured("a", value=-4),
        measured("b", **nothing),
        measured("c", valueQuantity={"value": 0.8}),
        measured("d", on="1979-01-01"),
        measured("e"),
    )
    assert reasons(report) == [
        "Lithium level, 12-hour trough of -4 mmol/L cannot be (0 to 5)",
        "it has no value: Specimen lost",
        "it has no unit",
        "it is dated before the patient's birth",
    ]
    assert [str(skip.place).rsplit(": ", 1)[1] for skip in report.skips] == [
        f"entry[{n}]" for n in (1, 2, 3, 4)
    ]
    assert rows(ward) == [("lithium_level", 0.8)]


def test_vital_signs_of_small_children_are_left_out(ward: Ward) -> None:
    weight = measured("w", "29463-7", 9, "kg")
    report = ward.deliver(patient(born="2020-05-05"), weight, pressure(90, 60), measured("k", "2823-3", 4.1))
    assert report.unused[KIND, "a vital sign of a child under six"] == 2
    assert rows(ward) == [("potassium", 4.1)]


def test_a_reading_is_kept_from_the_sixth_birthday(ward: Ward) -> None:
    ward.deliver(patient(born="2020-05-04"), measured("w", "29463-7", 21, "kg"))
    assert rows(ward) == [("weight", 21)]


# ---------------------------------------------------------------- judged by the rules


def judged(ward: Ward) -> dict[str, Finding]:
    """The findings of the one patient on the day of the import."""
    ward.session.expire_all()
    episode = ward.session.scalars(select(Episode)).one()
    seen = snapshot(ward.session, ward.org_id, episode.id)
    assert seen is not None
    return {one.code: one for one in findings(seen.facts, DEFAULT_PROTOCOL, TODAY)}


def on_lithium(ward: Ward) -> None:
    """Under care since April, on lithium for three months, with all that the start asks for except a level."""
    basics = [
        measured(key, code, value, unit, on="2026-02-08")
        for key, code, value, unit in (
            ("egfr", "62238-1", 88, "mL/min/{1.73_m2}"),
            ("na", "2951-2", 139, "mmol/L"),
            ("ca", "17861-6", 9.4, "mg/dL"),
            ("tsh", "3016-3", 2.5, "u[IU]/mL"),
            ("plt", "777-3", 250, "10*3/uL"),
            ("wt", "29463-7", 180, "[lb_av]"),
        )
    ]
    lithium = order("li", "lithium carbonate 300 MG Oral Capsule", "2026-02-10")
    ward.deliver(patient(), lithium, *basics)
    under_care = {"referred_on": date(2026, 4, 1), "enrolled_on": date(2026, 4, 1)}
    make.make_episode(ward.session, ward.session.scalars(select(Patient)).one(), **under_care)
    ward.session.commit()


def test_a_level_that_arrives_clears_what_was_overdue_and_tells_what_is_wrong(ward: Ward) -> None:
    on_lithium(ward)
    assert "Lithium level" in judged(ward)["RX1"].sentence
    assert "RX2" not in judged(ward)
    level = {
        "on": "2026-05-18T07:40:00-04:00",
        "referenceRange": [{"low": quantity(0.6), "high": quantity(1.2)}],
    }
    ward.deliver(patient(), measured("li1", value=1.31, unit="meq/L", **level))
    found = judged(ward)
    assert "RX1" not in found
    assert "1.31 mmol/L on May 18, 2026, 1.2 or above: call the prescriber today" in found["RX2"].sentence
    ward.deliver(patient(), measured("li1", value=0.81, unit="meq/L", status="corrected", **level))
    assert not judged(ward).keys() & {"RX1", "RX2"}
    ward.deliver(patient(), measured("li1", status="entered-in-error"))
    assert "Lithium level" in judged(ward)["RX1"].sentence
