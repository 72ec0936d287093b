"""The things to do of a week: what the rules ask for and what somebody wrote down, each once and on its day.

One thing to do gathers every finding that the same act answers, with the planned contact where that is such an act.
It needs no row: a row says only that somebody moved it, put it off, handed it over or did it by hand.  What is late
stands on today and says since when.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from registry.clinical.asked_by import asked_by
from registry.clinical.contact_due import contact_due_in
from registry.clinical.dates import DAY, FRIDAY, spell
from registry.clinical.facts import FactId
from registry.clinical.findings import RULES, Finding, Urgency
from registry.clinical.picture import CLOSED
from registry.clinical.review_days import review_day_from
from registry.clinical.things import (
    BY_HAND,
    CADENCE,
    CALL,
    CLEARS,
    REVIEW,
    SAFETY,
    TASK,
    cadence_code,
    is_care_managers,
    kind_of,
    planned_kind,
    thing_of,
    urgency_of,
)
from registry.clinical.views import Standing, due_on

_ACTIONS = {rule.code: rule.action for rule in RULES}


class Stored(NamedTuple):
    """What somebody wrote about a thing to do: a task of their own, or the day and owner of one that a rule asks for."""

    id: FactId
    code: str  # the rule that asks for it; empty for one written by hand
    title: str
    due_on: date
    owner: FactId
    snoozed_until: date | None = None
    reason: str = ""  # why it was put off
    handed: bool = False  # somebody gave it to this owner
    done: bool = False

    @property
    def stands_on(self) -> date:
        """The day on which it comes back: the later of its own and the one until which it was put off."""
        return self.due_on if self.snoozed_until is None else max(self.due_on, self.snoozed_until)


class Item(NamedTuple):
    """One thing to do for one patient."""

    thing: str  # its kind, a rule's code, or the id of a task written by hand
    kind: str
    title: str
    why: str
    due_on: date
    day: date  # where it stands: today where it is late
    urgency: Urgency
    code: str  # of the rule; empty for one written by hand
    reasons: tuple[Finding, ...] = ()
    planned_on: date | None = (
        None  # the next contact is part of it, on this day: to move it is to plan that contact
    )
    stored: Stored | None = None
    put_off: str = ""  # the reason, while it is put off

    @property
    def late_since(self) -> date | None:
        """The day on which it should have been done, where that has passed."""
        return self.due_on if self.due_on < self.day else None

    @property
    def planned_for_later(self) -> bool:
        """Whether a rule asks for the next contact before the day for which it is planned."""
        return self.planned_on is not None and self.planned_on > self.day

    @property
    def by_hand(self) -> bool:
        """Whether somebody may say that it is done; else only what is recorded says so."""
        return not self.code or (self.planned_on is None and all(f.code in BY_HAND for f in self.reasons))

    @property
    def clears(self) -> str:
        """What would make it done."""
        return CLEARS[self.kind] if self.code else "It is done when somebody says so."

    @property
    def place(self) -> tuple[bool, Urgency, date, str]:
        """Its place in a day: safety, then the more urgent, then what waits longest."""
        return self.kind != SAFETY, self.urgency, self.due_on, self.thing


def week_items(
    seen: Standing | None, stored: Sequence[Stored], today: date, review_weekday: int | None = None
) -> tuple[Item, ...]:
    """Everything to do for one patient, in the order of a day; without an episode only what was written by hand."""
    by_thing: dict[str, list[Stored]] = defaultdict(list)
    for row in stored:
        by_thing[thing_of(row.code) if row.code else str(row.id)].append(row)
    by_hand = [_by_hand(row, today) for row in stored if not row.code and not row.done]
    asked = _asked(seen, review_weekday) if seen is not None and seen.picture.stage != CLOSED else ()
    written = (_with_rows(item, by_thing[item.thing], today) for item in asked)
    return tuple(sorted([*by_hand, *(item for item in written if item)], key=lambda item: item.place))


def _by_hand(row: Stored, today: date) -> Item:
    due, waits = row.stands_on, row.snoozed_until is not None and row.snoozed_until > today
    return Item(
        str(row.id), TASK, row.title, "", due, max(due, today), Urgency.ROUTINE, "",
        stored=row, put_off=row.reason if waits else "",
    )  # fmt: skip


def _asked(seen: Standing, review_weekday: int | None) -> Iterator[Item]:
    """What the rules and the plan ask for, each thing once."""
    groups: dict[str, list[Finding]] = defaultdict(list)
    for finding in filter(is_care_managers, seen.findings):
        groups[thing_of(finding.code)].append(finding)
    contact = due_on(seen)
    words = seen.picture.facts.next_action if contact is not None else ""
    meant = planned_kind(words)
    for thing in dict.fromkeys([*groups, *([meant] if contact is not None else ())]):
        yield _item(seen, thing, groups[thing], contact if thing == meant else None, review_weekday)


def _item(
    seen: Standing, thing: str, reasons: list[Finding], contact: date | None, review_weekday: int | None
) -> Item:
    """One thing to do, before anybody wrote about it."""
    today = seen.picture.today
    days = [_day_of(finding, seen, review_weekday) for finding in reasons]
    due = min([*days, contact] if contact is not None else days)
    lead = reasons[0] if reasons else None
    code = lead.code if lead else cadence_code(seen.picture)
    kind = kind_of(lead) if lead else thing
    return Item(
        thing, kind, _title(seen, lead, code, contact), _why(lead, contact), due, max(due, today),
        lead.urgency if lead else Urgency.ROUTINE, code, tuple(reasons), planned_on=contact,
    )  # fmt: skip


def _title(seen: Standing, lead: Finding | None, code: str, contact: date | None) -> str:
    """The words of the plan, where there is one; else what the rule says to do."""
    planned = seen.picture.facts.next_action if contact is not None else ""
    if planned and (lead is None or lead.urgency > Urgency.SAME_DAY):
        return planned
    return lead.action if lead else _ACTIONS[code]


def _why(lead: Finding | None, contact: date | None) -> str:
    if lead is not None:
        return lead.sentence
    assert contact is not None, "a thing to do without a finding is a planned contact"
    return f"The next contact is due on {spell(contact)}."


def _day_of(finding: Finding, seen: Standing, review_weekday: int | None) -> date:
    """By when: the day that the rule itself knows, else today, the end of the week, or the next contact.

    A finding that does not say since when it holds asks by Friday, this week and each week in which it holds.
    """
    p, today = seen.picture, seen.picture.today
    known = asked_by(finding.code, p)
    if known is not None:
        return known
    if finding.urgency <= Urgency.SAME_DAY:
        return today
    if kind_of(finding) == REVIEW and review_weekday is not None:
        return review_day_from(review_weekday, today)
    contact = _next_contact(seen) or friday(today)
    if finding.code not in CADENCE:
        contact = max(contact, today)
    return contact if finding.urgency == Urgency.ROUTINE else min(contact, friday(today))


def _next_contact(seen: Standing) -> date | None:
    """The day of the planned contact; the protocol's where none is planned, or what is planned is no contact."""
    is_contact = planned_kind(seen.picture.facts.next_action) == CALL
    return due_on(seen) if is_contact else contact_due_in(seen.picture)


