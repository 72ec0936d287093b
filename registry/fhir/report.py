"""What an import did: counted per resource type, with every refusal by file, position and reason."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

CREATED, UPDATED, UNCHANGED, SKIPPED, UNUSED = "created", "updated", "unchanged", "skipped", "not used"
OUTCOMES = (CREATED, UPDATED, UNCHANGED, SKIPPED, UNUSED)
FILE = "file"
"""Stands for the resource type where a file or a line could not be read at all."""


class Place(NamedTuple):
    """Where something was read: the file, and the line, entry or byte in it."""

    file: str
    position: str = ""

    def __str__(self) -> str:
        return f"{self.file}: {self.position}" if self.position else self.file


@dataclass(frozen=True, slots=True)
class Skip:
    """Something that should have gone in and did not."""

    place: Place
    kind: str
    key: str
    reason: str


@dataclass(slots=True)
class Report:
    """The result of an import, or of one batch of it."""

    files: int = 0
    resources: int = 0
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(resource type, outcome) to how many."""
    unused: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(resource type, reason) to how many; nothing is wrong with these."""
    skips: list[Skip] = field(default_factory=list)
    notes: list[Skip] = field(default_factory=list)
    """Read, but worth a look."""

    def count(self, kind: str, outcome: str) -> None:
        self.counts[kind, outcome] += 1

    def skip(self, place: Place, kind: str, key: str, reason: str) -> None:
        self.counts[kind, SKIPPED] += 1
        self.skips.append(Skip(place, kind, key, reason))

    def leave_out(self, kind: str, reason: str) -> None:
        """The registry has no place for this one."""
        self.counts[kind, UNUSED] += 1
        self.unused[kind, reason] += 1

    def note(self, place: Place, kind: str, key: str, text: str) -> None:
        self.notes.append(Skip(place, kind, key, text))

    def add(self, other: "Report") -> None:
        self.files += other.files
        self.resources += other.resources
        self.counts.update(other.counts)
        self.unused.update(other.unused)
        self.skips += other.skips
        self.notes += other.notes

    def total(self, outcome: str) -> int:
        return sum(count for (_, found), count in self.counts.items() if found == outcome)

    @property
    def kinds(self) -> list[str]:
        """The resource types met, in the order of the alphabet; unreadable files last."""
        return sorted({kind for kind, _ in self.counts}, key=lambda kind: (kind == FILE, kind))
