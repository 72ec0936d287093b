"""The invented rows: always the same for a seed and a day, and true to themselves."""

from collections import Counter, defaultdict
from datetime import date, datetime
from typing import Any

import pytest

from registry.clinical.decision_moves import refuse_or_none
from registry.clinical.facts import Decision, Recommendation
from registry.clinical.instruments import INSTRUMENTS
from registry.clinical.instruments.scoring import score
from registry.demo.cast import ACCOUNTS, PASSWORD
from registry.demo.load import generate
from registry.demo.rows import Rows
from registry.models import fold
from registry.reply_codes import read, spelled
from tests.demo.conftest import TODAY

PLANS = {"due_on", "judge_on", "review_on", "ended_on", "snoozed_until", "from_on", "until_on"}
"""Days that may lie ahead: they are intentions, not facts."""


def table(rows: Rows, name: str) -> list[dict[str, Any]]:
    return rows.tables[name]


def test_the_same_seed_and_day_make_the_same_rows(rows: Rows) -> None:
    assert generate(TODAY, "hash", seed=1).tables == rows.tables


def test_nothing_has_happened_after_today(rows: Rows) -> None:
    late = [
        (name, column, value)
        for name, found in rows.tables.items()
        for row in found
        for column, value in row.items()
        if column not in PLANS and isinstance(value, date) and _day(value) >= TODAY
    ]
    assert late == []


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


@pytest.mark.parametrize("today", [date(2027, 1, 3), date(2028, 2, 29)], ids=["a Sunday", "a leap day"])
def test_any_day_will_do_and_another_seed_makes_other_people(rows: Rows, today: date) -> None:
    names = [p["search_name"] for p in table(rows, "patient")]
    assert [p["search_name"] for p in generate(today, "hash", seed=3).tables["patient"]] != names


def test_totals_are_what_the_items_score(rows: Rows) -> None:
    for row in table(rows, "measure"):
        if row["items"] is not None:
            scored = score(INSTRUMENTS[row["instrument"]], row["items"])
            assert (scored.total, scored.prorated, scored.item9) == (
                row["total"],
                row["prorated"],
                row["item9"],
            )


def test_forms_are_whole_partial_total_only_or_without_item_9(rows: Rows) -> None:
    phq = [r for r in table(rows, "measure") if r["instrument"] in ("phq9", "phq_a")]
    assert any(r["items"] is None and r["total"] is not None for r in phq)
    assert any(r["prorated"] and r["item9"] is not None for r in phq)
    assert any(r["items"] is not None and r["item9"] is None for r in phq)


def test_each_care_manager_has_about_eighty_active_patients(rows: Rows) -> None:
    active = Counter(
        e["care_manager_id"] for e in table(rows, "episode") if e["enrolled_on"] and not e["closed_on"]
    )
    assert len(active) == 3
    assert all(75 <= count <= 85 for count in active.values())


def test_adolescents_answer_the_phq_a_and_have_a_caregiver(rows: Rows) -> None:
    born = {p["id"]: p for p in table(rows, "patient")}
    taken = [r for r in table(rows, "measure") if r["instrument"] == "phq_a"]
    ages = {(r["taken_on"] - born[r["patient_id"]]["birth_date"]).days // 365.25 for r in taken}
    assert ages <= {12, 13, 14, 15, 16, 17}
    assert len(ages) > 3
    assert all(born[r["patient_id"]]["caregiver"] for r in taken)


def test_every_positive_item_9_but_a_few_is_assessed(rows: Rows) -> None:
    assessed = {a["measure_id"] for a in table(rows, "assessed_score")}
    positive = {r["id"] for r in table(rows, "measure") if r["item9"]}
    assert 9 <= len(positive - assessed) <= 15
    assert len(positive & assessed) > 50


def test_histories_reach_back_two_years(rows: Rows) -> None:
    first = min(e["enrolled_on"] for e in table(rows, "episode") if e["enrolled_on"])
    assert 640 <= (TODAY - first).days <= 731 + 7


def test_some_patients_are_enrolled_again_after_they_graduated(rows: Rows) -> None:
    episodes = Counter(e["patient_id"] for e in table(rows, "episode"))
    again = {patient for patient, count in episodes.items() if count == 2}
    closed = {e["patient_id"]: e["close_reason"] for e in table(rows, "episode") if e["closed_on"]}
    assert len(again) >= 9
    assert {closed[patient] for patient in again} == {"graduated"}


def test_some_patients_are_eligible_and_not_referred(rows: Rows) -> None:
    referred = {e["patient_id"] for e in table(rows, "episode")}
    high = {r["patient_id"] for r in table(rows, "measure")
            if r["total"] >= 10 and (TODAY - r["taken_on"]).days <= 30} - referred  # fmt: skip
    assert len(high) >= 9


def test_names_keep_their_diacritics_and_are_found_without_them(rows: Rows) -> None:
    found = [p for p in table(rows, "patient") if not p["family_name"].isascii()]
    assert len(found) > 60
    assert fold("Łukasz Žižka Phương Núñez Đorđević") == "lukasz zizka phuong nunez dordevic"


def test_notes_vary(rows: Rows) -> None:
    notes = [c["note"] for c in table(rows, "contact") if c["kind"] == "treatment"]
    assert len(set(notes)) > 0.95 * len(notes)


def test_every_role_can_sign_in_with_a_strong_phrase() -> None:
    import zxcvbn

    assert {a.role for a in ACCOUNTS} == {
        "care_manager", "psychiatric_consultant", "pcp", "therapist", "clinic_manager", "administrator", "auditor",
    }  # fmt: skip
    assert all(a.email.endswith("@demo.example") for a in ACCOUNTS)
    assert len(PASSWORD) >= 15
    assert zxcvbn.zxcvbn(PASSWORD)["score"] >= 3


def test_advice_is_followed_to_every_place_of_its_way(rows: Rows) -> None:
    """Each recommendation's steps may follow one another, and some stand at every place."""
    steps: dict[Any, list[Decision]] = defaultdict(list)
    for row in table(rows, "decision"):
        step = Decision(row["on"], row["kind"], row["reason"], row["recorded_at"], row["until_on"])
        steps[row["recommendation_id"]].append(step)
    signed = {row["id"]: row["on"] for row in table(rows, "review")}
    given = {row["id"]: signed[row["review_id"]] for row in table(rows, "recommendation")}
    last: Counter[str] = Counter()
    for key, found in steps.items():
        told = Recommendation(key, 1, "labs", decisions=tuple(found)).decisions
        for at, step in enumerate(told):
            assert refuse_or_none(told[:at], step, given[key], TODAY) is None, told
        last[told[-1].kind] += 1
    assert {"delivered", "seen", "declined", "deferred", "accepted", "implemented", "not_implemented"} <= set(
        last
    )
    assert all(step.until_on for found in steps.values() for step in found if step.kind == "deferred")


def test_every_note_has_a_code_of_its_own(rows: Rows) -> None:
    codes = [row["reply_code"] for row in table(rows, "review") if row["signed_at"]]
    assert len(set(codes)) == len(codes)
    assert all(read(spelled(code)) == code for code in codes)
