"""The plans made with a patient: their parts, what must stand in them, and how two versions differ.

What a plan holds is plain JSON by the names of its parts: a text, a list of rows, a row for each code, or a list of
codes.  The safety plan has its steps in `safety_plan`.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from registry.clinical.plan_labels import Labels, labels

CARE, RELAPSE = "care", "relapse_prevention"
KINDS = {CARE: "Care plan", RELAPSE: "Relapse prevention plan"}

BARRIERS = ("cost", "transport", "stigma", "language", "digital", "other")
ANSWERS = ("generic", "discount", "reminder", "interpreter", "telehealth", "ride", "talk", "else")
"""What can be tried against a barrier."""
SHARING = ("family", "school", "employer", "other")
TOPICS = (
    "illness",
    "treatment",
    "medication",
    "side_effects",
    "activity",
    "sleep",
    "alcohol",
    "crisis",
    "relapse",
)
HANDED_OVER = {
    "printed": "Printed and handed over", "read_out": "Read out on the phone", "post": "Sent by post",
    "portal": "Sent by portal",
}  # fmt: skip

PARTS: dict[str, dict[str, tuple[str, ...]]] = {
    CARE: {
        "problems": (),
        "goals": ("words", "function", "step"),
        "values": (),
        "preferences": (),
        "decisions": ("about", "options", "choice", "reason"),
        "barriers": ("words", "answer", "result"),
        "sharing": ("answer", "name", "what"),
        "education": (),
        "taught": (),
    },
    RELAPSE: {"signs": (), "well": (), "medication": (), "call": (), "phq9": ()},
}
"""The parts of each kind in their order, and the fields of a row where a part has rows."""
HIGHEST = 27

Content = Mapping[str, Any]


class Section(NamedTuple):
    """One part of a plan as it is read: its heading and its lines."""

    part: str
    heading: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


def tidy(kind: str, content: Content) -> dict[str, Any]:
    """What is kept of a form: parts of the kind alone, words trimmed, and nothing empty."""
    kept = {part: _tidied(content.get(part)) for part in PARTS[kind]}
    return {part: value for part, value in kept.items() if value}


def _tidied(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, Mapping):
        return {key: kept for key, one in value.items() if (kept := _tidied(one))}
    if isinstance(value, Sequence):
        return [kept for one in value if (kept := _tidied(one))]
    return value


def problems_of(kind: str, content: Content) -> Iterator[tuple[str, str]]:
    """The part and the sentence of everything that a tidied plan still lacks."""
    yield from _care_problems(content) if kind == CARE else _relapse_problems(content)


def _care_problems(content: Content) -> Iterator[tuple[str, str]]:
    if not content.get("problems") and not content.get("goals"):
        yield "problems", "Write a problem or a goal."
    if any(not goal.get("words") for goal in content.get("goals", ())):
        yield "goals", "Write the goal in the patient's words."
    for decision in content.get("decisions", ()):
        if not decision.get("about") or not decision.get("choice"):
            yield "decisions", "Say what was decided about, and what the patient chose."
    if any(not barrier.get("words") for barrier in content.get("barriers", {}).values()):
        yield "barriers", "Say what the barrier is before what was tried."
    yield from _sharing_problems(content.get("sharing", {}))


def _sharing_problems(sharing: Content) -> Iterator[tuple[str, str]]:
    for consent in sharing.values():
        if not consent.get("answer"):
            yield "sharing", "Say whether the patient agrees to share, yes or no."
        elif consent["answer"] == "yes" and not (consent.get("name") and consent.get("what")):
            yield "sharing", "A yes names with whom, and what may be shared."


def _relapse_problems(content: Content) -> Iterator[tuple[str, str]]:
    if not content.get("signs"):
        yield "signs", "Write the first signs, in the patient's words."
    if not content.get("call"):
        yield "call", "Write whom the patient calls."
    if not 1 <= (content.get("phq9") or 0) <= HIGHEST:
        yield "phq9", f"Give the PHQ-9 score that means a call, from 1 to {HIGHEST}."


def goals_of(content: Content) -> tuple[str, ...]:
    """The goals of a care plan in the patient's words."""
    return tuple(goal["words"] for goal in content.get("goals", ()) if goal.get("words"))


