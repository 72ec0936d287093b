"""Pathways with rules of their own: their words, what happens on them, and where somebody stands on one."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from registry.clinical.care import Care, LabResult, Pathway, PathwayEvent
from registry.clinical.dates import begun, spell, within
from registry.clinical.drugs import ingredients
from registry.clinical.facts import Contact, EpisodeFacts, Medication
from registry.clinical.readings import value_told

OPIOID, ALCOHOL, BIPOLAR, YOUNG, PERINATAL = "opioid_use", "alcohol_use", "bipolar", "young", "perinatal"
USE = (OPIOID, ALCOHOL)


class Kind(NamedTuple):
    """A pathway's label, its short label for a chip, and whether its records usually fall under 42 CFR Part 2."""

    label: str
    chip: str
    part_2: bool = False


PATHWAYS: dict[str, Kind] = {
    OPIOID: Kind("Opioid use: medication treatment", "Opioid use", True),
    ALCOHOL: Kind("Alcohol use: medication treatment", "Alcohol use", True),
    BIPOLAR: Kind("Bipolar disorder", "Bipolar"),
    YOUNG: Kind("Adolescent or young adult", "Young person"),
    PERINATAL: Kind("Pregnancy and the year after birth", "Perinatal"),
}

PART_2 = "42 CFR Part 2"
PART_2_SENTENCE = (
    "Substance-use records under 42 CFR Part 2: federal rules prohibit disclosure or use beyond what the patient's "
    "written consent permits."
)

INDUCTION, CHECK_IN, STABLE, URINE, RETURN, ADJUSTED = (
    "induction", "check_in", "stable", "urine_screen", "return_to_use", "adjusted",
)  # fmt: skip
WARNING, RHYTHM = "warning_sign", "rhythm"
ASSENT, CAREGIVER, SCHOOL = "assent", "caregiver_contact", "school"
DUE_DATE, BIRTH = "due_date", "birth"
CONSENT, REVOKED = "consent", "consent_revoked"
TPO = "tpo"
TPO_WORDS = "everybody who treats, pays for or runs the care, for all future uses"


class EventKind(NamedTuple):
    """Something that can happen on a pathway: its label, the pathways, and the values to choose from (none: words)."""

    label: str
    pathways: tuple[str, ...]
    values: dict[str, str]
    hint: str = ""
    only: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    """Of a value that not every one of the pathways has."""

    def asked(self, pathway: str) -> dict[str, str]:
        """The values to choose from on a pathway."""
        return {
            value: words
            for value, words in self.values.items()
            if pathway in self.only.get(value, (pathway,))
        }


EVENTS: dict[str, EventKind] = {
    INDUCTION: EventKind(
        "Medication started (induction)", USE,
        {"started": "Started", "completed": "Induction completed", "stopped": "Stopped before completion"},
    ),
    CHECK_IN: EventKind(
        "Check-in", (*USE, BIPOLAR),
        {"well": "Doing well", "cravings": "Cravings", "sleep": "Sleeping less or badly", "down": "Mood down",
         "up": "Mood up, or more energy than usual", "mixed": "Mood up and down at once", "signs": "Early-warning signs",
         "struggling": "Having a hard time"},
        only={"cravings": USE, **dict.fromkeys(("sleep", "down", "up", "mixed", "signs"), (BIPOLAR,))},
    ),
    STABLE: EventKind("Steady: check-ins every 4 weeks from now", USE, {}),
    URINE: EventKind(
        "Urine screen", USE,
        {"expected": "As expected", "unexpected": "Positive screen (not expected)",
         "not_found": "Prescribed medication not found (not expected)", "not_done": "Not done"},
        "Confirm an unexpected result before acting on it; a result is a reason to talk, never to discharge.",
    ),
    RETURN: EventKind(
        "Return to use", USE, {},
        "Contact the patient at once, assess the risk, and adjust the treatment together.",
    ),
    ADJUSTED: EventKind(
        "Treatment adjusted together", USE,
        {"dose": "Dose", "visits": "More frequent visits", "support": "Counseling or peer support",
         "level": "Another level of care", "same": "Looked at; stays as it is"},
    ),
    WARNING: EventKind(
        "Early-warning sign", (BIPOLAR,),
        {"sleep": "Sleeps less and is not tired", "energy": "More energy or plans than usual", "irritable": "Irritable",
         "spending": "Spending or risks", "speech": "Talks fast, thoughts race", "low": "Low mood, withdrawn",
         "other": "Another sign of the patient's own"},
    ),
    RHYTHM: EventKind(
        "Daily rhythm this week", (BIPOLAR,), {"kept": "Targets kept", "partly": "Partly", "not_kept": "Not kept"}
    ),
    ASSENT: EventKind(
        "Assent", (YOUNG,), {"given": "Given", "declined": "Declined"}, "The young person's own agreement."
    ),
    CAREGIVER: EventKind("Caregiver contact", (YOUNG,), {}),
    SCHOOL: EventKind(
        "School or campus", (YOUNG,), {"met": "Target met", "partly": "Partly met", "not_met": "Not met"}
    ),
    DUE_DATE: EventKind("Due date", (PERINATAL,), {}, "Of the pregnancy, as dated now."),
    BIRTH: EventKind("Birth", (PERINATAL,), {}),
    CONSENT: EventKind("Written consent to share", (), {TPO: TPO_WORDS}),
    REVOKED: EventKind("Consent to share revoked in writing", (), {TPO: TPO_WORDS}),
}  # fmt: skip


