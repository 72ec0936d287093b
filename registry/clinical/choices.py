"""Choices of the protocol: where two published ways differ, a clinic says which of them it follows."""

from dataclasses import dataclass

from registry.clinical.dates import begun
from registry.clinical.sources import awaits_sign_off

ADA_2004, APA_2020 = "ada_apa_2004", "apa_2020"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several published ways, with their sources."""

    value: str
    options: tuple[tuple[str, str], ...]
    """Each way: its code and its name."""
    meaning: str
    sources: tuple[str, ...]

    @property
    def awaiting_sign_off(self) -> bool:
        """True for a way that no public source gives."""
        return awaits_sign_off(*self.sources)

    @property
    def title(self) -> str:
        """The meaning as it begins a line: the first letter is large, the others stay as they are."""
        return begun(self.meaning)

    @property
    def names(self) -> dict[str, str]:
        """The name of each way by its code."""
        return dict(self.options)

    def __str__(self) -> str:
        return self.names[self.value]


ANTIPSYCHOTICS = Choice(
    ADA_2004,
    ((ADA_2004, "ADA/APA 2004"), (APA_2020, "APA 2020")),
    "metabolic monitoring of antipsychotics",
    ("S49", "S50"),
)
