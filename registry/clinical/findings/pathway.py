"""Pathways: substance use (PW1 to PW5), bipolar disorder (PW6 to PW8), young people (PW9, PW10), perinatal (PW11, PW12)."""

from datetime import date, timedelta

from registry.clinical.care import Pathway, PathwayEvent
from registry.clinical.dates import age_on, counted, listed, spell
from registry.clinical.findings.entry import current_antidepressants
from registry.clinical.findings.kinds import Rule, Told, Urgency, rule
from registry.clinical.part_2 import treats_use
from registry.clinical.pathways import (
    ADJUSTED,
    ASSENT,
    BIPOLAR,
    BIRTH,
    CAREGIVER,
    CHECK_IN,
    INDUCTION,
    OPIOID,
    PERINATAL,
    RETURN,
    RHYTHM,
    STABLE,
    URINE,
    USE,
    WARNING,
    YOUNG,
    check_in_days,
    due_date,
    events_of,
    last_event,
    mood_stabilisers,
    on_pathway,
    open_pathways,
    perinatal_stage,
    urine_screens,
    value_words,
)
from registry.clinical.picture import Picture

UNEXPECTED = {
    "unexpected": "Positive urine screen",
    "not_found": "Urine screen without the prescribed medication",
}
ADULT = 18
"""From this age on a person consents alone; states differ below it."""


@rule(
    "PW1",
    "Return to use",
    stages="active",
    needs="pathways",
    when="a return to use was recorded, and the contact, the risk assessment or the adjustment of the treatment of "
    "substance use after it is missing; to end the pathway is no answer",
    window="same day",
    action="Contact the patient at once, assess the risk (overdose too: tolerance is lower), offer naloxone, and adjust "
    "the treatment together, without judgment.",
    who="Care manager → prescriber",
    urgency=Urgency.SAME_DAY,
    sources="M",
    tag="safety",
    label="Return to use",
)
def return_to_use(p: Picture) -> Told | None:
    """A return to use brings contact, a risk assessment and an adjustment on the same day, never a discharge."""
    events = _of_this_episode(p)
    back = last_event(events, RETURN)
    missing = _missing_after(p, events, back) if back else []
    if back is None or not missing:
        return None
    told = f"Return to use on {spell(back.on)}; still to do: {listed(missing)}."
    return Told(told, (back.id,))


def _use(p: Picture) -> tuple[Pathway | None, tuple[PathwayEvent, ...]]:
    """The first substance-use pathway that goes on, and the events of all of them: one check-in serves both."""
    open_ones = [path for path in open_pathways(p.facts.care) if path.kind in USE]
    if not open_ones:
        return None, ()
    ids = {path.id for path in open_ones}
    return open_ones[0], tuple(e for e in p.facts.care.pathway_events if e.pathway_id in ids)


def _of_this_episode(p: Picture) -> tuple[PathwayEvent, ...]:
    """What happened within this episode, on a pathway that ended as well: to end one answers nothing."""
    since = p.facts.referred_on or date.max
    paths = (x for x in p.facts.care.pathways if x.kind in USE and (x.until is None or x.until >= since))
    ids = {path.id for path in paths}
    events = p.facts.care.pathway_events
    return tuple(e for e in events if e.pathway_id in ids and not p.facts.is_earlier(e.on))


def _missing_after(p: Picture, events: tuple[PathwayEvent, ...], back: PathwayEvent) -> list[str]:
    """What a return to use asks for and has not got; a pathway that ended leaves no treatment to adjust."""
    drugs = {m.id for m in p.facts.medications if treats_use(m)}
    path, _ = _use(p)
    done = {
        "contact with the patient": _spoken_since(p, events, back.on),
        "risk assessment": any(a.on >= back.on for a in p.facts.risk_assessments),
        "adjustment of the treatment": path is None
        or _since(events, back.on, ADJUSTED)
        or any(c.kind == "dose" and c.fact in drugs and c.on >= back.on for c in p.changes),
    }
    return [what for what, is_done in done.items() if not is_done]


def _since(events: tuple[PathwayEvent, ...], day: date, *kinds: str) -> bool:
    return any(e.kind in kinds and e.on >= day for e in events)


