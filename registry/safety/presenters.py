"""The words of the pages about safety."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from registry.clinical import facts as f
from registry.clinical.checks import CHECKS
from registry.clinical.dates import counted, listed
from registry.clinical.findings.kinds import Rule
from registry.clinical.findings.safety import high_risk, low_risk, moderate_risk
from registry.clinical.instruments import INSTRUMENTS
from registry.clinical.instruments.cssrs import HIGH, LOW, MODERATE, NONE, triage
from registry.clinical.plan_labels import labels
from registry.clinical.plans import HANDED_OVER, replaced_on
from registry.clinical.safety_plan import REST, STEPS, counselling, emptied, empty_steps
from registry.clinical.screening import latest
from registry.documents.sheets import Block, Sheet, Team, patient_sheet, replaced

RULES: dict[str, Rule] = {HIGH: high_risk, MODERATE: moderate_risk, LOW: low_risk}
KINDS = {HIGH: "danger", MODERATE: "warn", LOW: "info", NONE: "ok"}
NEVER_ALONE = "988 by phone or text, 911 in danger."


@dataclass(frozen=True, slots=True)
class Verdict:
    """What Columbia's triage makes of the answers, and what follows."""

    title: str
    kind: str
    """Of the box: danger, warn, info, ok, or nothing."""
    why: str
    action: str
    who: str
    missing: str


def level_words(assessment: f.RiskAssessment) -> str:
    """The level in words: 'high risk', 'negative', 'not complete'."""
    level = triage(assessment).level
    return "negative" if level == NONE else f"{level} risk" if level in RULES else "not complete"


def verdict(assessment: f.RiskAssessment) -> Verdict:
    """The level that the answers establish, why, what to do, and what could still raise it."""
    found = triage(assessment)
    rule = RULES.get(found.level)
    action = f"{rule.urgency.label}: {rule.action}" if rule else ""
    return Verdict(
        title=level_words(assessment).capitalize(),
        kind=KINDS.get(found.level, ""),
        why=f"Yes to {listed(found.because)}." if found.because else "",
        action=f"{action} {NEVER_ALONE}" if found.level == MODERATE else action,
        who=rule.who if rule else "",
        missing=f"Not answered: {listed(found.unanswered)}." if found.unanswered else "",
    )


def saved_sentence(assessment: f.RiskAssessment, lifted: bool) -> str:
    """What was saved; no answer of it, because the browser holds this sentence for a moment."""
    words = f"Risk assessment recorded: {level_words(assessment)}."
    return f"{words} The flag is lifted." if lifted else words


@dataclass(frozen=True, slots=True)
class PastLine:
    """One earlier assessment as it is read."""

    id: UUID
    on: date
    by: str
    level: str
    kind: str
    why: str
    answered: str
    texts: tuple[tuple[str, str], ...]
    in_error: bool


def past_line(row: Any, by: str, scores: Sequence[Any]) -> PastLine:
    """Date, level, who, why, which scores it answers, and what was done."""
    found = verdict(row.fact)
    texts = (("Done", row.actions), ("Means", row.means), ("What protects", row.protective),
             ("Flag lifted", row.cleared_reason))  # fmt: skip
    return PastLine(
        id=row.id,
        on=row.on,
        by=by or "import",
        level=found.title,
        kind=found.kind,
        why=" ".join(part for part in (found.why, found.missing) if part),
        answered=listed(f"{INSTRUMENTS[s.instrument].title} of {day(s.taken_on)}" for s in scores)
        if scores
        else "",
        texts=tuple((label, words) for label, words in texts if words),
        in_error=row.in_error,
    )


@dataclass(frozen=True, slots=True)
class PlanView:
    """One safety plan as it is read."""

    id: UUID
    made_on: date
    by: str
    steps: tuple[tuple[str, str], ...]
    """Heading and words; the heading of what stands under none is empty."""
    means: str
    """The counselling on means, in a line."""
    same_as_before: bool
    age: str
    reason: str
    handed_over: str
    changes: tuple[tuple[str, str, str], ...]
    """Heading, before and after of every part that this plan changed."""
    empty: str
    """The steps without words."""
    saved_at: datetime | None
    """Where another plan is of the same day."""


def plan_views(plans: Sequence[tuple[Any, str]], today: date) -> list[PlanView]:
    """The plans, the last first; one with the words of the one before it was gone through without change."""
    before = [*(plan.held for plan, _ in plans[1:]), None]
    days = Counter(plan.made_on for plan, _ in plans)
    return [
        _plan_view(plan, by, earlier, days[plan.made_on] > 1, today)
        for (plan, by), earlier in zip(plans, before, strict=False)
    ]


