"""The words of the pages about scores."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from registry.clinical.dates import age_on, spell
from registry.clinical.facts import Score
from registry.clinical.instruments import (
    EXTRAS,
    INSTRUMENTS,
    PURPOSES,
    Instrument,
    band,
    depression_form,
    verdict,
)
from registry.clinical.instruments.chapter import cut_words, scoring_words
from registry.clinical.instruments.moved import moved
from registry.clinical.instruments.verdicts import subscale_scores
from registry.clinical.integrity import SLIPS, WORDS, Doubt, doubts
from registry.clinical.integrity import Patient as Whom
from registry.clinical.languages import language_and_region
from registry.clinical.primary import PRIMARY
from registry.clinical.sources import AWAITING, awaits_sign_off, cite

LABELS = {
    "taken_on": "Date",
    "mode": "How",
    "language": "Language",
    "items": "Answers",
    "declined": "Declined items",
    "answered": "Items answered",
    "total": "Total",
    "prorated": "Pro-rated",
    "item9": "Safety item",
    "extras": "Asked beside the items",
    "source_note": "Where the total was read",
    "in_error": "Entered in error",
    "form_version": "Form version",
}
MODES = {
    "phone": "phone",
    "interview": "in person or video",
    "self": "on paper, by the patient",
    "portal": "portal, by the patient",
}
ORIGINS = {"ehr": "from the health record", "portal": "patient portal"}
"""The usual names of a source that is imported, in words; any other stands as it was given."""
HOW = MODES | {"portal": "by the patient"}
"""How it was taken, beside its source."""


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """One correction as it is read."""

    at: datetime
    by: str
    reason: str
    changes: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One score as the table shows it."""

    id: UUID
    title: str
    on: date
    total: int | None
    severity: int | None
    meaning: str
    items: str
    completeness: str
    item9: str
    source: str
    in_error: bool
    corrections: list[CorrectionLine]
    verdict: str = ""
    subscales: tuple[str, ...] = ()
    doubts: tuple[tuple[str, str], ...] = ()
    awaits: bool = False
    """Whether the cut, or the rule, behind the verdict awaits clinical sign-off."""
    extras: tuple[tuple[str, bool], ...] = ()
    """What is asked beside the items, with its answer; and whether that is a safety matter."""
    moved: str = ""
    """How a scale that the protocol does not judge moved since its first score, with the sources."""


OTHER_AGES = "For another age"


