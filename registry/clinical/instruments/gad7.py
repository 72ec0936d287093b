"""GAD-7: seven items from 0 to 3; 10 is positive."""

from registry.clinical.instruments.kinds import FREQUENCY_BANDS, Band, Cut, Instrument, Loinc

GAD7 = Instrument(
    name="gad7",
    title="GAD-7",
    item_count=7,
    item_highest=3,
    highest=21,
    bands=(*FREQUENCY_BANDS, Band(15, 21, "severe", 4)),
    cuts=(Cut(10),),
    sources=("S20", "S21", "M"),
    licence="free, no permission needed (developed with a grant from Pfizer Inc.)",
    may_miss=2,
    loinc=Loinc(
        panel="69737-5",
        total="70274-6",
        items=("69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7"),
    ),
)
