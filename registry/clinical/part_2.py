"""What nobody outside is shown of a patient with records under 42 CFR Part 2, unless a written consent permits it.

The whole is left out, not marked: that there is something to leave out would itself tell of treatment for substance
use.  So a reader outside is told the same sentence of every patient (``MAY_BE_WITHHELD``).  Texts of the team are searched
for words that tell of use; what patients say in their own words is left out whole where a paper is made (`papers`).
"""

import re
import unicodedata
from dataclasses import replace

from registry.clinical.care import Care
from registry.clinical.drugs import CATALOGUE
from registry.clinical.facts import EpisodeFacts, FactId, Medication, Recommendation, Review
from registry.clinical.pathways import is_part_2

DRUG_CLASS = "substance use"
SCREENS = frozenset({"audit", "audit_c", "dast10"})
READINGS = frozenset({"urine_screen", "opioid_free", "pdmp"})
"""Readings that tell of treatment for substance use, whatever else asks for them."""
CHECKS = frozenset({"alcohol_drugs", "unstable_use"})
CODES = ("F10", "F11", "F12", "F13", "F14", "F15", "F16", "F18", "F19")
"""ICD-10 of substance use."""
MAY_BE_WITHHELD = "This page may leave things out that the law protects. The clinic has the whole record."
WORDS = r"""
alcohol\w* drink\w* drunk sober\w* sobri\w* abstinen\w* booze beers? wine vodka whiske?y tequila liquor hung(?:_|-)?over hangovers? tipsy
intoxicat\w* etoh dui dwi owi delirium_tremens (?-i:DTs) blackouts? breathaly\w* ignition_interlock (?-i:PEth|EtG)
opioid\w* opiate\w* opium narcotics? substances? addict\w* overdos\w* detox\w* rehab(?:ilitation)? cravings? urine utox uds misus\w*
nalox\w* narcan kloxxado zimhi nalmefene opvee lofexidine lucemyra
cannab\w* marijuana thc delta[-_]?8 weed pot bong edibles dispensary stoned cocaine coke crack heroin fentanyl fent meth methamphetamines?
kratom tianeptine phenibut xylazine lsd mdma ecstasy shrooms magic_mushrooms psilocybin ghb poppers inhalants? huff(?:s|ed|ing)? snort\w*
oxycodone oxycontin oxys percocet percs? roxicodone roxies hydrocodone vicodin norco lortab dilaudid opana
bupe? dope dope_?sick\w* uppers downers speedball shoot(?:s|ing)?_up xanax_bars?
audit(?:-c)? dast(?:-10)? ciwa(?:-ar)? (?-i:COWS) sud oud aud moud mat medication[-_]assisted harm[-_]reduction (?:needle|syringe)_(?:exchange|services?)
return(?:ed|s)?_to_use us(?:ed|es|ing)_(?:again|last_night) us(?:e|ed|es|ing)_drugs drugs lapse[sd]? relaps(?:ed|ing) relapse_(?:on|to) dealer
(?:drug|substance|iv|pill|medication|prescription)_(?:use|misuse|abuse) drug_(?:tests?|screens?|courts?|counsel\w+|problems?|treatment|program|charges?)
tox_screens? (?:street|illicit|illegal|recreational)_(?:drugs?|pills?) pills?_from (?:from|off)_the_streets?
(?:smok\w*|vap\w*|us(?:e|ed|es|ing))_dabs (?:get|gets|getting|got)_high
stay(?:s|ed|ing)?_clean (?:get|gets|getting|got|been)_clean clean_(?:from|since|time) (?:days?|weeks?|months?|years?)_clean
(?:from|off|on|us(?:e|ed|es|ing)|shoot\w*)_(?-i:H)
(?-i:AA|CA|NA)_(?:meetings?|groups?|sponsors?) (?:go|goes|going|went|attend(?:s|ing)?)_(?:to_)?(?-i:AA|CA|NA) (?:12|twelve)[-_]step
sponsors? (?:al|nar)[-_]?anon smart_recovery in_recovery recovery_(?:meetings?|groups?|coach(?:es)?|houses?|homes?|centers?|programs?)
withdrawal precipitated_sick\w*
beb(?:er|o|e|es|ia|io|i|iendo|ido|idas?) cervezas? vino tragos? copas licor borrach\w* emborrach\w* embriag\w* ebri[oa] resaca
(?:deja\w*|deje|dejo)_de_tomar(?=\W*$|[.,;]) (?:volver|volvi|volvio)_a_tomar(?=\W*$|[.,;])
drog\w* adict\w* adiccion\w* vicios? desintoxica\w* rehabilitacion sobredosis recaidas? recaer consum(?:o|ir|iendo|io|ia) padrinos?
mari[gh]uana mota porros? heroina cocaina (?:met)?anfetaminas? fentanilo opiaceos? metadona buprenorfina naltrexona de_la_calle
(?:estar|estoy|sigo|seguir|mantener\w*|llev[oa])_limpi[oa]
"""
"""Words of free text that tell of substance use, in English and Spanish without accents, ``_`` for a blank; too many are
left out rather than too few.  No list is complete: what patients say in their own words is left out whole."""
ELSEWHERE = r"""
(?:cardiac|pulmonary|physical|stroke|vocational)_rehab(?:ilitation)? rehabilitacion_(?:fisica|cardiaca|pulmonar)
weed(?:s|ed|ing)?_the (?:a|flower|coffee|tea|cooking|melting)_pot pot_of diet_coke (?:a|time)_lapse_(?:of|in) prevencion_de_recaidas?
(?:antidepressant|serotonergic|psychotropic|heart|blood_pressure)_drugs
"""
"""The words where they tell of something else."""
_NAMES = [name for drug in CATALOGUE.values() if drug.drug_class == DRUG_CLASS for name in drug.names]


