"""AUDIT-C: three items from 0 to 4; positive from 4 for men and from 3 for women; never pro-rated."""

from registry.clinical.instruments.kinds import Cut, Instrument, Loinc

AUDIT_C = Instrument(
    name="audit_c",
    title="AUDIT-C",
    item_count=3,
    item_highest=4,
    highest=12,
    bands=(),
    cuts=(Cut(4, "men"), Cut(3, "women")),
    sources=("S76", "M"),
    licence="World Health Organization; free with credit",
    loinc=Loinc(panel="72109-2", total="75626-2", items=(None, "68519-8", "68520-6")),
)
