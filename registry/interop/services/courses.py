"""Medications: the orders of one drug for one patient are one medication, and tell what happened to its dose."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import Any
from uuid import UUID

from registry.clinical.dates import spell
from registry.clinical.drugs import same_drug
from registry.clinical.facts import NOT_TAKEN
from registry.fhir.orders import CONTINUOUS, CONTINUOUS_UNTOLD
from registry.fhir.records import OrderRecord, Origin
from registry.fhir.report import CREATED, UNCHANGED, UPDATED
from registry.interop import queries
from registry.interop.queries import Known
from registry.interop.services.batch import Read
from registry.interop.services.ledger import Ledger
from registry.interop.services.standing import Standing

KIND = "MedicationRequest"
DRUG = "Drug"
"""Not a resource type: the record that joins the orders of one drug."""
Orders = list[Read[OrderRecord]]
TAKEN = ("start", "change")
"""What an order becomes."""


def write_orders(ledger: Ledger, read: Orders) -> None:
    """Sort the orders by patient and drug, and write each course."""
    todo: dict[tuple[UUID, str], Orders] = defaultdict(list)
    for one in read:
        origin = one.record.origin
        if one.before is not None and one.before.digest == origin.digest:
            ledger.report.count(KIND, UNCHANGED)
        elif one.before is None and one.record.gone:
            ledger.report.skip(one.found.place, KIND, origin.key, f"the source says: {one.record.gone}")
        else:
            todo[one.person.id, one.record.name].append(one)
    if todo:
        _write(ledger, todo)


def _write(ledger: Ledger, todo: Mapping[tuple[UUID, str], Orders]) -> None:
    session, org_id = ledger.session, ledger.target.org_id
    known = ledger.known({DRUG: {_key(*whose) for whose in todo}})
    by_hand = queries.entered_drugs(session, org_id, {patient for patient, _ in todo})
    drugs = {one.subject_id for one in known.values()} | {row for kept in by_hand.values() for _, row in kept}
    events = queries.dose_events(session, org_id, drugs)
    own = {one.before.subject_id for read in todo.values() for one in read if one.before}
    rows = ledger.rows("dose_event", own)
    standing = Standing(ledger, [event["id"] for told in events.values() for event in told])
    for (patient_id, name), read in todo.items():
        read.sort(key=lambda one: (one.record.on, not one.record.ended, one.record.origin.key))
        drug = known.get((DRUG, _key(patient_id, name)))
        ledger.touched.add(patient_id)
        kept = next((row for told, row in by_hand.get(patient_id, ()) if same_drug(told, name)), None)
        if drug is None and kept is not None:
            _leave_to_hand(ledger, kept, read, events.get(kept, []))
        else:
            medication_id = drug.subject_id if drug else _new(ledger, patient_id, read[0].record)
            Course(ledger, medication_id, patient_id, events.get(medication_id, []), rows, standing).write(
                read
            )


def _key(patient_id: UUID, name: str) -> str:
    return f"{patient_id.hex}|{name[:150]}"


def _new(ledger: Ledger, patient_id: UUID, first: OrderRecord) -> UUID:
    medication_id = ledger.insert(
        "medication", patient_id=patient_id, name=first.name, psychotropic=first.psychotropic,
        indication=first.indication, rxnorm=first.rxnorm, source=ledger.target.label, recorded_by=None,
        recorded_at=ledger.target.now, in_error=False,
    )  # fmt: skip
    drug = Origin(DRUG, _key(patient_id, first.name), "", first.origin.place)
    ledger.remember(drug, "medication", medication_id)
    return medication_id


def _leave_to_hand(ledger: Ledger, medication_id: UUID, read: Orders, events: list[dict[str, Any]]) -> None:
    """A medication that people keep by hand is theirs: the order is remembered and changes nothing."""
    last = max(events, key=lambda event: (event["on"], event["recorded_at"]), default=None)
    for one in read:
        origin = one.record.origin
        if one.before is None:
            ledger.remember(origin, "medication", medication_id)
        else:
            ledger.read_anew(origin, one.before)
        text = "the medication is kept by hand here"
        if last and last["kind"] in NOT_TAKEN and not one.record.ended and one.record.on >= last["on"]:
            text += f", and not taken since {spell(last['on'])}: this order says that it is"
        ledger.report.note(one.found.place, KIND, origin.key, text)
        ledger.report.count(KIND, UNCHANGED)


def _by_order(event: Mapping[str, Any]) -> bool:
    """An order became this event; nobody recorded it by hand."""
    return event["kind"] in TAKEN and event["recorded_by"] is None


def _sum(one: float | None, other: float | None) -> float | None:
    """Milligrams a day of two orders together; None where one is not known."""
    return None if one is None or other is None else round(one + other, 3)


def _until(read: Read[OrderRecord]) -> date:
    """The day on which an order that is over ended; without one its own."""
    return read.record.ended_on or read.record.on


class Course:
    """The dose events of one medication."""

    def __init__(
        self,
        ledger: Ledger,
        medication_id: UUID,
        patient_id: UUID,
        events: list[dict[str, Any]],
        own: Mapping[UUID, Mapping[str, Any]],
        standing: Standing,
    ) -> None:
        self.ledger, self.medication_id, self.patient_id, self.own = ledger, medication_id, patient_id, own
        self.events, self.standing = list(events), standing

    def write(self, read: Orders) -> None:
        """The orders by day; of the days the next order tells whether the drug went on."""
        for one in read:
            if one.record.gone and one.before:
                self._take_back(one.record, one.before)
        kept = [one for one in read if not one.record.gone]
        days = [list(day) for _, day in groupby(kept, key=lambda one: one.record.on)]
        for day, later in pairwise([*days, []]):
            self._write_day(day, later[0].record.on if later else None)

    def _write_day(self, day: Orders, following: date | None) -> None:
        """What began, then what ended: the earliest end first, those of one day together."""
        ended = sorted((one for one in day if one.record.ended), key=_until)
        ending = {one.record.origin.key for one in ended}
        for one in day:
            self._remember(one.record, one.before, self._begin(one, ending))
        for _, together in groupby(ended, key=_until):
            closed = [(one, self.standing.settle(one.record.origin, False)) for one in together]
            for one, closes in closed:
                self._end(one, closes, following)

    def _begin(self, read: Read[OrderRecord], ending: Collection[str]) -> UUID | None:
        """Start, change or go on: an order of the same dose while the drug is taken is no event."""
        one = read.record
        if read.before is not None:
            self._correct(read, read.before)
            if not one.ended:
                self.standing.settle(one.origin, True)
            return None
        last = self._last(one.on)
        if last is None or last["kind"] == "stop":
            return self._tell("start", one, one.dose_mg)
        beside = self._stands_beside(one, last, ending)
        if beside and one.ended:
            return None
        dose = self._beside(read, last) if beside else one.dose_mg
        if dose is not None and last["dose_mg"] != dose:
            return self._tell("change", one, dose)
        if beside:
            self.standing.begin(one.origin, last["id"], own=False, stands=True)
        return None

    def _tell(self, kind: str, one: OrderRecord, dose_mg: float | None) -> UUID:
        event_id = self._add(kind, one.on, dose_mg, one.text)
        self.standing.begin(one.origin, event_id, own=True, stands=not one.ended)
        return event_id

    def _stands_beside(self, one: OrderRecord, last: Mapping[str, Any], ending: Collection[str]) -> bool:
        """Both orders are of one day, and the first goes on: two strengths that are taken together."""
        return _by_order(last) and last["on"] == one.on and self.standing.any_of(last["id"], ending)

    def _beside(self, read: Read[OrderRecord], last: Mapping[str, Any]) -> float | None:
        """The dose of the day by two orders: the sum, or once where they are the same; and a note, for nobody can be sure."""
        before, own = last["dose_mg"], read.record.dose_mg
        if own is None or before is None:
            self._note(read, "another order of that day stands beside it, and the dose of one is not told")
            return own
        if own == before:
            self._note(read, f"another order of that day has the same dose: {own:g} mg a day is counted once")
            return own
        whole = _sum(before, own)
        told = f"{before:g} and {own:g} mg are added up to {whole:g} mg a day"
        self._note(read, f"another order of that day stands beside it: {told}")
        return whole

    def _note(self, read: Read[OrderRecord], text: str) -> None:
        self.ledger.report.note(read.found.place, KIND, read.record.origin.key, text)

    def _correct(self, read: Read[OrderRecord], before: Known) -> None:
        """The event that this order became follows the order; a sum of two orders holds while its parts do."""
        one, row = read.record, self.own.get(before.subject_id)
        if row is None:
            return
        values = {"on": one.on, "dose_mg": one.dose_mg, "text": one.text}
        others = self._orders_of(row["on"], row["id"])
        if row["dose_mg"] is not None and row["dose_mg"] in [
            _sum(other["dose_mg"], one.dose_mg) for other in others
        ]:
            values["dose_mg"] = row["dose_mg"]
        elif others and row["dose_mg"] != one.dose_mg:
            self._note(
                read, "its dose changed, and another order of that day stands beside it: look at the sum"
            )
        self.ledger.update("dose_event", row, values, self.patient_id)
        self.events = [{**event, **values} if event["id"] == row["id"] else event for event in self.events]

    def _orders_of(self, on: date, other_than: UUID | None = None) -> list[dict[str, Any]]:
        """What further orders of a day became."""
        return [e for e in self.events if e["on"] == on and _by_order(e) and e["id"] != other_than]

    def _end(self, read: Read[OrderRecord], closes: bool, following: date | None) -> None:
        """An order that is over is a stop, unless the next one goes on with it; of several of a day the others go on."""
        one = read.record
        end, gap = _until(read), CONTINUOUS if one.ended_on else CONTINUOUS_UNTOLD
        lowered = [e for e in self.events if _by_order(e) and e["id"] not in self.standing.orders]
        known = [e["on"] for e in self.events
                 if e["kind"] == "stop" or (e["on"] > one.on and e not in lowered)]  # fmt: skip
        later = [*known, *([following] if following else [])]
        if any(one.on <= on <= end + gap for on in later):
            return
        end = max([end, *(event["on"] for event in lowered)])
        if not any(self.standing.any_of(event["id"]) for event in self._orders_of(one.on)):
            text = "" if one.ended_on else "the source does not say when"
            self._add("stop", end, None, text, one.end_reason)
        elif closes and (left := self._left(one, end)):
            self._add("change", end, left, "")
            self._note(read, f"it has ended, another order of its day stands: {left:g} mg a day go on")
        elif read.before or one.origin.key not in self.standing.event_of:
            self._note(read, "it has ended, another order of its day may stand: no stop is recorded")

    def _left(self, one: OrderRecord, on: date) -> float | None:
        """Of a sum what goes on without this order; None where that is not known."""
        last = self._last(on)
        if last is None or not _by_order(last) or last["dose_mg"] is None or one.dose_mg is None:
            return None
        left = _sum(last["dose_mg"], -one.dose_mg)
        return left if left is not None and left > 0 else None

    def _last(self, on: date) -> dict[str, Any] | None:
        """The last event until a day, by the clock; of one moment a stop comes first."""
        before = [event for event in self.events if event["on"] <= on]
        return max(
            before,
            key=lambda event: (event["on"], event["recorded_at"], event["kind"] != "stop"),
            default=None,
        )

    def _add(self, kind: str, on: date, dose_mg: float | None, text: str, reason: str = "") -> UUID:
        """A moment after the last, so that the events of one day keep their order."""
        at = self.ledger.target.now + timedelta(microseconds=len(self.events))
        values = {
            "medication_id": self.medication_id, "kind": kind, "on": on, "dose_mg": dose_mg, "text": text,
            "reason": reason, "recorded_by": None, "recorded_at": at, "in_error": False,
        }  # fmt: skip
        event_id = self.ledger.insert("dose_event", **values)
        self.events.append({"id": event_id, **values})
        return event_id

    def _remember(self, one: OrderRecord, before: Known | None, event_id: UUID | None) -> None:
        if before is not None:
            self.ledger.read_anew(one.origin, before)
            self.ledger.report.count(KIND, UPDATED)
            return
        subject = "dose_event" if event_id else "medication"
        self.ledger.remember(one.origin, subject, event_id or self.medication_id)
        self.ledger.report.count(KIND, CREATED)

    def _take_back(self, one: OrderRecord, before: Known) -> None:
        """An order entered in error takes its event with it, and the medication when nothing is left of it."""
        row = self.own.get(before.subject_id)
        self.standing.settle(one.origin, False)
        if row is not None:
            self.ledger.update("dose_event", row, {"in_error": True}, self.patient_id, why=one.gone)
            self.events = [event for event in self.events if event["id"] != row["id"]]
        if all(event["kind"] == "stop" for event in self.events):
            drug = self.ledger.rows("medication", [self.medication_id])[self.medication_id]
            self.ledger.update("medication", drug, {"in_error": True}, self.patient_id, why=one.gone)
        self.ledger.read_anew(one.origin, before)
        self.ledger.report.count(KIND, UPDATED)