def _pattern(words: str, *more: str) -> re.Pattern[str]:
    """Whole words only, whatever their capitals."""
    found = "|".join([*words.replace("_", r"\s+").split(), *more])
    return re.compile(rf"\b(?:{found})\b", re.IGNORECASE)


SPEAKS, EVERYDAY = _pattern(WORDS, *_NAMES), _pattern(ELSEWHERE)


def speaks_of_use(text: str) -> bool:
    """A text tells of substance use or of its treatment."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return SPEAKS.search(EVERYDAY.sub("", plain)) is not None


def for_outside(facts: EpisodeFacts) -> EpisodeFacts:
    """The facts that somebody outside may be shown: all of them, or those without substance use under Part 2."""
    if not is_part_2(facts.care):
        return facts
    return without(facts, frozenset(path.id for path in facts.care.pathways if path.part_2))


def without(facts: EpisodeFacts, pathways: frozenset[FactId]) -> EpisodeFacts:
    """The facts without these pathways, and without all else that tells of substance use."""
    gone = frozenset(m.id for m in (*facts.medications, *facts.beside) if treats_use(m))
    return replace(
        facts,
        medications=tuple(m for m in facts.medications if m.id not in gone),
        beside=tuple(m for m in facts.beside if m.id not in gone),
        scores=tuple(s for s in facts.scores if s.instrument not in SCREENS),
        checks=tuple(c for c in facts.checks if c.topic not in CHECKS),
        reviews=tuple(_review(r) for r in facts.reviews),
        earlier_screens=tuple(s for s in facts.earlier_screens if s.instrument not in SCREENS),
        contacts=tuple(c._replace(question=silent(c.question)) for c in facts.contacts),
        agenda_marks=tuple(m._replace(text=silent(m.text)) for m in facts.agenda_marks),
        next_action=silent(facts.next_action),
        care=_care(facts.care, pathways, gone),
    )


def silent(text: str) -> str:
    """A free text, or nothing where it tells of substance use."""
    return "" if speaks_of_use(text) else text


def treats_use(medication: Medication) -> bool:
    """A medication treats substance use, by its class or by its name."""
    group = (medication.drug_class or "").casefold()
    return group == DRUG_CLASS or speaks_of_use(medication.name)


def _review(review: Review) -> Review:
    kept = tuple(one for one in review.recommendations if not is_withheld(one))
    return replace(review, recommendations=kept)


def is_withheld(advice: Recommendation, *more: str) -> bool:
    """Advice of such a patient that tells of substance use, in its own words or in what is written beside it."""
    remarks = (decision.reason for decision in advice.decisions)
    return any(speaks_of_use(text) for text in (advice.text, advice.if_fails, *more, *remarks))


def names_use(icd10: str) -> bool:
    """A diagnosis is one of substance use; tobacco is none of Part 2."""
    return icd10.upper().startswith(CODES)


def _care(care: Care, paths: frozenset[FactId], gone: frozenset[FactId]) -> Care:
    """Without these pathways and their events, and without what belongs to a medication that is gone."""
    return care._replace(
        steps=tuple(row for row in care.steps if row.medication_id not in gone),
        adherence=tuple(row for row in care.adherence if row.medication_id not in gone),
        side_effects=tuple(
            row
            for row in care.side_effects
            if row.medication_id not in gone and not speaks_of_use(row.effect)
        ),
        past_trials=tuple(row for row in care.past_trials if not speaks_of_use(row.name)),
        results=tuple(row for row in care.results if row.code not in READINGS),
        health=tuple(row for row in care.health if not speaks_of_use(f"{row.code} {row.value}")),
        pathways=tuple(row for row in care.pathways if row.id not in paths),
        pathway_events=tuple(row for row in care.pathway_events if row.pathway_id not in paths),
    )
