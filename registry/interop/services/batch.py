"""One batch: read everything, look up what is known in a few statements, then hand it on to be written."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar
from uuid import UUID

from registry.fhir import answers, orders, people
from registry.fhir.reading import Broken, Found, Item
from registry.fhir.records import OrderRecord, Origin, PartRecord, PatientRecord, ResultRecord, RowRecord
from registry.fhir.report import FILE, UNCHANGED
from registry.fhir.values import Refused, Unused
from registry.interop import queries
from registry.interop.queries import Known
from registry.interop.services.ledger import Ledger
from registry.interop.services.memory import Memory, Person

NO_PATIENT = "its patient is not known: no such Patient was read"
NO_MEDICATION = "the Medication that it names was not read"
HELD = {
    "Medication": "read for the orders that name it",
    "PractitionerRole": "read for its practitioner",
    "Questionnaire": "read for the forms that answer it",
}
"""Resources that are no rows themselves but tell something of those that are."""
OF_PATIENTS = ("Encounter", "Condition", "MedicationRequest", "Observation", "QuestionnaireResponse")
KEPT = {*OF_PATIENTS, *HELD, "Patient", "Practitioner"}

MALFORMED = (TypeError, ValueError, AttributeError, LookupError, ArithmeticError, RecursionError)
"""What a reader raises on a shape that nobody thought of: this resource stays out, the rest goes in."""

Record = TypeVar("Record", bound=RowRecord | OrderRecord | PartRecord | ResultRecord)
Any_ = TypeVar("Any_", bound=RowRecord | OrderRecord | PartRecord | ResultRecord | PatientRecord)


@dataclass(frozen=True, slots=True)
class Read(Generic[Record]):
    """A record with its patient and with what was read of it before."""

    found: Found
    record: Record
    person: Person
    before: Known | None = None

    def told(self, before: Known | None) -> "Read[Record]":
        return self if before is None else Read(self.found, self.record, self.person, before)


class Batch:
    """The resources of a batch by type; what is refused or of no use is reported on the way."""

    def __init__(self, ledger: Ledger, memory: Memory, items: Iterable[Item], last: bool) -> None:
        self.ledger, self.memory, self.report, self.last = ledger, memory, ledger.report, last
        self.found: dict[str, list[Found]] = defaultdict(list)
        self.again: list[Found] = []
        """Later versions of resources that stand twice in the batch."""
        for item in items:
            if isinstance(item, Broken):
                self.report.skip(item.place, FILE, "", item.reason)
            else:
                self.found[item.resource["resourceType"]].append(item)
        self._leave_out()
        self._hold()

    def _leave_out(self) -> None:
        for kind in self.found.keys() - KEPT:
            for _ in self.found.pop(kind):
                self.report.leave_out(kind if kind.isalnum() else "unknown type", "no place for this type")

    def _hold(self) -> None:
        for kind, reason in HELD.items():
            for found in self.found.pop(kind, []):
                try:
                    self._remember(kind, found)
                except MALFORMED as error:
                    self.report.skip(
                        found.place, kind, _id(found), f"it is malformed ({type(error).__name__})"
                    )
                else:
                    self.report.leave_out(kind, reason)

    def _remember(self, kind: str, found: Found) -> None:
        key = found.resource.get("id")
        if kind == "Questionnaire":
            form = answers.questionnaire(found)
            self.memory.forms.update([form] if form else [])
        elif kind == "PractitionerRole":
            whose, phone, primary = people.role(found)
            known = self.memory.roles.get(whose, ("", False))
            self.memory.roles[whose] = (phone or known[0], primary or known[1])
        elif isinstance(key, str):
            named = orders.drug(found)
            self.memory.medications.update({key: named} if named else {})

    def practitioners(self) -> list[Found]:
        return self.found.pop("Practitioner", [])

    def patients(self) -> list[tuple[Found, PatientRecord]]:
        """One record for each id; the same again is passed over, another version waits."""
        reading = self.ledger.target.reading
        kept: dict[str, tuple[Found, PatientRecord]] = {}
        for found, one in self._each("Patient", lambda found: people.patient(found, reading)):
            first = kept.setdefault(one.origin.key, (found, one))[1]
            if first is not one:
                self._second(found, one.origin, first.origin)
        return list(kept.values())

    def read(self, kind: str, read: Callable[[Found], Record]) -> list[tuple[Found, Record]]:
        """The resources of a type as records."""
        return list(self._each(kind, read))

    def of_patients(
        self, kind: str, read: list[tuple[Found, Record]], whom: dict[str, Person]
    ) -> list[Read[Record]]:
        """Records with their patients and what is known of them; those without a patient wait."""
        result: list[Read[Record]] = []
        kept: dict[tuple[str, UUID], Record] = {}
        for found, one in read:
            person = whom.get(one.patient)
            if not one.patient:
                self.report.skip(found.place, kind, one.origin.key, "it names no patient")
            elif person is None:
                self._defer(found, NO_PATIENT)
            else:
                first = kept.setdefault((one.origin.key, person.id), one)
                if first is one:
                    result.append(Read(found, one, person))
                else:
                    self._second(found, one.origin, first.origin)
        return self._with_known(kind, result)

    def _each(self, kind: str, read: Callable[[Found], Any_]) -> Iterator[tuple[Found, Any_]]:
        for found in self.found.pop(kind, []):
            try:
                yield found, read(found)
            except Refused as why:
                self.report.skip(found.place, kind, _id(found), str(why))
            except Unused as why:
                self.report.leave_out(kind, str(why))
            except orders.NotYet:
                self._defer(found, NO_MEDICATION)
            except MALFORMED as error:
                self.report.skip(found.place, kind, _id(found), f"it is malformed ({type(error).__name__})")

    def _defer(self, found: Found, reason: str) -> None:
        """Keep for the end of the delivery, when what it refers to may have been read."""
        if self.last:
            self.report.skip(found.place, found.resource["resourceType"], _id(found), reason)
        else:
            self.memory.deferred.append(found)

    def _second(self, found: Found, origin: Origin, first: Origin) -> None:
        if origin.digest == first.digest:
            self.report.count(origin.kind, UNCHANGED)
        else:
            self.again.append(found)

    def _with_known(self, kind: str, read: list[Read[Record]]) -> list[Read[Record]]:
        """What was read before of each; an id that another patient's resource has is kept apart."""
        known = self.ledger.known({kind: {one.record.origin.key for one in read}})
        owners = self._owners(read, known)
        mine: dict[str, UUID] = {}
        apart: list[Read[Record]] = []
        for one in read:
            key = one.record.origin.key
            owner = mine.setdefault(key, owners.get(key, one.person.id))
            apart.append(one if owner == one.person.id else self._kept_apart(one))
        known |= self.ledger.known(
            {kind: {one.record.origin.key for one in apart} - {key for _, key in known}}
        )
        return [one.told(known.get((kind, one.record.origin.key))) for one in apart]

    def _kept_apart(self, one: Read[Record]) -> Read[Record]:
        origin = one.record.origin
        self.report.note(
            one.found.place, origin.kind, origin.key, "another patient's resource has the same id"
        )
        origin = origin._replace(key=f"{origin.key}@{one.record.patient}")
        record: Any = replace(one.record, origin=origin)
        return replace(one, record=record)

    def _owners(self, read: list[Read[Record]], known: dict[tuple[str, str], Known]) -> dict[str, UUID]:
        """To whom the known resources of these ids belong, where what is read now differs."""
        by_table: dict[str, dict[str, UUID]] = defaultdict(dict)
        for one in read:
            origin = one.record.origin
            before = known.get((origin.kind, origin.key))
            if before is not None and before.digest != origin.digest:
                by_table[before.subject][origin.key] = before.subject_id
        found: dict[str, UUID] = {}
        for name, rows in by_table.items():
            owners = queries.owners(self.ledger.session, self.ledger.target.org_id, name, rows.values())
            found |= {key: owners[row_id] for key, row_id in rows.items() if row_id in owners}
        return found


def _id(found: Found) -> str:
    """The id as the source wrote it, cut short."""
    key = found.resource.get("id")
    return key[:80] if isinstance(key, str) and key.isprintable() else ""
