"""PHQ-A (PHQ-9M): the adolescent form; scored and banded as the PHQ-9, in the same series.

Its wording differs by version, so the registry takes its answers by number and ships no text.
"""

from datetime import date

from registry.clinical.dates import age_on
from registry.clinical.instruments.kinds import Cut, Instrument, Loinc
from registry.clinical.instruments.phq9 import BANDS

PHQ_A = Instrument(
    name="phq_a",
    title="PHQ-A",
    item_count=9,
    item_highest=3,
    highest=27,
    bands=BANDS,
    cuts=(Cut(10),),
    sources=("S19", "S47", "M"),
    licence="free; wording differs by version and is not shipped",
    safety_item=9,
    may_miss=2,
    loinc=Loinc(panel="89206-7", total="89204-2"),
)

ADULT_AGE = 18


def depression_form(birth_date: date | None, on: date) -> str:
    """The form of the PHQ for a patient of this age: the adolescent one below 18 (3.1)."""
    age = age_on(birth_date, on)
    return PHQ_A.name if age is not None and age < ADULT_AGE else "phq9"
