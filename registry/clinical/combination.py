"""How medication and psychotherapy are combined, what each model asks for, and when combining is worth a thought."""

from collections.abc import Iterator
from datetime import date, timedelta
from operator import attrgetter
from typing import NamedTuple

from registry.clinical.care import Combination
from registry.clinical.course import total
from registry.clinical.dates import counted, listed, spell
from registry.clinical.drugs import is_psychotropic, known
from registry.clinical.facts import EpisodeFacts, FactId, Medication
from registry.clinical.instruments import INSTRUMENTS
from registry.clinical.picture import Picture
from registry.clinical.sources import awaits_sign_off, cite
from registry.clinical.therapy import is_course_of, modality_words, open_courses
from registry.clinical.treatment import TreatmentChange, contact_runs, dose_steps, running

COLLABORATIVE, SEQUENTIAL, INTEGRATED, SPLIT = "collaborative", "sequential", "integrated", "split"
MEDICATION, THERAPY = "medication", "therapy"

MODELS: dict[str, tuple[str, str]] = {
    COLLABORATIVE: (
        "Collaborative",
        "The PCP prescribes, the care manager or a therapist treats, one registry steers.",
    ),
    SEQUENTIAL: (
        "Sequential",
        "One treatment first; the second is added on a set day if the first has not worked.",
    ),
    INTEGRATED: ("Integrated", "One clinician gives both the medication and the therapy."),
    SPLIT: ("Split", "A prescriber and a separate therapist, who tell each other how it goes."),
}

RESPONDED = ("T1", "T3")
"""Response or remission: the first treatment has worked."""

WSAS_SEVERE = 20
"""Above it the WSAS tells of more than moderate impairment."""


class Indication(NamedTuple):
    """A reason to combine medication and therapy: the fact in a sentence, and where the reason comes from."""

    code: str
    label: str
    sentence: str
    facts: tuple[FactId, ...]
    source: str
    awaiting_sign_off: bool


def combination_of(facts: EpisodeFacts) -> Combination | None:
    """The model that holds: the latest of this episode. One that was chosen in an earlier episode ended with it."""
    model = facts.care.combinations[-1] if facts.care.combinations else None
    return None if model is None or facts.is_earlier(model.on) else model


def second_of(model: Combination) -> str:
    """What comes second in sequential care."""
    return THERAPY if model.first == MEDICATION else MEDICATION


def combined_words(facts: EpisodeFacts, today: date) -> str:
    """The model that holds as it stands today; empty where nobody chose one."""
    model = combination_of(facts)
    return model_words(model, second_since(facts, model, today)) if model else ""


def model_words(model: Combination, since: date | None = None) -> str:
    """'Sequential: medication first; therapy is due Dec 1, 2026 if it has not worked', or when it began."""
    label = MODELS[model.model][0] if model.model in MODELS else model.model
    if model.model != SEQUENTIAL or not model.first:
        return label
    if since:
        return f"{label}: {model.first} first, then {second_of(model)} from {spell(since)}"
    due = f" is due {spell(model.second_due_on)}" if model.second_due_on else " follows"
    return f"{label}: {model.first} first; {second_of(model)}{due} if it has not worked"


def second_since(facts: EpisodeFacts, model: Combination, today: date) -> date | None:
    """The day on which the second treatment began, under this model; None where it has not.

    What ran before the model was chosen is no second treatment: a sleep medicine of old answers nothing, whatever its
    dose, nor does a therapy that simply goes on.  One that was given once before and is given again since is one.
    """
    if second_of(model) == MEDICATION:
        drugs = (m for m in facts.medications if is_psychotropic(m) and m.started_on(today))
        begun = [on for m in drugs for on in _became_treatment(m)]
    else:
        begun = list(_therapy_begun(facts, model.on))
    return min((on for on in begun if model.on <= on <= today), default=None)


def _became_treatment(medication: Medication) -> Iterator[date]:
    """The days on which it was begun, or its dose reached the minimum effective one."""
    drug = known(medication.name)
    minimum = drug.minimum_mg if drug else None
    runs = is_effective = False
    for event in dose_steps(medication):
        reaches = minimum is not None and (event.dose_mg or 0) >= minimum
        if event.taken and (not runs or (reaches and not is_effective)):
            yield event.on
        runs = event.kind != "stop"
        is_effective = runs and (is_effective or reaches)


def _therapy_begun(facts: EpisodeFacts, day: date) -> Iterator[date]:
    """The days on which a therapy began or was given, but for what ran when the day came: courses, and what contacts had
    given on two days."""
    ran = {course.id for course in open_courses(facts.as_of(day - timedelta(days=1)))}
    courses = [course for course in facts.care.courses if course.id not in ran]
    yield from (course.on for course in courses)
    for contact in facts.contacts:
        if any(is_course_of(c, code, contact.on) for code in contact.interventions for c in courses):
            yield contact.on
    for _, run in contact_runs(facts):
        if len({contact.on for contact in run if contact.on < day}) < 2:
            yield from (contact.on for contact in run)


