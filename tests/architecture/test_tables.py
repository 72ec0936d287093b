"""The shape of the tables: random keys, the organisation first, time with a zone."""

from sqlalchemy import DateTime, Uuid

from registry.models import Base

GLOBAL = {"organisation", "account", "user_session", "attempt_bucket"}
"""Tables that are not an organisation's rows: who signs in, and the organisations themselves."""


def tenant_tables():
    return [table for name, table in Base.metadata.tables.items() if name not in GLOBAL]


def test_the_organisation_comes_first_in_every_key_and_index():
    wrong = [
        table.name for table in tenant_tables() if next(iter(table.primary_key.columns)).name != "org_id"
    ]
    wrong += [index.name for table in tenant_tables() for index in table.indexes
              if next(iter(index.columns)).name != "org_id"]  # fmt: skip
    assert not wrong, f"begin the key or index with org_id: {wrong}"


def test_a_foreign_key_between_tenant_tables_carries_the_organisation():
    tenants = {table.name for table in tenant_tables()}
    wrong = [
        f"{table.name}.{key.parent.name}"
        for table in tenant_tables()
        for key in table.foreign_keys
        if key.column.table.name in tenants and "org_id" not in key.constraint.column_keys
    ]
    assert not wrong, f"use belongs_to(...): {wrong}"


def test_keys_are_random():
    wrong = [
        table.name
        for table in tenant_tables()
        if "id" in table.primary_key.columns and not isinstance(table.c.id.type, Uuid)
    ]
    assert not wrong


def test_every_time_has_a_zone():
    wrong = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, DateTime)
    ]
    assert not wrong, f"annotate with datetime, which is UtcDateTime here: {wrong}"


def test_rows_that_two_people_edit_carry_a_version():
    edited = ("patient", "episode", "contact", "measure", "next_action", "review")
    assert all("version" in Base.metadata.tables[name].columns for name in edited)
