"""Versions are kept, never edited; an old day keeps its own; both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.access.scope import NotVisible
from registry.clinical.protocols import PUBLISHED
from registry.models import AuditEvent, ProtocolVersion
from registry.protocol.services import Planned, ProtocolRefused, save_version, withdraw
from registry.snapshots.protocols import forget, protocol_for, protocols
from tests.cast import NOW, TODAY
from tests.protocol.versions import add_version

DAY = timedelta(days=1)


def test_without_a_version_the_published_protocol_holds(cast, session):
    assert protocols(session, cast.org.id) == PUBLISHED


def test_a_version_holds_from_its_day_in_its_clinic(cast, session):
    add_version(session, cast.manager, cast.riverside.id, TODAY, acute_interval=21)
    add_version(session, cast.administrator, None, TODAY - 9 * DAY, acute_interval=10)
    add_version(session, cast.administrator, None, TODAY + 9 * DAY, acute_interval=11)
    forget(session)

    def held(clinic, day):
        return protocol_for(session, cast.org.id, clinic.id, day).acute_interval.value

    assert held(cast.riverside, TODAY) == 21
    assert held(cast.riverside, TODAY - DAY) == 10
    assert held(cast.riverside, TODAY - 10 * DAY) == 14
    assert held(cast.hilltop, TODAY) == 10
    assert held(cast.hilltop, TODAY + 9 * DAY) == 11
    assert [v.number for v in protocols(session, cast.org.id).versions] == [1, 2, 3]


def test_a_clinic_follows_the_organisation_again(cast, session):
    add_version(session, cast.administrator, None, TODAY - 9 * DAY, acute_interval=10)
    add_version(session, cast.manager, cast.riverside.id, TODAY - 5 * DAY, acute_interval=21)
    again = Planned(cast.riverside.id, "As the organization", TODAY, "simpler", None)
    save_version(session, cast.manager.viewer, again, TODAY, NOW)
    assert protocol_for(session, cast.org.id, cast.riverside.id, TODAY).acute_interval.value == 10
    assert protocol_for(session, cast.org.id, cast.riverside.id, TODAY - DAY).acute_interval.value == 21


def test_only_what_differs_is_kept_with_who_and_why(cast, session):
    row = add_version(session, cast.manager, cast.riverside.id, TODAY, acute_interval=21, weekly=7)
    found = session.scalars(select(ProtocolVersion)).one()
    assert (found.values, found.reason, found.created_by) == (
        {"acute_interval": 21},
        "because",
        cast.manager.id,
    )
    act = session.scalars(select(AuditEvent).where(AuditEvent.action == "save_protocol")).one()
    assert (act.subject_id, act.detail["values"]) == (str(row.id), {"acute_interval": 21})


@pytest.mark.parametrize(
    ("planned", "sentence"),
    [
        ({"effective_on": TODAY - DAY}, "keeps its own"),
        ({"effective_on": TODAY + 367 * DAY}, "a year ahead at most"),
        ({"begun": "7"}, "changed meanwhile"),
        ({"values": {"acute_interval": 400}}, "Enter a number from"),
        ({"label": "two\nlines"}, "on one line"),
        ({"clinic_id": None, "values": None}, "Only a clinic"),
    ],
)
def test_a_bad_version_is_refused(cast, session, planned, sentence):
    whole = {
        "clinic_id": cast.riverside.id,
        "label": "x",
        "effective_on": TODAY,
        "reason": "y",
        "values": {},
        **planned,
    }
    with pytest.raises(ProtocolRefused, match=sentence):
        save_version(session, cast.administrator.viewer, Planned(**whole), TODAY, NOW)


@pytest.mark.parametrize(
    ("who", "where"), [("manager", "hilltop"), ("manager", None), ("owner", "riverside")]
)
def test_nobody_sets_what_is_not_theirs(cast, session, who, where):
    clinic_id = getattr(cast, where).id if where else None
    with pytest.raises(NotVisible):
        save_version(session, cast.people[who].viewer, Planned(clinic_id, "x", TODAY, "y", {}), TODAY, NOW)


def test_a_planned_version_is_withdrawn_and_stays_on_record(cast, session):
    row = add_version(session, cast.manager, cast.riverside.id, TODAY + DAY, acute_interval=21)
    withdraw(session, cast.manager.viewer, row.id, "a slip", TODAY, NOW)
    assert protocol_for(session, cast.org.id, cast.riverside.id, TODAY + DAY).acute_interval.value == 14
    assert (row.withdrawn_by, row.withdrawn_reason, row.values) == (
        cast.manager.id,
        "a slip",
        {"acute_interval": 21},
    )
    with pytest.raises(ProtocolRefused, match="withdrawn already"):
        withdraw(session, cast.manager.viewer, row.id, "again", TODAY, NOW)


def test_a_version_that_has_begun_is_not_withdrawn(cast, session):
    row = add_version(session, cast.manager, cast.riverside.id, TODAY, acute_interval=21)
    with pytest.raises(ProtocolRefused, match="has begun"):
        withdraw(session, cast.manager.viewer, row.id, "a slip", TODAY, NOW)


def test_the_signed_in_account_brings_the_versions(cast, session, app, sign_in):
    from tests.caseload.test_statements import counted

    client = sign_in(cast.owner)
    with counted(app) as before:
        client.get("/caseload/")
    add_version(session, cast.manager, cast.riverside.id, TODAY, acute_interval=21)
    with counted(app) as after:
        client.get("/caseload/")
    assert len(before) == len(after)
    assert not [s for s in after if s.lstrip().startswith("SELECT (SELECT") and "protocol_version" in s]