class Part(NamedTuple):
    """A part of a pathway's own form: its label, a hint, and whether it stays between patient and clinician."""

    label: str
    hint: str = ""
    confidential: bool = False


_LAPSE = Part(
    "If use returns", "Agreed beforehand, in the patient's words: whom to call, what we change, what helps"
)
_SUPPORT = Part("Support", "Peer support, groups, family, counseling")

PARTS: dict[str, dict[str, Part]] = {
    OPIOID: {
        "medication": Part("Medication agreed", "Buprenorphine, methadone by a program, or naltrexone; dose, visits"),
        "naloxone": Part("Naloxone at home", "Who has it, and who knows how to use it"),
        "lapse_plan": _LAPSE,
        "supports": _SUPPORT,
        "consent": Part("What the patient says about sharing", "The written consent itself is recorded beside this form"),
    },
    ALCOHOL: {
        "medication": Part("Medication agreed", "Naltrexone, acamprosate or another; dose, visits"),
        "target": Part("The patient's own target", "Abstinence, fewer days, fewer drinks"),
        "withdrawal": Part("Withdrawal risk", "Earlier seizures or delirium, last drink, who watches"),
        "lapse_plan": _LAPSE,
        "supports": _SUPPORT,
        "consent": Part("What the patient says about sharing", "The written consent itself is recorded beside this form"),
    },
    BIPOLAR: {
        "early_signs": Part("Early-warning signs", "The patient's own, one a line"),
        "sign_plan": Part("What we do when they show", "Whom to call, what changes, who may be told"),
        "rhythm": Part("Rhythm targets", "Bedtime, wake time, meals, activity, people"),
        "supports": _SUPPORT,
    },
    YOUNG: {
        "confidential": Part("Confidential items", "What stays between the young person and you", True),
        "limits": Part("Limits of confidentiality explained", "When, and in which words"),
        "caregiver": Part("Caregiver contact", "Who, how, how often, what may be told"),
        "school": Part("School targets", "Attendance, lessons, friends; who at the school knows"),
        "campus": Part("Campus resources", "Counseling center, disability services, student health"),
    },
    PERINATAL: {
        "obstetric": Part("Obstetric care", "Who, where, next visit"),
        "preferences": Part("Medication in pregnancy and lactation", "What was weighed, what the patient prefers"),
        "sleep": Part("Sleep and nights", "Who takes which night"),
        "supports": _SUPPORT,
    },
}  # fmt: skip
"""What each pathway's own form asks, in order."""


PREGNANCY = timedelta(weeks=40)
POSTPARTUM = timedelta(days=365)
TRIMESTERS = ((28, "third trimester"), (14, "second trimester"), (0, "first trimester"))


CONFIDENTIAL = frozenset(
    name for parts in PARTS.values() for name, part in parts.items() if part.confidential
)


def without_confidential(changes: Mapping[str, Any]) -> dict[str, Any]:
    """What was changed in a record, without the parts of a pathway's form that stay between patient and clinician."""
    return {
        name: [_open_parts(one) for one in pair] for name, pair in changes.items() if name not in CONFIDENTIAL
    }


