"""docs/rules.md, drawn from the rules themselves: ``python -m registry.clinical.rulebook > docs/rules.md``."""

import sys

from registry.clinical.agenda import WEIGHTS
from registry.clinical.dates import spell
from registry.clinical.findings import RULES, Rule
from registry.clinical.findings.change import THERAPY_WEEKS
from registry.clinical.instruments import INSTRUMENTS, Instrument
from registry.clinical.protocol import DEFAULT_PROTOCOL, Protocol, ScaleThresholds, thresholds
from registry.clinical.sources import AWAITING, SOURCES, awaits_sign_off

CHAPTERS = (
    ("Entry", ("E",)),
    ("Contact cadence", ("C",)),
    ("Measurement", ("M",)),
    ("Status, change of treatment and consult", ("T", "X", "A")),
    ("Step down and close", ("D",)),
    ("Safety", ("SF",)),
)

STATUSES = """## Course of a scale

The baseline is the first score with a total on days 0 to 14 after enrolment, else the first after; never one
from before, and it never changes within an episode (S19). Of two scores on one day the higher counts. The
PHQ-A counts in the series of the PHQ-9. The first status of this list that holds is the status:

| status | holds when |
|---|---|
| T6 Deterioration | 5 points (PHQ-9) or 4 points (GAD-7) above the baseline or the best score since |
| T3 Remission | baseline 10 or more; latest score below 5 and at most 30 days old |
| T1 Response | baseline 10 or more; at least half below it |
| T2 Improved | baseline 10 or more; below 10, from 70 days after enrolment |
| T4 Partial response | 25 % or 5 points (GAD-7: 4) below baseline |
| T5 No response | less than that |

Where the baseline is below 10 only T6 is judged. Without a score since enrolment nothing is known and nothing
is claimed."""

HEAD = (
    "| code | rule | holds when | window | do | who | urgency | source |\n|---|---|---|---|---|---|---|---|"
)


def page(protocol: Protocol = DEFAULT_PROTOCOL) -> str:
    """The whole rulebook as Markdown."""
    parts = [
        "# The rules",
        _opening(protocol),
        STATUSES,
        *(f"## {title}\n\n{HEAD}\n" + _rows(protocol, codes) for title, codes in CHAPTERS),
        _thresholds(protocol),
        _scales(protocol),
        _instruments(),
        _agenda(),
        _sources(),
    ]
    return "\n\n".join(parts) + "\n"


def _opening(protocol: Protocol) -> str:
    return (
        "Generated from `registry/clinical/`; do not edit by hand. "
        f"Protocol {protocol.version}, in force from {spell(protocol.effective_on)}. "
        f"A number without a public source is marked *{AWAITING}*."
    )


def _rows(protocol: Protocol, families: tuple[str, ...]) -> str:
    chosen = sorted((r for r in RULES if _family(r) in families), key=_by_code)
    return "\n".join(_row(r, protocol) for r in chosen)


def _family(rule: Rule) -> str:
    return rule.code.rstrip("0123456789")


def _by_code(rule: Rule) -> tuple[str, int]:
    family = _family(rule)
    return family, int(rule.code.removeprefix(family))


def _row(rule: Rule, protocol: Protocol) -> str:
    cells = (
        rule.code,
        rule.name,
        filled(rule.when, protocol),
        filled(rule.window, protocol),
        rule.action,
        rule.who,
        rule.urgency.label,
        _marked(rule.sources),
    )
    return f"| {' | '.join(cells)} |"


def filled(text: str, protocol: Protocol) -> str:
    """A rule's text with its thresholds written in."""
    return text.format_map(thresholds(protocol))


def _marked(sources: tuple[str, ...]) -> str:
    """The source keys, and the mark for those that nobody has signed off."""
    names = ", ".join({"M": "practice", "I": "own judgement"}.get(key, key) for key in sources)
    return f"{names} — *{AWAITING}*" if awaits_sign_off(*sources) else names


def _thresholds(protocol: Protocol) -> str:
    rows = (
        f"| `{name}` | {t} | {t.meaning} | {_marked(t.sources)} |" for name, t in thresholds(protocol).items()
    )
    return "## Thresholds\n\n| name | value | meaning | source |\n|---|---|---|---|\n" + "\n".join(rows)


def _scales(protocol: Protocol) -> str:
    head = (
        "## Primary scales\n\n| scale | elevated from | improved below | remission below | worse by | partial from "
        "| small drop below | source |\n|---|---|---|---|---|---|---|---|\n"
    )
    weeks = ", ".join(f"{cut} at week {week}" for week, cut in THERAPY_WEEKS)
    return (
        head
        + "\n".join(_scale(s) for s in (protocol.phq9, protocol.gad7))
        + (f"\n\nA therapy is not on track from a PHQ-9 of {weeks} (S42).")
    )


def _scale(s: ScaleThresholds) -> str:
    numbers = (
        s.elevated,
        s.improved_below,
        s.remission_below,
        s.worse_points,
        s.partial_points,
        s.small_drop,
    )
    return f"| {s.title} | {' | '.join(map(str, numbers))} | {_marked(s.sources)} |"


def _instruments() -> str:
    head = (
        "## Instruments\n\n| instrument | items | total | bands | positive | blanks | LOINC total | source |\n"
        "|---|---|---|---|---|---|---|---|\n"
    )
    foot = (
        "\n\nPro-rated: points × items ÷ answered, rounded half up. Item 9 is never pro-rated: unanswered is "
        "unknown, not 0.\n\nC-SSRS screener (S48): high is question 4 or 5 in the past month, or behaviour in the "
        "past 3 months; moderate is question 3, or behaviour ever; low is question 1 or 2. An unanswered question "
        "is never a no."
    )
    return head + "\n".join(_instrument(i) for i in INSTRUMENTS.values()) + foot


def _instrument(i: Instrument) -> str:
    bands = ", ".join(f"{b.name} {b.lowest}-{b.highest}" for b in i.bands) or "none"
    cuts = ", ".join(f"≥ {c.at_least}" + ("" if c.whom == "everyone" else f" ({c.whom})") for c in i.cuts)
    blanks = f"up to {i.may_miss} pro-rated" if i.may_miss else "no total"
    cells = (
        i.title,
        f"{i.item_count} × 0-{i.item_highest}",
        f"{i.lowest}-{i.highest}",
        bands,
        cuts,
        blanks,
        i.loinc.total or "none confirmed",
        _marked(i.sources),
    )
    return f"| {' | '.join(cells)} |"


def _agenda() -> str:
    rows = "\n".join(f"| {w.group} | {w.code} | {w.name} | {w.points} |" for w in WEIGHTS)
    return (
        "## Agenda\n\nPoints add up; of one group only the highest counts. Safety comes before any sum of other "
        "reasons. Ties: longest since the last review (never first), then oldest enrolment, then id.\n\n"
        f"| group | rule | reason | points |\n|---|---|---|---|\n{rows}"
    )


def _sources() -> str:
    rows = "\n".join(f"| {key} | {address} |" for key, address in SOURCES.items())
    return f"## Sources\n\n| key | address |\n|---|---|\n{rows}"


if __name__ == "__main__":  # pragma: no cover
    sys.stdout.write(page())
