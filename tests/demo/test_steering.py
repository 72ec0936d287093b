"""What steers the treatments of the demo: nobody contradicts themselves, and plans and pathways are filled in."""

from collections import Counter, defaultdict
from typing import Any

from registry.clinical.pathways import ALCOHOL, BIPOLAR, EVENTS, OPIOID, PARTS, PATHWAYS
from registry.clinical.plans import CARE, KINDS, RELAPSE, problems_of, tidy
from registry.demo.rows import Rows
from tests.demo.conftest import TODAY


def taken(rows: Rows) -> dict[Any, list[str]]:
    """The psychotropics that each patient takes now."""
    events: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.tables["dose_event"]:
        events[row["medication_id"]].append(row)
    found: dict[Any, list[str]] = defaultdict(list)
    for row in rows.tables["medication"]:
        last = max((e for e in events[row["id"]] if e["on"] <= TODAY), key=lambda e: e["on"], default=None)
        if row["psychotropic"] and last and last["kind"] not in ("stop", "hold"):
            found[row["patient_id"]].append(row["name"])
    return found


def test_nobody_takes_one_drug_under_two_entries(rows: Rows) -> None:
    assert [names for names in taken(rows).values() if max(Counter(names).values()) > 1] == []


def test_who_is_on_a_pathway_takes_what_it_is_about_and_has_its_diagnosis(rows: Rows) -> None:
    now = taken(rows)
    codes: dict[Any, set[str]] = defaultdict(set)
    for row in rows.tables["problem"]:
        codes[row["patient_id"]].add(row["code"])
    for kind, drug, code in (
        (OPIOID, "buprenorphine", "F11.20"), (ALCOHOL, "naltrexone", "F10.20"), (BIPOLAR, "lithium", "F31.81"),
    ):  # fmt: skip
        mine = [row["patient_id"] for row in rows.tables["pathway"] if row["kind"] == kind]
        assert len(mine) == 3
        for person in mine:
            assert drug in now[person]
            assert code in codes[person]
    bipolar = [row["patient_id"] for row in rows.tables["pathway"] if row["kind"] == BIPOLAR]
    episodes = {
        row["id"] for row in rows.tables["episode"] if row["patient_id"] in bipolar and not row["closed_on"]
    }
    reviews = {row["id"] for row in rows.tables["review"] if row["episode_id"] in episodes}
    advice = [row for row in rows.tables["recommendation"] if row["review_id"] in reviews]
    assert advice
    assert [row for row in advice if "SSRI" in f"{row['text']} {row['if_fails']}"] == []
    assert all(now[person] == ["lithium"] for person in bipolar), "no antidepressant beside it"


def test_a_side_effect_is_of_a_drug_that_was_taken_when_it_began(rows: Rows) -> None:
    events: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(rows.tables["dose_event"], key=lambda one: one["on"]):
        events[row["medication_id"]].append(row)
    blamed = [row for row in rows.tables["side_effect"] if row["medication_id"]]
    assert blamed
    for row in blamed:
        before = [one["kind"] for one in events[row["medication_id"]] if one["on"] <= row["onset_on"]]
        assert before
        assert before[-1] != "stop"


def test_an_adjusted_dose_is_the_dose_that_is_taken(rows: Rows) -> None:
    names = {row["id"]: row["name"] for row in rows.tables["medication"]}
    doses: dict[Any, list[float]] = defaultdict(list)
    for row in sorted(rows.tables["dose_event"], key=lambda one: one["on"]):
        if names[row["medication_id"]] == "buprenorphine":
            doses[row["medication_id"]].append(row["dose_mg"])
    assert [*doses.values()] == [[16, 24]] * 3


def test_nobody_checks_in_after_the_last_contact(rows: Rows) -> None:
    seen: dict[Any, Any] = {}
    for row in rows.tables["contact"]:
        if row["kind"] == "treatment":
            seen[row["patient_id"]] = max(row["on"], seen.get(row["patient_id"], row["on"]))
    told = [row for row in rows.tables["pathway_event"] if row["kind"] in ("check_in", "urine_screen")]
    assert told
    assert [row for row in told if row["on"] > seen[row["patient_id"]]] == []


def test_every_pathways_form_is_filled_in_and_its_events_belong_to_it(rows: Rows) -> None:
    kinds = {row["id"]: row["kind"] for row in rows.tables["pathway"]}
    assert set(kinds.values()) == set(PATHWAYS)
    assert all(set(row["details"]) == set(PARTS[row["kind"]]) for row in rows.tables["pathway"])
    for row in rows.tables["pathway_event"]:
        known = EVENTS[row["kind"]]
        assert kinds[row["pathway_id"]] in known.pathways or row["kind"] == "consent"


def test_plans_are_such_as_the_form_takes_and_most_tell_more_than_a_goal(rows: Rows) -> None:
    plans = rows.tables["patient_plan"]
    for row in plans:
        assert row["kind"] in KINDS
        content = tidy(row["kind"], row["content"])
        assert content == row["content"]
        assert [*problems_of(row["kind"], content)] == []
    care = [row["content"] for row in plans if row["kind"] == CARE]
    for part in ("decisions", "barriers", "sharing"):
        assert sum(part in content for content in care) > len(care) * 0.4, part
    assert any(row["kind"] == RELAPSE for row in plans)


def test_each_clinic_holds_a_drug_and_resumed_another(rows: Rows) -> None:
    kinds = Counter(row["kind"] for row in rows.tables["dose_event"])
    assert (kinds["hold"], kinds["resume"]) == (6, 3)
    assert {row["reason"] for row in rows.tables["dose_event"] if row["kind"] == "hold"} == {"interaction"}


def test_some_tell_of_drugs_that_were_tried_before(rows: Rows) -> None:
    told = rows.tables["past_trial"]
    assert len(told) >= 5
    assert {row["response"] for row in told} <= {"none", "partial", "unknown"}


def test_readings_are_written_as_they_are_read(rows: Rows) -> None:
    whole = {"systolic", "heart_rate", "qtc", "weight", "waist", "height", "sodium", "glucose", "platelets"}
    values = [row["value"] for row in rows.tables["lab_result"] if row["code"] in whole]
    assert values
    assert all(value == int(value) for value in values if value is not None)


def test_nobody_is_widowed_or_retired_young(rows: Rows) -> None:
    born = {row["id"]: row["birth_date"] for row in rows.tables["patient"]}
    for row in rows.tables["episode"]:
        if any(word in (row["psychosocial"] or "") for word in ("Widowed", "Retired")):
            assert TODAY.year - born[row["patient_id"]].year >= 45
