"""What each LOINC code means for a form: a total, an item or a panel, never one for another.

Totals, items and panels are those of `registry.clinical.instruments`, which holds confirmed codes alone. The
answer codes are LOINC's lists as the questionnaires of US Core print them (LA6568-5 to LA6571-9 also in S20, S21).
"""

from registry.clinical.instruments import INSTRUMENTS

TOTALS = {i.loinc.total: name for name, i in INSTRUMENTS.items() if i.loinc.total}
PANELS = {i.loinc.panel: name for name, i in INSTRUMENTS.items() if i.loinc.panel}
ITEMS: dict[str, dict[str, int]] = {}
"""Item code to the instruments that ask it, with its place counted from 0."""
for _name, _instrument in INSTRUMENTS.items():
    for _place, _code in enumerate(_instrument.loinc.items):
        if _code:
            ITEMS.setdefault(_code, {})[_name] = _place

OTHER_PANELS = {
    "55757-9": "the PHQ-2 panel",
    "69724-3": "the PHQ-4 panel",
    "72110-0": "the AUDIT panel",
    "82666-9": "the DAST-10 panel",
}
"""Panels that carry no score; a value under one of them may be anything."""
UNSCORED = {"69722-7": "the difficulty question, which is not scored"}
STRANGERS = {
    "68517-2": (
        "audit_c",
        "68517-2 asks for the number of heavy-drinking days a year, which is not a question of the AUDIT-C",
    ),
}
"""Questions that stand in forms to which they do not belong, and spoil their total."""
NOT_KEPT = {
    "70272-0": "PHQ-4",
    "71354-5": "EPDS",
    "99046-5": "EPDS",
    "93374-7": "C-SSRS risk level",
    "93373-9": "C-SSRS screener",
    "73831-0": "outcome of an adolescent depression screening, without a score",
    "73832-8": "outcome of an adult depression screening, without a score",
    "2345-7": "glucose of which nobody says that it was fasting",
    "2339-0": "glucose of which nobody says that it was fasting",
    "2160-0": "creatinine: a reported eGFR is read, and none is computed",
    "38483-4": "creatinine: a reported eGFR is read, and none is computed",
    "39156-5": "BMI: it follows from weight and height",
}
"""Screening results and readings of which the registry keeps no row, and why."""

_FREQUENCY = (
    ("LA6568-5", "not at all"),
    ("LA6569-3", "several days"),
    ("LA6570-1", "more than half the days"),
    ("LA6571-9", "nearly every day"),
)
_DRINKS = (
    ("LA15694-5", "1 or 2"),
    ("LA15695-2", "3 or 4"),
    ("LA18930-0", "5 or 6"),
    ("LA18931-8", "7 to 9"),
    ("LA18932-6", "10 or more"),
)
_OCCASIONS = (
    ("LA6270-8", "never"),
    ("LA18933-4", "less than monthly"),
    ("LA18876-5", "monthly"),
    ("LA18891-4", "weekly"),
    ("LA18934-2", "daily or almost daily"),
)
_YES_OR_NO = (("LA32-8", "no"), ("LA33-6", "yes"))


def _answers(code: str) -> tuple[tuple[str, str], ...]:
    """The answers of an item, in the order of their value."""
    if {"phq9", "phq2", "gad7"} & ITEMS[code].keys():
        return _FREQUENCY
    if "pc_ptsd_5" in ITEMS[code]:
        return _YES_OR_NO
    return {"68519-8": _DRINKS, "68520-6": _OCCASIONS}.get(code, ())


ANSWER_CODES = {code: {answer: value for value, (answer, _) in enumerate(_answers(code))} for code in ITEMS}
"""Item code to answer code to value."""
ANSWER_WORDS = {code: {text: value for value, (_, text) in enumerate(_answers(code))} for code in ITEMS}
"""The same for the words of the answers."""
