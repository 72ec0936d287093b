"""The commands of a script: facts on stdout, errors on stderr, an exit status."""

import json

import pytest
from pypdf import PdfReader
from sqlalchemy import select, text

from registry.models import Account, AuditEvent, Clinic, Membership, Organisation
from tests import factories as make
from tests.cast import TODAY

PASSWORD = "blue kettle on a quiet hill"


@pytest.fixture
def run(app, session):
    """`run("audit", "verify")` is what the shell would see."""

    def command(*words, given=None):
        session.commit()
        result = app.test_cli_runner().invoke(args=[str(word) for word in words], input=given)
        session.expire_all()
        return result

    return command


def test_a_user_is_created_for_the_named_clinics(cast, run, session):
    words = ["user", "create", "--email", "New@Example.org", "--name", "New", "--role", "care_manager"]
    made = run(*words, "--clinic", "riverside", "--password", PASSWORD, "--json")
    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout)["clinics"] == ["Riverside"]
    account = session.scalars(select(Account).where(Account.email == "new@example.org")).one()
    assert session.scalars(select(Membership.clinic_id).where(Membership.account_id == account.id)).all() == [
        cast.riverside.id
    ]
    assert session.scalar(select(AuditEvent.actor).order_by(AuditEvent.seq.desc())) == "user command"


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        ({"--password": "short"}, 1, "15"),
        ({"--clinic": "Nowhere"}, 2, "Hilltop, Riverside"),
        ({"--role": "king"}, 2, "care_manager"),
        ({"--email": "maria.ortiz@example.org"}, 1, "has an account already"),
    ],
)
def test_a_bad_user_is_refused(cast, run, session, change, status, sentence):
    given = {"--email": "x@example.org", "--name": "X", "--role": "pcp", "--password": PASSWORD, **change}
    refused = run("user", "create", *(word for pair in given.items() for word in pair))
    assert refused.exit_code == status
    assert sentence in refused.stderr
    assert refused.stdout == ""
    assert not session.scalars(select(Account).where(Account.name == "X")).all()


def test_an_organisation_begins_with_its_clinics_and_its_chain(app, run, session):
    assert run("organisation", "create", "New Care", "--clinic", "One", "--clinic", "Two").exit_code == 0
    assert session.scalars(select(Organisation.name)).all() == ["New Care"]
    assert set(session.scalars(select(Clinic.name))) == {"One", "Two"}
    assert "1 events: the chain is whole." in run("audit", "verify").stdout
    second = run("organisation", "create", "Another", "--clinic", "Three")
    assert second.exit_code == 1
    assert "PostgreSQL" in second.stderr


@pytest.mark.parametrize("words", [("audit", "verify"), ("packet", "--out", "x.pdf"), ("user", "create")])
def test_without_an_organisation_a_command_says_what_to_do(run, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    given = {"user": ["--email", "a@example.org", "--name", "A", "--role", "pcp", "--password", PASSWORD]}
    result = run(*words, *given.get(words[0], []))
    assert result.exit_code == 1
    assert "flask organisation create" in result.stderr


def test_audit_verify_tells_a_broken_chain(cast, run, session):
    make.make_contact(session, cast.episode, on=TODAY)
    run("user", "create", "--email", "b@example.org", "--name", "B", "--role", "pcp", "--password", PASSWORD)
    assert run("audit", "verify").exit_code == 0
    session.execute(text("DROP TRIGGER audit_event_no_update"))
    session.execute(text("UPDATE audit_event SET action = 'nothing' WHERE seq = 1"))
    broken = run("audit", "verify", "--json")
    assert broken.exit_code == 1
    assert json.loads(broken.stdout)["whole"] is False


def test_a_summary_is_one_page(cast, run, tmp_path):
    out = tmp_path / "summary.pdf"
    assert run("summary", "--mrn", cast.patient.mrn, "--out", out).exit_code == 0
    assert len(PdfReader(out).pages) == 1


def test_a_summary_of_nobody_writes_no_file(cast, run, tmp_path):
    out = tmp_path / "summary.pdf"
    nobody = run("summary", "--mrn", "none", "--out", out)
    assert nobody.exit_code == 1
    assert "Nobody with this MRN has an episode." in nobody.stderr
    assert not out.exists()


def test_a_packet_prints_the_agenda_of_the_day(cast, run, tmp_path):
    out = tmp_path / "packet.pdf"
    result = run("packet", "--clinic", "Riverside", "--on", TODAY.isoformat(), "--out", out)
    assert result.exit_code == 0, result.output
    assert "1 patients" in result.stdout
    assert cast.patient.family_name in PdfReader(out).pages[0].extract_text()


def test_jobs_once_writes_the_digests(cast, run, session):
    from registry.models import OutboxMail

    assert run("jobs", "run", "--once").exit_code == 0
    assert set(session.scalars(select(OutboxMail.to_address))) == {cast.owner.email, cast.outsider.email}


def test_every_command_explains_itself(app):
    runner = app.test_cli_runner()
    for words in (["score"], ["findings"], ["packet"], ["summary"], ["user", "create"], ["audit", "verify"],
                  ["jobs", "run"], ["import", "fhir"], ["demo", "load"], ["organisation", "create"]):  # fmt: skip
        shown = runner.invoke(args=[*words, "--help"])
        assert shown.exit_code == 0, words
        assert "Usage" in shown.stdout
