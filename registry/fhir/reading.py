"""Files to resources: bundles, bare resources and ndjson, each resource with its position.

What cannot be read is handed on as `Broken` with its byte or line, and the rest of the input goes in.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, NoReturn

import orjson

from registry.fhir.report import Place

LINES = frozenset({".ndjson", ".jsonl"})
SUFFIXES = LINES | {".json"}
FIRST_KINDS = ("Organization", "Practitioner", "PractitionerRole", "Patient", "Medication", "Questionnaire")
"""In a folder of one file a type (a bulk export), those that others refer to are read first."""
NESTED = 5
"""Bundles in bundles are followed this far."""
BATCH = 10_000
"""Resources that are written together: half of this writes the same pages of every index twice as often."""


class Found(NamedTuple):
    """One resource as parsed, where it stood, and the ids behind the bundle's own addresses."""

    place: Place
    resource: dict[str, Any]
    full_url: str = ""
    links: Mapping[str, str] = MappingProxyType({})
    staff_list: bool = False
    """It came from a file without patients."""


class Broken(NamedTuple):
    """A file, line or entry that holds no resource."""

    place: Place
    reason: str


Item = Found | Broken


def files(paths: Iterable[Path]) -> list[Path]:
    """The files to read: those named, and every FHIR file of the folders named, in a steady order."""
    found: dict[Path, None] = {}
    for path in paths:
        inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
        found.update(dict.fromkeys(inside if path.is_dir() else [path]))
    return sorted(found, key=_turn)


def _turn(path: Path) -> int:
    """Bulk files by what their first line holds; everything else in between, in its own order."""
    if path.suffix.lower() not in LINES:
        return len(FIRST_KINDS)
    try:
        with path.open("rb") as lines:
            kind = orjson.loads(lines.readline(1_000_000)).get("resourceType")
    except (OSError, ValueError, AttributeError, RecursionError):
        return len(FIRST_KINDS) + 1
    return FIRST_KINDS.index(kind) if kind in FIRST_KINDS else len(FIRST_KINDS) + 1


def batches(paths: Iterable[Path], size: int = BATCH) -> Iterator[tuple[list[Path], list[Item]]]:
    """Whole files together until `size` resources are reached; ndjson may end a batch at any line."""
    read: list[Path] = []
    items: list[Item] = []
    for path in paths:
        read.append(path)
        for chunk in _chunks(path, size):
            items += chunk
            if len(items) >= size:
                yield read, items
                read, items = [], []
    if read or items:
        yield read, items


def _chunks(path: Path, size: int) -> Iterator[list[Item]]:
    if path.suffix.lower() not in LINES:
        yield list(read(path))
        return
    chunk: list[Item] = []
    for item in read(path):
        chunk.append(item)
        if len(chunk) >= size:
            yield chunk
            chunk = []
    yield chunk


def read(path: Path) -> Iterator[Item]:
    """Every resource of a file, and whatever in it is none."""
    try:
        if path.suffix.lower() in LINES:
            with path.open("rb") as lines:
                yield from _lines(str(path), lines)
        else:
            yield from _document(str(path), path.read_bytes())
    except OSError as error:
        yield Broken(Place(str(path)), f"cannot be opened: {error.strerror or error}")


class NotJson(ValueError):
    """Text that is no JSON; `byte` is where it stops making sense."""

    def __init__(self, reason: str, byte: int | None = None) -> None:
        super().__init__(reason)
        self.byte = byte


def _document(name: str, data: bytes) -> Iterator[Item]:
    try:
        value = parse(data)
    except NotJson as error:
        if _is_lines(data):
            yield from _lines(name, data.splitlines())
            return
        yield Broken(Place(name, "" if error.byte is None else f"byte {error.byte}"), str(error))
        return
    if isinstance(value, list) and not any(isinstance(entry, dict) for entry in value):
        yield Broken(Place(name), "this is a list without any FHIR resource")
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _resource(Place(name, f"[{index}]"), entry)
    else:
        yield from _resource(Place(name), value)


