"""What one resource leaves for others that are read later in the same delivery."""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

from registry.fhir import answers, orders
from registry.fhir.reading import Found
from registry.fhir.records import PatientRecord, PractitionerRecord

Told = list[tuple[Found, PractitionerRecord]]
"""A practitioner, as often as the delivery tells of them."""


class Person(NamedTuple):
    """A patient to whom resources refer."""

    id: UUID
    birth_date: date


@dataclass(slots=True)
class Memory:
    medications: dict[str, orders.Drug] = field(default_factory=dict)
    forms: dict[str, answers.Questionnaire] = field(default_factory=dict)
    staff: dict[str, Told] = field(default_factory=dict)
    """Practitioners whom nobody has named as PCP yet, by id."""
    roles: dict[str, tuple[str, bool]] = field(default_factory=dict)
    """Practitioner (id or identifier) to a phone and whether the role is one of primary care."""
    waiting: list[tuple[UUID, PatientRecord]] = field(default_factory=list)
    """Patients whose general practitioner has not been read yet."""
    deferred: list[Found] = field(default_factory=list)
    """Resources that refer to something not read yet."""
    people: set[UUID] = field(default_factory=set)
    """Patients who have a record of their own in this delivery."""

    def copy(self) -> "Memory":
        """As it is now, for a batch that may have to be taken back."""
        return Memory(
            dict(self.medications), dict(self.forms), {key: list(told) for key, told in self.staff.items()},
            dict(self.roles), list(self.waiting), list(self.deferred), set(self.people),
        )  # fmt: skip
