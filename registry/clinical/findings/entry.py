"""Entry: E1 to E6, the antidepressant without a mania screen (E7, E8), and what the intake still lacks (E9)."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby
from operator import itemgetter

from registry.clinical.dates import begun, counted, listed, spell
from registry.clinical.drugs import is_antidepressant
from registry.clinical.facts import MESSAGE, NO_SHOW, OUTREACH_ATTEMPT, Contact, FactId, Medication, Score
from registry.clinical.findings.kinds import Rule, Told, Urgency, rule
from registry.clinical.instruments.cssrs import HIGH
from registry.clinical.interventions import MODALITIES
from registry.clinical.minutes import NO_CONSENT, no_consent
from registry.clinical.picture import REFERRAL, Picture
from registry.clinical.pregnancy import is_pregnant, pregnancy_possible
from registry.clinical.primary import PRIMARY
from registry.clinical.screening import FORMS, answer, bipolar_screen


@rule(
    "E1",
    "Eligible",
    stages="referral",
    when="referred without a recorded consent, and a PHQ-9 of {phq9.elevated}, a GAD-7 of {gad7.elevated}, a PCL-5 of "
    "{pcl5.elevated}, a SCARED of {scared.elevated} or a PSC-17 of {psc17.elevated} or more within {eligible_within}",
    window="{eligible_within}",
    action="Offer collaborative care and take the consent.",
    who="PCP / care manager",
    urgency=Urgency.THIS_WEEK,
    sources="S19 M",
    tag="none",
    label="Take consent",
)
def eligible(p: Picture) -> Told | None:
    """A referred patient with a high score of the last thirty days is offered collaborative care."""
    if p.facts.consented_on is not None:
        return None
    high = [s for s in map(p.facts.latest, PRIMARY) if s is not None and _makes_eligible(p, s)]
    if not high:
        return None
    told = listed(f"{p.protocol.scale(s.series).title} {s.total} on {spell(s.taken_on)}" for s in high)
    return Told(f"{told}; no consent is recorded yet.", tuple(s.id for s in high))


def _makes_eligible(p: Picture, score: Score) -> bool:
    recent = p.days_since(score.taken_on) <= p.protocol.eligible_within.value
    return recent and (score.total or 0) >= p.protocol.scale(score.series).elevated


@rule(
    "E2",
    "Outreach after referral",
    stages="referral",
    when="referred and nobody has tried to reach the patient",
    window="{outreach_target} target, {outreach_late} overdue; {outreach_attempts.value} attempts by "
    "{outreach_channels.value} channels within {outreach_window}",
    action="Call; where nobody answers, try again by another channel.",
    who="Care manager",
    urgency=Urgency.THIS_WEEK,
    sources="S17 M",
    tag="lost",
    label="No outreach",
)
def outreach_after_referral(p: Picture) -> Told | None:
    """A referral is called within two days."""
    referred = p.facts.referred_on
    if referred is None or any(c.on >= referred for c in p.facts.contacts):
        return None
    days = p.days_since(referred)
    if days < p.protocol.outreach_target.value:
        return None
    late = "; outreach is overdue" if days >= p.protocol.outreach_late.value else ""
    return Told(f"Referred on {spell(referred)}, {counted(days, 'day')} ago, and no outreach yet{late}.")


@rule(
    "E3",
    "Referral dead end",
    stages="referral",
    when="at least {outreach_attempts.value} attempts in {outreach_window}, none reached; with fewer than "
    "{outreach_channels.value} channels tried it asks for another one first (a message is a channel)",
    window="{outreach_window}",
    action="Send a letter or portal message, tell the PCP and close the referral.",
    who="Care manager",
    urgency=Urgency.ROUTINE,
    sources="M",
    tag="lost",
    label="Not reached",
)
def referral_dead_end(p: Picture) -> Told | None:
    """Three attempts by two channels and thirty days without an answer end a referral."""
    referred = p.facts.referred_on
    if referred is None or p.days_since(referred) < p.protocol.outreach_window.value:
        return None
    tries = [c for c in p.facts.contacts if c.on >= referred and c.kind != "message"]
    failed = [c for c in tries if c.kind == NO_SHOW or (c.kind == OUTREACH_ATTEMPT and not c.reached)]
    if len(failed) < p.protocol.outreach_attempts.value or len(failed) < len(tries):
        return None
    channels = _channels(c for c in p.facts.contacts if c.on >= referred)
    few = len(channels) < p.protocol.outreach_channels.value
    by = f" by {listed(channels)}" + (" alone" if few else "") if channels else ""
    return Told(
        f"Referred on {spell(referred)}; {len(failed)} attempts{by}, the last on {spell(failed[-1].on)}, "
        "reached nobody.",
        tuple(c.id for c in failed),
        action=OTHER_CHANNEL if few else None,
    )


OTHER_CHANNEL = (
    "Try another channel (a visit, a video call, a letter or message) before you close the referral."
)


def _channels(tries: Iterable[Contact]) -> list[str]:
    """The channels by which somebody tried, once each; one that was not recorded is none."""
    kinds = (MESSAGE if c.kind == MESSAGE else c.modality for c in tries if c.kind in TRIED)
    return list(dict.fromkeys(_CHANNEL[kind] for kind in kinds if kind))


TRIED = (NO_SHOW, OUTREACH_ATTEMPT, MESSAGE)
_CHANNEL = {code: label.lower() for code, label in MODALITIES.items()} | {MESSAGE: "message"}


#: Checks whose yes asks for another kind of care first.
NOT_HERE = {
    "psychosis": "psychosis",
    "mania": "mania",
    "eating": "an eating disorder",
    "unstable_use": "alcohol or drug use that is not stable",
}


@rule(
    "E4",
    "Not for collaborative care alone",
    stages="referral active",
    when="psychosis, mania now, an eating disorder or alcohol or drug use that is not stable was answered yes and not reviewed "
    "since, or at intake the risk is high",
    window="at intake, until reviewed",
    action="Direct psychiatric evaluation or specialty referral: ask how active it is, today.",
    who="Care manager → PCP",
    urgency=Urgency.SAME_DAY,
    sources="M",
    tag="consult",
    label="Other care?",
)
def not_for_collaborative_care(p: Picture) -> Told | None:
    """Active psychosis or mania, a severe eating disorder, unstable use or imminent risk needs direct care first."""
    latest = {c.topic: c for c in p.facts.checks if c.topic in NOT_HERE}
    answers = [c for t in NOT_HERE if (c := latest.get(t)) and c.positive and not p.reviewed_since(c.on)]
    told = [f"{NOT_HERE[c.topic]} (yes on {spell(c.on)})" for c in answers]
    flag, facts = p.flag.by, tuple[FactId, ...]()
    if p.stage == REFERRAL and p.flag.level == HIGH and flag is not None:
        told.append(f"high risk of suicide (C-SSRS of {spell(flag.on)})")
        facts = (flag.id,)
    return Told(f"On record: {listed(told)}.", facts) if told else None


@rule(
    "E5",
    "Consent gate",
    stages="referral active",
    when="treatment contacts on days that no recorded consent covers, in this month or the last",
    window="any",
    action="Do not bill these minutes; record the consent if it was given.",
    who="Care manager",
    urgency=Urgency.ROUTINE,
    sources="S10",
    tag="none",
    label="No consent",
)
def consent_gate(p: Picture) -> Told | None:
    """Time before consent never counts, and the reason is shown while the month can still be put right."""
    bare = _without_consent(p)
    if not bare:
        return None
    groups = [(why, [c for c, _ in pairs]) for why, pairs in groupby(bare, key=itemgetter(1))]
    return Told("; ".join(_bare_words(why, rows) for why, rows in groups) + ".", tuple(c.id for c, _ in bare))


def _bare_words(why: str, contacts: list[Contact]) -> str:
    minutes = counted(sum(c.minutes or 0 for c in contacts), "minute")
    told = f"{counted(len(contacts), 'contact')} ({minutes}, the last on {spell(contacts[-1].on)})"
    return f"{told} {why}" if why != NO_CONSENT else f"{told} and {why}"


def _without_consent(p: Picture) -> list[tuple[Contact, str]]:
    """Treatment contacts of this and the last month that no consent covers, each with the reason."""
    first = (p.today.replace(day=1) - timedelta(days=1)).replace(day=1)
    recent = (c for c in p.facts.contacts if c.on >= first and c.is_treatment)
    return [(c, why) for c in recent if (why := no_consent(p.facts, c.on))]


@rule(
    "E6",
    "Baseline missing",
    stages="active",
    when="no primary scale since enrollment",
    window="{baseline_window} after enrollment",
    action="Take the primary scale: it becomes the baseline.",
    who="Care manager",
    urgency=Urgency.THIS_WEEK,
    sources="S19",
    tag="measure",
    label="No baseline",
)
def baseline_missing(p: Picture) -> Told | None:
    """The baseline is taken within fourteen days of enrolment; a score from before is never the baseline."""
    if p.primary.baseline is not None or p.enrolled_on is None:
        return None
    window = p.protocol.baseline_window.value
    when = f"day {p.days} of {window}" if p.days <= window else f"{counted(p.days, 'day')} ago"
    return Told(f"No {p.scale.title} with a total since enrollment on {spell(p.enrolled_on)} ({when}).")


@rule(
    "E7",
    "Antidepressant without a mania screen",
    stages="active",
    when="an antidepressant was started in the episode, no bipolar screen is known (nobody asked, and no MDQ was "
    "completed), and no review since",
    window="until the consultant has reviewed it",
    action="Ask about past mania, record the answer, and ask the consultant.",
    who="Care manager → PCP / consultant",
    urgency=Urgency.THIS_WEEK,
    sources="M",
    tag="none",
    label="No mania screen",
)
def antidepressant_without_screen(p: Picture) -> Told | None:
    """An antidepressant is started with an answer about mania on file."""
    new = [m for m in current_antidepressants(p) if _started_unreviewed(p, m)]
    if not new or bipolar_screen(p.facts) is not None:
        return None
    names = listed(m.name for m in new)
    return Told(
        f"{begun(names)} started in this episode and no bipolar screen is on file.", tuple(m.id for m in new)
    )


def _started_unreviewed(p: Picture, medication: Medication) -> bool:
    started = medication.started_on(p.today)
    if started is None or p.enrolled_on is None or started < p.enrolled_on:
        return False
    return not p.reviewed_since(started)


@rule(
    "E8",
    "Positive bipolar screen",
    stages="active",
    when="the bipolar screen (asked, or a completed MDQ: the latest counts) is positive and an antidepressant is "
    "current, or no review since enrollment",
    window="until reviewed",
    action="No antidepressant alone until the consultant has reviewed it.",
    who="PCP / consultant",
    urgency=Urgency.THIS_WEEK,
    sources="M",
    tag="consult",
    label="Bipolar screen",
)
def positive_bipolar_screen(p: Picture) -> Told | None:
    """With a positive bipolar screen no antidepressant is given alone before a review."""
    screen = answer(p.facts, "bipolar")
    if screen is None or not screen.positive:
        return None
    drugs = current_antidepressants(p)
    started = [on for m in drugs if (on := m.started_on(p.today))]
    if p.reviewed_since(max([p.enrolled_on or p.today, *started])):
        return None
    taking = f" and {listed(m.name for m in drugs)} is taken" if drugs else ""
    form = f" ({screen.words} on {spell(screen.on)})" if screen.score else ""
    return Told(
        f"The bipolar screen is positive{form}{taking}; not reviewed since.",
        (*([screen.score.id] if screen.score else []), *(m.id for m in drugs)),
    )


#: What an intake asks beside the scales.
INTAKE: tuple[tuple[str, str], ...] = (
    ("alcohol_drugs", "alcohol and drugs"),
    ("trauma", "trauma"),
    ("medical", "medical causes"),
    ("sleep", "sleep apnea"),
)


@rule(
    "E9",
    "Intake incomplete",
    stages="active",
    when="alcohol and drugs, trauma, medical causes, sleep apnea, pregnancy (where it is possible) or the medication history is "
    "not known",
    window="first {intake_window}; after that the packet lists it as not known",
    action="Ask, and record the answers: no answer is not a no.",
    who="Care manager",
    urgency=Urgency.ROUTINE,
    sources="M",
    tag="none",
    label="Intake gaps",
)
def intake_incomplete(p: Picture) -> Told | None:
    """What would change the advice is asked within thirty days of enrolment."""
    if p.days > p.protocol.intake_window.value:
        return None
    missing = [words for topic, words in INTAKE if not _is_answered(p, topic)]
    if pregnancy_possible(p.facts, p.today) and is_pregnant(p.facts) is None:
        missing.append("pregnancy")
    if not p.facts.medications and not p.facts.care.past_trials:
        missing.append("medication history")
    return Told(f"Not known yet: {listed(missing)}.") if missing else None


def _is_answered(p: Picture, topic: str) -> bool:
    """By a person or by a form; one whose cut depends on a sex that is not known was asked too."""
    scored = any(s.total is not None for form in FORMS.get(topic, ()) for s in p.facts.series(form))
    return scored or answer(p.facts, topic) is not None


def current_antidepressants(p: Picture) -> list[Medication]:
    """The antidepressants taken today."""
    return [m for m in p.facts.medications if is_antidepressant(m) and m.is_current(p.today)]


RULES: tuple[Rule, ...] = (
    eligible,
    outreach_after_referral,
    referral_dead_end,
    not_for_collaborative_care,
    consent_gate,
    baseline_missing,
    antidepressant_without_screen,
    positive_bipolar_screen,
    intake_incomplete,
)
