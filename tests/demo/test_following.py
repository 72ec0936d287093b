"""What a handful of patients follow: each care manager has some of every kind, and they are true to themselves."""

from collections import Counter
from typing import Any

from registry.clinical.instruments import INSTRUMENTS
from registry.clinical.primary import PRIMARY
from registry.clinical.trackers import KINDS, Night, night_refusal, refusal
from registry.demo.rows import Rows
from tests.demo.conftest import TODAY


def managers(rows: Rows, table: str, column: str) -> dict[Any, set[Any]]:
    """Which kinds each care manager's patients have."""
    of = {row["patient_id"]: row["care_manager_id"] for row in rows.tables["episode"]}
    found: dict[Any, set[Any]] = {manager: set() for manager in of.values() if manager}
    for row in rows.tables[table]:
        if row["patient_id"] in of:
            found[of[row["patient_id"]]].add(row[column])
    return found


def test_each_care_manager_has_every_kind_of_tracker(rows: Rows) -> None:
    assert all(kinds == set(KINDS) for kinds in managers(rows, "tracker", "kind").values())


def test_each_care_manager_has_the_rarer_instruments(rows: Rows) -> None:
    rarer = {"pcl5", "pc_ptsd_5", "audit_c", "isi", "wsas", "epds"}
    assert all(names >= rarer for names in managers(rows, "measure", "instrument").values())


def test_only_a_handful_of_patients_have_them(rows: Rows) -> None:
    followed = {row["patient_id"] for row in rows.tables["tracker"]}
    assert 20 <= len(followed) <= 60 < len(rows.tables["patient"]) / 5


def test_what_is_not_shipped_has_a_total_and_where_it_was_read(rows: Rows) -> None:
    for row in rows.tables["measure"]:
        if INSTRUMENTS[row["instrument"]].needs_licence:
            assert (row["items"], row["answered"]) == (None, None)
            assert row["source_note"]


def test_a_day_of_a_tracker_is_one_that_could_be_entered(rows: Rows) -> None:
    kinds = {row["id"]: row for row in rows.tables["tracker"]}
    days = Counter((row["tracker_id"], row["on"]) for row in rows.tables["tracker_entry"])
    assert set(days.values()) == {1}
    for row in rows.tables["tracker_entry"]:
        tracker = kinds[row["tracker_id"]]
        assert tracker["patient_id"] == row["patient_id"]
        assert tracker["started_on"] <= row["on"] < TODAY
        assert refusal(tracker["kind"], row["value"]) is None
        if tracker["kind"] == "sleep":
            night = Night(row["on"], row["bed_time"], row["wake_time"], row["value"], row["quality"])
            assert night_refusal(night) is None


def test_a_ptsd_is_judged_on_the_pcl5_from_the_enrolment_on(rows: Rows) -> None:
    own = [row for row in rows.tables["episode"] if row["primary_scale"] == "pcl5"]
    assert len(own) == 6
    for episode in own:
        taken = [row["taken_on"] for row in rows.tables["measure"]
                 if row["patient_id"] == episode["patient_id"] and row["instrument"] == "pcl5"]  # fmt: skip
        assert min(taken) == episode["enrolled_on"], "the first is the baseline"
        assert len(taken) > 4
        assert (episode["primary_condition"], episode["icd10"]) == ("ptsd", "F43.10")
    assert {row["primary_scale"] for row in rows.tables["episode"] if row["enrolled_on"]} <= set(PRIMARY)
