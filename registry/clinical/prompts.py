"""Prompts about a medication: something to think of before it goes on.  They never block; they are answered.

A prompt is about certain drugs, doses or conditions, written in ``about``; an answer with a reason silences it until what
it is about changes.  All of them are clinical practice, except where a public source is named.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from registry.clinical.care import PromptAnswer
from registry.clinical.circumstances import conditions_of, drugs_of, latest, taken
from registry.clinical.dates import age_on, begun, listed, spell, within
from registry.clinical.drugs import CATALOGUE, Drug, ingredients
from registry.clinical.facts import DoseEvent, EpisodeFacts, FactId, Medication
from registry.clinical.pregnancy import PLANNED, UNKNOWN, YES, pregnancy_possible, pregnancy_status
from registry.clinical.screening import bipolar_screen
from registry.clinical.sources import awaits_sign_off, cite
from registry.clinical.treatment_words import CONDITIONS, STATUSES, words

CITALOPRAM_MAX, CITALOPRAM_LOW = 40, 20
CITALOPRAM_AGE = 60
LAMOTRIGINE_GAP = 5
"""Days missed after which lamotrigine begins again from its first dose (M)."""
LAMOTRIGINE_FIRST, LAMOTRIGINE_FIRST_DAYS = 25, 14
"""Its first dose in mg a day, half of it with valproate, and for how many days (M)."""
WASHOUT, WASHOUT_FLUOXETINE = 14, 35
"""Days between an MAOI and a drug that is never taken with it (M)."""
SEROTONIN, PRESSURE = "serotonin syndrome", "blood pressure can rise dangerously"
OLD = 65
NEVER_TOGETHER, WEIGH = "Never together", "Weigh"
"""The two grades of a prompt."""


class Prompt(NamedTuple):
    """Something to think of: what, about which drugs, doses and conditions, and where it comes from."""

    code: str
    text: str
    about: str
    drugs: tuple[FactId, ...]
    sources: tuple[str, ...] = ()
    """Its drug's own; else those of the check, which `prompts` adds."""
    answer: PromptAnswer | None = None
    never: bool = False
    """A contraindication: never together; the others are weighed.  Neither is a block."""

    @property
    def sentence(self) -> str:
        """The text with a capital."""
        return begun(self.text)

    @property
    def headline(self) -> str:
        """Its first sentence without the full stop, with its grade where that is the graver one."""
        first = self.sentence.split(". ")[0].rstrip(".")
        return f"{NEVER_TOGETHER}: {first}" if self.never else first

    @property
    def source(self) -> str:
        """Where it comes from, in words."""
        return cite(*self.sources)

    @property
    def awaiting_sign_off(self) -> bool:
        """It rests on clinical practice alone."""
        return awaits_sign_off(*self.sources)


class Seen(NamedTuple):
    """The drugs of a day with what is known of the patient."""

    facts: EpisodeFacts
    today: date
    drugs: tuple[tuple[Medication, Drug], ...]
    age: int | None
    conditions: frozenset[str]

    def with_flag(self, *flags: str) -> list[tuple[Medication, Drug]]:
        """The drugs that have one of these flags."""
        return [pair for pair in self.drugs if pair[1].flags.intersection(flags)]

    def named(self, *names: str) -> list[tuple[Medication, Drug]]:
        """The drugs of these names."""
        return [pair for pair in self.drugs if pair[1].name in names]

    def stopped(self, *flags: str) -> list[tuple[Medication, Drug]]:
        """The drugs with one of these flags that are not taken any more, and still work on."""
        known = (*self.facts.medications, *self.facts.beside)
        ended = ((m, drug, off) for m in known if (off := not_taken_since(m)) for drug in drugs_of(m))
        return [
            (m, drug)
            for m, drug, off in ended
            if drug.flags.intersection(flags) and (self.today - off).days < _washout(drug)
        ]

    def of_class(self, *classes: str) -> list[tuple[Medication, Drug]]:
        """The drugs of these classes."""
        return [pair for pair in self.drugs if pair[1].drug_class in classes]


Pair = tuple[Medication, Drug]
Pairs = list[Pair]
Found = Iterator[Prompt]
Check = Callable[[Seen], Found]


