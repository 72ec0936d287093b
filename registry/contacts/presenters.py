"""The words of the pages about a contact."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from registry.clinical import integrity
from registry.clinical.contact_due import due_after_contact, is_planned_late, soon
from registry.clinical.dates import age_on, counted, listed
from registry.clinical.facts import Contact, EpisodeFacts
from registry.clinical.instruments import INSTRUMENTS, Scored
from registry.clinical.interventions import (
    ADHERENCE,
    CONTACT_KINDS,
    FIRST_OUTREACH,
    INTERVENTIONS,
    MODALITIES,
)
from registry.clinical.minutes import minutes_this_month
from registry.clinical.picture import Picture
from registry.clinical.primary import other_scale
from registry.clinical.risk import positive_items

USUAL_ACTIONS = (
    "Phone follow-up with PHQ-9",
    "Phone follow-up with PHQ-9 and GAD-7",
    "Call about side effects and doses",
    "Safety check by phone",
    "Behavioral activation session",
    "Problem-solving session",
    "Try again, another time of day",
    "Send a letter or portal message",
    "Ask the PCP about the recommendation",
    "Relapse prevention plan",
)
USUAL_ACTION = USUAL_ACTIONS[0]
SPOKEN = ("phone", "video", "in_person")
LABELS = {
    "kind": "Kind",
    "modality": "How",
    "on": "Date",
    "started_at": "Started",
    "minutes": "Minutes",
    "reached": "Reached the patient",
    "with_caregiver": "With a caregiver",
    "interventions": "Delivered",
    "adherence": "Medication",
    "note": "What happened",
    "discuss": "Discuss with the consultant",
    "question": "Question",
    "in_error": "Entered in error",
    "taken_on": "Date",
    "next_action": "Next action",
    "next_due_on": "Due",
}
CODED: dict[str, dict[str, str]] = {
    "kind": CONTACT_KINDS,
    "modality": MODALITIES,
    "adherence": ADHERENCE,
    "interventions": {code: item.label for code, item in INTERVENTIONS.items()},
}


@dataclass(frozen=True, slots=True)
class Last:
    """The last score of a scale."""

    title: str
    total: int
    on: date


@dataclass(frozen=True, slots=True)
class RecordView:
    """What stands beside the fields of a new contact."""

    name: str
    age: int
    closed_on: date | None
    phq: Last | None
    gad: Last | None
    gad_open: bool
    own: Last | None
    """Of the primary scale, where it is neither of the two."""
    own_open: bool
    """It is long: it lies open where it was not taken for as long as contacts are apart."""
    medicated: bool
    due_in: str
    """When the next contact is usually due; why, where safety is not assessed."""
    usual_on: date | None
    soon_on: date
    """The next working day, usual while a positive safety item is not assessed."""
    last_minutes: str
    """How long the last one took: said, never filled in, because minutes are what happened today."""
    next_action: str
    next_due_on: date | None
    actions: tuple[str, ...] = USUAL_ACTIONS


def record_view(name: str, seen: Picture) -> RecordView:
    """What the care manager wants to see while the patient is on the phone."""
    facts, today = seen.facts, seen.today
    return RecordView(
        name=name,
        age=age_on(facts.birth_date, today) or 0,
        closed_on=facts.closed_on,
        phq=_last(facts, "phq9"),
        gad=_last(facts, "gad7"),
        gad_open=facts.primary_scale == "gad7",
        own=(own := _last(facts, other_scale(facts) or "")),
        own_open=own is None or (today - own.on) >= timedelta(days=seen.protocol.acute_interval.value),
        medicated=any(drug.is_current(today) for drug in facts.medications),
        due_in=_due_in(seen),
        usual_on=due_after_contact(seen),
        soon_on=soon(seen.today),
        last_minutes=_last_minutes(facts),
        next_action=facts.next_action,
        next_due_on=facts.next_action_due_on,
    )


def _last(facts: EpisodeFacts, series: str) -> Last | None:
    score = facts.latest(series)
    if score is None or score.total is None:
        return None
    return Last(INSTRUMENTS[score.instrument].title, score.total, score.taken_on)


def proposed_action(facts: EpisodeFacts) -> str:
    """What is planned already, else the usual; the first call of a referral is no plan for who is in care."""
    begins = facts.status in ("referred", "outreach")
    outdated = facts.next_action == FIRST_OUTREACH and not begins
    if facts.next_action and not outdated:
        return facts.next_action
    return USUAL_ACTIONS[1] if facts.primary_scale == "gad7" else USUAL_ACTION


def late_for_safety(seen: Picture) -> str:
    """What is said after saving where the next contact is planned late for a patient whose safety is not assessed."""
    if not is_planned_late(seen):
        return ""
    return (
        "The next contact is planned later than the next working day, which is usual while a positive "
        "safety item is not assessed. Change it under Next action, or assess now."
    )


def _due_in(seen: Picture) -> str:
    if seen.open_item9:
        return f"Usual now: the next working day, because the positive {positive_items(seen.open_item9)} is not assessed"
    due = due_after_contact(seen)
    return f"Usual now: {counted((due - seen.today).days, 'day')}" if due else ""


def last_treatment(facts: EpisodeFacts) -> Contact | None:
    """The last contact in which the patient was treated."""
    return next((contact for contact in reversed(facts.contacts) if contact.is_treatment), None)


def _last_minutes(facts: EpisodeFacts) -> str:
    last = last_treatment(facts)
    return f"Last time {last.minutes}" if last and last.minutes else "Whole minutes"


def usual_modality(facts: EpisodeFacts) -> str:
    """How the patient was spoken with last time; by phone at first."""
    last = last_treatment(facts)
    return last.modality if last and last.modality in SPOKEN else "phone"


def gate(facts: EpisodeFacts, role: str, on: date) -> str:
    """Why minutes of a contact on this day would not count; empty where they do."""
    this = Contact("this", on, "treatment", "phone", minutes=1, author_role=role)
    found = minutes_this_month(replace(facts, contacts=(this,)), on).uncounted
    return f"These minutes are kept but will not count. {found[0].why}" if found else ""


def saved_sentence(kind: str, scored: Sequence[Scored], screener: bool, uncounted: str) -> str:
    """What was saved; no number of it, because the browser holds this sentence for a moment."""
    parts = [INSTRUMENTS[s.instrument].title for s in scored] + (["C-SSRS"] if screener else [])
    saved = f"{CONTACT_KINDS[kind]} saved{' with ' + listed(parts) if parts else ''}."
    return " ".join([saved, *(_gap(s) for s in scored if _gap(s)), *([uncounted] if uncounted else [])])


def doubted(facts: EpisodeFacts, sex: str, taken: Collection[Any], today: date) -> str:
    """What is hard to believe of the scores just taken, without their numbers; blanks are told with what was saved."""
    whom = integrity.Patient(facts.birth_date, sex)
    answers = {row.id: None if row.items is None else tuple(row.items) for row in taken}
    scores = (
        s._replace(items=answers[s.id]) for s in facts.scores if isinstance(s.id, UUID) and s.id in answers
    )
    found = ((s, integrity.doubts(s, facts.scores, whom, today)) for s in scores)
    return " ".join(
        f"Look again at the {INSTRUMENTS[score.instrument].title}: {', '.join(names)}. All scores says why."
        for score, doubts in found
        if (names := _slips(doubts))
    )


def _slips(doubts: Sequence[integrity.Doubt]) -> list[str]:
    found = dict.fromkeys(integrity.WORDS[one.kind] for one in doubts if one.kind in integrity.SLIPS)
    return [word.lower().rstrip("?") for word in found]


def _gap(scored: Scored) -> str:
    """What a form leaves unknown."""
    title, count = INSTRUMENTS[scored.instrument].title, INSTRUMENTS[scored.instrument].item_count
    gaps = []
    if scored.answered is not None and scored.answered < count:
        kept = "the total is pro-rated" if scored.prorated else "there is no total"
        gaps.append(f"{title} is partial: {kept}.")
    if INSTRUMENTS[scored.instrument].safety_item and scored.item9 is None:
        gaps.append("Item 9 was not asked: safety is not assessed.")
    return " ".join(gaps)


def words(name: str, value: Any) -> str:
    """A value of a contact as it is read."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list | tuple):
        return ", ".join(words(name, one) for one in value)
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%b} {value.day}, {value.year}"
    return CODED.get(name, {}).get(str(value), str(value))


