"""The steps of a safety plan (after Stanley and Brown), kept as one text with a heading for each."""

from collections.abc import Mapping

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