def prompts(facts: EpisodeFacts, today: date) -> tuple[Prompt, ...]:
    """Every prompt about what is taken today, each with its answer where it was answered; open and grave ones first."""
    seen = _seen(facts.as_of(today), today)
    checks = _checks_for(tuple([drug.name for _, drug in seen.drugs]))
    found = {(p.code, p.about): _sourced(p, check) for check in checks for p in check(seen)}
    answers = {(a.code, a.about): a for a in seen.facts.care.prompt_answers}
    runs = {m.id: on for m, _ in seen.drugs if (on := m.started_on(today))}
    told = [p._replace(answer=_holding(answers.get(key), p, runs)) for key, p in found.items()]
    return tuple(sorted(told, key=lambda p: (p.answer is not None, not p.never, p.code, p.about)))


def _holding(answer: PromptAnswer | None, prompt: Prompt, runs: dict[FactId, date]) -> PromptAnswer | None:
    """An answer is about the drugs as they are taken now: what was begun again after it is asked about again."""
    since = max((runs[key] for key in prompt.drugs if key in runs), default=date.min)
    return answer if answer is not None and answer.on >= since else None


def _sourced(prompt: Prompt, check: Check) -> Prompt:
    return prompt._replace(sources=prompt.sources or sources_of(check), never=check in NEVER)


def grade_of(check: Check) -> str:
    """'Never together' of a contraindication, else 'Weigh'."""
    return NEVER_TOGETHER if check in NEVER else WEIGH


def sources_of(check: Check) -> tuple[str, ...]:
    """Where a check comes from: clinical practice, where nothing is published."""
    return PUBLISHED.get(check, ("M",))


def open_prompts(facts: EpisodeFacts, today: date) -> tuple[Prompt, ...]:
    """The prompts that nobody has answered."""
    return tuple(p for p in prompts(facts, today) if p.answer is None)


def prompts_before(
    facts: EpisodeFacts, today: date, name: str, event: DoseEvent, medication_id: FactId | None = None
) -> tuple[Prompt, ...]:
    """The open prompts that a start or a change would bring about or leave open for that drug."""
    ahead = with_event(facts, name, event, medication_id)
    new_id = medication_id or NEW
    return tuple(p for p in open_prompts(ahead, max(today, event.on)) if new_id in p.drugs)


NEW = "new"
"""The id of a medication that is not recorded yet."""


def with_event(
    facts: EpisodeFacts, name: str, event: DoseEvent, medication_id: FactId | None
) -> EpisodeFacts:
    """The facts as they would be with one more dose event."""
    new_id = medication_id or NEW
    known = next((m for m in (*facts.medications, *facts.beside) if m.id == new_id), None)
    changed = Medication(
        new_id, name, known.drug_class if known else None, (*(known.events if known else ()), event)
    )
    others = tuple(m for m in facts.medications if m.id != new_id)
    return replace(
        facts, medications=(*others, changed), beside=tuple(m for m in facts.beside if m.id != new_id)
    )


def _seen(facts: EpisodeFacts, today: date) -> Seen:
    pairs = [(m, drug) for m in taken(facts, today) for drug in drugs_of(m)]
    pairs.sort(key=lambda pair: (pair[1].name, str(pair[0].id)))
    return Seen(facts, today, tuple(pairs), age_on(facts.birth_date, today), frozenset(conditions_of(facts)))


def _names(pairs: Iterable[tuple[Medication, Drug]]) -> list[str]:
    return list(dict.fromkeys(drug.name for _, drug in pairs))


def _prompt(code: str, text: str, pairs: Pairs, *more: str, sources: tuple[str, ...] = ()) -> Prompt:
    about = " + ".join([*sorted(_names(pairs)), *more])
    return Prompt(code, text, about, tuple(dict.fromkeys(m.id for m, _ in pairs)), sources)


def _together(code: str, first: Pairs, second: Pairs, text: str) -> Found:
    """One of each, of two different drugs, taken on the same day."""
    for one in first:
        others = [other for other in second if other[1].name != one[1].name]
        if others:
            pairs = [one, *others]
            yield _prompt(code, text.format(one=one[1].name, others=listed(_names(others))), pairs)


# ---------------------------------------------------------------- two drugs


def maoi(s: Seen) -> Found:
    """MAOI with a serotonergic drug."""
    yield from _together("maoi", s.with_flag("maoi"), s.with_flag("serotonergic", "maoi"),
        f"{{one}} is an MAOI and is taken with {{others}}: {SEROTONIN}. Two weeks apart, five after fluoxetine.")  # fmt: skip


