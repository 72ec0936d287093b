"""PHQ-9: nine items from 0 to 3; 10 is positive; item 9 asks for thoughts of death or self-harm."""

from registry.clinical.instruments.kinds import FREQUENCY_BANDS, Band, Cut, Instrument, Loinc

BANDS = (*FREQUENCY_BANDS, Band(15, 19, "moderately severe", 3), Band(20, 27, "severe", 4))

PHQ9 = Instrument(
    name="phq9",
    title="PHQ-9",
    item_count=9,
    item_highest=3,
    highest=27,
    bands=BANDS,
    cuts=(Cut(10),),
    sources=("S47", "S46", "M"),
    licence="free, no permission needed (developed with a grant from Pfizer Inc.)",
    safety_item=9,
    may_miss=2,
    loinc=Loinc(
        panel="44249-1",
        total="44261-6",
        items=(
            "44250-9",
            "44255-8",
            "44259-0",
            "44254-1",
            "44251-7",
            "44258-2",
            "44252-5",
            "44253-3",
            "44260-8",
        ),
    ),
)