def _is_lines(data: bytes) -> bool:
    """Whether a file is ndjson under another name: its first line alone is a resource."""
    first, _, rest = data.partition(b"\n")
    try:
        return bool(rest.strip()) and "resourceType" in parse(first)
    except (NotJson, TypeError):
        return False


def _lines(name: str, lines: Iterable[bytes]) -> Iterator[Item]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            place = Place(name, f"line {number}")
            try:
                value = parse(line)
            except NotJson as error:
                where = "" if error.byte is None else f" at byte {error.byte} of the line"
                yield Broken(place, f"{error}{where}")
            else:
                yield from _resource(place, value)


def parse(data: bytes) -> Any:
    """The JSON value of UTF-8 bytes; `NotJson` says what is wrong and at which byte."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:1] == b"\0" or data[1:2] == b"\0":
        raise NotJson("the text is UTF-16 or UTF-32; FHIR is exchanged as UTF-8", 0)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotJson("the text is not UTF-8", error.start) from None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return _parse_slowly(data, text)


def _parse_slowly(data: bytes, text: str) -> Any:
    """The standard library takes half a character in a name for what it is, and says best what is wrong and where."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        skipped = len(data) - len(text.encode())
        raise NotJson(error.msg, skipped + len(text[: error.pos].encode())) from None
    except RecursionError:
        raise NotJson("it is nested too deeply") from None
    except ValueError as error:
        raise NotJson(str(error)) from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _resource(place: Place, value: Any, depth: int = 0) -> Iterator[Item]:
    if not isinstance(value, dict):
        yield Broken(place, "this is no FHIR resource, which would be a JSON object")
        return
    kind = value.get("resourceType")
    if not isinstance(kind, str) or not kind:
        yield Broken(place, "there is no resourceType: this is no FHIR resource")
    elif kind == "Bundle":
        yield from _bundle(place, value, depth)
    else:
        yield Found(place, value, staff_list=depth == 0)


def _bundle(place: Place, bundle: dict[str, Any], depth: int) -> Iterator[Item]:
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        yield Broken(place, "Bundle.entry is no list")
        return
    if depth >= NESTED:
        yield Broken(place, "bundles are nested too deeply")
        return
    links = _links(entries)
    staff_list = depth == 0 and not any(_kind(entry) == "Patient" for entry in entries)
    before = f"{place.position}." if place.position else ""
    for index, entry in enumerate(entries):
        inside = Place(place.file, f"{before}entry[{index}]")
        kind = _kind(entry)
        if isinstance(kind, str) and kind and kind != "Bundle":
            url = entry.get("fullUrl")
            yield Found(inside, entry["resource"], url if isinstance(url, str) else "", links, staff_list)
        else:
            yield from _odd_entry(inside, entry, depth)


def _odd_entry(place: Place, entry: Any, depth: int) -> Iterator[Item]:
    """An entry that holds no plain resource: another bundle, a deletion, or nothing that is known."""
    if not isinstance(entry, dict):
        yield Broken(place, "the entry is no JSON object")
    elif entry.get("resource") is None:
        request = entry.get("request")
        deletes = isinstance(request, dict) and request.get("method") == "DELETE"
        yield Broken(place, "a deletion is not followed" if deletes else "the entry holds no resource")
    else:
        yield from _resource(place, entry["resource"], depth + 1)


def _links(entries: list[Any]) -> dict[str, str]:
    """The id behind each address of the bundle, where the address does not end in the id anyway."""
    found: dict[str, str] = {}
    for entry in entries:
        if isinstance(entry, dict) and isinstance(entry.get("resource"), dict):
            url, key = entry.get("fullUrl"), entry["resource"].get("id")
            if isinstance(url, str) and isinstance(key, str) and not url.endswith(key):
                found[url] = key
    return found


def _kind(entry: Any) -> Any:
    resource = entry.get("resource") if isinstance(entry, dict) else None
    return resource.get("resourceType") if isinstance(resource, dict) else None