def maoi_pressor(s: Seen) -> Found:
    """MAOI, linezolid or methylene blue with bupropion, a stimulant, atomoxetine or viloxazine."""
    for flag, apart in (("maoi", " Two weeks apart."), ("maoi_like", "")):
        text = f"{{one}} inhibits MAO and is taken with {{others}}: {PRESSURE}.{apart}"
        yield from _together("maoi_pressor", s.with_flag(flag), s.with_flag("pressor"), text)


def maoi_washout(s: Seen) -> Found:
    """An MAOI too soon after a drug that is never taken with it, or the other way round."""
    for now in s.with_flag("serotonergic", "pressor", "maoi"):
        for before in s.stopped("serotonergic", "pressor", "maoi"):
            if now[1].name != before[1].name and "maoi" in now[1].flags | before[1].flags:
                yield _too_soon(now, before)


def _too_soon(now: Pair, before: Pair) -> Prompt:
    off, weeks = not_taken_since(before[0]), _washout(before[1]) // 7
    assert off is not None, "what was stopped has its day"
    danger = PRESSURE if "pressor" in now[1].flags | before[1].flags else SEROTONIN
    text = f"{now[1].name} follows {before[1].name}, last taken before {spell(off)}: {danger}. {weeks} weeks apart."
    return _prompt("maoi_washout", text, [now, before], off.isoformat())


def _washout(drug: Drug) -> int:
    return WASHOUT_FLUOXETINE if drug.name == "fluoxetine" else WASHOUT


def maoi_like(s: Seen) -> Found:
    """Linezolid or methylene blue with a serotonergic drug."""
    yield from _together("maoi_like", s.with_flag("maoi_like"), s.with_flag("serotonergic", "maoi"),
        f"{{one}} acts like an MAOI and is taken with {{others}}: {SEROTONIN}.")  # fmt: skip


def bleeding(s: Seen) -> Found:
    """SSRI or SNRI with an NSAID or an anticoagulant."""
    yield from _together("bleeding", s.with_flag("bleeding"), s.with_flag("nsaid", "anticoagulant"),
        "{one} with {others}: more bleeding. Ask about ulcers; think of protecting the stomach.")  # fmt: skip


def qt_stack(s: Seen) -> Found:
    """Citalopram or escitalopram with another drug that prolongs the QT."""
    yield from _together("qt", s.named("citalopram", "escitalopram"), s.with_flag("qt", "qt_other", "ecg"),
        "{one} with {others}: each prolongs the QT. ECG, potassium and magnesium; think of another drug.")  # fmt: skip


def cyp2d6(s: Seen) -> Found:
    """Bupropion, paroxetine or fluoxetine with tamoxifen or a tricyclic."""
    inhibitors = s.with_flag("cyp2d6_inhibitor")
    yield from _together("tamoxifen", inhibitors, s.with_flag("tamoxifen"),
        "{one} slows CYP2D6, which {others} needs to work: ask oncology, think of another antidepressant.")  # fmt: skip
    yield from _together("tca_level", inhibitors, s.with_flag("cyp2d6_substrate"),
        "{one} slows CYP2D6 and raises {others}: a lower dose, level and ECG.")  # fmt: skip


def lithium(s: Seen) -> Found:
    """Lithium with an NSAID, ACE inhibitor, ARB or thiazide."""
    yield from _together("lithium", s.named("lithium"), s.with_flag("nsaid", "lithium_raising"),
        "{one} with {others}: the level rises. Level within a week, eGFR, and then every three months.")  # fmt: skip


def lamotrigine(s: Seen) -> Found:
    """Lamotrigine with valproate, or with an estrogen."""
    yield from _together("lamotrigine_valproate", s.named("lamotrigine"), s.named("valproate"),
        "{one} with {others}: halve the titration; more serious rash.")  # fmt: skip
    yield from _together("lamotrigine_estrogen", s.named("lamotrigine"), s.with_flag("estrogen"),
        "{others} lowers the level of {one}: ask how it works, and again when the estrogen stops.")  # fmt: skip


def opioid_sedative(s: Seen) -> Found:
    """An opioid with a benzodiazepine or Z-drug."""
    yield from _together("opioid_sedative", s.of_class("benzodiazepine", "z-drug"), s.with_flag("opioid"),
        "{one} with {others}: breathing can stop. PDMP, naloxone at home, taper plan.")  # fmt: skip


