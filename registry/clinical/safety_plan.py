"""The steps of a safety plan (after Stanley and Brown) and the counselling on means.

A plan is kept by the names of its parts; one from before that, or from elsewhere, is one text with a heading for each.
"""

from collections.abc import Mapping
from typing import Any

STEPS = {
    "signs": "Warning signs",
    "alone": "What I can do on my own",
    "distraction": "People and places that take my mind off it",
    "help": "People whom I can ask for help",
    "professionals": "Professionals and crisis lines",
    "surroundings": "Making my surroundings safe",
}
REST = "rest"
"""What stands under no heading, as in a plan that was written elsewhere."""
COUNSELLED = {
    "firearms": "Firearms",
    "medication": "Medication and poisons",
    "other": "Other means",
    "none": "Asked: there are no such means at hand",
}
"""What the counselling on means was about."""
MEANS = ("counselled", "agreed")
"""Parts that are the clinician's record and stand on no paper of the patient's."""
_BY_LINE = {f"{heading}:": step for step, heading in STEPS.items()}


def joined(steps: Mapping[str, str]) -> str:
    """The plan as one text: what has no heading, then the steps that were filled in, in their order."""
    filled = {step: words for step in (*STEPS, REST) if (words := steps.get(step, "").strip())}
    rest = filled.pop(REST, "")
    return "\n\n".join(
        [*([rest] if rest else []), *(f"{STEPS[step]}:\n{words}" for step, words in filled.items())]
    )


def split(text: str) -> dict[str, str]:
    """The steps of a text; what comes before the first heading is the rest."""
    found: dict[str, list[str]] = {}
    step = REST
    for line in text.splitlines():
        if line.strip() in _BY_LINE:
            step = _BY_LINE[line.strip()]
        else:
            found.setdefault(step, []).append(line)
    return {step: words for step, lines in found.items() if (words := "\n".join(lines).strip())}


def held(text: str, parts: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a plan holds by its parts, whichever way it was kept."""
    return {**split(text), **(parts or {})}


def tidy(written: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of a form: words trimmed, and nothing empty."""
    trimmed = {
        part: value.strip() if isinstance(value, str) else list(value) for part, value in written.items()
    }
    return {part: value for part, value in trimmed.items() if value}


def has_steps(parts: Mapping[str, Any]) -> bool:
    """A plan has at least one step, or words of its own; counselling alone is no plan."""
    return any(parts.get(step) for step in (*STEPS, REST))


def empty_steps(parts: Mapping[str, Any]) -> tuple[str, ...]:
    """The steps without words of a plan that is kept by its steps, in their order; of one text nothing is said."""
    return tuple(step for step in STEPS if step not in parts) if any(step in parts for step in STEPS) else ()


def emptied(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """The headings of the parts that had words and have none now: what a crisis plan loses is never lost unseen."""
    headings = {**STEPS, REST: "Anything else"}
    return tuple(heading for part, heading in headings.items() if before.get(part) and not after.get(part))


def counselling(parts: Mapping[str, Any]) -> str:
    """What was talked about and agreed about means, in a line."""
    about = ", ".join(words for code, words in COUNSELLED.items() if code in parts.get("counselled", ()))
    return ". ".join(words.rstrip(" .") for words in (about, parts.get("agreed", "")) if words)
