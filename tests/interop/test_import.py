"""What an import writes, what it leaves alone, and what it says about it."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry import audit
from registry.clinical.facts import DoseEvent as DoseFact
from registry.clinical.facts import Medication as MedicationFact
from registry.models import AuditEvent, Correction, DoseEvent, Episode, Measure, Medication, Patient
from tests.fhir.samples import (
    DATA,
    PHQ9,
    bundle,
    concept,
    condition,
    encounter,
    item,
    order,
    patient,
    practitioner,
    response,
    total,
)
from tests.interop.conftest import KEYS, NOW, Ward, counts, reasons


def whole() -> list[dict[str, Any]]:
    return [
        encounter(),
        condition(),
        total(),
        order(),
        response([1] * 9, 9, authored="2026-04-01"),
        patient(),
    ]


def test_a_bundle_becomes_rows_in_any_order(ward: Ward) -> None:
    report = ward.deliver(*whole())
    assert not report.skips
    assert report.resources == 6
    assert ward.row("patient")["search_name"] == "zizka lukasz jan"
    assert sorted(row["total"] for row in ward.rows("measure")) == [9, 14]
    assert {row["source"] for row in ward.rows("measure")} == {"import:ehr"}
    assert ward.row("problem")["behavioural"] is True
    assert ward.row("practice_visit")["on"] == date(2026, 5, 4)
    assert ward.row("dose_event")["dose_mg"] == 50
    assert ward.row("medication")["name"] == "sertraline"


def test_a_second_delivery_changes_nothing(ward: Ward) -> None:
    ward.deliver(*whole())
    before = ward.everything()
    report = ward.deliver(*whole())
    assert ward.everything() == before
    assert report.total("unchanged") == 6
    assert len(list(ward.session.execute(select(AuditEvent.seq)))) == 1


def test_a_server_that_rewrites_its_bookkeeping_changes_nothing(ward: Ward) -> None:
    ward.deliver(patient(), total())
    report = ward.deliver(patient(meta={"versionId": "2"}), total(text={"div": "new"}))
    assert report.total("unchanged") == 2


def test_nobody_is_enrolled(ward: Ward) -> None:
    ward.deliver(*whole())
    assert ward.session.scalars(select(Episode)).all() == []


def test_each_batch_leaves_an_audited_act_with_its_patients(ward: Ward) -> None:
    ward.deliver(*whole())
    event = ward.session.execute(select(AuditEvent)).scalar_one()
    assert (event.action, event.actor, event.patients, event.detail["created"]) == (
        "import",
        "import fhir",
        1,
        6,
    )
    assert list(audit.verify(ward.session, ward.org_id, KEYS)) == []


def test_a_corrected_total_keeps_what_stood_before(ward: Ward) -> None:
    ward.deliver(patient(), total(value=14))
    report = ward.deliver(patient(), total(value=16, status="corrected"))
    assert counts(report, "Observation") == {"updated": 1}
    assert ward.row("measure")["total"] == 16
    assert ward.row("measure")["version"] == 2
    correction = ward.session.execute(select(Correction)).scalar_one()
    assert correction.changes == {"total": [14, 16]}
    assert correction.corrected_by is None
    assert ward.deliver(patient(), total(value=16, status="corrected")).total("unchanged") == 2


def test_a_score_entered_in_error_is_marked_and_kept(ward: Ward) -> None:
    ward.deliver(patient(), total())
    ward.deliver(patient(), total(status="entered-in-error"))
    assert ward.row("measure")["in_error"] is True
    assert ward.row("correction")["changes"] == {"in_error": [False, True]}
    assert reasons(ward.deliver(patient(), total("new", status="entered-in-error"))) == [
        "the source says: entered in error"
    ]


def test_a_changed_patient_is_brought_up_to_date_except_where_a_person_corrected(ward: Ward) -> None:
    ward.deliver(patient())
    row = ward.row("patient")
    ward.session.execute(update(Patient).values(phone="555-0177"))
    ward.session.add(
        Correction(
            org_id=ward.org_id, patient_id=row["id"], subject="patient", subject_id=row["id"], reason="asked",
            changes={"phone": ["555-0100", "555-0177"]}, corrected_by=_account(ward), corrected_at=NOW,
        )
    )  # fmt: skip
    ward.session.commit()
    married = [{"family": "Đorđević", "given": ["Łucja"]}]
    report = ward.deliver(patient(name=married, telecom=[{"system": "phone", "value": "555-0111"}]))
    after = ward.row("patient")
    assert counts(report, "Patient") == {"updated": 1}
    assert (after["family_name"], after["search_name"]) == ("Đorđević", "dordevic lucja")
    assert after["phone"] == "555-0177"


def _account(ward: Ward) -> Any:
    from registry.models import Account

    account = Account(org_id=ward.org_id, email="ann@example.org", name="Ann")
    ward.session.add(account)
    ward.session.flush()
    return account.id


def test_an_unknown_patient_is_refused_with_the_reason(ward: Ward) -> None:
    report = ward.deliver(patient(), total(subject={"reference": "Patient/other"}), condition(subject=None))
    assert reasons(report) == ["it names no patient", "its patient is not known: no such Patient was read"]


def test_the_patient_may_come_in_a_later_file_and_in_another_batch(ward: Ward, tmp_path: Path) -> None:
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    first.write_text(json.dumps(bundle(total(), condition())))
    second.write_text(json.dumps(bundle(patient())))
    report = ward.deliver_files(first, second, size=1)
    assert (report.resources, report.total("created"), report.skips) == (3, 3, [])


def test_bulk_files_of_one_type_each(ward: Ward, tmp_path: Path) -> None:
    folder = tmp_path / "bulk"
    folder.mkdir()
    for one in whole():
        with (folder / f"{one['resourceType']}.ndjson").open("a") as lines:
            lines.write(
                json.dumps({**one, **({"subject": {"reference": "Patient/p1"}} if "subject" in one else {})})
                + "\n"
            )
    report = ward.deliver_files(folder, size=2)
    assert (report.total("created"), report.skips) == (6, [])


@pytest.mark.parametrize(
    "reference",
    [
        "urn:uuid:p1",
        "Patient/p1",
        "https://fhir.example/r4/Patient/p1",
        "Patient/p1/_history/3",
        "Patient?identifier=x|0012345",
    ],
)
def test_references_in_every_form(ward: Ward, reference: str) -> None:
    ward.deliver(patient())
    assert counts(ward.deliver(total(subject={"reference": reference})), "Observation") == {"created": 1}


def test_a_reference_by_identifier(ward: Ward) -> None:
    ward.deliver(patient(), total(subject={"identifier": {"system": "x", "value": "0012345"}}))
    assert ward.row("measure")["total"] == 14


def test_the_mrn_joins_to_a_patient_of_another_source_with_the_same_birth_date(ward: Ward) -> None:
    ward.deliver(patient())
    report = ward.deliver(patient("77"), total(subject={"reference": "Patient/77"}), source="lab")
    assert counts(report, "Patient") == {"unchanged": 1}
    assert ward.row("patient")["id"] == ward.row("measure")["patient_id"]


def test_the_same_mrn_with_another_birth_date_is_a_conflict(ward: Ward) -> None:
    ward.deliver(patient())
    report = ward.deliver(patient("77", born="1980-02-28"), source="lab")
    assert reasons(report) == ["a patient of the clinic has the same MRN and another birth date"]
    assert len(ward.rows("patient")) == 1


@pytest.mark.parametrize(
    ("resources", "words"),
    [
        ([patient(), item(1, 2), item(2, 2)], "Gated: The PHQ-2 of"),
        (
            [patient(), response([1, 2, 1, 0, 2, 1, 1, 0, None])],
            "Safety item unknown: Item 9 of the PHQ-9 was not",
        ),
        (
            [patient(), response([1, 1, *[None] * 7], 2)],
            "Gated: Only the questions of the PHQ-2 were answered: it is no PHQ-9.",
        ),
        (
            [patient(), total("t9", value=2), total("t2", "55758-7", 2)],
            "Gated: The PHQ-2 of May 4, 2026 is 2 too: were the other questions of the PHQ-9 asked?",
        ),
        ([patient(), response([3] * 9, 27)], "Implausible: All 9 answers of the PHQ-9 are 3"),
        ([patient(born="2013-02-28"), response([1, 2, 1, 0, 2, 1, 1, 0, 0])], "Wrong form: The PHQ-9 is for"),
        (
            [
                patient(),
                response([1, 2, 1, 0, 2, 1, 1, 0, 0], id="r1", authored="2026-04-01"),
                response([1, 2, 1, 0, 2, 1, 1, 0, 0], id="r2", authored="2026-05-01"),
            ],
            "Copied forward: The same answers as on Apr 1, 2026",
        ),
    ],
)
def test_a_score_that_is_hard_to_believe_goes_in_and_is_told(
    ward: Ward, resources: list[dict[str, Any]], words: str
) -> None:
    report = ward.deliver(*resources)
    assert ward.rows("measure")
    assert any(words in note.reason for note in report.notes), report.notes


def test_a_gated_phq2_has_no_total_until_the_other_answers_come(ward: Ward) -> None:
    ward.deliver(patient(), total(value=2), item(1, 1), item(2, 1))
    row = ward.row("measure")
    assert (row["instrument"], row["total"], row["items"]) == ("phq9", None, [1, 1, *[None] * 7])
    ward.deliver(*(item(n, 0) for n in range(3, 10)))
    row = ward.row("measure")
    assert (row["total"], row["answered"], row["item9"]) == (2, 9, 0)


@pytest.mark.parametrize(
    ("gender", "value", "told"),
    [
        ("male", 4, True),
        ("male", 3, False),
        ("female", 3, True),
        ("female", 2, False),
        ("unknown", 4, True),
        ("unknown", 3, False),
    ],
)
def test_a_positive_audit_c_without_the_audit_is_told_by_the_cut_of_the_patients_sex(
    ward: Ward, gender: str, value: int, told: bool
) -> None:
    report = ward.deliver(patient(gender=gender), total(code="75626-2", value=value))
    assert ward.row("measure")["instrument"] == "audit_c"
    assert any("Gated: The AUDIT-C of" in note.reason for note in report.notes) is told


def test_a_whole_form_and_a_bare_total_raise_no_doubt(ward: Ward) -> None:
    report = ward.deliver(patient(), total(), response([1, 2, 1, 0, 2, 1, 1, 0, 0], authored="2026-04-01"))
    assert not report.notes


def test_two_records_of_one_delivery_are_two_people(ward: Ward) -> None:
    report = ward.deliver(patient("p1"), patient("p2"))
    assert [row["mrn"] for row in sorted(ward.rows("patient"), key=lambda row: row["mrn"])] == [
        "0012345",
        "0012345~p2",
    ]
    assert "kept apart" in report.notes[0].reason
    again = ward.deliver(patient("p1"), patient("p2", gender="female"))
    assert counts(again, "Patient") == {"unchanged": 1, "updated": 1}
    assert ward.deliver(patient("p1"), patient("p2", gender="female")).total("unchanged") == 2


def test_an_id_that_two_patients_resources_share_is_kept_apart(ward: Ward, tmp_path: Path) -> None:
    def delivery() -> list[Path]:
        paths = []
        for key in ("p1", "p2"):
            path = tmp_path / f"{key}.json"
            whose = {"reference": f"Patient/{key}"}
            path.write_text(json.dumps(bundle(patient(key, mrn=key), encounter(subject=whose))))
            paths.append(path)
        return paths

    report = ward.deliver_files(*delivery())
    assert counts(report, "Encounter") == {"created": 2}
    assert counts(ward.deliver_files(*delivery()), "Encounter") == {"unchanged": 2}
    assert len({row["patient_id"] for row in ward.rows("practice_visit")}) == 2


def test_the_same_id_twice_in_a_delivery_is_an_update(ward: Ward) -> None:
    report = ward.deliver(patient(), total(value=9), total(value=11), total(value=11))
    assert counts(report, "Observation") == {"created": 1, "updated": 1, "unchanged": 1}
    assert ward.row("measure")["total"] == 11


def test_item_9_may_arrive_later_than_its_total(ward: Ward) -> None:
    ward.deliver(patient(), total())
    assert ward.row("measure")["item9"] is None
    report = ward.deliver(patient(), item(9, 2))
    assert counts(report, "Observation") == {"created": 1}
    assert (ward.row("measure")["total"], ward.row("measure")["item9"]) == (14, 2)


def test_a_total_derived_from_a_form_of_an_earlier_delivery_is_the_same_score(ward: Ward) -> None:
    ward.deliver(patient(), response([1] * 9))
    later = total(
        value=9, on="2026-05-04T18:00:00-04:00", derivedFrom=[{"reference": "QuestionnaireResponse/qr1"}]
    )
    ward.deliver(later)
    assert (ward.row("measure")["total"], ward.row("measure")["answered"]) == (9, 9)


def test_items_over_several_batches_become_one_form(ward: Ward, tmp_path: Path) -> None:
    path = tmp_path / "Observation.ndjson"
    path.write_text(
        "\n".join(
            json.dumps(one) for one in [patient(), *(item(n, 1) for n in range(9, 0, -1)), total(value=9)]
        )
    )
    report = ward.deliver_files(path, size=2)
    assert (ward.row("measure")["total"], ward.row("measure")["items"]) == (9, [1] * 9)
    assert (counts(report, "Observation"), report.skips) == ({"created": 10}, [])
    assert ward.deliver_files(path, size=3).total("unchanged") == 11


def test_a_total_in_an_earlier_batch_names_the_form_of_later_items(ward: Ward, tmp_path: Path) -> None:
    path = tmp_path / "Observation.ndjson"
    read = [patient(), total("t", "89204-2", 9), *(item(n, 1) for n in range(1, 10))]
    path.write_text("\n".join(json.dumps(one) for one in read))
    assert ward.deliver_files(path, size=2).skips == []
    assert (ward.row("measure")["instrument"], ward.row("measure")["item9"]) == ("phq_a", 1)


def test_a_corrected_answer_makes_the_total_anew(ward: Ward) -> None:
    ward.deliver(patient(), *(item(n, 1) for n in range(1, 10)))
    ward.deliver(patient(), item(9, 3))
    row = ward.row("measure")
    assert (row["total"], row["item9"], row["items"][8]) == (11, 3, 3)


def test_a_score_that_was_entered_by_hand_is_not_doubled(ward: Ward) -> None:
    ward.deliver(patient())
    ward.session.add(
        Measure(
            org_id=ward.org_id, patient_id=ward.row("patient")["id"], instrument="phq9", total=14,
            taken_on=date(2026, 5, 4), recorded_at=NOW,
        )
    )  # fmt: skip
    ward.session.commit()
    ward.deliver(total())
    assert ward.row("measure")["source"] == "entered"
    ward.deliver(total(status="entered-in-error"))
    assert ward.row("measure")["in_error"] is False


def test_a_score_from_before_the_birth_is_refused(ward: Ward) -> None:
    report = ward.deliver(patient(), total(on="1979-12-31"))
    assert reasons(report) == ["it is dated before the patient's birth"]


def test_a_problem_that_the_source_takes_back_says_so(ward: Ward) -> None:
    ward.deliver(patient(), condition())
    ward.deliver(patient(), condition(verificationStatus=concept("entered-in-error")))
    row = ward.row("problem")
    assert row["title"].startswith("In error: Major")
    assert row["resolved_on"] == date(2025, 11, 2)


def events(ward: Ward) -> list[tuple[str, str, float | None]]:
    rows = [row for row in ward.rows("dose_event") if not row["in_error"]]
    return sorted((str(row["on"]), row["kind"], row["dose_mg"]) for row in rows)


HUNDRED = "Sertraline 100 MG Oral Tablet"


def test_orders_of_one_drug_are_one_medication_with_its_doses(ward: Ward) -> None:
    ward.deliver(
        patient(),
        order("m1", on="2026-01-10"),
        order("m2", on="2026-02-10"),
        order(
            "m3",
            HUNDRED,
            on="2026-03-10",
            status="stopped",
            dispenseRequest={"validityPeriod": {"end": "2026-04-10"}},
        ),
    )
    assert len(ward.rows("medication")) == 1
    assert events(ward) == [
        ("2026-01-10", "start", 50),
        ("2026-03-10", "change", 100),
        ("2026-04-10", "stop", None),
    ]


def test_an_order_that_goes_on_with_the_last_is_no_stop(ward: Ward) -> None:
    ward.deliver(patient(), order("m1", status="stopped"), order("m2", HUNDRED, on="2026-03-10"))
    assert events(ward) == [("2026-01-10", "start", 50), ("2026-03-10", "change", 100)]


def test_an_order_that_is_stopped_later_adds_the_stop(ward: Ward) -> None:
    ward.deliver(patient(), order())
    ended = order(status="stopped", dispenseRequest={"validityPeriod": {"end": "2026-04-01"}})
    assert counts(ward.deliver(patient(), ended), "MedicationRequest") == {"updated": 1}
    assert events(ward) == [("2026-01-10", "start", 50), ("2026-04-01", "stop", None)]
    assert ward.deliver(patient(), ended).total("unchanged") == 2


def test_an_order_entered_in_error_takes_its_medication_along(ward: Ward) -> None:
    ward.deliver(patient(), order())
    ward.deliver(patient(), order(status="entered-in-error"))
    assert events(ward) == []
    assert ward.row("medication")["in_error"] is True


def test_a_medication_kept_by_hand_is_left_alone(ward: Ward) -> None:
    ward.deliver(patient())
    ward.session.add(
        Medication(
            org_id=ward.org_id, patient_id=ward.row("patient")["id"], name="Sertraline", recorded_at=NOW
        )
    )
    ward.session.commit()
    report = ward.deliver(order())
    assert counts(report, "MedicationRequest") == {"unchanged": 1}
    assert ward.rows("dose_event") == []


@pytest.mark.parametrize(
    ("by_hand", "ordered"),
    [
        ("lamictal xr", "lamotrigine 200 MG Oral Tablet"),
        ("lamotrigine", "Lamictal 200 MG Oral Tablet"),
        ("zestoretic", "lisinopril 20 MG / hydrochlorothiazide 12.5 MG Oral Tablet"),
    ],
)
def test_a_drug_kept_by_hand_under_another_name_is_not_doubled(
    ward: Ward, by_hand: str, ordered: str
) -> None:
    ward.deliver(patient())
    kept = Medication(org_id=ward.org_id, patient_id=ward.row("patient")["id"], name=by_hand, recorded_at=NOW)
    ward.session.add(kept)
    ward.session.commit()
    report = ward.deliver(order("m1", ordered))
    assert [row["name"] for row in ward.rows("medication")] == [by_hand]
    assert [note.reason for note in report.notes] == ["the medication is kept by hand here"]


def test_an_order_of_a_drug_that_was_stopped_by_hand_is_named(ward: Ward) -> None:
    ward.deliver(patient())
    own = {"org_id": ward.org_id, "recorded_at": NOW}
    kept = Medication(**own, patient_id=ward.row("patient")["id"], name="lamotrigine")
    ward.session.add(kept)
    ward.session.flush()
    for kind, on in (("start", date(2026, 1, 2)), ("stop", date(2026, 2, 1))):
        ward.session.add(DoseEvent(**own, medication_id=kept.id, kind=kind, on=on))
    ward.session.commit()
    title = "Lamictal 200 MG Oral Tablet"
    report = ward.deliver(order("m1", title, on="2026-01-20"), order("m2", title, on="2026-02-09"))
    assert [note.reason for note in report.notes] == [
        "the medication is kept by hand here",
        "the medication is kept by hand here, and not taken since Feb 1, 2026: this order says that it is",
    ]


def test_a_brand_and_its_ingredient_are_one_medication(ward: Ward) -> None:
    ward.deliver(
        patient(),
        order("m1", "Lamictal 100 MG Oral Tablet"),
        order("m2", "lamotrigine 200 MG Oral Tablet", on="2026-02-10"),
    )
    assert ward.row("medication")["name"] == "lamotrigine"
    assert events(ward) == [("2026-01-10", "start", 100), ("2026-02-10", "change", 200)]


def doses(ward: Ward) -> list[tuple[str, str, float | None]]:
    """The events in the order in which the rules see them."""
    rows = [row for row in ward.rows("dose_event") if not row["in_error"]]
    told = (DoseFact(row["on"], row["kind"], row["dose_mg"], at=row["recorded_at"]) for row in rows)
    return [
        (str(one.on), one.kind, one.dose_mg) for one in MedicationFact("m", "x", None, tuple(told)).events
    ]


OVER = {"status": "stopped", "dispenseRequest": {"validityPeriod": {"end": "2026-03-01"}}}
OVER_LATER = {"status": "stopped", "dispenseRequest": {"validityPeriod": {"end": "2026-04-01"}}}


@pytest.mark.parametrize(
    ("deliveries", "expected", "note"),
    [
        pytest.param([[order("m1", HUNDRED), order("m2")]],
                     [("2026-01-10", "start", 100), ("2026-01-10", "change", 150)],
                     "another order of that day stands beside it: 100 and 50 mg are added up to 150 mg a day",
                     id="two strengths of one day that both stand are taken together"),
        pytest.param([[order("m1", HUNDRED)], [order("m2")]],
                     [("2026-01-10", "start", 100), ("2026-01-10", "change", 150)],
                     "another order of that day stands beside it: 100 and 50 mg are added up to 150 mg a day",
                     id="in two deliveries too"),
        pytest.param([[order("m1"), order("m2")]], [("2026-01-10", "start", 50)],
                     "another order of that day has the same dose: 50 mg a day is counted once",
                     id="the same dose twice is counted once and named"),
        pytest.param([[order("m1"), order("m2", HUNDRED, dosageInstruction=[])]], [("2026-01-10", "start", 50)],
                     "another order of that day stands beside it, and the dose of one is not told",
                     id="a dose that is not told is named"),
        pytest.param([[order("m1"), order("m2", HUNDRED, on="2026-02-10")]],
                     [("2026-01-10", "start", 50), ("2026-02-10", "change", 100)], None,
                     id="an order of a later day is a change"),
        pytest.param([[order("m2"), order("m1", HUNDRED, **OVER)]],
                     [("2026-01-10", "start", 100), ("2026-01-10", "change", 50)], None,
                     id="one that has ended gives way to the one that stands, and stops nothing"),
        pytest.param([[order("m1", HUNDRED), order("m2")], [order("m2", **OVER)]],
                     [("2026-01-10", "start", 100), ("2026-01-10", "change", 150), ("2026-03-01", "change", 100)],
                     "it has ended, another order of its day stands: 100 mg a day go on",
                     id="the end of one of two is no stop: the other goes on, and is named"),
        pytest.param([[order("m1", HUNDRED), order("m2")], [order("m1", HUNDRED, **OVER)], [order("m2", **OVER_LATER)]],
                     [("2026-01-10", "start", 100), ("2026-01-10", "change", 150), ("2026-03-01", "change", 50),
                      ("2026-04-01", "stop", None)], None,
                     id="when the second of two has ended too, the drug is stopped"),
        pytest.param([[order("m1", HUNDRED), order("m2")], [order("m2", **OVER_LATER)], [order("m1", HUNDRED, **OVER)]],
                     [("2026-01-10", "start", 100), ("2026-01-10", "change", 150), ("2026-04-01", "change", 100),
                      ("2026-04-01", "stop", None)], None,
                     id="the stop is on the later of the two ends, whichever is told first"),
        pytest.param([[order("m1", HUNDRED), order("m2")], [order("m1", HUNDRED, **OVER_LATER), order("m2", **OVER)]],
                     [("2026-01-10", "start", 100), ("2026-01-10", "change", 150), ("2026-03-01", "change", 100),
                      ("2026-04-01", "stop", None)],
                     "it has ended, another order of its day stands: 100 mg a day go on",
                     id="one after the other in one delivery"),
        pytest.param([[order("m1"), order("m2")], [order("m1", **OVER)]], [("2026-01-10", "start", 50)],
                     "it has ended, another order of its day may stand: no stop is recorded",
                     id="of the same dose twice one goes on: no stop, whichever of the two has ended"),
        pytest.param([[order("m1"), order("m2")], [order("m2", **OVER)]], [("2026-01-10", "start", 50)],
                     "it has ended, another order of its day may stand: no stop is recorded",
                     id="of the same dose twice one goes on: the other way round"),
        pytest.param([[order("m1"), order("m2")], [order("m1", **OVER)], [order("m2", **OVER_LATER)]],
                     [("2026-01-10", "start", 50), ("2026-04-01", "stop", None)], None,
                     id="of the same dose twice both have ended: a stop"),
        pytest.param([[order("m1"), order("m2")], [order("m1", **OVER)], [order("m1")], [order("m2", **OVER)]],
                     [("2026-01-10", "start", 50)],
                     "it has ended, another order of its day may stand: no stop is recorded",
                     id="an order that stands again after its end is taken"),
        pytest.param([[order("m1"), order("m2")], [order("m2", status="entered-in-error")], [order("m1", **OVER)]],
                     [("2026-01-10", "start", 50), ("2026-03-01", "stop", None)], None,
                     id="an order that was a mistake keeps no other from its end"),
        pytest.param([[order("m2")], [order("m1", HUNDRED, **OVER)]], [("2026-01-10", "start", 50)],
                     "it has ended, another order of its day may stand: no stop is recorded",
                     id="one that had ended gives way to the one of an earlier delivery too"),
        pytest.param([[order("m1"), order("m2", HUNDRED, dosageInstruction=[])], [order("m1", **OVER)]],
                     [("2026-01-10", "start", 50)],
                     "it has ended, another order of its day may stand: no stop is recorded",
                     id="what goes on without it is not known"),
        pytest.param([[order("m1", HUNDRED), order("m2")], [order("m1", HUNDRED, **OVER), order("m2", **OVER)]],
                     [("2026-01-10", "start", 100), ("2026-01-10", "change", 150), ("2026-03-01", "stop", None)], None,
                     id="the end of both is the stop"),
        pytest.param([[order("m1", status="completed")]],
                     [("2026-01-10", "start", 50), ("2026-01-10", "stop", None)], None,
                     id="an order that was over on its day is not taken"),
    ],
)  # fmt: skip
def test_two_orders_of_one_day(
    ward: Ward,
    deliveries: list[list[dict[str, Any]]],
    expected: list[tuple[str, str, float | None]],
    note: str | None,
) -> None:
    for delivery in deliveries:
        report = ward.deliver(patient(), *delivery)
    assert doses(ward) == expected
    assert [one.reason for one in report.notes] == ([note] if note else [])


def test_the_general_practitioner_becomes_the_pcp_wherever_the_record_stands(ward: Ward) -> None:
    named = patient(generalPractitioner=[{"reference": "Practitioner/d1", "display": "Dr. Osei"}])
    report = ward.deliver(named, practitioner(), practitioner("d2", name=[{"family": "Other"}]))
    assert ward.row("provider")["name"] == "Ama Osei"
    assert ward.row("patient")["pcp_id"] == ward.row("provider")["id"]
    assert counts(report, "Practitioner") == {"created": 1, "not used": 1}


def test_a_pcp_of_whom_only_the_name_is_known(ward: Ward) -> None:
    ward.deliver(patient(generalPractitioner=[{"reference": "Practitioner/absent", "display": "Dr. Q"}]))
    assert ward.row("provider")["name"] == "Dr. Q"
    assert ward.row("patient")["pcp_id"] is not None


def test_a_list_of_staff_gives_its_primary_care_providers(ward: Ward) -> None:
    roles = [
        {"resourceType": "PractitionerRole", "id": f"r{key}", "practitioner": {"reference": f"Practitioner/{key}"},
         "specialty": [{"text": text}]}
        for key, text in (("d1", "Family Medicine"), ("d2", "Dermatology"))
    ]  # fmt: skip
    report = ward.deliver(practitioner(), practitioner("d2", identifier=[]), *roles)
    assert counts(report, "Practitioner") == {"created": 1, "not used": 1}
    assert ward.deliver(practitioner(npi="x"), *roles).counts["Practitioner", "updated"] == 1


def test_a_file_that_the_database_refuses_leaves_the_others(
    ward: Ward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = tmp_path / "a.json", tmp_path / "b.json"
    good.write_text(json.dumps(bundle(patient(), condition())))
    bad.write_text(
        json.dumps(bundle(patient("p2", mrn="9"), condition("c2", subject={"reference": "Patient/p2"})))
    )
    plain = Session.execute

    def execute(self: Session, statement: Any, parameters: Any = None, **more: Any) -> Any:
        if isinstance(parameters, list) and any(row.get("mrn") == "9" for row in parameters):
            parameters = [{**row, "clinic_id": row["id"]} for row in parameters]  # no such clinic: refused
        return plain(self, statement, parameters, **more)

    monkeypatch.setattr(Session, "execute", execute)
    report = ward.deliver_files(good, bad)
    assert [row["mrn"] for row in ward.rows("patient")] == ["0012345"]
    assert len(ward.rows("problem")) == 1
    assert "the database refused the file" in reasons(report)[0]
    assert report.resources == 4


def test_nasty_strings_in_names_are_kept_as_text(ward: Ward) -> None:
    nasty = [
        "Robert'); DROP TABLE patient;--",
        "<script>alert(1)</script>",
        "=cmd|' /C calc'!A0",
        "田中さん",
        "‮Ṫ̈",
        "\ud800\x00x",
    ]
    people = [patient(f"n{n}", mrn=f"n{n}", name=[{"family": text}]) for n, text in enumerate(nasty)]
    report = ward.deliver(*people)
    assert report.total("created") == len(nasty)
    assert {row["family_name"] for row in ward.rows("patient")} >= set(nasty[:4])


def test_a_bad_resource_leaves_the_rest_of_its_bundle(ward: Ward) -> None:
    report = ward.deliver(
        patient(), total(value=300), condition(code=None), {"resourceType": "Patient"}, total("o2", value=5)
    )
    assert [(skip.kind, skip.place.position) for skip in report.skips] == [
        ("Patient", "entry[3]"),
        ("Condition", "entry[2]"),
        ("Observation", "entry[1]"),
    ]
    assert ward.row("measure")["total"] == 5


def test_the_standards_own_examples(ward: Ward) -> None:
    """The PHQ-9 is one score of 12 with its items; the AUDIT-C asks a strange question and is never a nought."""
    (ward.folder / "p.json").write_text(json.dumps(patient("example")))
    report = ward.deliver_files(DATA, ward.folder / "p.json")
    phq9 = [row for row in ward.rows("measure") if row["instrument"] == "phq9"]
    assert sorted((row["total"], row["item9"]) for row in phq9) == [(10, None), (12, 0)]
    assert [row for row in ward.rows("measure") if row["instrument"] == "audit_c"] == []
    told = {skip.reason for skip in report.skips if "AUDIT-C" in skip.key}
    assert len(told) == 1
    assert "68517-2" in told.pop()
    assert any("300 is outside 0-27" in reason for reason in reasons(report))
    assert ward.deliver_files(DATA, ward.folder / "p.json").total("created") == 0


def test_all_nine_items_have_their_place(ward: Ward) -> None:
    ward.deliver(patient(), *(item(n, n % 4) for n in range(1, 10)))
    assert ward.row("measure")["items"] == [n % 4 for n in range(1, len(PHQ9) + 1)]


@pytest.mark.parametrize(
    ("code", "instrument", "value"),
    [
        ("101698-9", "pcl5", 40),
        ("102017-1", "pc_ptsd_5", 4),
        ("75624-7", "audit", 12),
        ("82667-7", "dast10", 3),
        ("75626-2", "audit_c", 5),
        ("89204-2", "phq_a", 12),
    ],
)
def test_every_confirmed_total_is_read(ward: Ward, code: str, instrument: str, value: int) -> None:
    ward.deliver(patient(), total(code=code, value=value))
    row = ward.row("measure")
    assert (row["instrument"], row["total"], row["items"]) == (instrument, value, None)


def test_the_answers_of_a_pc_ptsd_5_are_read_with_its_gate(ward: Ward) -> None:
    codes = ("102011-4", "102012-2", "102013-0", "102014-8", "102015-5", "102016-3")
    answers = zip(codes, (1, 1, 1, 1, 1, 0), strict=True)
    parts = [
        total(f"a{n}", code, None, valueCodeableConcept=concept("LA33-6" if yes else "LA32-8"))
        for n, (code, yes) in enumerate(answers)
    ]
    ward.deliver(patient(), *parts, total("sum", "102017-1", 4))
    row = ward.row("measure")
    assert (row["instrument"], row["total"], row["items"]) == ("pc_ptsd_5", 4, [1, 1, 1, 1, 1, 0])
