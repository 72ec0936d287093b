"""One episode in the making: what was decided about it at the start, and where it stands while it is told."""

from dataclasses import dataclass, field
from datetime import date
from random import Random
from uuid import UUID

from registry.demo.cast import Clinic, Clinician
from registry.demo.curves import Curve
from registry.demo.drugs import Dose
from registry.demo.people import Person
from registry.demo.rows import Rows

PHQ9, GAD7 = "phq9", "gad7"


@dataclass
class Taken:
    """A PHQ-9 (or PHQ-A) as it was taken."""

    measure_id: UUID
    on: date
    total: int
    item9: int | None


@dataclass
class Case:
    """An episode with its plan; the lists fill while its history is told."""

    rows: Rows
    clinic: Clinic
    person: Person
    kind: str
    today: date
    episode_id: UUID
    referred_on: date
    enrolled_on: date
    last_on: date
    """Nothing of the history happens after this day."""
    primary: str
    phq9: Curve
    gad7: Curve
    goal: str
    therapist: Clinician | None = None
    closes: str = ""
    """The reason of its close; empty while it goes on."""
    unsafe_tendency: float = 0.0
    """How readily item 9 is positive."""
    neglected: bool = False
    """Reviews and recommendations of this patient are left lying."""

    scores: list[Taken] = field(default_factory=list)
    primary_totals: list[tuple[date, int]] = field(default_factory=list)
    contacts: list[tuple[UUID, date]] = field(default_factory=list)
    reviews: list[date] = field(default_factory=list)
    medication_id: UUID | None = None
    dose: Dose | None = None
    dose_since: date | None = None
    tried: set[str] = field(default_factory=set)
    therapy: str = ""
    therapy_from: date | None = None
    in_prevention_since: date | None = None
    missed: int = 0
    pressing: str = ""
    """What has to be done at once; it is the next action, due today."""

    @property
    def rng(self) -> Random:
        return self.rows.rng

    @property
    def active(self) -> bool:
        return not self.closes

    @property
    def author(self) -> Clinician:
        return self.therapist or self.clinic.care_manager

    def week(self, day: date) -> float:
        return (day - self.enrolled_on).days / 7

    @property
    def baseline(self) -> int:
        return self.primary_totals[0][1]

    @property
    def latest(self) -> int:
        return self.primary_totals[-1][1]

    @property
    def improved(self) -> bool:
        """Half below the baseline, or below 10."""
        return len(self.primary_totals) > 1 and self._better(self.latest)

    @property
    def twice_improved(self) -> bool:
        return len(self.primary_totals) > 2 and all(self._better(t) for _, t in self.primary_totals[-2:])

    @property
    def worse(self) -> bool:
        return len(self.primary_totals) > 2 and self.latest - min(t for _, t in self.primary_totals) >= 5

    def at_target_since(self) -> date | None:
        """From when on every score was half below the baseline or under 5."""
        since = None
        for on, total in reversed(self.primary_totals[1:]):
            if total > self.baseline / 2 and total >= 5:
                break
            since = on
        return since

    def _better(self, total: int) -> bool:
        return total <= self.baseline / 2 or total < 10
