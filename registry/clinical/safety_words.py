"""Is the patient safe: one sentence for every page and paper; "not asked" is never "none reported"."""

from registry.clinical.dates import spell
from registry.clinical.facts import EpisodeFacts, RiskAssessment
from registry.clinical.instruments.cssrs import triage
from registry.clinical.risk import alarm_words, asks_safety, safety_item, unknown_item
from registry.clinical.views import Standing

LEVELS = {"unknown": "not complete", "none": "negative"}


def level_words(assessment: RiskAssessment) -> str:
    """Columbia's level of an assessment: 'high risk', 'negative', 'not complete'."""
    level = triage(assessment).level
    return LEVELS.get(level, f"{level} risk")


def safety_sentence(standing: Standing) -> tuple[str, bool]:
    """The sentence, and whether something is open: the most urgent safety finding, else what is known."""
    found = next((finding for finding in standing.findings if finding.tag == "safety"), None)
    if found is not None:
        return found.sentence, True
    return _known(standing.picture.facts), False


def _known(facts: EpisodeFacts) -> str:
    """What the last form that asks about suicide told; where it told nothing, that first and then what is older."""
    last = next((score for score in reversed(facts.scores) if asks_safety(score)), None)
    unknown = unknown_item(last, facts.risk_assessments) if last else ""
    told = _told(facts)
    if not last or not unknown or any(a.on >= last.taken_on for a in facts.risk_assessments):
        return told or "Not asked: no item 9 and no risk assessment on record."
    if not last.by_item:
        return f"Not known on {spell(last.taken_on)}: only the total was told. {told}".rstrip()
    return f"Not asked on {spell(last.taken_on)}: {unknown}. {told}".rstrip()


def _told(facts: EpisodeFacts) -> str:
    """The last that was answered; empty where nothing was."""
    if facts.risk_assessments:
        last = facts.risk_assessments[-1]
        return f"C-SSRS {level_words(last)} on {spell(last.on)}."
    yes = next((score for score in reversed(facts.scores) if alarm_words(score)), None)
    if yes is not None:
        return f"Reported: {'; '.join(alarm_words(yes))}."
    asked = next((score for score in reversed(facts.scores) if score.item9 is not None), None)
    if asked is None:
        return ""
    reported = "Reported" if asked.item9 else "None reported"
    return f"{reported}: {safety_item(asked)} was {asked.item9} on {spell(asked.taken_on)}."
