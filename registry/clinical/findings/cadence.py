"""Contact cadence: C1 to C8.  Only treatment contacts count; attempts and messages never do."""

from datetime import date

from registry.clinical.care import DISCHARGE, HealthFact
from registry.clinical.dates import age_on, begun, counted, listed, month_end, spell, working_days_after
from registry.clinical.drugs import is_psychotropic
from registry.clinical.facts import DoseEvent, Medication
from registry.clinical.findings.kinds import Rule, Told, Urgency, rule
from registry.clinical.picture import Picture
from registry.clinical.primary import MONITORING, USUAL
from registry.clinical.treatment import dose_text
from registry.clinical.treatment_words import stay_words


@rule(
    "C1",
    "First follow-up",
    stages="active",
    when="no treatment contact after the initial assessment",
    window="{first_follow_up_due} due, {first_follow_up_breach} breach",
    action="Call for the first follow-up.",
    who="Care manager",
    urgency=Urgency.THIS_WEEK,
    sources="S30 M",
    tag="lost",
    label="No follow-up",
)
def first_follow_up(p: Picture) -> Told | None:
    """A patient is followed up within four weeks of the initial assessment."""
    if p.follow_ups or p.enrolled_on is None or p.days < p.protocol.first_follow_up_due.value:
        return None
    breach = p.protocol.first_follow_up_breach.value
    late = f"; the limit of {breach} days has passed" if p.days >= breach else ""
    return Told(
        f"No contact since the initial assessment on {spell(p.enrolled_on)} ({counted(p.days, 'day')}){late}."
    )


@rule(
    "C2",
    "Acute phase",
    stages="active",
    when="not yet better on two scores, and the last treatment contact is older than {acute_interval} (in the first month, "
    "until {weekly_until} after enrollment, than {weekly})",
    window="every {weekly} to {acute_interval}",
    action="Contact the patient.",
    who="Care manager",
    urgency=Urgency.THIS_WEEK,
    sources="S35 M",
    tag="lost",
    label="No contact",
)
def acute_contact(p: Picture) -> Told | None:
    """Until the patient is better, contacts are a week apart at most in the first month, and two weeks after it."""
    if p.phase != "acute" or not p.follow_ups:
        return None
    return _last_seen(p, acute_interval(p), "not yet at target")


def acute_interval(p: Picture) -> int:
    """Days between contacts while not better: weekly in the first month, then two-weekly."""
    early = p.days <= p.protocol.weekly_until.value
    return (p.protocol.weekly if early else p.protocol.acute_interval).value


@rule(
    "C3",
    "Minimum per month",
    stages="active",
    when="a treatment contact or a scored scale is missing this calendar month",
    window="from {month_end_notice} before the month's end",
    action="Contact the patient and take the scale before the month ends.",
    who="Care manager",
    urgency=Urgency.THIS_WEEK,
    sources="S19",
    tag="cadence",
    label="Month's minimum",
)
def month_minimum(p: Picture) -> Told | None:
    """Each calendar month has a treatment contact and a scored scale."""
    end = month_end(p.today)
    if (end - p.today).days > p.protocol.month_end_notice.value or p.enrolled_on is None:
        return None
    missing = [*_no_contact_since(p, end.replace(day=1)), *_no_score_since(p, end.replace(day=1))]
    if not missing:
        return None
    return Told(f"This month, which ends on {spell(end)}, has no {' and no '.join(missing)}.")


def _no_contact_since(p: Picture, first: date) -> list[str]:
    found = any(c.is_treatment and c.on >= first for c in p.facts.contacts)
    return [] if found else ["treatment contact"]


def _no_score_since(p: Picture, first: date) -> list[str]:
    scored = any(
        s.taken_on >= first and s.total is not None and s.series in MONITORING for s in p.facts.scores
    )
    own = "" if p.primary.series in USUAL else f"{p.scale.title}, "
    return [] if scored else [f"scored {own}PHQ-9 or GAD-7"]


@rule(
    "C4",
    "Transition",
    stages="active",
    when="the last two scores are {response_percent} below baseline or {each.improved}, "
    "and the last contact is older than {transition_interval}",
    window="every 2 to 4 weeks",
    action="Contact the patient; contacts may be further apart now.",
    who="Care manager",
    urgency=Urgency.ROUTINE,
    sources="S34 S35",
    tag="cadence",
    label="Contact due",
)
def transition_contact(p: Picture) -> Told | None:
    """Once better on two scores, contacts are four weeks apart at most."""
    if p.phase != "transition":
        return None
    return _last_seen(p, p.protocol.transition_interval.value, "better on the last two scores")


@rule(
    "C5",
    "Maintenance",
    stages="active",
    when="in relapse prevention and the last contact is older than {transition_interval}, "
    "after {maintenance_months} older than {maintenance_interval}",
    window="every 4 weeks three times, then every 4 to 12 weeks",
    action="Contact the patient and take the scale.",
    who="Care manager",
    urgency=Urgency.ROUTINE,
    sources="S34 S35",
    tag="cadence",
    label="Contact due",
)
def maintenance_contact(p: Picture) -> Told | None:
    """In relapse prevention contacts are monthly three times, then up to three months apart."""
    if p.phase != "maintenance":
        return None
    return _last_seen(p, maintenance_interval(p), "in relapse prevention")


def maintenance_interval(p: Picture) -> int:
    """Days between contacts in relapse prevention: monthly at first, then quarterly."""
    since = next(
        (c.on for c in reversed(p.facts.status_changes) if c.status == "relapse_prevention"), p.today
    )
    settled = p.days_since(since) > p.protocol.maintenance_months.value
    return (p.protocol.maintenance_interval if settled else p.protocol.transition_interval).value


