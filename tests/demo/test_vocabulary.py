"""The invented rows use the words that the forms and the rules know."""

from itertools import pairwise
from typing import Any

from registry.clinical.episode_moves import CLOSE_REASONS, MOVES
from registry.clinical.interventions import (
    CONTACT_KINDS,
    INTERVENTIONS,
    MODALITIES,
    RECOMMENDATION_CATEGORIES,
)
from registry.clinical.languages import LANGUAGES
from registry.demo.rows import Rows
from registry.episodes import forms as episodes
from registry.patients import forms as patients
from registry.treatment import forms as treatment

Pairs = list[tuple[str, str]] | tuple[tuple[str, str], ...]


def codes(pairs: Pairs) -> set[str]:
    return {code for code, _ in pairs}


def used(rows: Rows, table: str, column: str) -> set[Any]:
    return {row[column] for row in rows.tables[table]}


def test_patients_are_registered_with_known_codes(rows: Rows) -> None:
    assert used(rows, "patient", "sex") <= codes(patients.SEXES)
    assert used(rows, "patient", "race") <= codes(patients.RACES)
    assert used(rows, "patient", "ethnicity") <= codes(patients.ETHNICITIES)
    assert used(rows, "patient", "contact_by") <= codes(patients.CONTACT_BY)
    assert used(rows, "patient", "language") <= set(LANGUAGES)
    assert used(rows, "coverage", "payer_category") <= codes(patients.PAYERS)


def test_episodes_use_known_codes(rows: Rows) -> None:
    assert used(rows, "episode", "primary_condition") <= codes(episodes.CONDITIONS)
    assert used(rows, "episode", "close_reason") <= {*CLOSE_REASONS, None}
    assert used(rows, "consent", "script_version") == {episodes.SCRIPT_VERSION}


def test_episodes_move_as_the_table_allows(rows: Rows) -> None:
    legal = {(move.source, move.to) for move in MOVES}
    moved: dict[Any, list[dict[str, Any]]] = {}
    for row in rows.tables["episode_status"]:
        moved.setdefault(row["episode_id"], []).append(row)
    for way in moved.values():
        way.sort(key=lambda row: (row["on"], row["recorded_at"]))
        statuses = [row["status"] for row in way]
        assert statuses[0] == "referred"
        assert set(pairwise(statuses)) <= legal


def test_contacts_and_advice_use_known_codes(rows: Rows) -> None:
    delivered = {code for row in rows.tables["contact"] for code in row["interventions"]}
    assert delivered <= set(INTERVENTIONS)
    assert used(rows, "contact", "kind") <= set(CONTACT_KINDS)
    assert used(rows, "contact", "modality") <= set(MODALITIES)
    assert used(rows, "recommendation", "category") <= set(RECOMMENDATION_CATEGORIES)


def test_medications_stop_for_known_reasons(rows: Rows) -> None:
    stopped = {row["reason"] for row in rows.tables["dose_event"] if row["kind"] == "stop"}
    assert stopped <= codes(treatment.STOP_REASONS) - {""}
