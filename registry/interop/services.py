"""An import of FHIR resources: batch by batch, each whole or not at all, and the same again changes nothing.

What was read is remembered in `source_record` with a digest; a resource that has not changed is passed over, one
that has is written with a correction that keeps what stood before. Nobody is enrolled by an import.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import insert, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from registry.access.viewer import System
from registry.audit import Act, record
from registry.fhir import answers, assembly, background, orders, people
from registry.fhir.reading import Broken, Found, Item
from registry.fhir.records import (
    OrderRecord,
    Origin,
    PartRecord,
    PatientRecord,
    PractitionerRecord,
    Reading,
    RowRecord,
)
from registry.fhir.report import CREATED, FILE, UNCHANGED, UPDATED, Report
from registry.fhir.values import Refused, Unused, identifier_of
from registry.interop import queries
from registry.interop.queries import Known
from registry.models import fold

NO_PATIENT = "its patient is not known: no such Patient was read"
SAME_MRN = "a patient of the clinic has the same MRN and another birth date"
HELD = {
    "Medication": "read for the orders that name it",
    "PractitionerRole": "read for its practitioner",
    "Questionnaire": "read for the forms that answer it",
}
OF_PATIENTS = ("Encounter", "Condition", "MedicationRequest", "Observation", "QuestionnaireResponse")


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
        return f"import:{self.source}"


class Person(NamedTuple):
    """A patient to whom resources refer."""

    id: UUID
    birth_date: date


@dataclass(slots=True)
class Memory:
    """What one resource leaves for others that are read later."""

    medications: dict[str, orders.Drug] = field(default_factory=dict)
    forms: dict[str, answers.Questionnaire] = field(default_factory=dict)
    staff: dict[str, list[tuple[Found, PractitionerRecord]]] = field(default_factory=dict)
    roles: dict[str, tuple[str, bool]] = field(default_factory=dict)
    """Practitioner (id or identifier) to a phone and whether the role is one of primary care."""
    waiting: list[tuple[UUID, PatientRecord]] = field(default_factory=list)
    """Patients whose general practitioner has not been read yet."""
    deferred: list[Found] = field(default_factory=list)


R = TypeVar("R", RowRecord, OrderRecord, PartRecord)
Read = tuple[Found, R]


class Import:
    """One run over any number of batches; the caller commits after each, and calls `finish` at the end."""

    def __init__(self, session: Session, who: System, target: Target) -> None:
        self.session = session
        self.who = who
        self.target = target
        self.memory = Memory()

    def take(self, items: Iterable[Item]) -> Report:
        """Write a batch; when the database refuses it, its files one by one, so that only the bad one stays out."""
        items = list(items)
        try:
            report = self._write(items)
        except SQLAlchemyError:
            report = Report()
            for name, part in _by_file(items).items():
                report.add(self._take_file(name, part))
        report.resources = len(items)
        return report

    def _take_file(self, name: str, items: list[Item]) -> Report:
        try:
            return self._write(items)
        except SQLAlchemyError as error:
            report = Report()
            why = type(getattr(error, "orig", None) or error).__name__
            report.skip(items[0].place, FILE, "", f"the database refused the file ({why}): nothing of it was written")
            return report

    def finish(self) -> Report:
        """What waited for something that was read later; what never came is refused."""
        waiting, self.memory.deferred = self.memory.deferred, []
        report = Report()
        with self.session.begin_nested():
            report.add(_Batch(self, last=True).write(waiting))
        return report

    def _write(self, items: list[Item]) -> Report:
        with self.session.begin_nested():
            report = _Batch(self).write(items)
        return report


def _by_file(items: Iterable[Item]) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        found[item.place.file].append(item)
    return found


class _Batch:
    """One batch: read everything, look up what is known in a few statements, then write in bulk."""

    def __init__(self, run: Import, last: bool = False) -> None:
        self.session, self.target, self.memory, self.who = run.session, run.target, run.memory, run.who
        self.last = last
        self.report = Report()
        self.found: dict[str, list[Found]] = defaultdict(list)
        self.again: list[Found] = []
        self.people: dict[str, Person] = {}
        self.inserts: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.touched: set[UUID] = set()
        self.providers: dict[str, UUID] | None = None

    def write(self, items: Iterable[Item]) -> Report:
        self._sort(items)
        self._remember()
        self._practitioners()
        self._patients()
        self._find_people()
        self._rows("Encounter", "practice_visit", background.encounter, {})
        self._rows("Condition", "problem", background.condition, {"recorded_at": self.target.now})
        self._orders()
        self._scores()
        if self.last:
            self._settle_staff()
        self._flush()
        self._audit()
        if self.again:
            self._once_more()
        return self.report

    def _once_more(self) -> None:
        """Later versions of resources that stood twice in the batch."""
        following = _Batch(_Resumed(self), self.last)  # type: ignore[arg-type]
        self.report.add(following.write(self.again))

    # ------------------------------------------------------------ reading

    def _sort(self, items: Iterable[Item]) -> None:
        for item in items:
            if isinstance(item, Broken):
                self.report.skip(item.place, FILE, "", item.reason)
            else:
                self.found[item.resource["resourceType"]].append(item)

    def _remember(self) -> None:
        """Resources that are no rows themselves but tell something of those that are."""
        for kind, reason in HELD.items():
            for found in self.found.pop(kind, []):
                self._hold(kind, found)
                self.report.leave_out(kind, reason)
        for kind in [kind for kind in self.found if kind not in (*OF_PATIENTS, "Patient", "Practitioner")]:
            for _ in self.found.pop(kind):
                self.report.leave_out(kind if kind.isalnum() else "unknown type", "no place for this type")

    def _hold(self, kind: str, found: Found) -> None:
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

    def _each(self, kind: str, read: Callable[[Found], R]) -> Iterator[Read[R]]:
        """Each resource of a type as a record; what is refused or of no use is reported."""
        for found in self.found.pop(kind, []):
            try:
                yield found, read(found)
            except Refused as why:
                self.report.skip(found.place, kind, _id(found), str(why))
            except Unused as why:
                self.report.leave_out(kind, str(why))
            except orders.NotYet:
                self._defer(found, "the Medication that it names was not read")

    def _defer(self, found: Found, reason: str) -> None:
        """Keep for the end of the run, when what it refers to may have been read."""
        if self.last:
            self.report.skip(found.place, found.resource["resourceType"], _id(found), reason)
        else:
            self.memory.deferred.append(found)

    # ------------------------------------------------------------ practitioners

    def _practitioners(self) -> None:
        """Known ones are brought up to date; new ones wait until somebody names them as PCP."""
        read: list[tuple[Found, PractitionerRecord]] = []
        for found in self.found.pop("Practitioner", []):
            try:
                read.append((found, people.practitioner(found)))
            except Refused as why:
                self.report.skip(found.place, "Practitioner", _id(found), str(why))
            except Unused as why:
                self.report.leave_out("Practitioner", str(why))
        known = self._known({"Practitioner": {one.origin.key for _, one in read}})
        changed: list[tuple[PractitionerRecord, Known]] = []
        for found, one in read:
            before = known.get(("Practitioner", one.origin.key))
            if before is None:
                self.memory.staff.setdefault(one.origin.key, []).append((found, one))
            elif before.digest == one.origin.digest:
                self.report.count("Practitioner", UNCHANGED)
            else:
                changed.append((one, before))
        rows = queries.rows_by_id(self.session, self.target.org_id, "provider", (b.subject_id for _, b in changed))
        for one, before in changed:
            self._update("provider", rows[before.subject_id], one.values, None)
            self._seen(one.origin, before)
            self.report.count("Practitioner", UPDATED)

    def _provider(self, target: str) -> UUID | None:
        """The provider behind a reference: known, or read in this run, by id or by NPI."""
        npi = identifier_of(target)
        known = None if npi else self._known({"Practitioner": {target}}).get(("Practitioner", target))
        if known:
            return known.subject_id
        if npi and npi in self._by_npi():
            return self._by_npi()[npi]
        staff = self.memory.staff
        key = next((key for key, told in staff.items() if npi and told[-1][1].values["npi"] == npi), target)
        return self._add_provider(staff.pop(key)) if key in staff else None

    def _by_npi(self) -> dict[str, UUID]:
        if self.providers is None:
            self.providers = queries.providers_by_npi(self.session, self.target.org_id, self.target.clinic_id)
        return self.providers

    def _add_provider(self, told: list[tuple[Found, PractitionerRecord]]) -> UUID:
        """A provider of the clinic; one whose NPI the clinic knows is that provider."""
        one = told[-1][1]
        npi = one.values["npi"]
        same = self._by_npi().get(npi) if npi else None
        phone = (self._role(one) or ("", False))[0]
        provider_id = same or self._new_provider({**one.values, "phone": one.values["phone"] or phone[:60]})
        self._remember_source(one.origin, "provider", provider_id)
        self.report.count("Practitioner", UNCHANGED if same else CREATED)
        self.report.counts["Practitioner", UNCHANGED] += len(told) - 1
        return provider_id

    def _new_provider(self, values: Mapping[str, Any]) -> UUID:
        provider_id = self._insert("provider", clinic_id=self.target.clinic_id, account_id=None, **values)
        self._flush_table("provider")
        if values["npi"]:
            self._by_npi()[values["npi"]] = provider_id
        return provider_id

    def _role(self, one: PractitionerRecord) -> tuple[str, bool] | None:
        """Phone and whether it is primary care, where a role was told for the practitioner."""
        roles, npi = self.memory.roles, one.values["npi"]
        by_npi = (role for target, role in roles.items() if npi and identifier_of(target) == npi)
        return roles.get(one.origin.key) or next(by_npi, None)

    def _settle_staff(self) -> None:
        """At the end: patients get the PCP who was read later, and a list of staff its primary care providers."""
        for patient_id, one in self.memory.waiting:
            self._set_pcp(patient_id, one)
        for told in list(self.memory.staff.values()):
            staff_list = any(one.staff_list for _, one in told)
            role = self._role(told[-1][1]) if staff_list else None
            if staff_list and (role is None or role[1]):
                self._add_provider(told)
            else:
                for _ in told:
                    self.report.leave_out("Practitioner", "not in primary care" if staff_list else "nobody's PCP")
        self.memory.staff.clear()
        self.memory.waiting.clear()

    def _set_pcp(self, patient_id: UUID, one: PatientRecord) -> None:
        pcp_id = self._pcp(one)
        name = next(filter(None, one.doctor_names), "")
        if pcp_id is None and name:
            npi = next(filter(None, map(identifier_of, one.doctors)), None)
            pcp_id = self._new_provider({"name": name, "credentials": "", "phone": "", "fax": "", "npi": npi})
        if pcp_id is not None:
            row = queries.rows_by_id(self.session, self.target.org_id, "patient", [patient_id])[patient_id]
            if row["pcp_id"] is None:
                self._change("patient", patient_id, {"pcp_id": pcp_id, "version": row["version"] + 1})
                self.touched.add(patient_id)

    def _pcp(self, one: PatientRecord) -> UUID | None:
        return next(filter(None, map(self._provider, one.doctors)), None)

    # ------------------------------------------------------------ patients

    def _patients(self) -> None:
        read = list(self._each("Patient", lambda found: people.patient(found, self.target.reading)))  # type: ignore[type-var,arg-type,return-value]
        read = self._first_of_each(read)
        known = self._known({"Patient": {one.origin.key for _, one in read}})
        mrns = queries.patients_by_mrn(
            self.session, self.target.org_id, self.target.clinic_id, {one.mrn for _, one in read}
        )
        changed: list[tuple[Found, PatientRecord, Known]] = []
        for found, one in read:
            before = known.get(("Patient", one.origin.key))
            if before is None:
                self._new_patient(found, one, mrns)
            else:
                self.people[one.origin.key] = Person(before.subject_id, one.values["birth_date"])
                if before.digest == one.origin.digest:
                    self.report.count("Patient", UNCHANGED)
                else:
                    changed.append((found, one, before))
        self._flush_table("patient")
        self._changed_patients(changed, mrns)

    def _new_patient(self, found: Found, one: PatientRecord, mrns: dict[str, tuple[UUID, date]]) -> None:
        born = one.values["birth_date"]
        patient_id, same_born = mrns.get(one.mrn, (None, None))
        if patient_id is not None and same_born != born:
            self.report.skip(found.place, "Patient", one.origin.key, SAME_MRN)
            return
        if patient_id is None:
            patient_id = self._insert("patient", **self._patient_values(one))
            mrns[one.mrn] = (patient_id, born)
            self.report.count("Patient", CREATED)
        else:
            self.report.count("Patient", UNCHANGED)
            self.report.note(found.place, "Patient", one.origin.key, "joined to the patient who has this MRN here")
        self.people[one.origin.key] = Person(patient_id, born)
        self._remember_source(one.origin, "patient", patient_id)
        self.touched.add(patient_id)

    def _patient_values(self, one: PatientRecord) -> dict[str, Any]:
        pcp_id = self._pcp(one)
        patient_id = uuid4()
        if pcp_id is None and (one.doctors or any(one.doctor_names)):
            self.memory.waiting.append((patient_id, one))
        return {
            "id": patient_id, "clinic_id": self.target.clinic_id, "mrn": one.mrn, **one.values, **_search(one.values),
            "pronouns": "", "contact_by": "phone", "contact_note": "", "voicemail_ok": False, "text_ok": False,
            "pcp_id": pcp_id, "added_at": self.target.now, "added_by": None, "version": 1,
        }  # fmt: skip

    def _changed_patients(
        self, changed: list[tuple[Found, PatientRecord, Known]], mrns: dict[str, tuple[UUID, date]]
    ) -> None:
        ids = [before.subject_id for _, _, before in changed]
        rows = queries.rows_by_id(self.session, self.target.org_id, "patient", ids)
        by_hand = queries.fields_corrected_by_hand(self.session, self.target.org_id, ids)
        for found, one, before in changed:
            row = rows[before.subject_id]
            other = mrns.get(one.mrn, (row["id"], None))[0]
            if other != row["id"] and row["clinic_id"] == self.target.clinic_id:
                self.report.skip(found.place, "Patient", one.origin.key, "another patient of the clinic has its new MRN")
                continue
            values = {"mrn": one.mrn, **one.values}
            pcp_id = self._pcp(one)
            values |= {"pcp_id": pcp_id} if pcp_id else {}
            kept = {name: value for name, value in values.items() if name not in by_hand[row["id"]]}
            search = _search({**row, **kept})
            self._update("patient", row, kept, row["id"], search)
            self._seen(one.origin, before)
            self.report.count("Patient", UPDATED)

    def _first_of_each(self, read: list[Any]) -> list[Any]:
        """One record for each id; the same again is passed over, another version follows in a batch of its own."""
        kept: dict[str, Any] = {}
        for found, one in read:
            first = kept.setdefault(one.origin.key, (found, one))[1]
            if first is not one:
                self._second(found, one.origin, first.origin)
        return list(kept.values())

    def _second(self, found: Found, origin: Origin, first: Origin) -> None:
        if origin.digest == first.digest:
            self.report.count(origin.kind, UNCHANGED)
        else:
            self.again.append(found)

    def _find_people(self) -> None:
        """The patients to whom the rest of the batch refers, in one look-up by id and one by MRN."""
        wanted = {
            key
            for kind in OF_PATIENTS
            for found in self.found.get(kind, ())
            if (key := answers.reference(found.resource.get("subject"), found.links)) and key not in self.people
        }
        known = self._known({"Patient": wanted})
        born = queries.birth_dates(self.session, self.target.org_id, {one.subject_id for one in known.values()})
        for (_, key), one in known.items():
            self.people[key] = Person(one.subject_id, born[one.subject_id])
        mrns = {mrn: key for key in wanted if (mrn := identifier_of(key))}
        by_mrn = queries.patients_by_mrn(self.session, self.target.org_id, self.target.clinic_id, mrns)
        self.people.update({mrns[mrn]: Person(*found) for mrn, found in by_mrn.items()})

    # ------------------------------------------------------------ what belongs to a patient

    def _of_patients(self, kind: str, read: Callable[[Found], R]) -> list[tuple[Found, R, Person]]:
        """The records of a type with their patients; those whose patient is not known yet wait."""
        result: list[tuple[Found, R, Person]] = []
        kept: dict[tuple[str, UUID], R] = {}
        for found, one in self._each(kind, read):
            person = self.people.get(one.patient)
            if not one.patient:
                self.report.skip(found.place, kind, one.origin.key, "it names no patient")
            elif person is None:
                self._defer(found, NO_PATIENT)
            else:
                first = kept.setdefault((one.origin.key, person.id), one)
                if first is one:
                    result.append((found, one, person))
                else:
                    self._second(found, one.origin, first.origin)
        return result

    def _with_known(
        self, kind: str, read: list[tuple[Found, R, Person]]
    ) -> list[tuple[Found, R, Person, Known | None]]:
        """Each record with what was read before; an id that another patient's resource has is kept apart."""
        known = self._known({kind: {one.origin.key for _, one, _ in read}})
        owners = self._owners(known[kind, one.origin.key] for _, one, _ in read if (kind, one.origin.key) in known
                              and known[kind, one.origin.key].digest != one.origin.digest)  # fmt: skip
        mine: dict[str, UUID] = {}
        result: list[tuple[Found, R, Person]] = []
        for found, one, person in read:
            before = known.get((kind, one.origin.key))
            owner = mine.setdefault(one.origin.key, person.id)
            if before is not None and before.digest != one.origin.digest:
                owner = owners.get(before.subject_id, person.id)
            if owner != person.id:
                self.report.note(found.place, kind, one.origin.key, "another patient's resource has the same id")
                one = replace(one, origin=replace(one.origin, key=f"{one.origin.key}@{one.patient}"))
            result.append((found, one, person))
        apart = {one.origin.key for _, one, _ in result} - {key for _, key in known}
        known |= self._known({kind: apart})
        return [(found, one, person, known.get((kind, one.origin.key))) for found, one, person in result]

    def _owners(self, known: Iterable[Known]) -> dict[UUID, UUID]:
        by_table: dict[str, set[UUID]] = defaultdict(set)
        for one in known:
            by_table[one.subject].add(one.subject_id)
        found: dict[UUID, UUID] = {}
        for name, ids in by_table.items():
            found |= queries.owners(self.session, self.target.org_id, name, ids)
        return found

    def _rows(
        self, kind: str, name: str, read: Callable[[Found, Reading], RowRecord], fixed: Mapping[str, Any]
    ) -> None:
        """Resources that are one row each."""
        found = self._of_patients(kind, lambda one: read(one, self.target.reading))
        changed: list[tuple[RowRecord, Person, Known]] = []
        for place, one, person, before in self._with_known(kind, found):
            if before is None:
                self._new_row(place, name, one, person, fixed)
            elif before.digest == one.origin.digest:
                self.report.count(kind, UNCHANGED)
            else:
                changed.append((one, person, before))
        rows = queries.rows_by_id(self.session, self.target.org_id, name, (b.subject_id for _, _, b in changed))
        for one, person, before in changed:
            row = rows[before.subject_id]
            self._update(name, row, self._taken_back(row, one) if one.gone else one.values, person.id, why=one.gone)
            self._seen(one.origin, before)
            self.report.count(kind, UPDATED)

    def _new_row(
        self, found: Found, name: str, one: RowRecord, person: Person, fixed: Mapping[str, Any]
    ) -> None:
        if one.gone:
            self.report.skip(found.place, one.origin.kind, one.origin.key, f"the source says: {one.gone}")
            return
        row_id = self._insert(name, patient_id=person.id, source=self.target.label, **fixed, **one.values)
        self._remember_source(one.origin, name, row_id)
        self.touched.add(person.id)
        self.report.count(one.origin.kind, CREATED)

    def _taken_back(self, row: Mapping[str, Any], one: RowRecord) -> dict[str, Any]:
        """A row that the source took back stays, is marked in words, and is no longer current."""
        title = row["title"] if row["title"].startswith("In error: ") else f"In error: {row['title']}"
        ended = {"resolved_on": row["onset_on"] or self.target.reading.today} if "resolved_on" in row else {}
        return {"title": title, **ended}

    # ------------------------------------------------------------ medications

    def _orders(self) -> None:
        memory, reading = self.memory, self.target.reading
        found = self._of_patients("MedicationRequest", lambda one: orders.order(one, reading, memory.medications))
        todo: dict[tuple[UUID, str], list[tuple[Found, OrderRecord, Known | None]]] = defaultdict(list)
        for place, one, person, before in self._with_known("MedicationRequest", found):
            if before is not None and before.digest == one.origin.digest:
                self.report.count("MedicationRequest", UNCHANGED)
            elif before is None and one.gone:
                self.report.skip(place.place, one.origin.kind, one.origin.key, f"the source says: {one.gone}")
            else:
                todo[person.id, one.name].append((place, one, before))
        if todo:
            self._write_orders(todo)

    def _write_orders(self, todo: dict[tuple[UUID, str], list[tuple[Found, OrderRecord, Known | None]]]) -> None:
        """Orders of one drug for one patient are one medication; each tells what happened to its dose."""
        known = self._known({"Drug": {_drug_key(*whose) for whose in todo}})
        by_hand = queries.entered_drugs(self.session, self.target.org_id, {patient for patient, _ in todo})
        events = queries.dose_events(self.session, self.target.org_id, (one.subject_id for one in known.values()))
        own = [before.subject_id for read in todo.values() for _, _, before in read if before and before.subject == "dose_event"]
        rows = queries.rows_by_id(self.session, self.target.org_id, "dose_event", own)
        for (patient_id, name), read in todo.items():
            read.sort(key=lambda one: (one[1].on, one[1].origin.key))
            drug = known.get(("Drug", _drug_key(patient_id, name)))
            self.touched.add(patient_id)
            if drug is None and (patient_id, name) in by_hand:
                self._leave_to_hand(by_hand[patient_id, name], read)
                continue
            medication_id = drug.subject_id if drug else self._new_drug(patient_id, name, read[0][1])
            course = _Course(self, medication_id, patient_id, events.get(medication_id, []), rows)
            course.write(read)

    def _new_drug(self, patient_id: UUID, name: str, first: OrderRecord) -> UUID:
        medication_id = self._insert(
            "medication", patient_id=patient_id, name=name, psychotropic=first.psychotropic,
            indication=first.indication, rxnorm=first.rxnorm, source=self.target.label, recorded_by=None,
            recorded_at=self.target.now, in_error=False,
        )  # fmt: skip
        key = _drug_key(patient_id, name)
        self._remember_source(Origin("Drug", key, "", first.origin.place), "medication", medication_id)
        return medication_id

    def _leave_to_hand(self, medication_id: UUID, read: list[tuple[Found, OrderRecord, Known | None]]) -> None:
        """A medication that people keep by hand is theirs: the order is remembered and changes nothing."""
        for found, one, before in read:
            if before is None:
                self._remember_source(one.origin, "medication", medication_id)
            else:
                self._seen(one.origin, before)
            self.report.note(found.place, one.origin.kind, one.origin.key, "the medication is kept by hand here")
            self.report.count(one.origin.kind, UNCHANGED)

    # ------------------------------------------------------------ scores

    def _scores(self) -> None:
        reading, forms = self.target.reading, self.memory.forms
        observed = self._of_patients("Observation", lambda one: answers.observation(one, reading))
        filled = self._of_patients("QuestionnaireResponse", lambda one: answers.response(one, reading, forms))
        parts = [*self._with_known("Observation", observed), *self._with_known("QuestionnaireResponse", filled)]
        changed: set[tuple[str, str]] = set()
        for _, one, _, before in parts:
            if before is None or before.digest != one.origin.digest:
                changed.add((one.origin.kind, one.origin.key))
            else:
                self.report.count(one.origin.kind, UNCHANGED)
        if changed:
            _Scores(self, parts, changed).write()

    # ------------------------------------------------------------ writing

    def _known(self, keys: Mapping[str, Iterable[str]]) -> dict[tuple[str, str], Known]:
        """Known records, after those of this batch are written."""
        self._flush_table("source_record")
        wanted = {kind: set(values) for kind, values in keys.items()}
        return queries.known_records(self.session, self.target.org_id, self.target.source, wanted)

    def _insert(self, name: str, /, **values: Any) -> UUID:
        row = {"org_id": self.target.org_id, "id": uuid4(), **values}
        self.inserts[name].append(row)
        return row["id"]  # type: ignore[no-any-return]

    def _remember_source(self, origin: Origin, subject: str, subject_id: UUID) -> None:
        self._insert(
            "source_record", source=self.target.source, kind=origin.kind, key=origin.key, digest=origin.digest,
            subject=subject, subject_id=subject_id, read_at=self.target.now,
        )  # fmt: skip

    def _seen(self, origin: Origin, before: Known, subject: str = "", subject_id: UUID | None = None) -> None:
        """A changed resource was read anew."""
        moved = {"subject": subject, "subject_id": subject_id} if subject_id else {}
        self._change("source_record", before.id, {"digest": origin.digest, "read_at": self.target.now, **moved})

    def _change(self, name: str, row_id: UUID, values: Mapping[str, Any]) -> None:
        self._flush_table(name)
        row = queries.table(name)
        self.session.execute(
            update(row).where(row.c.org_id == self.target.org_id, row.c.id == row_id).values(**values)
        )

    def _update(
        self,
        name: str,
        row: Mapping[str, Any],
        values: Mapping[str, Any],
        patient_id: UUID | None,
        silent: Mapping[str, Any] | None = None,
        why: str = "",
    ) -> None:
        """Write what differs, and keep what stood before; `silent` follows from the rest."""
        changes = {field: [row[field], value] for field, value in values.items() if row[field] != value}
        if not changes:
            return
        version = {"version": row["version"] + 1} if "version" in row else {}
        self._change(name, row["id"], {f: new for f, (_, new) in changes.items()} | dict(silent or {}) | version)
        if patient_id is not None:
            self.touched.add(patient_id)
            self._correct(name, row["id"], patient_id, changes, why)

    def _correct(
        self, name: str, row_id: UUID, patient_id: UUID, changes: Mapping[str, list[Any]], why: str = ""
    ) -> None:
        reason = f"{self.target.source}: {why or 'changed in the source'}"
        self._insert(
            "correction", patient_id=patient_id, subject=name, subject_id=row_id, reason=reason, corrected_by=None,
            changes={f: [_plain(old), _plain(new)] for f, (old, new) in changes.items()},
            corrected_at=self.target.now,
        )  # fmt: skip

    def _flush_table(self, name: str) -> None:
        rows = self.inserts.pop(name, None)
        if rows:
            self.session.execute(insert(queries.table(name)), rows)

    def _flush(self) -> None:
        """Tables before those that refer to them."""
        for name in ("provider", "patient", "practice_visit", "problem", "medication", "dose_event", "measure"):
            self._flush_table(name)
        for name in list(self.inserts):
            self._flush_table(name)

    def _audit(self) -> None:
        """One act for the batch, if it wrote anything."""
        if self.touched:
            detail = {
                "source": self.target.source,
                "created": self.report.total(CREATED),
                "updated": self.report.total(UPDATED),
            }
            record(self.session, self.who, Act("import", "chart", patients=self.touched, detail=detail))


