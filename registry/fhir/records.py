"""What is read out of resources: frozen facts with where they came from."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, NamedTuple

import orjson

from registry.fhir.reading import Found
from registry.fhir.report import Place
from registry.fhir.values import Refused, instant, local_day, plain

BOOKKEEPING = ("meta", "text")
"""Parts of a resource that say nothing of the patient: a server rewrites them at will."""
LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Reading:
    """Under which calendar dates are read: the clinic's zone and the day of the import."""

    zone: tzinfo
    today: date

    def moment(self, value: Any, missing: str) -> tuple[date | datetime, date]:
        """When something was, and the clinic's day of it; what names no day, or one that cannot be, is refused."""
        at, on = instant(value), local_day(value, self.zone)
        if at is None or on is None:
            raise Refused(missing)
        if on > self.today:
            raise Refused("it is dated in the future")
        if on.year < 1900:
            raise Refused("its date lies before 1900")
        return at, on


class Origin(NamedTuple):
    """A resource of the source: its type, its id there, what was read of it in short, and where."""

    kind: str
    key: str
    digest: str
    place: Place


@dataclass(frozen=True, slots=True)
class PatientRecord:
    origin: Origin
    mrn: str
    values: dict[str, Any]
    """Columns of the patient's row, without the search keys."""
    doctors: tuple[str, ...]
    """References to the general practitioners."""
    doctor_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PractitionerRecord:
    origin: Origin
    values: dict[str, Any]
    staff_list: bool


@dataclass(frozen=True, slots=True)
class RowRecord:
    """A resource that becomes one row of its own: a problem or a visit."""

    origin: Origin
    patient: str
    values: dict[str, Any]
    gone: str = ""
    """Why the source took it back: entered in error, refuted."""


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """One prescription: what, how much a day, from when, and until when if it has ended."""

    origin: Origin
    patient: str
    name: str
    rxnorm: str | None
    psychotropic: bool
    on: date
    dose_mg: float | None
    text: str
    ended: bool
    ended_on: date | None
    end_reason: str
    indication: str
    gone: str = ""


@dataclass(frozen=True, slots=True)
class ResultRecord:
    """One laboratory value or vital sign, in the unit that the registry keeps."""

    origin: Origin
    patient: str
    code: str
    """What was measured, as the monitoring schedules name it."""
    at: date | datetime | None
    on: date | None
    values: dict[str, Any]
    """Columns of the row; empty where it is refused or taken back."""
    refusal: str = ""
    """Why it must not be kept, nor what an earlier version of it said."""
    gone: str = ""


@dataclass(frozen=True, slots=True)
class PartRecord:
    """What one Observation or QuestionnaireResponse says of a filled form: values by LOINC code."""

    origin: Origin
    patient: str
    taken_at: date | datetime
    taken_on: date
    answers: tuple[tuple[str, int], ...]
    panel: str = ""
    """LOINC code of the panel, where it is one."""
    linked: tuple[str, ...] = ()
    """Ids of the parts that it has as members or was derived from."""
    refusal: str = ""
    """Why the form that it belongs to must not be scored."""
    refused: tuple[str, ...] = ()
    """The LOINC codes that it speaks of, where it is refused."""
    gone: str = ""

    @property
    def codes(self) -> frozenset[str]:
        """The LOINC codes that it speaks of."""
        return frozenset(code for code, _ in self.answers).union(self.refused)


def origin(found: Found) -> Origin:
    """The identity of a resource; one without an id is known by its content."""
    resource = found.resource
    kind = resource["resourceType"]
    read = {name: value for name, value in resource.items() if name not in BOOKKEEPING}
    digest = hashlib.blake2b(_canonical(read), digest_size=16).hexdigest()
    return Origin(kind, key_of(found) or digest, digest, found.place)


def _canonical(resource: dict[str, Any]) -> bytes:
    """The same bytes for the same content, whatever the order of its parts."""
    try:
        return orjson.dumps(resource, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:  # half a character, or very deep: the standard library knows what to do
        pass
    try:
        return json.dumps(resource, sort_keys=True, check_circular=False).encode()
    except RecursionError:
        raise Refused("it is nested too deeply") from None


def key_of(found: Found) -> str:
    """The id, else the last part of the entry's address, else nothing."""
    key = found.resource.get("id")
    if not isinstance(key, str) or not key:
        key = found.full_url.rsplit("/", 1)[-1].rsplit(":", 1)[-1]
    if len(key) > LONGEST_KEY or plain(key) != key:
        raise Refused(f"its id is longer than {LONGEST_KEY} characters or has characters that no id has")
    return key
