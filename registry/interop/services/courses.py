"""Medications: the orders of one drug for one patient are one medication, and tell what happened to its dose."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from itertools import zip_longest
from typing import Any
from uuid import UUID

from registry.fhir.orders import CONTINUOUS, CONTINUOUS_UNTOLD
from registry.fhir.records import OrderRecord, Origin
from registry.fhir.report import CREATED, UNCHANGED, UPDATED
from registry.interop import queries
from registry.interop.queries import Known
from registry.interop.services.batch import Read
from registry.interop.services.ledger import Ledger

KIND = "MedicationRequest"
DRUG = "Drug"
"""Not a resource type: the record that joins the orders of one drug."""
Orders = list[Read[OrderRecord]]


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
    events = queries.dose_events(session, org_id, {one.subject_id for one in known.values()})
    own = {one.before.subject_id for read in todo.values() for one in read if one.before}
    rows = ledger.rows("dose_event", own)
    for (patient_id, name), read in todo.items():
        read.sort(key=lambda one: (one.record.on, one.record.origin.key))
        drug = known.get((DRUG, _key(patient_id, name)))
        ledger.touched.add(patient_id)
        if drug is None and (patient_id, name) in by_hand:
            _leave_to_hand(ledger, by_hand[patient_id, name], read)
        else:
            medication_id = drug.subject_id if drug else _new(ledger, patient_id, read[0].record)
            Course(ledger, medication_id, patient_id, events.get(medication_id, []), rows).write(read)


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


def _leave_to_hand(ledger: Ledger, medication_id: UUID, read: Orders) -> None:
    """A medication that people keep by hand is theirs: the order is remembered and changes nothing."""
    for one in read:
        origin = one.record.origin
        if one.before is None:
            ledger.remember(origin, "medication", medication_id)
        else:
            ledger.read_anew(origin, one.before)
        ledger.report.note(one.found.place, KIND, origin.key, "the medication is kept by hand here")
        ledger.report.count(KIND, UNCHANGED)


class Course:
    """The dose events of one medication."""

    def __init__(
        self,
        ledger: Ledger,
        medication_id: UUID,
        patient_id: UUID,
        events: list[dict[str, Any]],
        own: Mapping[UUID, Mapping[str, Any]],
    ) -> None:
        self.ledger, self.medication_id, self.patient_id, self.own = ledger, medication_id, patient_id, own
        self.events = list(events)

    def write(self, read: Orders) -> None:
        """The orders by day; of the days the next order tells whether the drug went on."""
        for one in read:
            if one.record.gone and one.before:
                self._take_back(one.record, one.before)
        kept = [one for one in read if not one.record.gone]
        following = [other.record.on for other in kept[1:]]
        for one, next_on in zip_longest(kept, following):
            event_id = self._begin(one.record, one.before)
            self._end(one.record, next_on)
            self._remember(one.record, one.before, event_id)

    def _begin(self, one: OrderRecord, before: Known | None) -> UUID | None:
        """Start, change or go on: an order of the same dose while the drug is taken is no event."""
        if before is not None:
            self._correct(one, before)
            return None
        last = self._last(one.on)
        if last is None or last["kind"] == "stop":
            return self._add("start", one.on, one.dose_mg, one.text)
        if one.dose_mg is None or last["dose_mg"] == one.dose_mg:
            return None
        return self._add("change", one.on, one.dose_mg, one.text)

    def _correct(self, one: OrderRecord, before: Known) -> None:
        """The event that this order became follows the order."""
        row = self.own.get(before.subject_id)
        if row is not None:
            values = {"on": one.on, "dose_mg": one.dose_mg, "text": one.text}
            self.ledger.update("dose_event", row, values, self.patient_id)
            self.events = [
                {**event, **values} if event["id"] == row["id"] else event for event in self.events
            ]

    def _end(self, one: OrderRecord, following: date | None) -> None:
        """An order that is over is a stop, unless the next one goes on with it."""
        if not one.ended:
            return
        end = one.ended_on or one.on
        gap = CONTINUOUS if one.ended_on else CONTINUOUS_UNTOLD
        known = [event["on"] for event in self.events if event["on"] > one.on or event["kind"] == "stop"]
        later = [*known, *([following] if following else [])]
        if not any(one.on <= on <= end + gap for on in later):
            text = "" if one.ended_on else "the source does not say when"
            self._add("stop", end, None, text, one.end_reason)

    def _last(self, on: date) -> dict[str, Any] | None:
        """The last event until a day; on one day a stop comes first."""
        before = [event for event in self.events if event["on"] <= on]
        return max(before, key=lambda event: (event["on"], event["kind"] != "stop"), default=None)

    def _add(self, kind: str, on: date, dose_mg: float | None, text: str, reason: str = "") -> UUID:
        values = {
            "medication_id": self.medication_id, "kind": kind, "on": on, "dose_mg": dose_mg, "text": text,
            "reason": reason, "recorded_by": None, "recorded_at": self.ledger.target.now, "in_error": False,
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
        if row is not None:
            self.ledger.update("dose_event", row, {"in_error": True}, self.patient_id, why=one.gone)
            self.events = [event for event in self.events if event["id"] != row["id"]]
        if all(event["kind"] == "stop" for event in self.events):
            drug = self.ledger.rows("medication", [self.medication_id])[self.medication_id]
            self.ledger.update("medication", drug, {"in_error": True}, self.patient_id, why=one.gone)
        self.ledger.read_anew(one.origin, before)
        self.ledger.report.count(KIND, UPDATED)
