"""What every table shares: the declarative base, time-zone-safe times, and the tenant key."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, DateTime, ForeignKey, ForeignKeyConstraint, MetaData
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time on both databases; a naive one is refused, because nobody can tell its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Base(DeclarativeBase):
    """The plain declarative base: the same tables serve Flask-SQLAlchemy and a bare session."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON, list[str]: JSON},
    )


class OrgRow:
    """A row of one organisation: its key starts with `org_id`, so a foreign key cannot cross over."""

    org_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)


def belongs_to(table: str, column: str | None = None) -> ForeignKeyConstraint:
    """The foreign key to a row of the same organisation."""
    return ForeignKeyConstraint(["org_id", column or f"{table}_id"], [f"{table}.org_id", f"{table}.id"])


class Changed(Exception):
    """Somebody else saved this row while it was being edited; `row` is what they saved."""

    def __init__(self, row: Any) -> None:
        super().__init__("this was changed by somebody else in the meantime")
        self.row = row


def expect_version(row: Any, version: int) -> None:
    """Refuse to save over what the author of a form has not seen; the flush counts the version once more."""
    if row.version != version:
        raise Changed(row)
