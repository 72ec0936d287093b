"""Laboratory results and vital signs: new ones go in once, changed ones are corrected, what was taken back is a mistake.

Several resources may tell of one row: a panel and its member, a laboratory and the chart that copied it, a person who typed
it first.  What one of them changes or takes back leaves the others' row as it stands, and makes a row of its own.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from random import getrandbits
from typing import Any
from uuid import UUID, uuid4

from registry.clinical.dates import age_on
from registry.fhir.laboratory import SMALL_CHILD, VITAL_SIGNS
from registry.fhir.records import ResultRecord
from registry.fhir.report import CREATED, UNCHANGED, UPDATED
from registry.interop import queries
from registry.interop.services.batch import Read
from registry.interop.services.ledger import Ledger

TABLE = "lab_result"
ENTERED = "entered"
MISTAKE = "entered in error"
"""The field under which a person's mark is kept among the corrections."""
BY_HAND = "the same result was entered by hand: joined to it"
AGAIN = "the same result of the same day was read before"
CHILD = "a vital sign of a child under six"
UNBORN = "it is dated before the patient's birth"
Row = Mapping[str, Any]


def write_results(ledger: Ledger, read: list[Read[ResultRecord]]) -> None:
    """Pass over what was read before, and write the rest: the changed ones first, so that new ones meet them."""
    todo = []
    for one in read:
        if one.before is not None and one.before.digest == one.record.origin.digest:
            ledger.report.count(one.record.origin.kind, UNCHANGED)
        else:
            todo.append(one)
    if todo:
        Results(ledger, todo).write()


class Results:
    """The new and changed results of one batch, and the rows that they may meet."""

    def __init__(self, ledger: Ledger, todo: list[Read[ResultRecord]]) -> None:
        self.ledger, self.todo = ledger, todo
        session, org_id = ledger.session, ledger.target.org_id
        self.rows = ledger.rows(TABLE, [one.before.subject_id for one in todo if one.before])
        self.tellers = queries.tellers(session, org_id, self.rows)
        self.by_hand = queries.fields_corrected_by_hand(session, org_id, self.rows)
        days = [one.record.on for one in todo if one.record.on]
        people = {one.person.id for one in todo}
        self.on_file = queries.results_on_file(session, org_id, people, min(days)) if days else {}

    def write(self) -> None:
        for one in self.todo:
            if one.before is not None:
                self._change(one, self.rows[one.before.subject_id])
        for one in self.todo:
            if one.before is None:
                self._new(one)

    def _skip(self, one: Read[ResultRecord], reason: str) -> None:
        origin = one.record.origin
        self.ledger.report.skip(one.found.place, origin.kind, origin.key, reason)

    # ------------------------------------------------------------ new

    def _new(self, one: Read[ResultRecord]) -> None:
        record, refusal = one.record, _refusal(one)
        if record.gone:
            self._skip(one, f"the source says: {record.gone}")
        elif refusal != UNBORN and _of_a_small_child(one):
            self.ledger.report.leave_out(record.origin.kind, CHILD)
        elif refusal:
            self._skip(one, refusal)
        else:
            self.ledger.remember(record.origin, TABLE, self._join(one) or self._insert(one))

    def _join(self, one: Read[ResultRecord]) -> UUID | None:
        """A row keeps the day and no time of it: the same value of the same day says nothing more."""
        origin, report = one.record.origin, self.ledger.report
        row_id, source = self.on_file.get(_mark(one.person.id, one.record.values), (None, ""))
        if source == ENTERED:
            report.note(one.found.place, origin.kind, origin.key, BY_HAND)
            report.count(origin.kind, UNCHANGED)
        elif row_id is not None:
            report.leave_out(origin.kind, AGAIN)
        return row_id

    def _insert(self, one: Read[ResultRecord]) -> UUID:
        target, record = self.ledger.target, one.record
        row_id = self.ledger.insert(
            TABLE, id=_id(record.at), patient_id=one.person.id, source=target.label, recorded_by=None,
            recorded_at=target.now, in_error=False, **record.values,
        )  # fmt: skip
        self.on_file[_mark(one.person.id, record.values)] = row_id, target.label
        self.ledger.touched.add(one.person.id)
        self.ledger.report.count(record.origin.kind, CREATED)
        return row_id

    # ------------------------------------------------------------ changed

    def _change(self, one: Read[ResultRecord], row: Row) -> None:
        """Correct the row; what the source says no longer, or not so that it can be kept, becomes a mistake."""
        record, refusal, before = one.record, _refusal(one), one.before
        assert before is not None
        if why := record.gone or refusal:
            row_id = row["id"] if row["in_error"] else self._correct(one, row, {"in_error": True}, why)
        elif self._is_marked(row) and _mark(one.person.id, row) == _mark(one.person.id, record.values):
            row_id = row["id"]
        else:
            row_id = self._correct(one, row, {**record.values, "in_error": False})
        if refusal:
            self.ledger.change("source_record", before.id, {"subject_id": row_id})
            self._skip(one, refusal)
        else:
            self.ledger.read_anew(record.origin, before, row_id)
            self.ledger.report.count(record.origin.kind, UPDATED)

    def _is_marked(self, row: Row) -> bool:
        """Whether a person marked the row as a mistake: the same value does not bring it back, another one does."""
        return bool(row["in_error"]) and MISTAKE in self.by_hand[row["id"]]

    def _correct(self, one: Read[ResultRecord], row: Row, values: Row, why: str = "") -> UUID:
        """Write over the row of this resource, except what a person corrected in it."""
        own = self._own(row)
        kept = {name: value for name, value in values.items() if name not in self.by_hand[row["id"]]}
        mark = _mark(one.person.id, own)
        if self.on_file.get(mark, (None, ""))[0] == own["id"]:
            del self.on_file[mark]
        self.ledger.update(TABLE, own, kept, one.person.id, why=why)
        after = {**own, **kept}
        if not after["in_error"]:
            self.on_file[_mark(one.person.id, after)] = own["id"], own["source"]
        own_id: UUID = own["id"]
        return own_id

    def _own(self, row: Row) -> Row:
        """The row itself where this resource alone tells of it, else a copy of its own."""
        told_by_others = row["source"] == ENTERED or self.tellers[row["id"]] > 1
        if not told_by_others and not self._is_marked(row):
            return row
        self.tellers[row["id"]] -= 1
        target = self.ledger.target
        copy = {**row, "id": uuid4(), "source": target.label, "recorded_by": None, "recorded_at": target.now}
        self.ledger.insert(TABLE, **copy)
        return copy


def _refusal(one: Read[ResultRecord]) -> str:
    on = one.record.on
    return UNBORN if on is not None and on < one.person.birth_date else one.record.refusal


def _of_a_small_child(one: Read[ResultRecord]) -> bool:
    """The limits of a vital sign are those of older people, and no schedule asks for it at that age."""
    age = age_on(one.person.birth_date, one.record.on) if one.record.on else None
    return one.record.code in VITAL_SIGNS and age is not None and age < SMALL_CHILD


def _mark(patient_id: UUID, values: Row) -> queries.ResultMark:
    """What makes two results one."""
    return patient_id, values["code"], values["on"], values["value"]


def _id(at: date | None) -> UUID:
    """Ids in the order of time: a row keeps the day alone, and of two on one day the later counts as the last."""
    moment = at if isinstance(at, datetime) else datetime.combine(at or date.min, time())
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return UUID(int=max(0, int(moment.timestamp() * 1000)) << 80 | getrandbits(80))
