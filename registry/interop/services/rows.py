"""Resources that become one row of their own: problems and visits."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from registry.fhir.records import RowRecord
from registry.fhir.report import CREATED, UNCHANGED, UPDATED
from registry.interop.services.batch import Read
from registry.interop.services.ledger import Ledger


def write_rows(ledger: Ledger, name: str, read: list[Read[RowRecord]], fixed: Mapping[str, Any]) -> None:
    """New ones go in, changed ones are corrected; what the source took back stays and says so."""
    changed = [one for one in read if one.before and one.before.digest != one.record.origin.digest]
    rows = ledger.rows(name, [one.before.subject_id for one in changed if one.before])
    for one in read:
        origin = one.record.origin
        if one.before is None:
            _new(ledger, name, one, fixed)
        elif one.before.digest == origin.digest:
            ledger.report.count(origin.kind, UNCHANGED)
        else:
            row = rows[one.before.subject_id]
            values = _taken_back(ledger, row) if one.record.gone else one.record.values
            ledger.update(name, row, values, one.person.id, why=one.record.gone)
            ledger.read_anew(origin, one.before)
            ledger.report.count(origin.kind, UPDATED)


def _new(ledger: Ledger, name: str, one: Read[RowRecord], fixed: Mapping[str, Any]) -> UUID | None:
    record = one.record
    if record.gone:
        ledger.report.skip(
            one.found.place, record.origin.kind, record.origin.key, f"the source says: {record.gone}"
        )
        return None
    row_id = ledger.insert(
        name, patient_id=one.person.id, source=ledger.target.label, **fixed, **record.values
    )
    ledger.remember(record.origin, name, row_id)
    ledger.touched.add(one.person.id)
    ledger.report.count(record.origin.kind, CREATED)
    return row_id


def _taken_back(ledger: Ledger, row: Mapping[str, Any]) -> dict[str, Any]:
    """Marked in words and no longer current."""
    title = row["title"] if row["title"].startswith("In error: ") else f"In error: {row['title']}"
    ended = {"resolved_on": row["onset_on"] or ledger.target.reading.today} if "resolved_on" in row else {}
    return {"title": title, **ended}
