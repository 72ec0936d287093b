"""DAST-10: ten questions, yes = 1 and no = 0; question 3 scores for a no; never pro-rated."""

from registry.clinical.instruments.kinds import Band, Cut, Instrument, Loinc

DAST10 = Instrument(
    name="dast10",
    title="DAST-10",
    item_count=10,
    item_highest=1,
    highest=10,
    bands=(
        Band(0, 0, "none", 0),
        Band(1, 2, "low", 1),
        Band(3, 5, "moderate", 2),
        Band(6, 8, "substantial", 3),
        Band(9, 10, "severe", 4),
    ),
    cuts=(Cut(3),),
    sources=("S84", "M"),
    licence="copyright Harvey A. Skinner and CAMH; free in clinical use, ask for commercial use; text not shipped",
    reversed_items=frozenset({3}),
    loinc=Loinc(total="82667-7"),
)
