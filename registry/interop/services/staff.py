"""Practitioners: those who are somebody's PCP, and the primary care providers of a list of staff."""

from uuid import UUID

from registry.fhir import people
from registry.fhir.reading import Found
from registry.fhir.records import PatientRecord, PractitionerRecord
from registry.fhir.report import CREATED, UNCHANGED, UPDATED
from registry.fhir.values import Refused, Unused, identifier_of
from registry.interop import queries
from registry.interop.services.ledger import Ledger
from registry.interop.services.memory import Memory, Told

KIND = "Practitioner"


class Staff:
    """Known ones are brought up to date; new ones wait until a patient names them or the delivery ends."""

    def __init__(self, ledger: Ledger, memory: Memory) -> None:
        self.ledger, self.memory, self.report = ledger, memory, ledger.report
        self.by_npi: dict[str, UUID] | None = None

    def read(self, found: list[Found]) -> None:
        read = [(one, record) for one in found if (record := self._record(one))]
        known = self.ledger.known({KIND: {record.origin.key for _, record in read}})
        for one, record in read:
            before = known.get((KIND, record.origin.key))
            if before is None:
                self.memory.staff.setdefault(record.origin.key, []).append((one, record))
            elif before.digest == record.origin.digest:
                self.report.count(KIND, UNCHANGED)
            else:
                row = self.ledger.rows("provider", [before.subject_id])[before.subject_id]
                self.ledger.update("provider", row, record.values, None)
                self.ledger.read_anew(record.origin, before)
                self.report.count(KIND, UPDATED)

    def _record(self, found: Found) -> PractitionerRecord | None:
        try:
            return people.practitioner(found)
        except Refused as why:
            self.report.skip(found.place, KIND, str(found.resource.get("id", ""))[:80], str(why))
        except Unused as why:
            self.report.leave_out(KIND, str(why))
        return None

    def pcp(self, patient: PatientRecord) -> UUID | None:
        """The first general practitioner of a patient who is known or was read in this delivery."""
        return next(filter(None, map(self._provider, patient.doctors)), None)

    def _provider(self, target: str) -> UUID | None:
        """The provider behind a reference, by id or by NPI."""
        npi = identifier_of(target)
        known = None if npi else self.ledger.known({KIND: {target}}).get((KIND, target))
        if known:
            return known.subject_id
        if npi and npi in self._npis():
            return self._npis()[npi]
        staff = self.memory.staff
        key = next((key for key, told in staff.items() if npi and told[-1][1].values["npi"] == npi), target)
        return self._add(staff.pop(key)) if key in staff else None

    def _npis(self) -> dict[str, UUID]:
        if self.by_npi is None:
            target = self.ledger.target
            self.by_npi = queries.providers_by_npi(self.ledger.session, target.org_id, target.clinic_id)
        return self.by_npi

    def _add(self, told: Told) -> UUID:
        """A provider of the clinic; one whose NPI the clinic knows is that provider."""
        record = told[-1][1]
        same = self._npis().get(record.values["npi"])
        phone = (self._role(record) or ("", False))[0]
        provider_id = same or self._new({**record.values, "phone": record.values["phone"] or phone[:60]})
        self.ledger.remember(record.origin, "provider", provider_id)
        self.report.count(KIND, UNCHANGED if same else CREATED)
        self.report.counts[KIND, UNCHANGED] += len(told) - 1
        return provider_id

    def _new(self, values: dict[str, str | None]) -> UUID:
        provider_id = self.ledger.insert(
            "provider", clinic_id=self.ledger.target.clinic_id, account_id=None, **values
        )
        self.ledger.flush_table("provider")
        if values["npi"]:
            self._npis()[values["npi"]] = provider_id
        return provider_id

    def _role(self, record: PractitionerRecord) -> tuple[str, bool] | None:
        """Phone and whether it is primary care, where a role was told for the practitioner."""
        roles, npi = self.memory.roles, record.values["npi"]
        by_npi = (role for target, role in roles.items() if npi and identifier_of(target) == npi)
        return roles.get(record.origin.key) or next(by_npi, None)

    def settle(self) -> None:
        """At the end: patients get a PCP who was read after them, a list of staff its primary care providers."""
        for patient_id, patient in self.memory.waiting:
            self._set_pcp(patient_id, patient)
        for told in list(self.memory.staff.values()):
            listed = any(one.staff_list for _, one in told)
            role = self._role(told[-1][1]) if listed else None
            if listed and (role is None or role[1]):
                self._add(told)
            else:
                for _ in told:
                    self.report.leave_out(KIND, "not in primary care" if listed else "nobody's PCP")
        self.memory.staff.clear()
        self.memory.waiting.clear()

    def _set_pcp(self, patient_id: UUID, patient: PatientRecord) -> None:
        """The PCP by reference, else one of the name that the patient's record shows."""
        name = next(filter(None, patient.doctor_names), "")
        pcp_id = self.pcp(patient)
        if pcp_id is None and name:
            npi = next(filter(None, map(identifier_of, patient.doctors)), None)
            pcp_id = self._new({"name": name, "credentials": "", "phone": "", "fax": "", "npi": npi})
        row = self.ledger.rows("patient", [patient_id]).get(patient_id)
        if pcp_id is not None and row is not None and row["pcp_id"] is None:
            self.ledger.change("patient", patient_id, {"pcp_id": pcp_id, "version": row["version"] + 1})
            self.ledger.touched.add(patient_id)
