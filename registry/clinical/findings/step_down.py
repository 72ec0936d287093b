"""Step down and close: D1 to D6."""

from datetime import date, timedelta

from registry.clinical.course import reaches, total
from registry.clinical.dates import counted, spell
from registry.clinical.facts import FactId, Score
from registry.clinical.findings.kinds import Rule, Told, Urgency, rule
from registry.clinical.findings.safety import died
from registry.clinical.instruments import INSTRUMENTS, alarms
from registry.clinical.interventions import RELAPSE_PLAN
from registry.clinical.picture import Picture
from registry.clinical.primary import shown_scales
from registry.clinical.risk import positive_safety

PREVENTION = "relapse_prevention"


@rule(
    "D1",
    "Start relapse plan",
    stages="active",
    when="response or remission held on two scores {held_apart} apart, and no relapse plan",
    window="from {held_apart} on",
    action="Write the relapse prevention plan with the patient.",
    who="Care manager",
    urgency=Urgency.ROUTINE,
    sources="S34 S36",
    tag="stepdown",
    label="Relapse plan",
)
def start_relapse_plan(p: Picture) -> Told | None:
    """A response that holds on two scores four weeks apart is followed by a relapse plan."""
    latest = p.primary.latest
    if p.held_since is None or latest is None or p.status == "relapse_prevention" or has_relapse_plan(p):
        return None
    if (latest.taken_on - p.held_since).days < p.protocol.held_apart.value:
        return None
    return Told(f"At target since {spell(p.held_since)}. {p.primary.sentence}", (latest.id,))


def has_relapse_plan(p: Picture) -> bool:
    """The plan was written in this episode."""
    made = any(
        plan.kind == PREVENTION and plan.on >= (p.enrolled_on or plan.on) for plan in p.facts.care.plans
    )
    return made or any(RELAPSE_PLAN in c.interventions for c in p.facts.contacts)


@rule(
    "D2",
    "Graduate",
    stages="active",
    when="the relapse plan is done, the target held for {held_to_close}, and nothing about safety is open",
    window="{held_to_close}",
    action="Hand over to the PCP, with how long the medication goes on (6 to 9 months after remission, 2 years or more where the "
    "depression is recurrent), and close the episode.",
    who="Care manager",
    urgency=Urgency.ROUTINE,
    sources="M",
    tag="stepdown",
    label="Graduate",
)
def graduate(p: Picture) -> Told | None:
    """With a relapse plan and the target held for two months a patient can graduate; who relapses cannot."""
    latest = p.primary.latest
    if p.held_since is None or latest is None or has_relapsed(p) or p.open_item9 or p.flag.is_up:
        return None
    if p.status != "relapse_prevention" and not has_relapse_plan(p):
        return None
    if (latest.taken_on - p.held_since).days < p.protocol.held_to_close.value:
        return None
    return Told(
        f"At target since {spell(p.held_since)}, with a relapse plan. {p.primary.sentence}", (latest.id,)
    )


@rule(
    "D3",
    "Relapse",
    stages="active",
    when="in relapse prevention and the score is {each.elevated} or more, or {each.worse_points} points above the "
    "best score",
    window="any",
    action="Back to contacts every two weeks, and put the patient to the consultant.",
    who="Care manager",
    urgency=Urgency.THIS_WEEK,
    sources="S34 S57 M",
    tag="stuck",
    label="Relapse",
)
def relapse(p: Picture) -> Told | None:
    """In relapse prevention a score of ten, or five above the best, is a relapse."""
    latest, best = p.primary.latest, p.primary.best
    if latest is None or best is None or not has_relapsed(p):
        return None
    told = f"In relapse prevention; {INSTRUMENTS[latest.instrument].title} {latest.total} on {spell(latest.taken_on)}"
    if latest is best:
        return Told(f"{told}.", (latest.id,))
    return Told(f"{told}, best {best.total} on {spell(best.taken_on)}.", (latest.id, best.id))


def has_relapsed(p: Picture) -> bool:
    """In relapse prevention, and the latest score is elevated or clearly above the best."""
    latest, best = p.primary.latest, p.primary.best
    if p.status != "relapse_prevention" or latest is None or best is None:
        return False
    return total(latest) >= p.scale.elevated or reaches(total(latest) - total(best), p.scale.worse_points)


