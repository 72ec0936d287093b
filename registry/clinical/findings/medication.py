"""Medication: X10 two failed adequate trials, RX1 to RX8 what a medication asks for and did not get."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from itertools import groupby

from registry.clinical.care import LabResult, SideEffect
from registry.clinical.circumstances import conditions_of
from registry.clinical.dates import listed, spell
from registry.clinical.drugs import is_antidepressant, is_psychotropic
from registry.clinical.facts import FactId, Medication
from registry.clinical.findings.kinds import Rule, Told, Urgency, rule
from registry.clinical.monitoring import OVERDUE, Watch, asks_for, result_words
from registry.clinical.picture import Picture
from registry.clinical.pregnancy import birth_without_answer, lactating_since, pregnant_since
from registry.clinical.prompts import open_prompts
from registry.clinical.readings import READINGS
from registry.clinical.result_limits import Problem, answered_by, by_limit, outside, urgent_words
from registry.clinical.titration import Planned, may_need_reassessment, open_reassessments, open_steps
from registry.clinical.treatment import CHANGED, LOWERED, STOPPED, acted_on
from registry.clinical.trials import (
    NOT_RECORDED,
    OUTCOMES,
    UNKNOWN,
    Trial,
    failed_adequate,
    failed_words,
    trials,
)

ONE_DAY = timedelta(days=1)


@rule(
    "X10",
    "Two failed adequate trials",
    stages="active",
    when="{failed_trials.value} antidepressants or more were tried for {trial_weeks} or longer at the minimum effective dose "
    "({trial_judged} where it still runs; a hold of up to {trial_hold} does not end the weeks) and known not to have helped "
    "(by the score at the start, else the first elevated one; a response that was lost is no failure, where scores "
    "of two days or one from {trial_weeks} on showed it and the last is not {each.worse_points} points above the start); adherence under "
    "{trial_adherence} is no trial, adherence that is not recorded is told (what a contact tells of taking "
    "it counts: nearly all doses as 90 %, missed doses as 50 %, none as 0 %); not better now, and no review since the last of them was known",
    window="any",
    action="Put to the consultant: treatment-resistant pathway, direct evaluation.",
    who="Psychiatric consultant",
    urgency=Urgency.THIS_WEEK,
    sources="S41 M I",
    tag="consult",
    label="2 failed trials",
)
def two_failed_trials(p: Picture) -> Told | None:
    """After two trials that failed the patient is seen for what may have been missed."""
    needed = p.protocol.failed_trials.value
    if p.primary.improved or _tried(p) < needed:
        return None
    failed = failed_adequate(trials(p.facts, p.today, p.protocol))
    if len(failed) < needed or p.reviewed_since(max(on for trial in failed if (on := trial.failed_on))):
        return None
    told = "; ".join(_trial(trial) for trial in failed)
    used = [key for trial in failed for key in (trial.id, *(row.id for row in trial.told))]
    return Told(f"{failed_words(failed)}: {told}.", tuple(dict.fromkeys(used)))


def _tried(p: Picture) -> int:
    """How many trials there can be at all: looking into each costs more than to count them."""
    return sum([_long_enough(m, p) for m in p.facts.medications]) + len(p.facts.care.past_trials)


def _long_enough(medication: Medication, p: Picture) -> bool:
    """An antidepressant with enough days between its first event and its last, or today, to have been tried at all."""
    events = medication.events
    if not events or not is_antidepressant(medication):
        return False
    end = events[-1].on if events[-1].kind == "stop" else p.today
    return (end - events[0].on).days >= 7 * p.protocol.trial_weeks.value


def _trial(trial: Trial) -> str:
    enough = trial.verdict.why.split(";")[0].split(",")[0]
    doubt = f"; {NOT_RECORDED}" if trial.verdict.code == UNKNOWN else ""
    late = " since the first score, taken later" if trial.is_late and trial.after else ""
    return f"{trial.name} {enough} ({OUTCOMES[trial.outcome]}{late}{doubt})"


@rule(
    "RX1",
    "Monitoring overdue",
    stages="active",
    when="a reading that a medication asks for was not done in its time",
    window="by the schedule of the drug; antipsychotics by {antipsychotics}",
    action="Order or ask for the reading, and record it.",
    who="Care manager → PCP",
    urgency=Urgency.ROUTINE,
    sources="S49 S50 S51 S52 S53 S54 M",
    tag="measure",
    label="Labs overdue",
)
def monitoring_overdue(p: Picture) -> Told | None:
    """What a medication asks for is done in time; without some of it the drug must not go on."""
    late = [watch for watch in p.watches if watch.state == OVERDUE]
    if not late:
        return None
    firm = any(watch.firm for watch in late)
    told = "; ".join(_late(drug, list(rows)) for drug, rows in groupby(late, key=lambda w: w.drug))
    return Told(
        f"Overdue for {told}.",
        _used(late),
        urgency=Urgency.THIS_WEEK if firm else None,
        sources=_sources(watch.sources for watch in late),
    )


def _sources(of_each: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The sources of what was used, once each."""
    return tuple(dict.fromkeys(source for sources in of_each for source in sources))


