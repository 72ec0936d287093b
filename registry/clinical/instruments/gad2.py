"""GAD-2: the first two items of the GAD-7; never pro-rated; no LOINC code is confirmed."""

from registry.clinical.instruments.kinds import Cut, Instrument

GAD2 = Instrument(
    name="gad2",
    title="GAD-2",
    item_count=2,
    item_highest=3,
    highest=6,
    bands=(),
    cuts=(Cut(3),),
    sources=("M",),
    licence="free, no permission needed",
)