def offered(birth_date: date, today: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every instrument by its purpose; those for another age come last."""
    age = age_on(birth_date, today) or 0
    groups: dict[str, list[tuple[str, str]]] = {title: [] for title in (*PURPOSES.values(), OTHER_AGES)}
    for name, kind in INSTRUMENTS.items():
        if kind.entry != "elsewhere":
            groups[PURPOSES[kind.purpose] if _fits(kind, age) else OTHER_AGES].append((name, kind.title))
    return [(title, kinds) for title, kinds in groups.items() if kinds]


def scoring(kind: Instrument) -> list[tuple[str, str, str, bool]]:
    """How an instrument is scored: what, how, from which source, and whether it awaits clinical sign-off."""
    return [
        (what, how, cite(*sources), awaits_sign_off(*sources)) for what, how, sources in scoring_words(kind)
    ]


def cuts_of(names: Iterable[str]) -> list[tuple[str, str]]:
    """What is known of the one cut of each scale without bands: there it is all that a total means."""
    kinds = [INSTRUMENTS[name] for name in dict.fromkeys(names) if name in INSTRUMENTS]
    cuts = [(kind.title, kind.cuts[0]) for kind in kinds if not kind.bands and len(kind.cuts) == 1]
    return [(title, cut_words(cut)) for title, cut in cuts if cut.note]


def usual(birth_date: date, today: date) -> list[tuple[str, str]]:
    """The two that are taken most: one click away."""
    return [(name, INSTRUMENTS[name].title) for name in (depression_form(birth_date, today), "gad7")]


def _fits(kind: Instrument, age: int) -> bool:
    return (kind.from_age or 0) <= age and (kind.to_age is None or age <= kind.to_age)


def before_saving(found: Iterable[Doubt]) -> list[str]:
    """The doubts that are asked about before a score is saved, in words."""
    return [doubt.sentence for doubt in found if doubt.kind in SLIPS]


def mark(sentences: Sequence[str]) -> str:
    """What a form carries to say that these were seen; it tells nothing of them."""
    return hashlib.sha256("\n".join(sentences).encode()).hexdigest()[:16] if sentences else ""


def to_do(found: Iterable[Doubt]) -> str:
    """What the score leaves open, without its numbers: the browser holds this sentence for a moment."""
    open_ = dict.fromkeys(WORDS[doubt.kind].lower() for doubt in found if doubt.kind not in SLIPS)
    return f"To complete: {', '.join(open_)}." if open_ else ""


@dataclass(frozen=True, slots=True)
class About:
    """What the table of one patient's scores needs beside the scores."""

    whom: Whom
    today: date
    scores: Sequence[Score]
    """Those that count."""


def score_row(
    measure: Any, entered_by: str, about: About, corrections: Sequence[tuple[Any, str]], score: Score
) -> ScoreRow:
    """One score in words."""
    kind = INSTRUMENTS.get(measure.instrument)
    found = band(kind, measure.total) if kind else None
    told = verdict(kind, measure.total, measure.items, about.whom.sex).text if kind else ""
    return ScoreRow(
        id=measure.id,
        title=kind.title if kind else measure.instrument,
        on=measure.taken_on,
        total=measure.total,
        severity=found.severity if found else None,
        meaning=found.name if found else "",
        items=answers(measure.items, measure.declined),
        completeness=_completeness(kind, measure),
        item9=_safety_item(kind, measure),
        source=_source(measure, entered_by),
        in_error=measure.in_error,
        corrections=correction_lines(corrections),
        verdict=told,
        subscales=_subscales(kind, score),
        awaits=bool(told and kind and _awaits(kind)),
        extras=_extras(kind, measure.extras),
        doubts=() if measure.in_error else _doubts(about, score, measure.declined),
        moved=_moved(kind, score, about) if kind and not measure.in_error else "",
    )


def _moved(kind: Instrument, score: Score, about: About) -> str:
    """Since the first score on file; a scale of the protocol has its course on the patient page."""
    earlier = [s for s in about.scores if s.instrument == score.instrument and s.total is not None]
    first = min(earlier, key=lambda s: s.taken_on, default=score)
    if score.series in PRIMARY or first.total is None or score.total is None or first.id == score.id:
        return ""
    told = moved(kind, first.total, score.total)
    sources = (
        f"{cite(*kind.change.sources)}{f'; {AWAITING}' if awaits_sign_off(*kind.change.sources) else ''}"
    )
    return f"Since {first.total} on {spell(first.taken_on)}: {told}. Source: {sources}." if told else ""


def _awaits(kind: Instrument) -> bool:
    sources = kind.sources if kind.rule else tuple(source for cut in kind.cuts for source in cut.sources)
    return awaits_sign_off(*sources)


def _subscales(kind: Instrument | None, score: Score) -> tuple[str, ...]:
    if kind is None or score.items is None:
        return ()
    found = subscale_scores(kind, score.items)
    marks = {True: ", positive", False: "", None: ""}
    return tuple(
        f"{one.title}: {'not known' if one.score is None else one.score}{marks[one.positive]}"
        for one in found
    )


def _doubts(about: About, score: Score, declined: Sequence[int] | None) -> tuple[tuple[str, str], ...]:
    found = doubts(score, about.scores, about.whom, about.today, declined or ())
    return tuple((WORDS[doubt.kind], doubt.sentence) for doubt in found)


def answers(items: Sequence[int | None] | None, declined: Sequence[int] | None) -> str:
    """Each answer in order; a dash where not asked, a d where declined."""
    if items is None:
        return "not known"
    gap = {True: "d", False: "\N{EN DASH}"}
    return " ".join(gap[n in (declined or ())] if a is None else str(a) for n, a in enumerate(items, 1))


def _completeness(kind: Instrument | None, measure: Any) -> str:
    """How much was answered, and what became of the total."""
    if measure.answered is None or kind is None:
        return "total only"
    if measure.answered == kind.item_count:
        return "complete"
    if kind.gate_item and measure.items and measure.items[kind.gate_item - 1] == 0:
        return "complete"
    kept = "pro-rated" if measure.prorated else "no total" if measure.total is None else "total stands"
    return f"{measure.answered} of {kind.item_count}, {kept}"


def _safety_item(kind: Instrument | None, measure: Any) -> str:
    """The answer to the safety item; which one is told where it is not item 9."""
    if kind is None or kind.safety_item is None:
        return ""
    if measure.item9 is not None:
        return str(measure.item9) if kind.safety_item == 9 else f"{measure.item9} (item {kind.safety_item})"
    declined = kind.safety_item in (measure.declined or ())
    return "not known" if measure.items is None else "declined" if declined else "not asked"


def _extras(kind: Instrument | None, given: Mapping[str, int]) -> tuple[tuple[str, bool], ...]:
    """Each question beside the items; of a form that asks about safety those that were not asked are named, too."""
    known = kind.extras if kind else ()
    asked = [extra for extra in known if extra.key in given or any(one.safety for one in known)]
    return tuple((one.told(given.get(one.key)), one.safety and bool(given.get(one.key))) for one in asked)


def _source(measure: Any, entered_by: str) -> str:
    """Where the score comes from, and how it was taken."""
    system = measure.source.removeprefix("import:") or "import"
    origin = entered_by or ORIGINS.get(system.casefold(), system)
    parts = [origin, HOW.get(measure.mode, ""), measure.source_note]
    parts += [language_and_region(measure.language)] if measure.language not in ("", "en") else []
    return ", ".join(part for part in parts if part)


def words(name: str, value: Any) -> str:
    """A value of a score as it is read."""
    if name == "items":
        return answers(value, None)
    if name == "extras":
        return "; ".join(EXTRAS[key].told(answer) for key, answer in value.items())
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if name == "language" and value:
        return language_and_region(value)
    return "" if value is None else MODES.get(str(value), str(value))


def compared(yours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Rows of the page that shows two versions of the same score."""
    return [
        (LABELS[name], words(name, yours[name]), words(name, theirs[name]))
        for name in LABELS
        if name in yours
    ]


def correction_lines(corrections: Sequence[tuple[Any, str]]) -> list[CorrectionLine]:
    """Who corrected what, when and why."""
    return [
        CorrectionLine(
            row.corrected_at,
            name,
            row.reason,
            [
                (LABELS.get(field, field), words(field, before) or "empty", words(field, after) or "empty")
                for field, (before, after) in row.changes.items()
            ],
        )
        for row, name in corrections
    ]