def _late(drug: str, rows: list[Watch]) -> str:
    return f"{drug}: {listed(f'{w.label} (since {spell(w.due_on)})' for w in rows if w.due_on)}"


@rule(
    "RX2",
    "Result out of range",
    stages="active",
    when="the latest reading that a medication asks for is out of range, and no dose was changed (one for the same day: "
    "lowered, held or stopped; an outcome that speaks against the drug: held or stopped; none of it where the drug is taken "
    "again as before) and no review held since; a urine screen that was recorded on a pathway is PW3's",
    window=urgent_words(),
    action="Tell the prescriber, and record what was decided.",
    who="Care manager → PCP",
    urgency=Urgency.THIS_WEEK,
    sources="S51 S52 S53 S86 M",
    tag="measure",
    label="Result abnormal",
)
def result_out_of_range(p: Picture) -> Told | None:
    """A result that is out of range is acted upon."""
    on_pathway = {event.id for event in p.facts.care.pathway_events}
    found = [
        w
        for w in p.watches
        if w.is_open and w.last and w.last.id not in on_pathway and not p.reviewed_since(w.last.on)
    ]
    if not found:
        return None
    urgent = any(w.problem.urgent for w in found if w.problem)
    told = "; ".join(
        f"{w.label} {result_words(w.last)}, {w.problem.text}" for w in found if w.last and w.problem
    )
    return Told(
        f"{_amiss(w.code for w in found)}: {told} ({listed(dict.fromkeys(w.drug for w in found))}).",
        _used(found),
        urgency=Urgency.SAME_DAY if urgent else None,
        sources=_sources((w.problem.sources if w.problem else ()) or w.sources for w in found),
    )


def _amiss(codes: Iterable[str]) -> str:
    """What has no number, such as a rash, has no range either."""
    return "Abnormal" if all(READINGS[code].outcomes for code in codes) else "Out of range"


def _used(watches: list[Watch]) -> tuple[FactId, ...]:
    """The medications that ask for the readings, and the last result of each."""
    asked = [w.medication_id for w in watches]
    return tuple(dict.fromkeys([*asked, *(w.last.id for w in watches if w.last)]))


@rule(
    "RX3",
    "Planned dose step missed",
    stages="active",
    needs="steps",
    when="a planned step of a titration or taper is more than {step_missed} past and no such dose was recorded (from "
    "{step_early} before its day on)",
    window="{step_missed} after the planned day",
    action="Ask the prescriber, then record the new dose or cancel the step with the reason.",
    who="Care manager → PCP",
    urgency=Urgency.THIS_WEEK,
    sources="I",
    tag="cadence",
    label="Step missed",
)
def step_missed(p: Picture) -> Told | None:
    """A planned step is taken, or somebody says why not."""
    missed = list(open_steps(p.facts, p.today, p.protocol))
    return _planned("Planned and not done", missed) if missed else None


