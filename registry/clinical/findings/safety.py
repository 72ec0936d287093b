"""Safety: SF1 to SF8.  A finding clears only through a recorded assessment of that score (SF7)."""

from datetime import date, timedelta

from registry.clinical.dates import counted, listed, spell, working_days_after
from registry.clinical.facts import PORTAL, RiskAssessment, Score
from registry.clinical.findings.kinds import Rule, Told, Urgency, rule
from registry.clinical.instruments.cssrs import HIGH, LOW, MODERATE, triage
from registry.clinical.picture import CLOSED, Picture
from registry.clinical.risk import alarm_words, positive_items, safety_item

ANY = "referral active closed"


def died(p: Picture) -> bool:
    """Nothing is asked for a patient whose episode was closed by death."""
    return p.stage == CLOSED and bool(p.facts.status_changes) and p.facts.status_changes[-1].reason == "died"


@rule(
    "SF1",
    "Positive safety item",
    stages=ANY,
    when="item 9 of a PHQ-9 or PHQ-A, or item 10 of an EPDS, is 1 or more, or a safety question of the PHQ-A is yes, "
    "and no assessment of that score is recorded",
    window="any; scores from {safety_look_back} before the referral on",
    action="Do the C-SSRS with the patient today and record it for this score.",
    who="Care manager / PCP",
    urgency=Urgency.SAME_DAY,
    sources="S15 S24",
    tag="safety",
    label="Safety",
)
def positive_item9(p: Picture) -> Told | None:
    """A positive item 9 stays open until an assessment of that score; a later 0 does not close it."""
    if not p.open_item9 or died(p):
        return None
    which = "that score is" if len(p.open_item9) == 1 else "those scores is"
    return Told(
        f"{_scored(p.open_item9)}{_comma(p.open_item9)} and no risk assessment of {which} recorded.{_unfinished(p)}",
        tuple(s.id for s in p.open_item9),
    )


def _scored(scores: tuple[Score, ...]) -> str:
    """Item 9 scored 1 on Nov 3, 2026 and 2 on Nov 17, 2026; several forms, and the yes beside the items, one by one."""
    by_item: dict[str, list[str]] = {}
    for score in (one for one in scores if one.item9):
        by_item.setdefault(safety_item(score), []).append(f"{score.item9} on {spell(score.taken_on)}")
    items = ", ".join(f"{item} scored {listed(points)}" for item, points in by_item.items())
    told = "; ".join([items] * bool(items) + [words for score in scores for words in alarm_words(score)])
    return told[0].upper() + told[1:]


def _comma(scores: tuple[Score, ...]) -> str:
    return "," if any(alarm_words(score) for score in scores) else ""


def _unfinished(p: Picture) -> str:
    """Names what an incomplete assessment of an open score still lacks."""
    ids = {s.id for s in p.open_item9}
    begun = next((a for a in reversed(p.facts.risk_assessments) if ids & a.score_ids), None)
    if begun is None:
        return ""
    return f" The assessment of {spell(begun.on)} lacks {listed(triage(begun).unanswered)}."


@rule(
    "SF5",
    "Positive safety item not followed up",
    stages=ANY,
    when="item 9 (EPDS: item 10) is 1 or more, or a safety question of the PHQ-A is yes, and after {assess_within} there is no assessment of that score",
    window="{assess_within}",
    action="Tell the PCP and the supervisor, and do the C-SSRS today.",
    who="Care manager",
    urgency=Urgency.SAME_DAY,
    sources="I",
    tag="safety",
    label="Safety late",
)
def item9_not_followed_up(p: Picture) -> Told | None:
    """A positive item 9 without an assessment is escalated after one working day."""
    if not p.open_item9 or died(p):
        return None
    late = [s for s in p.open_item9 if _is_late(p, s)]
    if not late:
        return None
    days = counted(p.days_since(late[0].taken_on), "day")
    return Told(
        f"The positive {positive_items(late)} of {listed(spell(s.taken_on) for s in late)} has waited {days} for an assessment.",
        tuple(s.id for s in late),
    )


def _is_late(p: Picture, score: Score) -> bool:
    return p.today > working_days_after(score.taken_on, p.protocol.assess_within.value)


@rule(
    "SF2",
    "C-SSRS high",
    stages=ANY,
    when="question 4 or 5 yes in the past month, or behavior in the past 3 months",
    window="now, until a clinician clears it with a reason",
    action="Do not leave the patient alone; safety precautions and clinician evaluation now, 988 or 911 by protocol.",
    who="PCP on site",
    urgency=Urgency.EMERGENCY,
    sources="S48",
    tag="safety",
    label="High risk",
)
def high_risk(p: Picture) -> Told | None:
    """High by Columbia's triage stays high until it is cleared with a reason."""
    return _flag(p) if p.flag.level == HIGH and not died(p) else None


@rule(
    "SF3",
    "C-SSRS moderate",
    stages=ANY,
    when="question 3 yes, or behavior ever but not in the past 3 months",
    window="same day, until a clinician clears it with a reason",
    action="Make or review the safety plan, counsel on means, and put the patient to the consultant.",
    who="Care manager + PCP",
    urgency=Urgency.SAME_DAY,
    sources="S48 M",
    tag="safety",
    label="Moderate risk",
)
def moderate_risk(p: Picture) -> Told | None:
    """Moderate by Columbia's triage stays moderate until it is cleared with a reason."""
    return _flag(p) if p.flag.level == MODERATE and not died(p) else None