def friday(day: date) -> date:
    """The Friday of the week; on a weekend that of the next."""
    return day + (FRIDAY - day.weekday()) % 7 * DAY


def monday(day: date) -> date:
    """The Monday of the week."""
    return day - timedelta(days=day.weekday())


def _with_rows(item: Item, rows: Sequence[Stored], today: date) -> Item | None:
    """The thing as somebody moved it, put it off or handed it over; None while one done by hand rests until Monday.

    What was written about the next contact is over once that contact is planned for another day, and no day that was
    written holds against a finding that is more urgent than the one it was written about.
    """
    spoken = [row for row in rows if item.planned_on in (None, row.stands_on)]
    if not spoken:
        return item
    row = spoken[-1]
    holds = item.urgency >= urgency_of(row.code)
    if row.done:
        return None if holds and item.by_hand else item
    if not holds:
        return item._replace(stored=row)
    waits = row.snoozed_until is not None and row.snoozed_until > today
    due, reason = row.stands_on, row.reason if waits else ""
    return item._replace(stored=row, due_on=due, day=max(due, today), put_off=reason)


def owner_of(item: Item, care_manager: FactId | None) -> FactId | None:
    """Whose it is: who wrote it down or was given it, else the patient's care manager."""
    row = item.stored
    return row.owner if row is not None and (row.handed or not row.code) else care_manager