@rule(
    "RX4",
    "Reassessment due",
    stages="active",
    when="a medication is due to be looked at again: on the day that was planned, or every {reassess_sedative} for a "
    "benzodiazepine or Z-drug",
    window="from the day on",
    action="Ask whether it is still needed; go on, taper or stop.",
    who="PCP",
    urgency=Urgency.ROUTINE,
    sources="I M",
    tag="cadence",
    label="Reassess drug",
)
def reassessment_due(p: Picture) -> Told | None:
    """A medication is looked at again from time to time, and not taken for ever."""
    due = list(open_reassessments(p.facts, p.today, p.protocol)) if may_need_reassessment(p.facts) else []
    return _planned("Due", due) if due else None


def _planned(what: str, rows: list[Planned]) -> Told:
    told = "; ".join(f"{row.words} ({spell(row.on)})" for row in rows)
    return Told(f"{what}: {told}.", tuple(dict.fromkeys(row.medication_id for row in rows)))


@rule(
    "RX5",
    "Side effect not acted upon",
    stages="active",
    needs="side_effects",
    when="a moderate or severe side effect lasts, and no dose of its medication (of any psychotropic, where it is not "
    "known which) was changed (a severe one: lowered, held or stopped; none of it where it is taken again as before) and no "
    "review held since",
    window="until it ends, the dose changes or the consultant has reviewed it",
    action="Tell the prescriber: wait, treat it, lower the dose or switch; record what was decided with the patient.",
    who="Care manager → PCP",
    urgency=Urgency.THIS_WEEK,
    sources="I",
    tag="consult",
    label="Side effect",
)
def side_effect_open(p: Picture) -> Told | None:
    """What a patient suffers from a medication is answered; most stop it of themselves where nobody does."""
    open_ones = [effect for effect in p.facts.care.side_effects if _stands(p, effect)]
    if not open_ones:
        return None
    names = {m.id: m.name for m in (*p.facts.medications, *p.facts.beside)}
    told = listed(_effect_words(effect, names) for effect in open_ones)
    severe = any(effect.severity == "severe" for effect in open_ones)
    return Told(
        f"Not acted upon: {told}.",
        tuple(effect.id for effect in open_ones),
        urgency=Urgency.SAME_DAY if severe else None,
    )


def _stands(p: Picture, effect: SideEffect) -> bool:
    if effect.severity not in ("moderate", "severe") or effect.until or p.reviewed_since(effect.on):
        return False
    drugs = [m for m in p.facts.medications if is_psychotropic(m)]
    if effect.medication_id:
        drugs = [m for m in (*p.facts.medications, *p.facts.beside) if m.id == effect.medication_id]
    return not any(_answered(m, effect) for m in drugs)


def _answered(medication: Medication, effect: SideEffect) -> bool:
    """Held or stopped from its day on, or another dose later; of one that is severe a higher one is no answer."""
    later = LOWERED if effect.severity == "severe" else CHANGED
    return acted_on(medication, effect.on, STOPPED) or acted_on(medication, effect.on + ONE_DAY, later)


def _effect_words(effect: SideEffect, names: Mapping[FactId, str]) -> str:
    name = names.get(effect.medication_id) if effect.medication_id else None
    of = f" of {name}" if name else ""
    return f"{effect.severity} {effect.effect.lower()}{of} since {spell(effect.on)}"


@rule(
    "RX6",
    "Psychotropic in pregnancy",
    stages="active",
    when="pregnancy or lactation is known (the intake check asks for both, a test or the perinatal pathway tells it) or, in the "
    "year after a birth, lactation is not; a psychotropic is taken, and no review was held since both are",
    window="until the consultant has reviewed it",
    action="No abrupt stop: ask the prescriber and the consultant, and weigh with the patient what treating and not "
    "treating mean.",
    who="PCP / consultant",
    urgency=Urgency.THIS_WEEK,
    sources="M",
    tag="consult",
    label="Pregnancy",
)
def taken_in_pregnancy(p: Picture) -> Told | None:
    """Medication in pregnancy is weighed by prescriber, consultant and patient together."""
    if p.facts.sex == "male":
        return None
    birth = birth_without_answer(p.facts, p.today)
    told = [on for on in (pregnant_since(p.facts), lactating_since(p.facts), birth) if on]
    if not told:
        return None
    drugs = [m for m in p.facts.medications if is_psychotropic(m) and m.is_current(p.today)]
    started = [on for m in drugs if (on := m.started_on(p.today))]
    if not drugs or p.reviewed_since(max([*told, *started])):
        return None
    names = listed(m.name for m in drugs)
    what = "Pregnancy or lactation"
    if birth and told == [birth]:
        what = f"Birth on {spell(birth)}, and nobody knows whether the patient breastfeeds,"
    return Told(f"{what} on {names}; not reviewed since.", tuple(m.id for m in drugs))