def opioid_blocked(s: Seen) -> Found:
    """Naltrexone with an opioid."""
    yield from _together("naltrexone_opioid", s.with_flag("opioid_antagonist"), s.with_flag("opioid"),
        "{one} with {others}: it brings on withdrawal and blocks the effect.")  # fmt: skip


# ---------------------------------------------------------------- one drug and the patient


def citalopram_limit(s: Seen) -> Found:
    """Citalopram above 40 mg, or above 20 mg where that is the limit."""
    for pair in s.named("citalopram"):
        dose, (limit, why) = pair[0].dose_on(s.today), _citalopram_limit(s)
        if dose is None and why:
            yield _prompt(
                "citalopram", f"citalopram, dose not known: {limit} mg at most{why}. Ask which dose is taken.", [pair],
                f"dose not known{why}",
            )  # fmt: skip
        elif dose is not None and dose > limit:
            yield _prompt(
                "citalopram", f"citalopram {dose:g} mg: {limit} mg at most{why}. Each step above it prolongs the QT.",
                [pair], f"{dose:g} mg{why}",
            )  # fmt: skip


def _citalopram_limit(s: Seen) -> tuple[int, str]:
    if s.age is not None and s.age > CITALOPRAM_AGE:
        return CITALOPRAM_LOW, f" over {CITALOPRAM_AGE}"
    if "liver" in s.conditions:
        return CITALOPRAM_LOW, " with liver impairment"
    gene = latest(s.facts, "genomic").get("CYP2C19")
    if gene and gene.value == "poor":
        return CITALOPRAM_LOW, " in CYP2C19 poor metabolizers"
    inhibitors = s.with_flag("cyp2c19_inhibitor")
    if inhibitors:
        return CITALOPRAM_LOW, f" with {listed(_names(inhibitors))}"
    return CITALOPRAM_MAX, ""


def over_maximum(s: Seen) -> Found:
    """A dose above the maximum of the catalogue."""
    for pair in s.drugs:
        medication, drug = pair
        dose = medication.dose_on(s.today) or 0
        old = s.age is not None and drug.elderly_from is not None and s.age >= drug.elderly_from
        limit = drug.elderly_max_mg if old else drug.max_mg
        if limit is not None and dose > limit and drug.name != "citalopram":
            who = f" from {drug.elderly_from}" if old else ""
            text = f"{drug.name} {dose:g} mg a day is above the usual maximum of {limit:g} mg{who}."
            yield _prompt("over_maximum", text, [pair], f"{dose:g} mg", sources=drug.sources)


def bupropion(s: Seen) -> Found:
    """Bupropion with a seizure or eating disorder, or in alcohol withdrawal."""
    found = sorted(s.conditions & {"seizure", "eating_disorder", "alcohol_withdrawal"})
    if found:
        for pair in s.with_flag("seizure"):
            words = listed(code.replace("_", " ") for code in found)
            yield _prompt(
                "seizure", f"{pair[1].name} with {words}: contraindicated, seizures.", [pair], *found
            )


def long_qt(s: Seen) -> Found:
    """Citalopram or escitalopram with a long QT."""
    if "long_qt" in s.conditions:
        yield from _heart(s)


def heart_disease(s: Seen) -> Found:
    """Citalopram or escitalopram with heart disease."""
    if "long_qt" not in s.conditions:
        yield from _heart(s)


def _heart(s: Seen) -> Found:
    found = sorted(s.conditions & {"long_qt", "cardiac"})
    then = "another drug" if "long_qt" in found else "ECG first, or another drug"
    for pair in s.named("citalopram", "escitalopram") if found else ():
        text = f"{pair[1].name} with {listed(within(words(CONDITIONS, code)) for code in found)}: {then}."
        yield _prompt("qt_heart", text, [pair], *found)


def low_salts(s: Seen) -> Found:
    """Citalopram while the last potassium or magnesium is below its laboratory's range."""
    last = {row.code: row for row in s.facts.care.results if row.code in ("potassium", "magnesium")}
    low = [r for r in last.values() if r.value is not None and r.low is not None and r.value < r.low]
    for pair in s.named("citalopram") if low else ():
        told = listed(f"{row.code} {row.value:g} on {spell(row.on)}" for row in low)
        text = f"citalopram with a low {told}: correct it first."
        yield _prompt("low_salts", text, [pair], told)