class _Resumed:
    """What a following batch takes over from the one before."""

    def __init__(self, batch: _Batch) -> None:
        self.session, self.who, self.target, self.memory = batch.session, batch.who, batch.target, batch.memory


class _Course:
    """The dose events of one medication, as its orders tell them."""

    def __init__(
        self,
        batch: _Batch,
        medication_id: UUID,
        patient_id: UUID,
        events: list[dict[str, Any]],
        own: Mapping[UUID, Mapping[str, Any]],
    ) -> None:
        self.batch, self.medication_id, self.patient_id, self.own = batch, medication_id, patient_id, own
        self.events = list(events)

    def write(self, read: list[tuple[Found, OrderRecord, Known | None]]) -> None:
        kept = [(one, before) for _, one, before in read if not one.gone]
        for _, one, before in read:
            if one.gone and before is not None:
                self._take_back(one, before)
        for index, (one, before) in enumerate(kept):
            following = kept[index + 1][0].on if index + 1 < len(kept) else None
            event_id = self._begin(one, before)
            self._end(one, following)
            self._remember(one, before, event_id)

    def _remember(self, one: OrderRecord, before: Known | None, event_id: UUID | None) -> None:
        subject = ("dose_event", event_id) if event_id else ("medication", self.medication_id)
        if before is None:
            self.batch._remember_source(one.origin, *subject)  # type: ignore[arg-type]
            self.batch.report.count(one.origin.kind, CREATED)
        else:
            self.batch._seen(one.origin, before)
            self.batch.report.count(one.origin.kind, UPDATED)

    def _begin(self, one: OrderRecord, before: Known | None) -> UUID | None:
        """Start, change or go on: an order of the same dose while the drug is taken is no event."""
        if before is not None and before.subject_id in self.own:
            values = {"on": one.on, "dose_mg": one.dose_mg, "text": one.text}
            self.batch._update("dose_event", self.own[before.subject_id], values, self.patient_id)
            self._replace(before.subject_id, values)
            return None
        if before is not None:
            return None
        last = self._last(one.on)
        if last is None or last["kind"] == "stop":
            return self._add("start", one.on, one.dose_mg, one.text)
        if one.dose_mg is None or last["dose_mg"] == one.dose_mg:
            return None
        return self._add("change", one.on, one.dose_mg, one.text)

    def _end(self, one: OrderRecord, following: date | None) -> None:
        """An order that is over is a stop, unless the next one goes on with it."""
        if not one.ended:
            return
        told = one.ended_on is not None
        end = one.ended_on or one.on
        gap = orders.CONTINUOUS if told else orders.CONTINUOUS_UNTOLD
        later = [event["on"] for event in self.events if event["on"] > one.on or event["kind"] == "stop"]
        goes_on = following is not None and following <= end + gap
        if not goes_on and not any(one.on <= on <= end + gap for on in later):
            text = "" if told else "the source does not say when"
            self._add("stop", end, None, text, one.end_reason)

    def _last(self, on: date) -> dict[str, Any] | None:
        before = [event for event in self.events if event["on"] <= on]
        return max(before, key=lambda event: (event["on"], event["kind"] != "stop"), default=None)

    def _add(self, kind: str, on: date, dose_mg: float | None, text: str, reason: str = "") -> UUID:
        values = {
            "medication_id": self.medication_id, "kind": kind, "on": on, "dose_mg": dose_mg, "text": text,
            "reason": reason, "recorded_by": None, "recorded_at": self.batch.target.now, "in_error": False,
        }  # fmt: skip
        event_id = self.batch._insert("dose_event", **values)
        self.events.append({"id": event_id, **values})
        return event_id

    def _replace(self, event_id: UUID, values: Mapping[str, Any]) -> None:
        self.events = [{**event, **values} if event["id"] == event_id else event for event in self.events]

    def _take_back(self, one: OrderRecord, before: Known) -> None:
        """An order entered in error takes its event with it, and the medication when nothing is left of it."""
        if before.subject_id in self.own:
            row = self.own[before.subject_id]
            self.batch._update("dose_event", row, {"in_error": True}, self.patient_id, why=one.gone)
            self.events = [event for event in self.events if event["id"] != before.subject_id]
        if not any(event["kind"] != "stop" for event in self.events):
            rows = queries.rows_by_id(self.batch.session, self.batch.target.org_id, "medication", [self.medication_id])
            if self.medication_id in rows:
                self.batch._update("medication", rows[self.medication_id], {"in_error": True}, self.patient_id, why=one.gone)
        self.batch._seen(one.origin, before)
        self.batch.report.count(one.origin.kind, UPDATED)


