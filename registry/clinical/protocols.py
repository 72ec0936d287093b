"""Which protocol holds for a clinic on a day: an old day is always judged by the version that held then.

A version names the numbers and choices that differ from the published protocol and the day from which it holds; it holds until
the next of the same clinic. A clinic without a version of its own, or with one that says so, follows the
organisation; before any version the published protocol holds.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

from registry.clinical.choices import Choice
from registry.clinical.protocol import DEFAULT_PROTOCOL, Protocol, Value, settings


class Version(NamedTuple):
    """One version as it was saved; ``values`` is None where the clinic follows the organisation again."""

    number: int
    clinic_id: UUID | None
    """None for the whole organisation."""
    label: str
    effective_on: date
    values: tuple[tuple[str, Value], ...] | None = ()


@dataclass(frozen=True, slots=True)
class Protocols:
    """All versions of an organisation that stand."""

    versions: tuple[Version, ...] = ()
    _made: dict[Version, Protocol] = field(default_factory=dict, init=False, compare=False, repr=False)

    def version_on(self, clinic_id: UUID | None, day: date) -> Version | None:
        """The version that holds, or None for the published protocol."""
        own = self._last(clinic_id, day) if clinic_id else None
        return own if own and own.values is not None else self._last(None, day)

    def on(self, clinic_id: UUID | None, day: date) -> Protocol:
        """The protocol that holds for a clinic (None: for the whole organisation) on a day."""
        version = self.version_on(clinic_id, day)
        if version is None:
            return DEFAULT_PROTOCOL
        if version not in self._made:
            self._made[version] = protocol_of(version)
        return self._made[version]

    def mark(self, clinic_ids: Collection[UUID | None]) -> str:
        """Names the versions that bear on these places: another mark, and one was saved or withdrawn."""
        return " ".join(str(v.number) for v in self.versions if v.clinic_id in (None, *clinic_ids))

    def planned(self, clinic_id: UUID | None, after: date) -> list[Version]:
        """The place's own versions that begin after a day, in their order; of one day the last counts."""
        begin = {
            v.effective_on: v for v in self.versions if v.clinic_id == clinic_id and v.effective_on > after
        }
        return [begin[day] for day in sorted(begin)]

    def passed_over(self, clinic_id: UUID | None, on: date, after: date) -> list[Version]:
        """The organisation's planned versions that would begin in a clinic, had it no version of its own from a day on."""
        if clinic_id is None:
            return []
        planned = (v for v in self.planned(None, after) if v.effective_on >= on)
        return [v for v in planned if self._would_follow(clinic_id, v.effective_on, on)]

    def _would_follow(self, clinic_id: UUID, day: date, since: date) -> bool:
        """No version of the clinic holds on a day; and it does not say itself, after ``since``, that the clinic follows."""
        own = self._last(clinic_id, day)
        return own is None or (own.values is None and own.effective_on <= since)

    def _last(self, clinic_id: UUID | None, day: date) -> Version | None:
        held = (v for v in self.versions if v.clinic_id == clinic_id and v.effective_on <= day)
        return max(held, key=lambda v: (v.effective_on, v.number), default=None)


PUBLISHED = Protocols()


def protocol_of(version: Version) -> Protocol:
    """The whole protocol of a version; a number or a way that the registry no longer knows is left out."""
    values = {name: value for name, value in version.values or () if _is_known(name, value)}
    return DEFAULT_PROTOCOL.with_values(version.label, version.effective_on, **values)


def _is_known(name: str, value: Value) -> bool:
    found = settings(DEFAULT_PROTOCOL).get(name)
    return value in found.names if isinstance(found, Choice) else found is not None


def protocols_of(versions: Iterable[Version]) -> Protocols:
    """All versions of an organisation; most organisations have none."""
    found = tuple(sorted(versions, key=lambda v: v.number))
    return Protocols(found) if found else PUBLISHED


def differing(values: dict[str, Value]) -> dict[str, Value]:
    """Only those numbers and choices that differ from the published protocol, in its order."""
    published = settings(DEFAULT_PROTOCOL)
    return {
        name: values[name] for name in published if name in values and values[name] != published[name].value
    }
