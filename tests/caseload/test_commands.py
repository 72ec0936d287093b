"""`flask findings` and `flask score`: facts for a script, errors on stderr, an exit status."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.cli.findings import findings
from registry.cli.score import score
from registry.models import AuditEvent
from tests import factories as make
from tests.cast import Cast
from tests.factories import days_ago

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, session: Session) -> Run:
    def command(*words: str) -> Result:
        session.commit()
        result = app.test_cli_runner().invoke(
            {"score": score, "findings": findings}[words[0]], list(words[1:])
        )
        session.expire_all()
        return result

    return command


@pytest.fixture
def scored(session: Session, cast: Cast) -> Cast:
    make.make_measure(session, cast.patient, items=(2, 2, 2, 2, 2, 2, 2, 2, 1), taken_on=days_ago(2))
    return cast


def test_a_complete_form(run: Run, cast: Cast) -> None:
    told = json.loads(run("score", "phq9", *"111111111", "--json").stdout)
    assert (told["total"], told["band"], told["item9"], told["complete"]) == (9, "mild", 1, True)


def test_an_item_that_was_not_asked_is_not_a_nought(run: Run, cast: Cast) -> None:
    result = run("score", "PHQ-9", *"11111111", "-", "--json")
    told = json.loads(result.stdout)
    assert (told["item9"], told["complete"], told["prorated"]) == (None, False, True)
    words = run("score", "phq9", *"11111111", "-").stdout
    assert "Item 9: not asked" in words
    assert "Complete: no" in words


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("phq9", *"111111191"), "item 8: 9"),
        (("phq9", *"1111", "x", *"1111"), "item 5: 'x'"),
        (("phq9", *"11"), "has 9 items; 2 were given"),
        (("phq99", "1"), "'phq99' is not an instrument"),
    ],
)
def test_a_bad_item_is_named(run: Run, cast: Cast, words: tuple[str, ...], said: str) -> None:
    result = run("score", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_findings_of_every_active_episode(run: Run, scored: Cast) -> None:
    told = json.loads(run("findings", "--json").stdout)
    assert told["as_of"] == "2026-11-20"
    by_mrn = {episode["mrn"]: episode for episode in told["episodes"]}
    assert set(by_mrn) == {"R-1001", "H-2001"}
    found = by_mrn["R-1001"]["findings"]
    safety = next(finding for finding in found if finding["code"] == "SF1")
    assert safety["reason"].startswith("Item 9 scored 1 on Nov 18, 2026")
    assert safety["urgency"] == "same_day"


def test_one_clinic_and_another_day(run: Run, scored: Cast) -> None:
    told = json.loads(run("findings", "--clinic", "riverside", "--as-of", "2026-11-10", "--json").stdout)
    assert [episode["mrn"] for episode in told["episodes"]] == ["R-1001"]
    assert "SF1" not in {finding["code"] for finding in told["episodes"][0]["findings"]}, (
        "it was not known yet"
    )
    assert json.loads(run("findings", "--as-of", "2026-01-01", "--json").stdout)["episodes"] == []


def test_the_table_for_a_reader(run: Run, scored: Cast) -> None:
    text = run("findings", "--clinic", "Riverside").stdout
    assert text.startswith("1 active episodes as of 2026-11-20")
    assert "SF1" in text
    assert "Carter" not in text


def test_an_unknown_clinic_is_an_error(run: Run, cast: Cast) -> None:
    result = run("findings", "--clinic", "Nowhere")
    assert result.exit_code == 2
    assert "Hilltop, Riverside" in result.stderr
    assert result.stdout == ""


def test_the_reading_is_in_the_trail(run: Run, session: Session, scored: Cast) -> None:
    run("findings", "--json")
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "read_findings")).one()
    assert (event.actor, event.account_id, event.patients) == ("flask findings", None, 2)