@rule(
    "D4",
    "Inactive warning",
    stages="active",
    when="no treatment contact for {inactive_warning}",
    window="{inactive_warning}",
    action="Last-effort outreach.",
    who="Care manager",
    urgency=Urgency.THIS_WEEK,
    sources="M",
    tag="lost",
    label="No contact",
)
def inactive_warning(p: Picture) -> Told | None:
    """Sixty days without a treatment contact call for a last effort."""
    protocol = p.protocol
    if not protocol.inactive_warning.value <= p.unseen_days < protocol.inactive_close.value:
        return None
    return Told(f"{_unseen(p)} It becomes inactive on {spell(_inactive_on(p))}.", _seen_facts(p))


@rule(
    "D5",
    "Inactivity discharge",
    stages="active",
    when="no treatment contact for {inactive_close}",
    window="dated the last contact + {inactive_close}, never back-dated to the contact",
    action="Close for inactivity and tell the PCP.",
    who="Care manager",
    urgency=Urgency.ROUTINE,
    sources="S19",
    tag="lost",
    label="Inactive",
)
def inactivity_discharge(p: Picture) -> Told | None:
    """Ninety days without a treatment contact end an episode; a person confirms it."""
    if p.unseen_days < p.protocol.inactive_close.value:
        return None
    return Told(
        f"{_unseen(p)} Discharge for inactivity would be dated {spell(_inactive_on(p))}.", _seen_facts(p)
    )


def _inactive_on(p: Picture) -> date:
    return p.seen_on + timedelta(days=p.protocol.inactive_close.value)


def _unseen(p: Picture) -> str:
    days = counted(p.unseen_days, "day")
    if p.enrolled_on == p.seen_on:
        return f"No treatment contact since enrollment on {spell(p.seen_on)}, {days} ago."
    return f"Last treatment contact on {spell(p.seen_on)}, {days} ago."


def _seen_facts(p: Picture) -> tuple[FactId, ...]:
    return tuple(c.id for c in p.follow_ups[-1:])


@rule(
    "D6",
    "Watch after discharge",
    stages="closed",
    when="within {watch_after_close} of closing a PHQ-9 of {phq9.elevated} or a GAD-7 of {gad7.elevated} or more, an "
    "elevated score of the episode's own scale, or a positive item 9",
    window="{watch_after_close}",
    action="Tell the PCP and consider a new referral.",
    who="Care manager / PCP",
    urgency=Urgency.THIS_WEEK,
    sources="I",
    tag="stuck",
    label="High after close",
)
def watch_after_discharge(p: Picture) -> Told | None:
    """A high score or a positive item 9 in the year after closing is told to the PCP."""
    closed = p.facts.closed_on
    if closed is None or died(p) or p.days_since(closed) > p.protocol.watch_after_close.value:
        return None
    high = [s for s in p.facts.scores if s.taken_on > closed and _is_high(p, s)]
    if not high:
        return None
    latest = high[-1]
    suicidal = any(s in p.open_item9 for s in high)
    item9 = f", item 9 scored {latest.item9}" if latest.item9 else ""
    item9 += "".join(f", {extra.told(1)}" for extra in alarms(latest.extras))
    title = p.protocol.scale(latest.series).title
    result = f"{title} {'without a total' if latest.total is None else latest.total}{item9}"
    return Told(
        f"Closed on {spell(closed)}; {result} on {spell(latest.taken_on)}.",
        tuple(s.id for s in high),
        urgency=Urgency.SAME_DAY if suicidal else None,
        tag="safety" if suicidal else None,
    )


def _is_high(p: Picture, score: Score) -> bool:
    if score.series not in shown_scales(p.facts):
        return False
    elevated = p.protocol.scale(score.series).elevated
    return positive_safety(score) or (score.total is not None and score.total >= elevated)


RULES: tuple[Rule, ...] = (
    start_relapse_plan,
    graduate,
    relapse,
    inactive_warning,
    inactivity_discharge,
    watch_after_discharge,
)