@rule(
    "RX7",
    "Prompt not answered",
    stages="active",
    when="a prompt about what is taken today (an interaction, a limit, a condition) that nobody has answered; past mania and "
    "a pregnancy that is known have rules of their own",
    window="until it is answered with a reason, or no longer holds; what is never together (see Prompts): same day",
    action="Read it at the medications, ask the prescriber, and write down why the treatment goes on or what changes.",
    who="Care manager → PCP",
    urgency=Urgency.THIS_WEEK,
    sources="M I",
    tag="cadence",
    label="Drug prompt",
)
def prompt_not_answered(p: Picture) -> Told | None:
    """A medication that came by import was never looked at by whoever records medications here."""
    if not p.facts.medications:
        return None
    elsewhere = ("mania", "pregnancy") if taken_in_pregnancy.check(p) else ("mania",)
    found = [one for one in open_prompts(p.facts, p.today) if one.code not in elsewhere]
    if not found:
        return None
    told = "; ".join(one.text.split(". ")[0].rstrip(".") for one in found)
    return Told(
        f"Not answered: {told}.",
        tuple(dict.fromkeys(key for one in found for key in one.drugs)),
        urgency=Urgency.SAME_DAY if any(one.never for one in found) else None,
    )


@rule(
    "RX8",
    "Other result out of range",
    stages="active",
    needs="results",
    when="the latest result of a kind within {other_result} is outside its laboratory's own range or the registry's limit (see "
    "Results out of range), no medication that is taken asks for it, and since then no review was held, no dose of a medication "
    "that asks for it was changed (lowered, where it is for the same day; not where it is taken again as before), and, where it is not for the same day, nobody has "
    "spoken with the patient; of a drug that is held or stopped only a high level counts",
    window="{other_result}",
    action="Ask whether the PCP knows of it, and record what was said.",
    who="Care manager → PCP",
    urgency=Urgency.THIS_WEEK,
    sources="I",
    tag="measure",
    label="Result abnormal",
)
def other_result_out_of_range(p: Picture) -> Told | None:
    """A low potassium bears on mood and on the next drug; a lithium level that goes on rising after a hold is an emergency."""
    asked = {watch.code for watch in p.watches}
    last = {r.code: r for r in p.facts.care.results if r.code not in asked}
    found = [(r, problem) for r in last.values() if (problem := _problem(p, r)) and _is_news(p, r, problem)]
    if not found:
        return None
    told = "; ".join(f"{READINGS[r.code].label} {result_words(r)}, {problem.text}" for r, problem in found)
    return Told(
        f"{_amiss(r.code for r, _ in found)}: {told}.",
        tuple(r.id for r, _ in found),
        urgency=Urgency.SAME_DAY if any(problem.urgent for _, problem in found) else None,
        sources=_sources(problem.sources or ("I",) for _, problem in found),
    )


def _problem(p: Picture, result: LabResult) -> Problem | None:
    """By the registry's own limits, else by the laboratory's range."""
    return by_limit(result, conditions_of(p.facts).__contains__, taken=False) or outside(result, taken=False)


def _is_news(p: Picture, result: LabResult, problem: Problem) -> bool:
    """What is for the same day is answered by a review or a change of dose; of the rest a contact has heard too."""
    day = result.on
    if p.days_since(day) > p.protocol.other_result.value or p.reviewed_since(day):
        return False
    asking = (m for m in p.facts.medications if asks_for(m, result.code))
    if any(acted_on(m, day, answered_by(result.code, problem)) for m in asking):
        return False
    return problem.urgent or p.seen_on <= day


RULES: tuple[Rule, ...] = (
    two_failed_trials,
    monitoring_overdue,
    result_out_of_range,
    step_missed,
    reassessment_due,
    side_effect_open,
    taken_in_pregnancy,
    prompt_not_answered,
    other_result_out_of_range,
)