def exchange_asked_on(p: Picture, model: Combination) -> tuple[date, TreatmentChange | None]:
    """The day on which the next exchange is due: a change of treatment since the last, else the interval."""
    heard = max([model.on, *(e.on for e in p.facts.care.exchanges if e.on >= model.on)])
    changes = [*(c for c in p.changes if c.kind != "advice"), *_ended_courses(p.facts)]
    changed = min((c for c in changes if c.on > heard), key=attrgetter("on"), default=None)
    due = heard + timedelta(days=p.protocol.exchange_due.value)
    return (changed.on, changed) if changed and changed.on < due else (due, None)


def _ended_courses(facts: EpisodeFacts) -> Iterator[TreatmentChange]:
    for course in facts.care.courses:
        if course.until is not None:
            yield TreatmentChange(
                course.until, "therapy", f"{modality_words(course.modality)} ended", course.id
            )


def treatments_now(p: Picture) -> tuple[list[str], list[str]]:
    """The medications and the courses of therapy that run today, by their words; what is held says so."""
    drugs = running(filter(is_psychotropic, p.facts.medications), p.today)
    names = [one.words if one.is_held else one.medication.name for one in drugs]
    return names, [modality_words(c.modality) for c in open_courses(p.facts)]


def indications(p: Picture, icd10: str = "", earlier_episodes: int = 0) -> tuple[Indication, ...]:
    """Why medication and therapy together may serve this patient better than one of them."""
    found = (
        _severity(p), _chronicity(p), _partial(p), _comorbidity(p), _recurrence(p, icd10, earlier_episodes),
        _function(p),
    )  # fmt: skip
    return tuple(one for one in found if one is not None)


def _indication(code: str, label: str, sentence: str, facts: tuple[FactId, ...], *sources: str) -> Indication:
    return Indication(code, label, sentence, facts, cite(*sources), awaits_sign_off(*sources))


def _severity(p: Picture) -> Indication | None:
    """A severe depression calls for both."""
    latest = p.phq9.latest
    if latest is None or total(latest) < p.protocol.combine_severe.value:
        return None
    told = f"PHQ-9 {latest.total} on {spell(latest.taken_on)} is severe ({p.protocol.combine_severe.value} or more)."
    return _indication("severity", "Severity", told, (latest.id,), "S47", "M")


def _chronicity(p: Picture) -> Indication | None:
    """A long course without response."""
    if p.primary.improved is not False or p.days < p.protocol.too_long.value:
        return None
    told = f"Week {p.days // 7} of care without improvement. {p.primary.sentence}"
    return _indication("chronicity", "Chronicity", told, p.primary.facts, "M")


def _partial(p: Picture) -> Indication | None:
    """A partial response to one of them: add the other (S34)."""
    if p.primary.status != "T4":
        return None
    return _indication("partial", "Partial response", p.primary.sentence, p.primary.facts, "S34")


def _comorbidity(p: Picture) -> Indication | None:
    """Depression and anxiety both high, or a further condition that answers to therapy."""
    parts = [*_high_scores(p), *_further(p)]
    if len(parts) < 2:
        return None
    return _indication("comorbidity", "Comorbidity", f"On record together: {listed(parts)}.", (), "I")


def _high_scores(p: Picture) -> Iterator[str]:
    for series in ("phq9", "gad7"):
        latest, scale = p.facts.latest(series), p.protocol.scale(series)
        if latest is not None and total(latest) >= scale.elevated:
            yield f"{INSTRUMENTS[latest.instrument].title} {latest.total} on {spell(latest.taken_on)}"


#: Checks whose yes is a further condition that answers to therapy.
FURTHER = {"trauma": "trauma", "alcohol_drugs": "alcohol or drug use", "eating": "an eating disorder"}


def _further(p: Picture) -> Iterator[str]:
    for topic, words in FURTHER.items():
        answer = p.facts.check(topic)
        if answer is not None and answer.positive:
            yield f"{words} (yes on {spell(answer.on)})"


def _recurrence(p: Picture, icd10: str, earlier_episodes: int) -> Indication | None:
    """It came back before."""
    parts = []
    if icd10.upper().startswith("F33"):
        parts.append(f"diagnosis {icd10} (recurrent)")
    if earlier_episodes:
        parts.append(f"{counted(earlier_episodes, 'earlier episode')} of care here")
    if p.facts.care.past_trials:
        names = dict.fromkeys(trial.name for trial in p.facts.care.past_trials)
        parts.append(f"earlier treatment with {listed(names)}")
    if not parts:
        return None
    told = listed(parts)
    return _indication("recurrence", "Recurrence", f"{told[0].upper()}{told[1:]}.", (), "M")


def _function(p: Picture) -> Indication | None:
    """Life suffers more than moderately."""
    latest = p.facts.latest("wsas")
    if latest is None or total(latest) <= WSAS_SEVERE:
        return None
    told = f"WSAS {latest.total} on {spell(latest.taken_on)}: more than moderate impairment (above {WSAS_SEVERE})."
    return _indication("function", "Function", told, (latest.id,), "M")