Part = tuple[Found, PartRecord, Person, Known | None]


class _Scores:
    """The filled forms of one batch, joined with what was known of them."""

    def __init__(self, batch: _Batch, parts: list[Part], changed: set[tuple[str, str]]) -> None:
        self.batch, self.session, self.target = batch, batch.session, batch.target
        self.parts = {(one.origin.kind, one.origin.key): part for part in parts for one in (part[1],)}
        self.changed = changed
        self.done: set[tuple[str, str]] = set()
        self.refusals: dict[tuple[str, str], str] = {}

    def write(self) -> None:
        read = [part[1] for part in self.parts.values()]
        taken_back = [one for one in read if one.gone]
        self._take_back(taken_back)
        made = assembly.sheets(one for one in read if not one.gone)
        wanted = [sheet for sheet in made if any(self._is_changed(part) for part in sheet.parts)]
        self._write_sheets(wanted)
        self._report(taken_back)

    def _is_changed(self, part: PartRecord) -> bool:
        return (part.origin.kind, part.origin.key) in self.changed

    def _write_sheets(self, sheets: list[assembly.Sheet]) -> None:
        keys = {self._form_key(sheet) for sheet in sheets}
        forms = self.batch._known({"Form": keys})
        ids = {one.subject_id for one in forms.values()} | {
            before.subject_id for *_, before in self.parts.values() if before is not None
        }
        rows = queries.rows_by_id(self.session, self.target.org_id, "measure", ids)
        by_hand = queries.entered_scores(self.session, self.target.org_id, {self._person(s).id for s in sheets})
        for sheet in sheets:
            try:
                self._write_sheet(sheet, forms.get(("Form", self._form_key(sheet))), rows, by_hand)
            except Refused as why:
                self.refusals.update({(p.origin.kind, p.origin.key): str(why) for p in sheet.parts})

    def _person(self, sheet: assembly.Sheet) -> Person:
        first = sheet.parts[0].origin
        return self.parts[first.kind, first.key][2]

    def _form_key(self, sheet: assembly.Sheet) -> str:
        at = sheet.taken_at
        moment = str(at.timestamp()) if isinstance(at, datetime) and at.tzinfo else at.isoformat()
        return f"{self._person(sheet).id.hex}|{sheet.instrument}|{moment}"

    def _existing(self, sheet: assembly.Sheet, form: Known | None, rows: Mapping[UUID, Any]) -> Any:
        """The row of this form: the one that its parts became, else the one of its moment."""
        for part in sheet.parts:
            before = self.parts[part.origin.kind, part.origin.key][3]
            if before is not None and before.subject_id in rows and _is_for(rows[before.subject_id], sheet):
                return rows[before.subject_id]
        return rows.get(form.subject_id) if form else None

    def _write_sheet(
        self,
        sheet: assembly.Sheet,
        form: Known | None,
        rows: Mapping[UUID, Any],
        by_hand: Mapping[tuple[UUID, str, date, int | None], UUID],
    ) -> None:
        person = self._person(sheet)
        if sheet.taken_on < person.birth_date:
            raise Refused("it is dated before the patient's birth")
        row = self._existing(sheet, form, rows)
        if row is not None:
            self._change(sheet, row, person, form)
            return
        scored = assembly.scoring(sheet)
        same = by_hand.get((person.id, sheet.instrument, sheet.taken_on, scored.total))
        if same is not None and scored.total is not None:
            place = self.parts[sheet.parts[0].origin.kind, sheet.parts[0].origin.key][0].place
            self.batch.report.note(place, sheet.parts[0].origin.kind, sheet.parts[0].origin.key,
                                   "the same score was entered by hand: joined to it")  # fmt: skip
        self._remember(sheet, same if same is not None and scored.total is not None else self._new(sheet, scored, person), form)
        self.batch.touched.add(person.id)

    def _new(self, sheet: assembly.Sheet, scored: assembly.Scoring, person: Person) -> UUID:
        return self.batch._insert(
            "measure", patient_id=person.id, contact_id=None, instrument=sheet.instrument, form_version="",
            language="", mode="", taken_on=sheet.taken_on, scoring_version="1", source=self.target.label,
            reviewed_on=None, recorded_by=None, recorded_at=self.target.now, in_error=False, version=1,
            **_columns(scored),
        )  # fmt: skip

    def _change(self, sheet: assembly.Sheet, row: Any, person: Person, form: Known | None) -> None:
        """A part was corrected, or arrived later: the score is made anew from all that is known."""
        partial = row["items"] is not None and row["answered"] != len(row["items"])
        complete = row["items"] is not None and not partial
        total = None if complete or (partial and row["prorated"]) else row["total"]
        scored = assembly.scoring(assembly.merged(sheet, total, row["items"], row["item9"]))
        values = {"taken_on": sheet.taken_on, **_columns(scored), "in_error": False}
        corrected = queries.fields_corrected_by_hand(self.session, self.target.org_id, [row["id"]])[row["id"]]
        if row["source"] != "entered" and not corrected & set(values):
            self.batch._update("measure", row, values, person.id)
        self._remember(sheet, row["id"], form)

    def _remember(self, sheet: assembly.Sheet, measure_id: UUID, form: Known | None) -> None:
        if form is None:
            origin = Origin("Form", self._form_key(sheet), "", sheet.parts[0].origin.place)
            self.batch._remember_source(origin, "measure", measure_id)
        for part in sheet.parts:
            key = (part.origin.kind, part.origin.key)
            before = self.parts[key][3]
            if key in self.changed and key not in self.done:
                self.done.add(key)
                if before is None:
                    self.batch._remember_source(part.origin, "measure", measure_id)
                    self.batch.report.count(part.origin.kind, CREATED)
                else:
                    self.batch._seen(part.origin, before, "measure", measure_id)
                    self.batch.report.count(part.origin.kind, UPDATED)

    def _take_back(self, parts: list[PartRecord]) -> None:
        """A part that was entered in error takes the score with it."""
        ids = {b.subject_id for p in parts if (b := self.parts[p.origin.kind, p.origin.key][3]) is not None}
        rows = queries.rows_by_id(self.session, self.target.org_id, "measure", ids)
        for part in parts:
            key = (part.origin.kind, part.origin.key)
            _, _, person, before = self.parts[key]
            if key not in self.changed:
                continue
            if before is None:
                self.refusals[key] = f"the source says: {part.gone}"
                continue
            row = rows[before.subject_id]
            if row["source"] != "entered":
                self.batch._update("measure", row, {"in_error": True}, person.id, why=part.gone)
            self.batch._seen(part.origin, before)
            self.batch.report.count(part.origin.kind, UPDATED)
            self.done.add(key)

    def _report(self, taken_back: list[PartRecord]) -> None:
        for key in self.changed - self.done:
            found, one, _, _ = self.parts[key]
            reason = self.refusals.get(key, "it is a panel without its answers")
            self.batch.report.skip(found.place, one.origin.kind, one.origin.key, reason)


def _is_for(row: Any, sheet: assembly.Sheet) -> bool:
    return bool(row["instrument"] == sheet.instrument)


def _columns(scored: assembly.Scoring) -> dict[str, Any]:
    return {
        "items": None if scored.items is None else list(scored.items),
        "answered": scored.answered,
        "total": scored.total,
        "prorated": scored.prorated,
        "item9": scored.item9,
        "source_note": scored.note,
    }


def _drug_key(patient_id: UUID, name: str) -> str:
    return f"{patient_id.hex}|{name[:150]}"


def _search(values: Mapping[str, Any]) -> dict[str, str]:
    """What a search compares with."""
    family, given = values["family_name"], values["given_name"]
    return {"search_name": fold(f"{family} {given}"), "search_given": fold(given)}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | float | str | list) else str(value)


def _id(found: Found) -> str:
    """The id as the source wrote it, cut short."""
    key = found.resource.get("id")
    return key[:80] if isinstance(key, str) and key.isprintable() else ""
