"""Entry: E2, E3, E5 and E6, and the antidepressant without a mania screen (E7, E8)."""

from datetime import date, timedelta

from registry.clinical.dates import counted, listed, spell
from registry.clinical.drugs import is_antidepressant
from registry.clinical.facts import NO_SHOW, OUTREACH_ATTEMPT, Contact, Medication
from registry.clinical.findings.kinds import Rule, Told, Urgency, rule
from registry.clinical.picture import Picture


@rule(
    "E2",
    "Outreach after referral",
    stages="referral",
    when="referred and nobody has tried to reach the patient",
    window="{outreach_target} target, {outreach_late} overdue",
    action="Call: at least three attempts by two channels within 30 days.",
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
    when="at least {outreach_attempts} attempts in {outreach_window}, none reached",
    window="{outreach_window}",
    action="Send a letter or portal message, tell the PCP and close the referral.",
    who="Care manager",
    urgency=Urgency.ROUTINE,
    sources="M",
    tag="lost",
    label="Not reached",
)
def referral_dead_end(p: Picture) -> Told | None:
    """Three attempts and thirty days without an answer end a referral."""
    referred = p.facts.referred_on
    if referred is None or p.days_since(referred) < p.protocol.outreach_window.value:
        return None
    tries = [c for c in p.facts.contacts if c.on >= referred and c.kind != "message"]
    failed = [c for c in tries if c.kind == NO_SHOW or (c.kind == OUTREACH_ATTEMPT and not c.reached)]
    if len(failed) < p.protocol.outreach_attempts.value or len(failed) < len(tries):
        return None
    return Told(
        f"Referred on {spell(referred)}; {len(failed)} attempts, the last on {spell(failed[-1].on)}, "
        "reached nobody.",
        tuple(c.id for c in failed),
    )


@rule(
    "E5",
    "Consent gate",
    stages="referral active",
    when="treatment contacts before the recorded consent, in this month or the last",
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
    early = _before_consent(p)
    if not early:
        return None
    consent = p.facts.consented_on
    why = f"before the consent of {spell(consent)}" if consent else "and no consent is recorded"
    minutes = counted(sum(c.minutes or 0 for c in early), "minute")
    return Told(
        f"{counted(len(early), 'contact')} ({minutes}, the last on {spell(early[-1].on)}) {why}.",
        tuple(c.id for c in early),
    )


def _before_consent(p: Picture) -> list[Contact]:
    """Treatment contacts of this and the last month that no consent covers."""
    contacts, consent = p.facts.contacts, p.facts.consented_on or date.max
    if not contacts or contacts[0].on >= consent:
        return []
    first = (p.today.replace(day=1) - timedelta(days=1)).replace(day=1)
    return [c for c in contacts if first <= c.on < consent and c.is_treatment]


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
    when="an antidepressant was started in the episode, no bipolar screen is known, and no review since",
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
    if p.facts.bipolar_screen is not None:
        return None
    new = [m for m in current_antidepressants(p) if _started_unreviewed(p, m)]
    if not new:
        return None
    names = listed(m.name for m in new)
    return Told(
        f"{names} started in this episode and no bipolar screen is on file.", tuple(m.id for m in new)
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
    when="the bipolar screen is positive and an antidepressant is current, or no review since enrollment",
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
    if p.facts.bipolar_screen != "positive":
        return None
    drugs = current_antidepressants(p)
    started = [on for m in drugs if (on := m.started_on(p.today))]
    if p.reviewed_since(max([p.enrolled_on or p.today, *started])):
        return None
    taking = f" and {listed(m.name for m in drugs)} is taken" if drugs else ""
    return Told(f"The bipolar screen is positive{taking}; not reviewed since.", tuple(m.id for m in drugs))


def current_antidepressants(p: Picture) -> list[Medication]:
    """The antidepressants taken today."""
    return [m for m in p.facts.medications if is_antidepressant(m) and m.is_current(p.today)]


RULES: tuple[Rule, ...] = (
    outreach_after_referral,
    referral_dead_end,
    consent_gate,
    baseline_missing,
    antidepressant_without_screen,
    positive_bipolar_screen,
)