def _plan_view(plan: Any, by: str, before: Mapping[str, Any] | None, timed: bool, today: date) -> PlanView:
    rows = compared(before, plan.held) if before is not None else []
    empty = [f"“{STEPS[step]}”" for step in empty_steps(plan.held)]
    return PlanView(
        plan.id, plan.made_on, by or "import", steps(plan.held), counselling(plan.held), plan.held == before,
        _ago(plan.made_on, today), plan.reason, HANDED_OVER.get(plan.handed_over, ""),
        tuple(row for row in rows if row[1] != row[2]), listed(empty) if empty else "",
        plan.recorded_at if timed else None,
    )  # fmt: skip


def emptied_parts(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """The parts that would become empty, in a sentence; nothing where there are none."""
    gone = [f"“{heading}”" for heading in emptied(before, after)]
    return f"{listed(gone)} had words in the plan before and would now be empty." if gone else ""


def steps(parts: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The filled steps of a plan in their order."""
    rest = (("", parts[REST]),) if REST in parts else ()
    return (*rest, *((heading, parts[step]) for step, heading in STEPS.items() if step in parts))


def compared(yours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """The rows of a page that shows two plans."""
    mine, other = (_texts(parts) for parts in (yours, theirs))
    headings = {**STEPS, REST: "Anything else", "means": "Means counseling"}
    return [
        (headings[step], mine.get(step, ""), other.get(step, ""))
        for step in headings
        if mine.get(step) or other.get(step)
    ]


def _texts(parts: Mapping[str, Any]) -> dict[str, str]:
    return {**parts, "means": counselling(parts)}


def plan_sheet(patient: Any, plans: Sequence[Any], language: str, team: Team) -> Sheet:
    """The last of some plans on one page for the patient, in the patient's words, marked where the others replaced it.

    What was talked about means is not on it.  A step without words keeps its heading, with room to write.  The newest
    of the plans comes first.
    """
    plan, newer = plans[-1], [(one.made_on, one.held) for one in plans[-2::-1]]
    words, parts = labels(language), plan.held
    empty = empty_steps(parts)
    blocks = tuple(
        Block(
            words.word("safety", step),
            tuple(line for line in parts.get(step, "").splitlines() if line.strip()),
        )
        for step in (*STEPS, REST)
        if parts.get(step) or step in empty
    )
    name = f"{patient.given_name} {patient.family_name}"
    mark = replaced(words, replaced_on(newer, parts))
    return patient_sheet(name, "safety", plan.made_on, blocks, words, team, replaced=mark)


@dataclass(frozen=True, slots=True)
class CheckView:
    """One check: what is on file, and what was before."""

    title: str
    on_file: str
    history: tuple[tuple[UUID, str], ...]


def check_views(
    answers: Mapping[str, Sequence[tuple[Any, str]]], scores: Sequence[f.Score], sex: str
) -> dict[str, CheckView]:
    """Every check of the intake, in its order; without an answer, by a person or a form, it is not known."""
    return {
        topic: _check_view(title, rows := answers.get(topic, ()), _by_form(topic, rows, scores, sex))
        for topic, title in CHECKS.items()
    }


def _check_view(title: str, rows: Sequence[tuple[Any, str]], by_form: str) -> CheckView:
    told = tuple((row.id, _answer(row, by)) for row, by in rows)
    return CheckView(title, by_form or (told[0][1] if told else "Not known: never asked."), told)


def _by_form(topic: str, rows: Sequence[tuple[Any, str]], scores: Sequence[f.Score], sex: str) -> str:
    """What a completed form answers, where that is the answer that holds."""
    asked = [f.Check(topic, row.on, row.positive) for row, _ in reversed(rows)]
    held = latest(topic, asked, scores, sex)
    if held is None or held.score is None:
        return ""
    return f"{'Yes' if held.positive else 'No'}, {day(held.on)}, by the form: {held.words}"


def _answer(row: Any, by: str) -> str:
    words = f"{'Yes' if row.positive else 'No'}, {day(row.on)}"
    return words + (f", {by}" if by else "") + (f": {row.note}" if row.note else "")


AFTER_ERROR = {
    "assessment": "The scores that it answered are open again, and a flag that it lifted is up again.",
    "plan": "The plan before it stands again.",
    "check": "The answer before it stands again; without one the check is not known.",
}


def entry_words(what: str, row: Any) -> str:
    """What is marked as entered in error, in a few words."""
    if what == "plan":
        return f"Safety plan of {day(row.made_on)}"
    if what == "check":
        return f"{CHECKS.get(row.topic, row.topic)}: {'yes' if row.positive else 'no'} on {day(row.on)}"
    return f"Risk assessment of {day(row.on)}: {level_words(row.fact)}"


def day(on: date) -> str:
    return f"{on:%b} {on.day}, {on.year}"


def _ago(on: date, today: date) -> str:
    days = (today - on).days
    return "today" if days == 0 else f"{counted(days, 'day')} ago"
