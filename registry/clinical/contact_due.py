"""When the next contact is due, from the phase that the patient is in."""

from dataclasses import replace
from datetime import date, timedelta

from registry.clinical.dates import working_days_after
from registry.clinical.facts import TREATMENT, Contact, EpisodeFacts
from registry.clinical.findings.cadence import (
    acute_interval,
    dose_call_after,
    maintenance_interval,
    open_stays,
    recent_dose_events,
    stay_due,
)
from registry.clinical.picture import ACTIVE, CLOSED, Picture, picture
from registry.clinical.protocol import Protocol


def next_contact_due(facts: EpisodeFacts, protocol: Protocol, today: date) -> date | None:
    """The day by which the patient should be spoken to next; None once the episode is closed."""
    return contact_due_in(picture(facts, protocol, today))


def contact_due_in(p: Picture) -> date | None:
    """The earliest of what the phase, a new dose, a discharge and a risk flag ask for."""
    if p.stage == CLOSED:
        return None
    if p.stage != ACTIVE:
        return _outreach_due(p)
    due = [p.seen_on + timedelta(days=_interval(p))]
    due += [
        dose_call_after(p, event.on) + timedelta(days=p.protocol.dose_call_from.value)
        for _, event in recent_dose_events(p)
    ]
    due += [stay_due(p, stay.on) for stay in open_stays(p)]
    if p.flag.is_up:
        due.append(p.seen_on + timedelta(days=p.protocol.flagged_contact.value))
    return min(due)


def due_after_contact(p: Picture) -> date | None:
    """When the next contact is due if the patient is treated today: soon, while a positive safety item is not assessed."""
    if p.open_item9:
        return soon(p.today)
    this = Contact("this", p.today, TREATMENT)
    due = next_contact_due(replace(p.facts, contacts=(*p.facts.contacts, this)), p.protocol, p.today)
    return None if due is None else max(due, p.today + timedelta(days=1))


def soon(today: date) -> date:
    """The next working day: when a patient whose safety is not assessed is to be spoken to."""
    return working_days_after(today, 1)


def is_planned_late(p: Picture) -> bool:
    """The next contact is planned later than soon, while a positive safety item is not assessed."""
    planned = p.facts.next_action_due_on
    return bool(p.open_item9) and planned is not None and planned > soon(p.today)


def _interval(p: Picture) -> int:
    """Weekly in the first month, then two-weekly, four-weekly once better, and longer in maintenance."""
    if p.phase == "maintenance":
        return maintenance_interval(p)
    if p.phase == "transition":
        return p.protocol.transition_interval.value
    return acute_interval(p)


def _outreach_due(p: Picture) -> date | None:
    """Two days after the referral, then a week after the last attempt."""
    if p.facts.referred_on is None:
        return None
    tried = [c.on for c in p.facts.contacts if c.on >= p.facts.referred_on]
    if tried:
        return tried[-1] + timedelta(days=p.protocol.outreach_late.value)
    return p.facts.referred_on + timedelta(days=p.protocol.outreach_target.value)