def no_mania_screen(s: Seen) -> Found:
    """An antidepressant without any answer about mania, or with a positive one."""
    pairs = [pair for pair in s.drugs if pair[1].is_antidepressant]
    screen = bipolar_screen(s.facts)
    for pair in pairs if screen != "negative" else ():
        text = (
            f"No mania screen is on file for {pair[1].name}: ask for past mania (MDQ or history) first."
            if screen is None
            else f"The bipolar screen is positive: no antidepressant alone; ask the consultant about {pair[1].name}."
        )
        yield _prompt("mania", text, [pair], f"screen {screen or 'not known'}")


def pregnancy(s: Seen) -> Found:
    """Valproate, carbamazepine, paroxetine or lithium where a pregnancy is possible."""
    pairs = [pair for pair in s.drugs if pair[1].pregnancy]
    if not pairs or (pregnancy_status(s.facts) != YES and not pregnancy_possible(s.facts, s.today)):
        return
    status = _pregnancy_words(s)
    for pair in pairs:
        yield _prompt("pregnancy", f"{pair[1].name} and pregnancy: {status}.", [pair], status)


def _pregnancy_words(s: Seen) -> str:
    status = pregnancy_status(s.facts)
    if status == YES:
        return "the patient is pregnant: call the prescriber today"
    if status == PLANNED:
        return "a pregnancy is planned: ask the prescriber before it goes on"
    methods = [row for row in s.facts.care.health if row.kind == "contraception"]
    told = "pregnancy status not known" if status == UNKNOWN else "not pregnant"
    method = within(words(STATUSES["contraception"], methods[-1].value)) if methods else "not known"
    return f"{told}, contraception: {method}"


def lamotrigine_gap(s: Seen) -> Found:
    """Lamotrigine taken again after more than five days, above 25 mg in the first 14 or 50 mg in the next (with valproate half)."""
    known = [(m, drug) for m in (*s.facts.medications, *s.facts.beside) for drug in drugs_of(m)]
    for medication, drug in s.named("lamotrigine"):
        for off, after in _gaps(medication):
            gap = (after.on - off).days
            recent = 0 <= (s.today - after.on).days <= 2 * LAMOTRIGINE_FIRST_DAYS
            halved = any(other.name == "valproate" and m.is_current(after.on) for m, other in known)
            first = LAMOTRIGINE_FIRST / (2 if halved else 1)
            if gap > LAMOTRIGINE_GAP and recent and not _is_begun_low(medication, after.on, first):
                text = (
                    f"lamotrigine after {gap} days without it: begin again from the first dose, and after two weeks at most "
                    "double it."
                )
                yield _prompt("lamotrigine_gap", text, [(medication, drug)], after.on.isoformat())


def _is_begun_low(medication: Medication, start: date, first: float) -> bool:
    """Whether two weeks were at the first dose at most, and two more at twice that, as far as they were told."""
    for event in medication.events:
        weeks = (event.on - start).days // LAMOTRIGINE_FIRST_DAYS
        if weeks in (0, 1) and event.taken and event.kind != "split":
            if event.dose_mg is None or event.dose_mg > first * (weeks + 1):
                return False
    return True


def _gaps(medication: Medication) -> Iterator[tuple[date, DoseEvent]]:
    """Each time that a drug was taken up again: the day from which it was not taken, and the event."""
    off: date | None = None
    for event in medication.events:
        if not event.taken:
            off = off or event.on
        elif off:
            yield off, event
            off = None


def not_taken_since(medication: Medication) -> date | None:
    """The day from which a drug is not taken any more; None where it is, or never was."""
    off: date | None = None
    for event in medication.events:
        off = None if event.taken else off or event.on
    return off


def sedative_in_age(s: Seen) -> Found:
    """A benzodiazepine or Z-drug from 65."""
    if s.age is not None and s.age >= OLD:
        for pair in s.of_class("benzodiazepine", "z-drug"):
            yield _prompt(
                "sedative_age", f"{pair[1].name} from {OLD}: falls and confusion; plan a taper.", [pair]
            )


