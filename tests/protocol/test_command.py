"""`flask findings --as-of` judges by the protocol that held then, and names it."""

import json
from datetime import timedelta

import pytest

from registry.cli.findings import findings
from tests import factories as make
from tests.cast import TODAY
from tests.factories import days_ago
from tests.protocol.versions import add_version


@pytest.fixture
def told(app, session):
    """The command's answer as JSON."""

    def run(*words):
        session.commit()
        return json.loads(app.test_cli_runner().invoke(findings, [*words, "--json"]).stdout)

    return run


def test_a_past_day_is_judged_by_its_own_protocol(cast, session, told):
    make.make_contact(session, cast.episode, on=days_ago(25))
    add_version(session, cast.manager, cast.riverside.id, TODAY, acute_interval=27)
    yesterday = str(TODAY - timedelta(days=1))
    before, after = (told("--clinic", "Riverside", "--as-of", day) for day in (yesterday, str(TODAY)))
    for answer, version, is_late in ((before, "2026.1", True), (after, f"v from {TODAY}", False)):
        episode = answer["episodes"][0]
        assert (answer["protocol"], episode["protocol"]) == (version, version)
        assert ("C2" in {found["code"] for found in episode["findings"]}) is is_late


def test_each_clinic_by_its_own(cast, session, told):
    add_version(session, cast.manager, cast.riverside.id, TODAY, acute_interval=27)
    answer = told()
    assert answer["protocol"] == "2026.1"
    assert {e["clinic"]: e["protocol"] for e in answer["episodes"]} == {
        "Riverside": f"v from {TODAY}",
        "Hilltop": "2026.1",
    }


def test_a_day_to_come_is_refused(app, cast, session):
    session.commit()
    result = app.test_cli_runner().invoke(findings, ["--as-of", str(TODAY + timedelta(days=1))])
    assert result.exit_code == 2
    assert "still to come" in result.output