def _open_parts(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {name: _open_parts(words) for name, words in value.items() if name not in CONFIDENTIAL}


class Stage(NamedTuple):
    """Where a pregnancy or the year after birth stands, and from which day."""

    name: str
    since: date
    week: int

    @property
    def words(self) -> str:
        """'second trimester, week 21' or 'postpartum week 5'."""
        return (
            f"{self.name} week {self.week}" if self.name == "postpartum" else f"{self.name}, week {self.week}"
        )


def open_pathways(care: Care) -> tuple[Pathway, ...]:
    """The pathways that the patient is on, oldest first."""
    return tuple(p for p in care.pathways if p.until is None)


def on_pathway(care: Care, *kinds: str) -> Pathway | None:
    """The latest open pathway of these kinds."""
    return next((p for p in reversed(care.pathways) if p.until is None and p.kind in kinds), None)


def is_part_2(care: Care) -> bool:
    """True where some record falls under 42 CFR Part 2: an ended pathway's records still do."""
    return any(p.part_2 for p in care.pathways)


def events_of(care: Care, pathway: Pathway) -> tuple[PathwayEvent, ...]:
    """What happened on a pathway, oldest first."""
    return tuple(e for e in care.pathway_events if e.pathway_id == pathway.id)


def last_event(events: Iterable[PathwayEvent], *kinds: str) -> PathwayEvent | None:
    """The latest event of these kinds."""
    found = [e for e in events if e.kind in kinds]
    return found[-1] if found else None


def urine_screens(care: Care) -> list[LabResult]:
    """The urine screens, oldest first: one on a pathway is also the reading that a medication asks for."""
    told = [e for e in care.pathway_events if e.kind == URINE and e.value != "not_done"]
    found = [r for r in care.results if r.code == URINE]
    screens = (LabResult(e.id, e.on, URINE, float(e.value != "expected")) for e in told)
    return sorted([*found, *screens], key=lambda r: r.on)


def last_urine_screen(care: Care, events: Iterable[PathwayEvent]) -> tuple[date, str] | None:
    """The newest screen, however it was recorded: its day and its words; of one day the one that tells how it came out."""
    event = last_event(events, URINE)
    done = [r for r in care.results if r.code == URINE]
    if done and (event is None or done[-1].on > event.on):
        return done[-1].on, "" if done[-1].value is None else begun(value_told(done[-1]))
    return (event.on, EVENTS[URINE].values.get(event.value, event.value)) if event else None


def check_in_days(path: Pathway, events: Iterable[PathwayEvent], contacts: Iterable[Contact]) -> list[date]:
    """The days of check-ins since a pathway began; a treatment contact is one, and is not to be recorded twice."""
    days = [e.on for e in events if e.kind in (CHECK_IN, STABLE)]
    days += [c.on for c in contacts if c.is_treatment]
    return sorted(day for day in days if day >= path.on)


def event_words(kind: str, value: str) -> str:
    """'Urine screen: as expected'; a due date as a day, words of one's own as they are."""
    known = EVENTS.get(kind)
    if known is None:
        return kind.replace("_", " ")
    words = _spelled(value) if kind == DUE_DATE else value_words(kind, value)
    return f"{known.label}: {words}" if words else known.label


def value_words(kind: str, value: str) -> str:
    """A value as it goes on in a sentence; words of one's own as they are."""
    words = EVENTS[kind].values.get(value)
    return within(words) if words else value


def _spelled(value: str) -> str:
    try:
        return spell(date.fromisoformat(value))
    except ValueError:
        return value


def pathway_words(care: Care) -> list[tuple[str, str]]:
    """Each pathway that goes on: its label, and since when with the last of everything that happened on it."""
    return [(_label(path.kind), "; ".join(_told(care, path))) for path in open_pathways(care)]


def agreed(kind: str, details: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a pathway's form says, part by part on one line each, without what is confidential."""
    for name, part in PARTS.get(kind, {}).items():
        lines = (line.strip().rstrip(".;,") for line in str(details.get(name) or "").splitlines())
        words = "; ".join(filter(None, lines))
        if words and not part.confidential:
            yield part.label, words


def _label(kind: str) -> str:
    known = PATHWAYS.get(kind)
    return known.label if known else kind.replace("_", " ")


def _told(care: Care, path: Pathway) -> Iterator[str]:
    yield f"since {spell(path.on)}"
    told = (e for e in events_of(care, path) if e.kind not in (CONSENT, REVOKED))
    last = {CHECK_IN if e.kind == STABLE else e.kind: e for e in told}
    screen = last_urine_screen(care, last.values()) if path.kind in USE else None
    if screen and screen[0] >= path.on and (URINE not in last or screen[0] > last[URINE].on):
        last[URINE] = PathwayEvent("", screen[0], path.id, URINE, within(screen[1]))
    for event in sorted(last.values(), key=lambda e: (e.on, [*EVENTS, e.kind].index(e.kind)), reverse=True):
        if event.kind == DUE_DATE:
            yield f"due date {_spelled(event.value)} (told {spell(event.on)})"
        else:
            yield f"{within(event_words(event.kind, event.value))}, {spell(event.on)}"


def steadies_mood(medication: Medication) -> bool:
    """A medication steadies the mood by what it contains (mood stabilizers, antipsychotics licensed for it) or its class."""
    group = (medication.drug_class or "").casefold()
    return "mood stabili" in group or any(
        "steadies_mood" in drug.flags for drug in ingredients(medication.name)
    )


def mood_stabilisers(facts: EpisodeFacts, today: date) -> list[Medication]:
    """The medicines taken today that steady the mood."""
    return [m for m in facts.medications if steadies_mood(m) and m.is_current(today)]


def perinatal_stage(events: Iterable[PathwayEvent], today: date) -> Stage | None:
    """Trimester by the due date, or weeks since the birth; None where neither is known or the time is over."""
    rows = tuple(events)
    birth = last_event(rows, BIRTH)
    if birth is not None:
        week = (today - birth.on).days // 7
        return Stage("postpartum", birth.on, week) if today - birth.on <= POSTPARTUM else None
    due = due_date(rows)
    if due is None or today > due:
        return None
    begun = due - PREGNANCY
    week = max((today - begun).days // 7, 0)
    from_week, name = next((start, name) for start, name in TRIMESTERS if week >= start)
    return Stage(name, begun + timedelta(weeks=from_week), week)


def due_date(events: Iterable[PathwayEvent]) -> date | None:
    """The due date as it was last dated."""
    told = last_event(events, DUE_DATE)
    try:
        return date.fromisoformat(told.value) if told else None
    except ValueError:
        return None
