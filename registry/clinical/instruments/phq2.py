"""PHQ-2: the first two items of the PHQ-9; a gate, never a PHQ-9, and never pro-rated."""

from registry.clinical.instruments.kinds import Cut, Instrument, Loinc

PHQ2 = Instrument(
    name="phq2",
    title="PHQ-2",
    item_count=2,
    item_highest=3,
    highest=6,
    bands=(),
    cuts=(Cut(3),),
    sources=("S46", "S19"),
    licence="free, no permission needed",
    loinc=Loinc(total="55758-7", items=("44250-9", "44255-8")),
)