def allergy(s: Seen) -> Found:
    """A drug to which an allergy is on file."""
    allergies = {
        code.casefold(): row for code, row in latest(s.facts, "allergy").items() if row.value != "resolved"
    }
    for pair in s.drugs:
        found = [code for code in allergies if code in pair[1].names or pair[1] in ingredients(code)]
        if found:
            reaction = allergies[found[0]].value or "reaction not known"
            yield _prompt("allergy", f"Allergy to {pair[1].name} is on file: {reaction}.", [pair], reaction)


def not_in_catalogue(s: Seen) -> Found:
    """A drug that the catalogue does not know: nothing else here looks at it."""
    for medication in s.facts.medications:
        if medication.is_current(s.today) and not drugs_of(medication):
            text = (
                f"{medication.name} is not in the catalogue: no interaction, reading, maximum or trial is looked at for "
                "it. Check the spelling."
            )
            yield Prompt("not_in_catalogue", text, medication.name, (medication.id,))


def skin_gene(s: Seen) -> Found:
    """Carbamazepine with HLA-B*1502."""
    tested = [r.value for r in s.facts.care.results if r.code == "hla_b1502" and r.value is not None]
    gene = latest(s.facts, "genomic").get("HLA-B*1502")
    if any(tested) or (gene is not None and gene.value == "present"):
        for pair in s.named("carbamazepine"):
            yield _prompt(
                "hla", f"{pair[1].name} with HLA-B*1502: serious skin reactions, another drug.", [pair]
            )


CHECKS: tuple[Check, ...] = (
    maoi,
    maoi_pressor,
    maoi_washout,
    maoi_like,
    bleeding,
    qt_stack,
    cyp2d6,
    lithium,
    lamotrigine,
    opioid_sedative,
    opioid_blocked,
    citalopram_limit,
    over_maximum,
    bupropion,
    long_qt,
    heart_disease,
    low_salts,
    no_mania_screen,
    pregnancy,
    lamotrigine_gap,
    skin_gene,
    sedative_in_age,
    allergy,
    not_in_catalogue,
)
ABOUT: dict[Check, tuple[str, ...]] = {
    maoi: ("maoi",), maoi_pressor: ("pressor",), maoi_washout: ("serotonergic", "pressor", "maoi"), maoi_like: ("maoi_like",),
    bleeding: ("bleeding",), qt_stack: ("citalopram", "escitalopram"), cyp2d6: ("cyp2d6_inhibitor",), lithium: ("lithium",),
    lamotrigine: ("lamotrigine",), opioid_sedative: ("benzodiazepine", "z-drug"), opioid_blocked: ("opioid_antagonist",),
    citalopram_limit: ("citalopram",), bupropion: ("seizure",), long_qt: ("citalopram", "escitalopram"),
    heart_disease: ("citalopram", "escitalopram"), low_salts: ("citalopram",), lamotrigine_gap: ("lamotrigine",),
    no_mania_screen: ("antidepressant",), pregnancy: ("pregnancy",), skin_gene: ("carbamazepine",),
    sedative_in_age: ("benzodiazepine", "z-drug"),
}  # fmt: skip
"""The words of drugs without which a check has nothing to say; one that is not here is always asked."""


@lru_cache(maxsize=4096)
def _checks_for(names: tuple[str, ...]) -> tuple[Check, ...]:
    """The checks that can say something of these drugs: most patients take one, and few checks are about it."""
    told = {word for name in names for word in _words(CATALOGUE[name])}
    return tuple(check for check in CHECKS if check not in ABOUT or told.intersection(ABOUT[check]))


def _words(drug: Drug) -> Iterator[str]:
    """Its name, class and flags, and what else a check may be about."""
    yield from (drug.name, drug.drug_class, *drug.flags)
    if drug.is_antidepressant:
        yield "antidepressant"
    if drug.pregnancy:
        yield "pregnancy"


NEVER: frozenset[Check] = frozenset(
    {maoi, maoi_pressor, maoi_washout, maoi_like, opioid_blocked, bupropion, long_qt, skin_gene}
)
"""The contraindications; which of the pairs are that is practice, of the long QT published."""
_FDA, _LEVELS = ("S54", "S86"), ("S51", "S52")
PUBLISHED: dict[Check, tuple[str, ...]] = {
    qt_stack: (*_FDA, "M"), citalopram_limit: _FDA, long_qt: _FDA, heart_disease: _FDA, low_salts: _FDA, lithium: _LEVELS,
    not_in_catalogue: ("I",),
}  # fmt: skip
"""The sources of those checks that do not rest on practice alone; a maximum has those of its drug."""