def _spoken_since(p: Picture, events: tuple[PathwayEvent, ...], day: date) -> bool:
    """A treatment contact or a check-in on the day or later."""
    return _since(events, day, CHECK_IN) or any(c.is_treatment and c.on >= day for c in p.facts.contacts)


@rule(
    "PW2",
    "Check-in due",
    stages="active",
    needs="pathways",
    when="on a substance-use pathway and no check-in or treatment contact for {check_in}; once steady for "
    "{check_in_stable}",
    window="every {check_in}, once steady every {check_in_stable}; weekly again after a return to use",
    action="Check in: how it goes, cravings, doses, side effects, what helps.",
    who="Care manager",
    urgency=Urgency.THIS_WEEK,
    sources="M",
    tag="cadence",
    label="Check-in due",
)
def check_in_due(p: Picture) -> Told | None:
    """On a substance-use pathway somebody checks in every week, and every four weeks once it is steady."""
    path, events = _use(p)
    if path is None:
        return None
    steady = last_event(events, STABLE)
    is_steady = steady is not None and not _since(events, steady.on, RETURN)
    due = (p.protocol.check_in_stable if is_steady else p.protocol.check_in).value
    days = check_in_days(path, events, p.facts.contacts)
    last = days[-1] if days else path.on
    if p.days_since(last) < due:
        return None
    since = (
        f"Last check-in on {spell(last)}"
        if days
        else f"On the pathway since {spell(last)} without a check-in"
    )
    return Told(f"{since}, {counted(p.days_since(last), 'day')} ago; due every {due} days.", (path.id,))


@rule(
    "PW3",
    "Unexpected screen not talked through",
    stages="active",
    needs="pathways",
    when="a urine screen was positive without being expected, or did not find the prescribed medication, and since then "
    "nobody has spoken with the patient on a later day, nor adjusted the treatment with them, whatever a later screen told",
    window="this week",
    action="Confirm the result, talk it through without judgment, and look at dose, missed doses and support.",
    who="Care manager → prescriber",
    urgency=Urgency.THIS_WEEK,
    sources="M",
    tag="consult",
    label="Urine screen",
)
def unexpected_screen(p: Picture) -> Told | None:
    """A screen that comes out otherwise than expected is a reason to talk."""
    events = _of_this_episode(p)
    screen = last_event((e for e in events if e.value in UNEXPECTED), URINE)
    if screen is None or _spoken_after(p, events, screen.on):
        return None
    if any(e.kind == ADJUSTED and e.on >= screen.on for e in events):
        return None
    return Told(f"{UNEXPECTED[screen.value]} on {spell(screen.on)}; not talked through since.", (screen.id,))


def _spoken_after(p: Picture, events: tuple[PathwayEvent, ...], day: date) -> bool:
    """Spoken with later than on the day itself, when the result came."""
    return _spoken_since(p, events, day + timedelta(days=1))


@rule(
    "PW4",
    "Urine screen due",
    stages="active",
    needs="pathways",
    when="on the opioid-use pathway and no urine screen for {urine_screen}",
    window="every {urine_screen}",
    action="Order a urine screen, as agreed with the patient.",
    who="Prescriber",
    urgency=Urgency.ROUTINE,
    sources="M",
    tag="measure",
    label="Screen due",
)
def urine_screen_due(p: Picture) -> Told | None:
    """On the opioid-use pathway a urine screen is taken every thirty days."""
    path = on_pathway(p.facts.care, OPIOID)
    if path is None:
        return None
    done = [screen.on for screen in urine_screens(p.facts.care) if screen.on >= path.on]
    last = max(done, default=path.on)
    if p.days_since(last) < p.protocol.urine_screen.value:
        return None
    told = f"Last urine screen on {spell(last)}." if done else f"No urine screen since {spell(last)}."
    return Told(told, (path.id,))


