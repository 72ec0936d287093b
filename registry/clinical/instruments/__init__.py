"""The instruments that the registry scores, by name."""

from registry.clinical.instruments.audit_c import AUDIT_C
from registry.clinical.instruments.dast10 import DAST10
from registry.clinical.instruments.filled import Filled
from registry.clinical.instruments.gad2 import GAD2
from registry.clinical.instruments.gad7 import GAD7
from registry.clinical.instruments.kinds import Band, Cut, Instrument, Loinc
from registry.clinical.instruments.phq2 import PHQ2
from registry.clinical.instruments.phq9 import PHQ9
from registry.clinical.instruments.phq_a import PHQ_A, depression_form
from registry.clinical.instruments.scoring import Scored, ScoreError, band, positive, score, score_total
from registry.clinical.instruments.wording import Item, Wording, languages, wording

__all__ = [
    "INSTRUMENTS",
    "Band",
    "Cut",
    "Filled",
    "Instrument",
    "Item",
    "Loinc",
    "ScoreError",
    "Scored",
    "Wording",
    "band",
    "by_loinc_total",
    "depression_form",
    "languages",
    "positive",
    "score",
    "score_total",
    "wording",
]

INSTRUMENTS: dict[str, Instrument] = {
    instrument.name: instrument for instrument in (PHQ9, PHQ_A, GAD7, PHQ2, GAD2, AUDIT_C, DAST10)
}

_BY_TOTAL = {i.loinc.total: i for i in INSTRUMENTS.values() if i.loinc.total is not None}


def by_loinc_total(code: str) -> Instrument | None:
    """The instrument whose total has this LOINC code; a panel or item code is not a total."""
    return _BY_TOTAL.get(code)
