"""Patients: new, changed, or joined to one whom the clinic has under the same MRN."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from registry.fhir.reading import Found
from registry.fhir.records import PatientRecord
from registry.fhir.report import CREATED, UNCHANGED, UPDATED
from registry.fhir.values import identifier_of
from registry.interop import queries
from registry.interop.queries import Known
from registry.interop.services.ledger import Ledger
from registry.interop.services.memory import Memory, Person
from registry.interop.services.staff import Staff
from registry.models import fold

KIND = "Patient"
SAME_MRN = "a patient of the clinic has the same MRN and another birth date"
TAKEN_MRN = "another patient of the clinic has its new MRN"
Mrns = dict[str, tuple[UUID, date]]


class Patients:
    """The patients of a batch, and those to whom its resources refer."""

    def __init__(self, ledger: Ledger, memory: Memory, staff: Staff) -> None:
        self.ledger, self.memory, self.staff, self.report = ledger, memory, staff, ledger.report
        self.by_key: dict[str, Person] = {}

    def read(self, read: list[tuple[Found, PatientRecord]]) -> None:
        known = self.ledger.known({KIND: {one.origin.key for _, one in read}})
        mrns = self._mrns(one.mrn for _, one in read)
        changed: list[tuple[Found, PatientRecord, Known]] = []
        for found, one in read:
            before = known.get((KIND, one.origin.key))
            if before is None:
                self._new(found, one, mrns)
                continue
            self._is(one, before.subject_id)
            if before.digest == one.origin.digest:
                self.report.count(KIND, UNCHANGED)
            else:
                changed.append((found, one, before))
        self.ledger.flush_table("patient")
        self._changed(changed, mrns)

    def _mrns(self, wanted: Iterable[str]) -> Mrns:
        target = self.ledger.target
        return queries.patients_by_mrn(self.ledger.session, target.org_id, target.clinic_id, set(wanted))

    def _is(self, one: PatientRecord, patient_id: UUID) -> None:
        self.by_key[one.origin.key] = Person(patient_id, one.values["birth_date"])
        self.memory.people.add(patient_id)

    def _new(self, found: Found, one: PatientRecord, mrns: Mrns) -> None:
        holder, born = mrns.get(one.mrn, (None, None))
        if holder in self.memory.people:
            one, holder = self._kept_apart(found, one), None
        if holder is not None and born != one.values["birth_date"]:
            self.report.skip(found.place, KIND, one.origin.key, SAME_MRN)
            return
        if holder is not None:
            self.report.note(found.place, KIND, one.origin.key, "joined to the patient who has this MRN here")
        self.report.count(KIND, UNCHANGED if holder else CREATED)
        patient_id = holder or self._insert(one)
        mrns.setdefault(one.mrn, (patient_id, one.values["birth_date"]))
        self._is(one, patient_id)
        self.ledger.remember(one.origin, "patient", patient_id)
        self.ledger.touched.add(patient_id)

    def _kept_apart(self, found: Found, one: PatientRecord) -> PatientRecord:
        """Two records of one delivery are two people, whatever their numbers say: the second gets a marked MRN."""
        mrn = f"{one.mrn}~{one.origin.key[:8]}"
        text = f"another patient of this delivery has the same MRN: kept apart as {mrn}"
        self.report.note(found.place, KIND, one.origin.key, text)
        return replace(one, mrn=mrn)

    def _insert(self, one: PatientRecord) -> UUID:
        patient_id, pcp_id = uuid4(), self.staff.pcp(one)
        if pcp_id is None and (one.doctors or any(one.doctor_names)):
            self.memory.waiting.append((patient_id, one))
        return self.ledger.insert(
            "patient", id=patient_id, clinic_id=self.ledger.target.clinic_id, mrn=one.mrn, **one.values,
            **_search(one.values), pronouns="", contact_by="phone", contact_note="", voicemail_ok=False,
            text_ok=False, pcp_id=pcp_id, added_at=self.ledger.target.now, added_by=None, version=1,
        )  # fmt: skip

    def _changed(self, changed: list[tuple[Found, PatientRecord, Known]], mrns: Mrns) -> None:
        """What the source says now, except in fields that a person has corrected here."""
        ids = [before.subject_id for _, _, before in changed]
        rows = self.ledger.rows("patient", ids)
        by_hand = queries.fields_corrected_by_hand(self.ledger.session, self.ledger.target.org_id, ids)
        for found, one, before in changed:
            row = rows[before.subject_id]
            mrn = row["mrn"] if row["mrn"].startswith(f"{one.mrn}~") else one.mrn
            if (
                mrns.get(mrn, (row["id"],))[0] != row["id"]
                and row["clinic_id"] == self.ledger.target.clinic_id
            ):
                self.report.skip(found.place, KIND, one.origin.key, TAKEN_MRN)
                continue
            values = {"mrn": mrn, **one.values, "pcp_id": self.staff.pcp(one) or row["pcp_id"]}
            kept = {name: value for name, value in values.items() if name not in by_hand[row["id"]]}
            self.ledger.update("patient", row, kept, row["id"], _search({**row, **kept}))
            self.ledger.read_anew(one.origin, before)
            self.report.count(KIND, UPDATED)

    def find(self, keys: Iterable[str]) -> None:
        """Those to whom the rest of the batch refers: one look-up by id, one by MRN."""
        wanted = {key for key in keys if key and key not in self.by_key}
        if not wanted:
            return
        known = self.ledger.known({KIND: wanted})
        ids = {one.subject_id for one in known.values()}
        born = queries.birth_dates(self.ledger.session, self.ledger.target.org_id, ids)
        self.by_key |= {key: Person(one.subject_id, born[one.subject_id]) for (_, key), one in known.items()}
        by_mrn = {mrn: key for key in wanted if (mrn := identifier_of(key))}
        self.by_key |= {by_mrn[mrn]: Person(*found) for mrn, found in self._mrns(by_mrn).items()}


def _search(values: Mapping[str, Any]) -> dict[str, str]:
    """What a search compares with."""
    family, given = values["family_name"], values["given_name"]
    return {"search_name": fold(f"{family} {given}"), "search_given": fold(given)}