def _last_seen(p: Picture, interval: int, phase: str) -> Told | None:
    """Overdue by the interval; from sixty days on D4 and D5 say the same more urgently."""
    if not interval < p.unseen_days < p.protocol.inactive_warning.value:
        return None
    seen = tuple(c.id for c in p.follow_ups[-1:])
    days = counted(p.unseen_days, "day")
    return Told(f"Last treatment contact on {spell(p.seen_on)}, {days} ago; {phase}.", seen)


@rule(
    "C6",
    "Medication start or dose change",
    stages="active",
    when="a psychotropic was started or its dose changed and there was no contact since",
    window="{dose_call_from} to {dose_call_by}; under {young_age} again {dose_call_from} after each call, for "
    "{dose_call_until}",
    action="Call about adherence and side-effects.",
    who="Care manager",
    urgency=Urgency.THIS_WEEK,
    sources="M",
    tag="cadence",
    label="Dose call",
)
def dose_call(p: Picture) -> Told | None:
    """A new medication or dose is asked after within two weeks, and weekly in the young."""
    found = max(recent_dose_events(p), key=lambda pair: (pair[1].on, pair[0].name), default=None)
    if found is None or p.days_since(dose_call_after(p, found[1].on)) < p.protocol.dose_call_from.value:
        return None
    medication, event = found
    days = counted(p.days_since(event.on), "day")
    told = begun(dose_text(medication, event))
    if p.seen_on <= event.on:
        return Told(f"{told} on {spell(event.on)}, {days} ago, and no contact since.", (medication.id,))
    return Told(
        f"{told} on {spell(event.on)}; under {p.protocol.young_age.value} and last spoken to on {spell(p.seen_on)}.",
        (medication.id,),
    )


def recent_dose_events(p: Picture) -> list[tuple[Medication, DoseEvent]]:
    """Starts and dose changes of the last four weeks that still ask for a call."""
    found = []
    for medication in p.facts.medications:
        event = next((e for e in reversed(medication.events) if e.kind != "split"), None)
        if event and event.taken and is_psychotropic(medication) and _asks_for_call(p, event):
            found.append((medication, event))
    return found


def _asks_for_call(p: Picture, event: DoseEvent) -> bool:
    """Until somebody called after it, or for four weeks after a start or a new dose where the patient is young."""
    recent = p.days_since(event.on) <= p.protocol.dose_call_until.value
    since_enrolled = p.enrolled_on is not None and event.on >= p.enrolled_on
    return (
        recent
        and since_enrolled
        and (p.seen_on <= event.on or (_young(p) and event.kind in ("start", "change")))
    )


def dose_call_after(p: Picture, event_on: date) -> date:
    """The day from which the next call is counted: the event, or the last call where they are weekly."""
    return max(event_on, p.seen_on)


def _young(p: Picture) -> bool:
    age = age_on(p.facts.birth_date, p.today)
    return age is not None and age < p.protocol.young_age.value


@rule(
    "C7",
    "No-show or unreachable",
    stages="active",
    when="{missed_in_row.value} contacts missed in a row",
    window="7 d",
    action="Try another channel and message the PCP.",
    who="Care manager",
    urgency=Urgency.THIS_WEEK,
    sources="M",
    tag="lost",
    label="Missed twice",
)
def missed_in_row(p: Picture) -> Told | None:
    """Two missed in a row call for another channel."""
    if len(p.missed) < p.protocol.missed_in_row.value:
        return None
    days = listed(spell(c.on) for c in p.missed[-3:])
    return Told(f"{len(p.missed)} contacts missed in a row, last on {days}.", tuple(c.id for c in p.missed))


@rule(
    "C8",
    "Discharge from hospital or emergency department",
    stages="active",
    needs="health",
    when="a hospital or emergency stay for behavioral health has ended, and there was no treatment contact on a later day",
    window="{discharge_due}, at most {discharge_breach}",
    action="Contact the patient the same day: review safety and reconcile the medications.",
    who="Care manager",
    urgency=Urgency.SAME_DAY,
    sources="M",
    tag="lost",
    label="Discharged",
)
def discharged(p: Picture) -> Told | None:
    """Whoever comes home from a stay for behavioral health is spoken to within two working days."""
    stays = open_stays(p)
    if not stays:
        return None
    last = stays[-1]
    days = counted(p.days_since(last.on), "day")
    return Told(
        f"Discharged on {spell(last.on)} ({stay_words(last.code, last.value)}), {days} ago, and no treatment contact "
        f"since; {_stay_due(p, last.on)}.",
        tuple(stay.id for stay in stays),
    )


def open_stays(p: Picture) -> list[HealthFact]:
    """Stays after which nobody spoke with the patient yet, oldest first; a contact on the day itself may lie before."""
    return [row for row in p.facts.care.health if row.kind == DISCHARGE and row.on >= p.seen_on]


def stay_due(p: Picture, discharged_on: date) -> date:
    """The day by which a discharge asks for a contact."""
    return working_days_after(discharged_on, p.protocol.discharge_due.value)


def _stay_due(p: Picture, discharged_on: date) -> str:
    due, breach = stay_due(p, discharged_on), p.protocol.discharge_breach.value
    if p.days_since(discharged_on) > breach:
        return f"the limit of {counted(breach, 'day')} has passed"
    return f"contact is due by {spell(due)}" if p.today <= due else f"contact was due by {spell(due)}"


RULES: tuple[Rule, ...] = (
    first_follow_up,
    acute_contact,
    month_minimum,
    transition_contact,
    maintenance_contact,
    dose_call,
    missed_in_row,
    discharged,
)