@rule(
    "PW5",
    "Contact after an induction",
    stages="active",
    needs="pathways",
    when="a medication for substance use was started and nobody has spoken with the patient since",
    window="{induction_call}",
    action="Call: withdrawal, cravings, dose, side effects; tell the prescriber.",
    who="Care manager",
    urgency=Urgency.SAME_DAY,
    sources="M",
    tag="cadence",
    label="Induction call",
)
def induction_call(p: Picture) -> Told | None:
    """After an induction somebody speaks with the patient within three days."""
    _, events = _use(p)
    begun = next((e for e in reversed(events) if e.kind == INDUCTION and e.value == "started"), None)
    if (
        begun is None
        or p.days_since(begun.on) < p.protocol.induction_call.value
        or _spoken_after(p, events, begun.on)
    ):
        return None
    days = counted(p.days_since(begun.on), "day")
    return Told(f"Induction began on {spell(begun.on)}, {days} ago, and nobody has spoken with the patient since.",
                (begun.id,))  # fmt: skip


@rule(
    "PW6",
    "Antidepressant without a mood stabilizer",
    stages="active",
    needs="pathways",
    when="on the bipolar pathway, an antidepressant is taken and nothing that steadies the mood, and no review since",
    window="any",
    action="No antidepressant alone in bipolar disorder: ask the prescriber and the consultant now.",
    who="PCP / consultant",
    urgency=Urgency.THIS_WEEK,
    sources="M",
    tag="consult",
    label="AD alone",
)
def antidepressant_alone(p: Picture) -> Told | None:
    """In bipolar disorder no antidepressant is taken without something that steadies the mood."""
    path = on_pathway(p.facts.care, BIPOLAR)
    drugs = current_antidepressants(p) if path else []
    if path is None or not drugs or mood_stabilisers(p.facts, p.today):
        return None
    since = max(path.on, *(m.started_on(p.today) or path.on for m in drugs))
    if p.reviewed_since(since):
        return None
    names = listed(f"{m.name} since {spell(m.started_on(p.today) or path.on)}" for m in drugs)
    return Told(f"Bipolar pathway: {names}, and no mood stabilizer on record.", tuple(m.id for m in drugs))


@rule(
    "PW7",
    "Early-warning sign",
    stages="active",
    needs="pathways",
    when="an early-warning sign was recorded on the bipolar pathway and nobody has spoken with the patient since",
    window="same day",
    action="Contact the patient, ask about sleep, safety and medication, follow the early-warning plan, tell the "
    "prescriber.",
    who="Care manager → prescriber",
    urgency=Urgency.SAME_DAY,
    sources="M",
    tag="stuck",
    label="Warning sign",
)
def warning_sign(p: Picture) -> Told | None:
    """An early-warning sign is followed up on the same day."""
    path = on_pathway(p.facts.care, BIPOLAR)
    events = events_of(p.facts.care, path) if path else ()
    sign = last_event(events, WARNING)
    if sign is None or _spoken_since(p, events, sign.on):
        return None
    words = value_words(WARNING, sign.value) or "a sign of the patient's own"
    return Told(f"Early-warning sign on {spell(sign.on)}: {words}.", (sign.id,))


@rule(
    "PW8",
    "Rhythm targets not kept",
    stages="active",
    needs="pathways",
    when="on the bipolar pathway the daily rhythm was not kept two times in a row",
    window="latest two",
    action="Go through sleep and daily rhythm; make the targets fit the patient's life.",
    who="Care manager",
    urgency=Urgency.ROUTINE,
    sources="I",
    tag="none",
    label="Rhythm",
)
def rhythm_lost(p: Picture) -> Told | None:
    """A rhythm that is not kept twice in a row is talked about."""
    path = on_pathway(p.facts.care, BIPOLAR)
    events = events_of(p.facts.care, path) if path else ()
    last_two = [e for e in events if e.kind == RHYTHM][-2:]
    if len(last_two) < 2 or any(e.value != "not_kept" for e in last_two):
        return None
    days = listed(spell(e.on) for e in last_two)
    return Told(f"Daily rhythm not kept on {days}.", tuple(e.id for e in last_two))


@rule(
    "PW9",
    "Assent not on record",
    stages="active",
    needs="pathways",
    when="on the young person's pathway for {assent_within}, under 18, and no assent or refusal is recorded",
    window="{assent_within}",
    action="Explain the treatment in the young person's words and ask for their own agreement.",
    who="Care manager",
    urgency=Urgency.ROUTINE,
    sources="I",
    tag="none",
    label="Assent",
)
def assent_missing(p: Picture) -> Told | None:
    """A minor is asked for assent."""
    path = _minor_on_pathway(p)
    if path is None or p.days_since(path.on) < p.protocol.assent_within.value:
        return None
    if last_event(events_of(p.facts.care, path), ASSENT):
        return None
    return Told(f"On the pathway since {spell(path.on)}, and no assent is on record.", (path.id,))


