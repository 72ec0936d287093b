"""What an instrument is: its items, its bands, its cut and what may be done about a blank."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Band:
    """A named range of totals; the severity 0-4 belongs to the word, so one word has one colour."""

    lowest: int
    highest: int
    name: str
    severity: int


@dataclass(frozen=True, slots=True)
class Cut:
    """A total from which the screen counts as positive, for everyone or for one sex."""

    at_least: int
    whom: str = "everyone"  # everyone | men | women


@dataclass(frozen=True, slots=True)
class Loinc:
    """LOINC codes that the domain facts confirm; anything unconfirmed stays None."""

    panel: str | None = None
    total: str | None = None
    items: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Instrument:
    """One instrument; every item is answered from 0 to ``item_highest``."""

    name: str
    title: str
    item_count: int
    item_highest: int
    highest: int
    bands: tuple[Band, ...]
    cuts: tuple[Cut, ...]
    sources: tuple[str, ...]
    licence: str
    safety_item: int | None = None  # counted from 1
    may_miss: int = 0  # items that may be blank and be pro-rated
    reversed_items: frozenset[int] = frozenset()  # counted from 1; "no" scores
    loinc: Loinc = Loinc()
    lowest: int = 0

    @property
    def positive_cut(self) -> int:
        """The lowest total that is positive for anybody."""
        return min(cut.at_least for cut in self.cuts)


FREQUENCY_BANDS = (
    Band(0, 4, "minimal", 0),
    Band(5, 9, "mild", 1),
    Band(10, 14, "moderate", 2),
)
