"""The instruments that the registry scores, by name."""

from registry.clinical.instruments.filled import Filled
from registry.clinical.instruments.kinds import Band, Change, Cut, Extra, Instrument, Label, Loinc, Subscale
from registry.clinical.instruments.library import EXTRAS, INSTRUMENTS, PURPOSES, alarms
from registry.clinical.instruments.phq_a import depression_form
from registry.clinical.instruments.scoring import (
    Scored,
    ScoreError,
    band,
    positive,
    score,
    score_total,
    whole,
)
from registry.clinical.instruments.verdicts import SubscaleScore, Verdict, verdict
from registry.clinical.instruments.wording import (
    Item,
    Wording,
    language_for,
    language_read,
    languages,
    wording,
)

__all__ = [
    "EXTRAS",
    "INSTRUMENTS",
    "PURPOSES",
    "Band",
    "Change",
    "Cut",
    "Extra",
    "Filled",
    "Instrument",
    "Item",
    "Label",
    "Loinc",
    "ScoreError",
    "Scored",
    "Subscale",
    "SubscaleScore",
    "Verdict",
    "Wording",
    "alarms",
    "band",
    "by_loinc_total",
    "depression_form",
    "language_for",
    "language_read",
    "languages",
    "positive",
    "score",
    "score_total",
    "verdict",
    "whole",
    "wording",
]

_BY_TOTAL = {i.loinc.total: i for i in INSTRUMENTS.values() if i.loinc.total is not None}


def by_loinc_total(code: str) -> Instrument | None:
    """The instrument whose total has this LOINC code; a panel or item code is not a total."""
    return _BY_TOTAL.get(code)
