"""The writing side of a batch: rows in bulk, corrections, and what was read of which resource."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from registry.fhir.records import Origin, Reading
from registry.fhir.report import Report
from registry.interop import queries
from registry.interop.queries import Known

IN_ORDER = (
    "provider", "patient", "practice_visit", "problem", "medication", "dose_event", "measure", "lab_result",
)  # fmt: skip
"""Tables before those that refer to them."""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """Where an import goes, under which name of the source, and when it is."""

    org_id: UUID
    clinic_id: UUID
    source: str
    reading: Reading
    now: datetime

    @property
    def label(self) -> str:
        """What rows say of where they came from."""
        return f"import:{self.source}"


@dataclass(slots=True)
class Ledger:
    """Rows wait here and are written table by table; look-ups see them, because they are written first."""

    session: Session
    target: Target
    report: Report = field(default_factory=Report)
    touched: set[UUID] = field(default_factory=set)
    """Patients of whom something was written."""
    inserts: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    def known(self, keys: Mapping[str, Iterable[str]]) -> dict[tuple[str, str], Known]:
        """What was read before of these resources, by type and id."""
        self.flush_table("source_record")
        wanted = {kind: set(values) for kind, values in keys.items()}
        return queries.known_records(self.session, self.target.org_id, self.target.source, wanted)

    def rows(self, name: str, ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
        return queries.rows_by_id(self.session, self.target.org_id, name, ids)

    def insert(self, name: str, /, **values: Any) -> UUID:
        """Put a row in line and return its id."""
        values["org_id"] = self.target.org_id
        if "id" not in values:
            values["id"] = uuid4()
        self.inserts[name].append(values)
        row_id: UUID = values["id"]
        return row_id

    def remember(self, origin: Origin, subject: str, subject_id: UUID) -> UUID:
        """A resource was read for the first time and became, or told of, this row; the id of the record of it."""
        return self.insert(
            "source_record", source=self.target.source, kind=origin.kind, key=origin.key, digest=origin.digest,
            subject=subject, subject_id=subject_id, read_at=self.target.now,
        )  # fmt: skip

    def read_anew(self, origin: Origin, before: Known, subject_id: UUID | None = None) -> None:
        """A changed resource was read; it may tell of another row now."""
        moved = {"subject_id": subject_id} if subject_id else {}
        self.change(
            "source_record", before.id, {"digest": origin.digest, "read_at": self.target.now, **moved}
        )

    def update(
        self,
        name: str,
        row: Row,
        values: Row,
        patient_id: UUID | None,
        silent: Row | None = None,
        why: str = "",
    ) -> None:
        """Write what differs, and keep what stood before; `silent` follows from the rest."""
        changes = {field: [row[field], value] for field, value in values.items() if row[field] != value}
        if not changes:
            return
        version = {"version": row["version"] + 1} if "version" in row else {}
        after = {column: new for column, (_, new) in changes.items()}
        self.change(name, row["id"], {**after, **(silent or {}), **version})
        if patient_id is not None:
            self.touched.add(patient_id)
            self._correct(name, row["id"], patient_id, changes, why)

    def _correct(
        self, name: str, row_id: UUID, patient_id: UUID, changes: dict[str, list[Any]], why: str
    ) -> None:
        self.insert(
            "correction", patient_id=patient_id, subject=name, subject_id=row_id, corrected_by=None,
            reason=f"{self.target.source}: {why or 'changed in the source'}", corrected_at=self.target.now,
            changes={column: [_plain(old), _plain(new)] for column, (old, new) in changes.items()},
        )  # fmt: skip

    def change(self, name: str, row_id: UUID, values: Row) -> None:
        self.flush_table(name)
        table = queries.table(name)
        chosen = (table.c.org_id == self.target.org_id) & (table.c.id == row_id)
        self.session.execute(update(table).where(chosen).values(**values))

    def flush_table(self, name: str) -> None:
        rows = self.inserts.pop(name, None)
        if rows:
            self.session.execute(insert(queries.table(name)), rows)

    def flush(self) -> None:
        for name in (*IN_ORDER, *list(self.inserts)):
            self.flush_table(name)


def _plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    return value if value is None or isinstance(value, bool | int | float | str | list) else str(value)
