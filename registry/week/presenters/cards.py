"""One thing to do as a card: who, what, why, by when, and the page on which it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from registry.clinical.facts import FactId
from registry.clinical.findings import Urgency
from registry.clinical.languages import language_name
from registry.clinical.things import ADVICE, CALL, KINDS, PLAN, REVIEW, SAFETY, SCALE

if TYPE_CHECKING:
    from registry.workload import Entry, Kept, Person

ACTS: dict[str, tuple[str, str, str, str]] = {
    SAFETY: ("assess_risk", "safety.assess", "patient_id", "Record risk assessment"),
    CALL: ("record_contact", "contacts.record", "patient_id", "Record contact"),
    SCALE: ("record_contact", "measures.add", "patient_id", "Add a score"),
    REVIEW: ("ask_consultant", "consult.ask", "episode_id", "Ask the consultant"),
    ADVICE: ("record_decision", "consult.decide", "recommendation_id", "Record the answer"),
    PLAN: ("write_plan", "plans.index", "patient_id", "Plans"),
}
"""By the kind of work: the action, the page on which it is recorded, what its address names, and the words."""
CHART = ("see_chart", "chart.patient", "patient_id", "Open chart")
TAGS = {SAFETY: "safety", REVIEW: "consult", ADVICE: "consult", CALL: "info", SCALE: "new", PLAN: "ok"}
PICTURES = {CALL: "phone", SCALE: "info", PLAN: "edit", ADVICE: "consult"}


@dataclass(frozen=True, slots=True)
class Card:
    """Plain values of one thing to do."""

    patient_id: UUID
    thing: str
    name: str
    title: str
    why: str
    more: tuple[str, ...]
    """What else the same act answers."""
    kind: str
    kind_label: str
    tag: str
    picture: str
    is_urgent: bool
    day: date
    late_since: date | None
    put_off: str
    phone: str
    reach: str
    """How and when the patient is best reached."""
    owner: str
    is_mine: bool
    is_news: bool
    by_hand: bool
    planned: bool
    code: str
    version: int
    act: tuple[str, str, str]
    """Page, name in its address and key of what is done about it; and its words."""
    act_label: str
    act_action: str

    @property
    def key(self) -> str:
        """The name of the card in the page's address."""
        return f"{self.patient_id}-{self.thing}"


def card(entry: Entry, viewer_id: UUID) -> Card:
    """A card of an entry, for whoever looks."""
    item, who = entry.item, entry.person
    keys = {"patient_id": who.patient_id, "episode_id": entry.episode_id, "recommendation_id": _advice(entry)}
    action, page, named, label = ACTS.get(item.kind, CHART)
    if keys[named] is None:
        action, page, named, label = CHART
    return Card(
        patient_id=who.patient_id, thing=item.thing, name=who.name, title=item.title, why=item.why,
        more=tuple(finding.sentence for finding in item.reasons[1:]), kind=item.kind, kind_label=kind_word(item.kind),
        tag=TAGS.get(item.kind, "lost"), picture=PICTURES.get(item.kind, ""),
        is_urgent=item.kind == SAFETY or item.urgency <= Urgency.SAME_DAY, day=item.day, late_since=item.late_since,
        put_off=item.put_off, phone=who.phone, reach=reach(who), owner=entry.owner or "nobody",
        is_mine=entry.owner_id == viewer_id, is_news=bool(entry.kept and entry.kept.is_news), by_hand=item.by_hand,
        planned=item.planned_on is not None, code=item.code, version=entry.version, act=(page, named, str(keys[named])),
        act_label=label, act_action=action,
    )  # fmt: skip


def _advice(entry: Entry) -> FactId | None:
    """The first recommendation that a finding about advice names."""
    return next((fact for finding in entry.item.reasons for fact in finding.facts), None)


def kind_word(kind: str) -> str:
    """The kind of one thing: 'Call' of the calls."""
    return {"call": "Call", "scale": "Scale", "plan": "Plan", "task": "Task"}.get(kind, KINDS[kind])


CONTACT_BY = {"video": "prefers video", "in_person": "prefers to come in", "text": "prefers a text message"}


def reach(who: Person) -> str:
    """When and how: 'after 3 pm, no voicemail; Spanish, interpreter'."""
    by = CONTACT_BY.get(who.contact_by, "")
    spoken = "" if who.language == "en" else language_name(who.language)
    words = ", ".join(part for part in (spoken, "interpreter" if who.interpreter else "") if part)
    return "; ".join(part for part in (who.contact_note, by, words) if part)


@dataclass(frozen=True, slots=True)
class DoneLine:
    """A task that was done, on the day on which it was."""

    patient_id: UUID
    thing: str
    name: str
    title: str


def done_line(kept: Kept, thing: str) -> DoneLine:
    return DoneLine(kept.person.patient_id, thing, kept.person.name, kept.stored.title)
