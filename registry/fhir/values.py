"""Single values of a resource, read with suspicion: whatever has the wrong type counts as absent."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

LOINC_SYSTEMS = frozenset({"http://loinc.org", "https://loinc.org", "urn:oid:2.16.840.1.113883.6.1"})
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Refused(Exception):
    """A resource that should go in and cannot; the message is the reason that the operator reads."""


class Unused(Exception):
    """A resource that the registry has no place for; nothing is wrong with it."""


def plain(value: Any, limit: int = 500) -> str:
    """A text without control characters, in one line, cut at `limit`; not a text: empty."""
    if not isinstance(value, str):
        return ""
    text = value if len(value) <= limit else value[: 4 * limit]
    if not text.isprintable():
        text = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", _CONTROL.sub(" ", text))
    return text.strip()[:limit]


def entries(value: Any) -> Iterator[dict[str, Any]]:
    """The objects of a list; one object alone counts as a list of one."""
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list):
        for entry in value:
            if isinstance(entry, dict):
                yield entry


def member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def codings(concept: Any) -> list[tuple[str, str, str]]:
    """System, code and display of each coding of a CodeableConcept, as they stand."""
    found = concept.get("coding") if isinstance(concept, dict) else None
    listed = found if isinstance(found, list) else [found]
    return [
        (_text(coding.get("system")), coding["code"].strip(), _text(coding.get("display")))
        for coding in listed
        if isinstance(coding, dict) and isinstance(coding.get("code"), str)
    ]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def code_in(concept: Any, *wanted: str) -> bool:
    """Whether one of the concept's codings has one of these codes."""
    return any(code in wanted for _, code, _ in codings(concept))


def words(concept: Any, limit: int = 500) -> str:
    """A concept in words: its text, else the first display."""
    text = plain(member(concept, "text"), limit)
    if text:
        return text
    return next((plain(display, limit) for _, _, display in codings(concept) if display), "")


def extension(resource: Any, ending: str) -> dict[str, Any]:
    """The extension whose address ends like this, or nothing."""
    for found in entries(member(resource, "extension")):
        url = found.get("url")
        if isinstance(url, str) and url.endswith(ending):
            return found
    return {}


def local_day(value: Any, zone: tzinfo) -> date | None:
    """The calendar day, in the clinic's time zone, of a FHIR date or dateTime; a year or month alone is none."""
    moment = instant(value)
    if not isinstance(moment, datetime):
        return moment
    try:
        return moment.astimezone(zone).date() if moment.tzinfo else moment.date()
    except (OverflowError, ValueError):
        return None


def instant(value: Any) -> date | datetime | None:
    """A FHIR date or dateTime; None where it names no day or is none."""
    if not isinstance(value, str) or not _DAY.match(value):
        return None
    try:
        return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    except ValueError:
        return None


def period_start(resource: Mapping[str, Any], stem: str) -> Any:
    """`<stem>DateTime`, else the start of `<stem>Period`, else `<stem>Instant`."""
    return (
        resource.get(f"{stem}DateTime")
        or member(resource.get(f"{stem}Period"), "start")
        or resource.get(f"{stem}Instant")
    )


def number(value: Any) -> float | None:
    """A finite JSON number, or a text that is one."""
    if isinstance(value, str):
        text = value.strip()
        if not re.fullmatch(r"[+-]?\d{1,15}(\.\d{1,15})?", text):
            return None
        return float(text)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e15 else None


def whole(value: Any) -> int | None:
    """A whole number; 12.0 is one, 12.5 is not."""
    found = number(value)
    return int(found) if found is not None and found == int(found) else None


def days(quantity: Any) -> timedelta | None:
    """A duration in days, weeks, months or years."""
    value = number(member(quantity, "value"))
    unit = plain(member(quantity, "code") or member(quantity, "unit")).rstrip("s")
    per_unit = {"d": 1, "day": 1, "wk": 7, "week": 7, "mo": 30, "month": 30, "a": 365, "year": 365}.get(unit)
    if value is None or per_unit is None or not 0 < value < 4000:
        return None
    return timedelta(days=round(value * per_unit))


def reference(value: Any, links: Mapping[str, str]) -> str:
    """The id that a reference leads to; `?system|value` for one that names an identifier; empty for none."""
    text = member(value, "reference")
    if isinstance(text, str) and text:
        return _target(text, links)
    identifier = member(value, "identifier")
    held = plain(member(identifier, "value"))
    return f"?{plain(member(identifier, 'system'))}|{held}" if held else ""


def _target(text: str, links: Mapping[str, str]) -> str:
    if text in links:
        return links[text]
    if text.startswith(("urn:uuid:", "urn:oid:")):
        return text.split(":", 2)[2]
    if "?" in text:
        _, _, query = text.partition("?")
        return f"?{query.removeprefix('identifier=')}"
    return text.split("/_history/", 1)[0].rsplit("/", 1)[-1]


def identifier_of(target: str) -> str:
    """The value of a reference by identifier, else empty."""
    return target.rsplit("|", 1)[-1] if target.startswith("?") else ""