def replaced_on(newer: Sequence[tuple[date, Any]], words: Any) -> date | None:
    """The day of the first version after this one that says something else; `newer` are those after it, oldest first."""
    return next((on for on, told in newer if told != words), None)


def usual_call(elevated: int, worse_points: int, best: int | None) -> int:
    """The PHQ-9 that means "call us": what the protocol takes for a relapse, whichever comes first."""
    return elevated if best is None else min(elevated, best + worse_points)


def sections(kind: str, content: Content, language: str = "en") -> tuple[Section, ...]:
    """The filled parts of a plan with headings in a language, the words as they were written."""
    in_words = labels(language)
    found = ((part, tuple(_lines(part, content.get(part), in_words))) for part in PARTS[kind])
    return tuple(Section(part, in_words.word(kind, part), lines) for part, lines in found if lines)


def _lines(part: str, value: Any, in_words: Labels) -> Iterator[str]:
    if not value:
        return
    if part == "phq9":
        yield in_words.word("row", "phq9", phq9=value)
    elif part == "education":
        yield from (in_words.word("code", code) for code in TOPICS if code in value)
    elif part in ("goals", "decisions"):
        yield from (_row(part, row, in_words) for row in value)
    elif part == "barriers":
        yield from (_barrier(code, value[code], in_words) for code in BARRIERS if code in value)
    elif part == "sharing":
        yield from (_consent(code, value[code], in_words) for code in SHARING if code in value)
    else:
        yield from (line.strip() for line in value.splitlines() if line.strip())


def _row(part: str, row: Content, in_words: Labels) -> str:
    """A goal or a decision in one line."""
    first, *rest = PARTS[CARE][part]
    told = [in_words.word("row", f"{part}_{name}", **{name: row[name]}) for name in rest if row.get(name)]
    return ". ".join(_open(words) for words in (row.get(first, ""), *told) if words) + "."


def _barrier(code: str, row: Content, in_words: Labels) -> str:
    parts = [f"{in_words.word('code', code)}: {row.get('words', '')}"]
    if row.get("answer"):
        parts.append(in_words.word("row", "barriers_answer", answer=in_words.word("code", row["answer"])))
    if row.get("result"):
        parts.append(in_words.word("row", "barriers_result", result=row["result"]))
    return ". ".join(_open(words) for words in parts) + "."


def _consent(code: str, row: Content, in_words: Labels) -> str:
    name = f" ({row['name']})" if row.get("name") else ""
    what = f": {_open(row['what'])}" if row.get("what") else ""
    return f"{in_words.word('code', code)}{name}. {in_words.word('code', row['answer'])}{what}."


def _open(words: str) -> str:
    """Words without the stop that the line gives them."""
    return words.rstrip(" .")


def differences(kind: str, before: Content, after: Content) -> list[tuple[str, str, str]]:
    """Heading, before and after of every part that changed between two versions."""
    old, new = (_texts(kind, content) for content in (before, after))
    return [
        (heading, old.get(part, ""), new.get(part, ""))
        for part in PARTS[kind]
        if old.get(part, "") != new.get(part, "")
        for heading in (labels("en").word(kind, part),)
    ]


def compared(kind: str, yours: Content, theirs: Content) -> list[tuple[str, str, str]]:
    """Heading and both texts of every part that one of two plans has."""
    mine, other = (_texts(kind, content) for content in (yours, theirs))
    return [
        (labels("en").word(kind, part), mine.get(part, ""), other.get(part, ""))
        for part in PARTS[kind]
        if part in mine or part in other
    ]


def _texts(kind: str, content: Content) -> dict[str, str]:
    return {section.part: section.text for section in sections(kind, content)}