def compared(yours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Rows of the page that shows two versions of the same thing."""
    return [
        (LABELS[name], words(name, yours[name]), words(name, theirs[name]))
        for name in yours
        if name in LABELS
    ]


def changed(changes: Mapping[str, Sequence[Any]]) -> list[tuple[str, str, str]]:
    """Field, before and after of one correction; the episode follows from the day."""
    return [
        (
            LABELS.get(name, name.replace("_", " ").capitalize()),
            words(name, before) or "empty",
            words(name, after) or "empty",
        )
        for name, (before, after) in changes.items()
        if name != "episode_id"
    ]


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One score of a contact in a line, with the row that a correction opens."""

    id: Any
    words: str


def score_lines(measures: Sequence[Any]) -> list[ScoreLine]:
    """The scores of a contact."""
    return [
        ScoreLine(m.id, f"{INSTRUMENTS[m.instrument].title} {'no total' if m.total is None else m.total}")
        for m in measures
    ]


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """One correction as it is read."""

    at: Any
    by: str
    reason: str
    changes: list[tuple[str, str, str]]


def correction_lines(corrections: Sequence[tuple[Any, str]]) -> list[CorrectionLine]:
    """Who corrected what, when and why."""
    return [
        CorrectionLine(row.corrected_at, name, row.reason, changed(row.changes)) for row, name in corrections
    ]
