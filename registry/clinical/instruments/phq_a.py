"""Which form of the PHQ a patient gets."""

from datetime import date

from registry.clinical.dates import age_on

ADULT_AGE = 18


def depression_form(birth_date: date | None, on: date) -> str:
    """The form of the PHQ for a patient of this age: the adolescent one below 18 (3.1)."""
    age = age_on(birth_date, on)
    return "phq_a" if age is not None and age < ADULT_AGE else "phq9"