def _minor_on_pathway(p: Picture) -> Pathway | None:
    age = age_on(p.facts.birth_date, p.today)
    return on_pathway(p.facts.care, YOUNG) if age is not None and age < ADULT else None


@rule(
    "PW10",
    "Caregiver contact due",
    stages="active",
    needs="pathways",
    when="on the young person's pathway, under 18, and no contact with the caregiver for {caregiver_contact}",
    window="every {caregiver_contact}",
    action="Speak with the caregiver; what the young person told in confidence stays with you unless there is danger.",
    who="Care manager",
    urgency=Urgency.ROUTINE,
    sources="I",
    tag="cadence",
    label="Caregiver",
)
def caregiver_due(p: Picture) -> Told | None:
    """A minor's caregiver is spoken with every thirty days."""
    path = _minor_on_pathway(p)
    if path is None:
        return None
    event = last_event(events_of(p.facts.care, path), CAREGIVER)
    last = max(path.on, event.on) if event else path.on
    if p.days_since(last) < p.protocol.caregiver_contact.value:
        return None
    what = "Last contact with the caregiver on" if event else "No contact with the caregiver since"
    return Told(f"{what} {spell(last)}, {counted(p.days_since(last), 'day')} ago.", (path.id,))


@rule(
    "PW11",
    "EPDS due",
    stages="active",
    needs="pathways",
    when="on the perinatal pathway and no EPDS in this trimester; after the birth for {epds_after_birth}",
    window="once a trimester; every {epds_after_birth} in the year after birth",
    action="Take the EPDS; item 10 above 0 asks for a risk assessment the same day.",
    who="Care manager",
    urgency=Urgency.ROUTINE,
    sources="M",
    tag="measure",
    label="EPDS due",
)
def epds_due(p: Picture) -> Told | None:
    """Each trimester has an EPDS, and so have every six weeks after birth."""
    path = on_pathway(p.facts.care, PERINATAL)
    stage = perinatal_stage(events_of(p.facts.care, path), p.today) if path else None
    if path is None or stage is None:
        return None
    latest = p.facts.latest("epds")
    since = stage.since
    if stage.name == "postpartum":
        since = p.today - timedelta(days=p.protocol.epds_after_birth.value - 1)
        if stage.since >= since:
            return None
    if latest is not None and latest.taken_on >= since:
        return None
    last = f"last EPDS {latest.total} on {spell(latest.taken_on)}" if latest else "no EPDS on record"
    return Told(f"{stage.words[0].upper()}{stage.words[1:]}; {last}.", (path.id,))


@rule(
    "PW12",
    "Due date unknown or passed",
    stages="active",
    needs="pathways",
    when="on the perinatal pathway without a due date or a birth, or the due date has passed and no birth is recorded",
    window="any",
    action="Ask gently how it went or what the dates are, and record it.",
    who="Care manager",
    urgency=Urgency.ROUTINE,
    sources="I",
    tag="none",
    label="Dates",
)
def dates_unknown(p: Picture) -> Told | None:
    """The dates of a pregnancy are known, and what became of it is asked."""
    path = on_pathway(p.facts.care, PERINATAL)
    events = events_of(p.facts.care, path) if path else ()
    if path is None or last_event(events, BIRTH):
        return None
    due = due_date(events)
    if due is None:
        return Told(f"Perinatal pathway since {spell(path.on)} without a due date.", (path.id,))
    if p.today <= due:
        return None
    return Told(f"The due date of {spell(due)} has passed; no birth is recorded.", (path.id,))


RULES: tuple[Rule, ...] = (
    return_to_use,
    check_in_due,
    unexpected_screen,
    urine_screen_due,
    induction_call,
    antidepressant_alone,
    warning_sign,
    rhythm_lost,
    assent_missing,
    caregiver_due,
    epds_due,
    dates_unknown,
)
