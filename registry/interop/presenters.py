"""The report of an import, in words for a person and as plain values for a script."""

from collections.abc import Iterator, Sequence
from typing import Any

from registry.fhir.report import FILE, OUTCOMES, Report, Skip

SHOWN = 50
"""So many refusals are written out; the rest are counted by reason."""


def table(report: Report) -> str:
    """One line per resource type, one column per outcome."""
    rows = [["", *OUTCOMES]]
    rows += [
        [_kind(kind), *(str(report.counts[kind, outcome] or "·") for outcome in OUTCOMES)]
        for kind in report.kinds
    ]
    rows.append(["total", *(str(report.total(outcome)) for outcome in OUTCOMES)])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            [
                row[0].ljust(widths[0]),
                *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
            ]
        )
        for row in rows
    )


def _kind(kind: str) -> str:
    return "unreadable" if kind == FILE else kind


def unused(report: Report) -> Iterator[str]:
    """Why resources were left out, most frequent first."""
    for (kind, reason), count in sorted(report.unused.items(), key=lambda item: (-item[1], item[0])):
        yield f"{count} {kind}: {reason}"


def complaints(skips: Sequence[Skip]) -> Iterator[str]:
    """Each refusal by file, position, type, id and reason; a long list ends in counts."""
    yield from (f"{skip.place}: {_what(skip)}{skip.reason}" for skip in skips[:SHOWN])
    rest: dict[tuple[str, str], int] = {}
    for skip in skips[SHOWN:]:
        rest[skip.kind, skip.reason] = rest.get((skip.kind, skip.reason), 0) + 1
    for (kind, reason), count in sorted(rest.items()):
        yield f"and {count} more, {_kind(kind)}: {reason} (--json lists all of them)"


def _what(skip: Skip) -> str:
    return "" if skip.kind == FILE else f"{skip.kind} {skip.key}: " if skip.key else f"{skip.kind}: "


def values(report: Report) -> dict[str, Any]:
    """The whole report as plain values."""
    return {
        "files": report.files,
        "resources": report.resources,
        "by_type": {
            _kind(kind): {_name(outcome): report.counts[kind, outcome] for outcome in OUTCOMES}
            for kind in report.kinds
        },
        "total": {_name(outcome): report.total(outcome) for outcome in OUTCOMES},
        "skipped": [_skip(skip) for skip in report.skips],
        "notes": [_skip(note) for note in report.notes],
        "not_used": [
            {"type": kind, "reason": reason, "count": count}
            for (kind, reason), count in sorted(report.unused.items())
        ],
    }


def _name(outcome: str) -> str:
    return outcome.replace(" ", "_")


def _skip(skip: Skip) -> dict[str, str]:
    return {
        "file": skip.place.file,
        "position": skip.place.position,
        "type": _kind(skip.kind),
        "id": skip.key,
        "reason": skip.reason,
    }