def _flag(p: Picture) -> Told | None:
    by = p.flag.by
    assert by is not None, "a flag that is up was raised by an assessment"
    found = triage(by)
    because = f" (yes to {listed(found.because)})" if found.because else ""
    missing = f" Not answered: {listed(found.unanswered)}." if found.unanswered else ""
    return Told(f"C-SSRS of {spell(by.on)} is {found.level}{because} and is not cleared.{missing}", (by.id,))


@rule(
    "SF4",
    "C-SSRS low",
    stages=ANY,
    when="only question 1 or 2 yes in the latest assessment, and no contact or safety plan since",
    window="this visit and the next",
    action="Offer a safety plan and ask again at the next contact.",
    who="Care manager",
    urgency=Urgency.THIS_WEEK,
    sources="M",
    tag="safety",
    label="Low risk",
)
def low_risk(p: Picture) -> Told | None:
    """Low risk is asked about again at the next contact."""
    by = p.flag.by
    if by is None or p.flag.level != LOW or died(p) or _taken_up(p, by):
        return None
    found = triage(by)
    missing = f" Not answered: {listed(found.unanswered)}." if found.unanswered else ""
    return Told(f"C-SSRS of {spell(by.on)} is low (yes to {listed(found.because)}).{missing}", (by.id,))


def _taken_up(p: Picture, by: RiskAssessment) -> bool:
    """A treatment contact after the assessment, or a safety plan from that day on."""
    contacts = any(c.is_treatment and c.on > by.on for c in p.facts.contacts)
    return contacts or any(plan.fresh_on >= by.on for plan in p.facts.safety_plans)


@rule(
    "SF6",
    "Safety plan stale",
    stages="referral active",
    when="a risk flag is up and the safety plan is older than {plan_stale} or missing, "
    "or the last contact is older than {flagged_contact}",
    window="{flagged_contact}",
    action="Call, and go through the safety plan.",
    who="Care manager",
    urgency=Urgency.SAME_DAY,
    sources="M",
    tag="safety",
    label="Safety plan",
)
def stale_safety_plan(p: Picture) -> Told | None:
    """While a risk flag is up the plan is fresh and the patient is spoken to every week."""
    if not p.flag.is_up:
        return None
    reasons = [*_plan_gap(p), *_contact_gap(p)]
    plans = tuple(plan.id for plan in p.facts.safety_plans[-1:])
    return Told(f"The risk flag is up: {listed(reasons)}.", plans) if reasons else None


def _plan_gap(p: Picture) -> list[str]:
    if not p.facts.safety_plans:
        return ["no safety plan is recorded"]
    fresh = max(plan.fresh_on for plan in p.facts.safety_plans)
    old = p.days_since(fresh) > p.protocol.plan_stale.value
    return [f"the safety plan was last gone through on {spell(fresh)}"] if old else []


def _contact_gap(p: Picture) -> list[str]:
    seen = [c.on for c in p.facts.contacts if c.is_treatment]
    if not seen:
        return ["no treatment contact is recorded"]
    late = seen[-1] + timedelta(days=p.protocol.flagged_contact.value) < p.today
    return [f"the last treatment contact was on {spell(seen[-1])}"] if late else []


@rule(
    "SF7",
    "Flag not cleared",
    stages=ANY,
    when="a later assessment came out lower than the flag and gives no reason to clear it",
    window="until a clinician decides",
    action="Keep the flag, or clear it with a reason.",
    who="Care manager / PCP",
    urgency=Urgency.THIS_WEEK,
    sources="I",
    tag="safety",
    label="Flag to decide",
)
def flag_not_cleared(p: Picture) -> Told | None:
    """A flag never clears by itself: only a clinician clears it, with a reason."""
    lower, by = p.flag.lower_since, p.flag.by
    if lower is None or by is None or died(p):
        return None
    level = triage(lower).level
    came_out = "is incomplete" if level == "unknown" else f"came out {level}"
    return Told(
        f"The {p.flag.level} flag of {spell(by.on)} stands: the C-SSRS of {spell(lower.on)} {came_out} "
        "and gives no reason to clear it.",
        (by.id, lower.id),
    )


@rule(
    "SF8",
    "Safety item answered alone",
    stages=ANY,
    when="item 9 (EPDS: item 10) is 1 or more on a form that the patient filled in on the portal, so that nobody was with "
    "the patient, and nobody has spoken with the patient on a later day or assessed that score",
    window="first thing on the next working day",
    action="Call first thing, and do the C-SSRS for this score.",
    who="Care manager",
    urgency=Urgency.SAME_DAY,
    sources="S15",
    tag="safety",
    label="Answered alone",
)
def answered_alone(p: Picture) -> Told | None:
    """An answer that was given at night, at home, is the first call of the next morning.

    What the patient is shown meanwhile (988, and no promise that somebody watches) is the portal's to show (S15).
    """
    if died(p):
        return None
    spoken = max((c.on for c in p.facts.contacts if c.reached), default=date.min)
    alone = [s for s in p.open_item9 if s.mode == PORTAL and spoken <= s.taken_on]
    if not alone:
        return None
    return Told(f"{_scored(tuple(alone))}, on the portal with nobody there.", tuple(s.id for s in alone))


RULES: tuple[Rule, ...] = (
    positive_item9,
    high_risk,
    moderate_risk,
    low_risk,
    item9_not_followed_up,
    stale_safety_plan,
    flag_not_cleared,
    answered_alone,
)
