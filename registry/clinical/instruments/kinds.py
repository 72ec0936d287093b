"""What an instrument is: its items, its bands, its cuts and what may be done about a blank."""

from dataclasses import dataclass

ENTRIES = ("items", "number", "total", "elsewhere")


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
    sources: tuple[str, ...] = ()
    note: str = ""  # how good it is, and which others are in use


@dataclass(frozen=True, slots=True)
class Loinc:
    """LOINC codes that the domain facts confirm; anything unconfirmed stays None."""

    panel: str | None = None
    total: str | None = None
    items: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Subscale:
    """Some of the items: their points added up, or the answers counted that reach `counts_from`."""

    name: str
    title: str
    items: tuple[int, ...]  # counted from 1
    at_least: int | None = None  # reached: the subscale is positive
    counts_from: int | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What counts as a change; points and percent are told together, and none alone is called meaningful (3.2)."""

    response_percent: int | None = None
    response_points: int | None = None
    remission_below: int | None = None
    meaningful_points: int | None = None
    reliable_points: int | None = None
    lower_band: bool = False  # a lower band, or zone, counts as better
    note: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """Our own words for an item whose wording is not shipped, with its answers in the order of their value."""

    item: int
    text: str
    options: tuple[str, ...] = ()


YES_NO = ("No", "Yes")


@dataclass(frozen=True, slots=True)
class Extra:
    """A question that a form asks beside its items, in our own words: never scored, and no item."""

    key: str
    label: str
    kind: str  # yes_no | 0-3
    options: tuple[str, ...] = YES_NO
    """The answers in the order of their value, from 0."""
    safety: bool = False  # a yes opens the safety path

    def told(self, answer: int | None) -> str:
        """The question with its answer; one that is not known was not asked."""
        return f"{self.label}: {'not asked' if answer is None else self.options[answer].lower()}"


@dataclass(frozen=True, slots=True)
class Instrument:
    """One instrument as its data file tells it; items are numbered from 1."""

    name: str
    title: str
    item_count: int
    item_highest: int
    highest: int
    bands: tuple[Band, ...]
    cuts: tuple[Cut, ...]
    sources: tuple[str, ...]
    licence: str
    safety_item: int | None = None
    may_miss: int = 0  # items that may be blank and be pro-rated
    reversed_items: frozenset[int] = frozenset()  # "no" scores
    loinc: Loinc = Loinc()
    lowest: int = 0
    version: str = "1"
    purpose: str = ""
    informant: str = "self"  # self | parent | teacher
    entry: str = "items"
    """items: with its wording; number: from the printed form; total: until a licence is recorded; elsewhere."""
    entry_reason: str = ""
    total_hint: str = ""  # how a bare total is read off the form, where that is not plain
    missing: str = ""
    from_age: int | None = None
    to_age: int | None = None
    gate_item: int | None = None  # a no to it answers all the others
    gate_to: str = ""  # the form that a positive screen asks for
    parts_after: int = 0  # last items that a source may leave out
    with_total: tuple[int, ...] = ()  # items that are asked beside a bare total
    worst_first: frozenset[int] = frozenset()  # printed with the worst answer first; entered are points
    rule: str = ""  # a special rule of `verdicts`
    total_items: tuple[int, ...] = ()
    subscales: tuple[Subscale, ...] = ()
    change: Change = Change()
    labels: tuple[Label, ...] = ()
    extras: tuple[Extra, ...] = ()
    values: tuple[tuple[int, ...], ...] = ()

    @property
    def positive_cut(self) -> int:
        """The lowest total that is positive for anybody; one without a cut has none to ask for (`ValueError`)."""
        return min(cut.at_least for cut in self.cuts)

    @property
    def has_total(self) -> bool:
        """The C-SSRS has a level and no sum."""
        return bool(self.total_items)

    @property
    def needs_licence(self) -> bool:
        """Whether its answers go in only after the organisation has recorded a licence."""
        return self.entry == "total"

    def label(self, item: int) -> Label | None:
        """Our own words for an item, where there are any."""
        return next((label for label in self.labels if label.item == item), None)
