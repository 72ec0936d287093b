"""Whatever a file holds, a reader answers with a record or a reason, never with a crash."""

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.fhir import answers, assembly, background, orders, people, reading, results
from registry.fhir.reading import Found
from registry.fhir.values import Refused, Unused
from tests.fhir import samples
from tests.fhir.samples import READING, found

READERS: list[tuple[dict[str, Any], Callable[[Found], object]]] = [
    (samples.patient(contact=[{"relationship": [samples.concept("MTH")], "name": {"family": "A"}}]), lambda f: people.patient(f, READING)),
    (samples.practitioner(), people.practitioner),
    ({"resourceType": "PractitionerRole", "practitioner": {"reference": "x"}, "code": [samples.concept("a")]}, people.role),
    (samples.condition(), lambda f: background.condition(f, READING)),
    (samples.encounter(), lambda f: background.encounter(f, READING)),
    (samples.order(status="stopped", dispenseRequest={"expectedSupplyDuration": {"value": 1, "code": "wk"}}),
     lambda f: orders.order(f, READING, {})),
    (samples.order(), orders.drug),
    (samples.total(component=[{"code": samples.concept("44250-9"), "valueInteger": 1}]), lambda f: answers.observation(f, READING)),
    (samples.item(9, 1), lambda f: answers.observation(f, READING)),
    (samples.measured(referenceRange=[{"low": samples.quantity(0.6), "high": samples.quantity(1.2), "type": samples.concept("normal")}]),
     lambda f: results.observation(f, READING)),
    (samples.pressure(), lambda f: results.observation(f, READING)),
    (samples.total("g1", "62238-1", None, valueQuantity=samples.quantity(60, "mL/min/{1.73_m2}", comparator=">"),
                   referenceRange=[{"low": {"value": 60}}]), lambda f: results.observation(f, READING)),
    (samples.response([1] * 9, 9), lambda f: answers.response(f, READING, {})),
    ({"resourceType": "Questionnaire", "url": "u", "item": [{"linkId": "1", "code": [{"system": "s", "code": "c"}],
      "answerOption": [{"valueCoding": {"code": "c"}}]}]}, answers.questionnaire),
]  # fmt: skip
JUNK = st.sampled_from(
    [None, [], {}, "", 0, -1, 1e300, 10**40, True, "x" * 5000, "\ud800", "\x00", [None], [[{}]], {"a": {"b": None}}, "?",
     "Patient?identifier=|", "#", "urn:uuid:", "0001-01-01", "9999-12-31T23:59:59+14:00", "2026-02-30", "1e5", "٣"]
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every node of a resource."""
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in inner:
        yield from places(child, (*path, step))


def replaced(resource: dict[str, Any], path: tuple[Any, ...], junk: Any) -> dict[str, Any]:
    spoilt: Any = copy.deepcopy(resource)
    node = spoilt
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = junk
    return spoilt  # type: ignore[no-any-return]


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_a_spoilt_resource_is_read_or_refused(data: st.DataObject) -> None:
    resource, read = data.draw(st.sampled_from(READERS))
    way = data.draw(st.sampled_from([path for path in places(resource) if path != ("resourceType",)]))
    spoilt = replaced(resource, way, data.draw(JUNK))
    try:
        record = read(found(spoilt))
    except (Refused, Unused, orders.NotYet):
        return
    json.dumps(getattr(record, "values", {}), default=str).encode()


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 3), st.integers(0, 2)), max_size=14))
def test_the_order_of_the_pieces_never_matters(pieces: list[tuple[int, int, int]]) -> None:
    """Any mixture of items and totals at three moments comes to the same scores, read forwards or backwards."""
    parts = []
    for key, (number, value, hour) in enumerate(pieces):
        on = f"2026-05-04T1{hour}:00:00-04:00"
        code = (*samples.PHQ9, "44261-6", "55758-7", "89204-2")[number]
        one = samples.total(str(key), code, value, on)
        parts.append(answers.observation(found(one), READING))

    def outcome(read: list[Any]) -> list[str]:
        told = []
        for sheet in assembly.sheets(read):
            try:
                told.append(f"{sheet.instrument} {sheet.taken_at} {assembly.scoring(sheet)}")
            except Refused as why:
                told.append(f"{sheet.instrument} {sheet.taken_at} {why}")
        return sorted(told)

    assert outcome(parts) == outcome(parts[::-1])


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_reason(tmp_path_factory: Any, data: bytes) -> None:
    path: Path = tmp_path_factory.mktemp("bytes") / "in.json"
    path.write_bytes(data)
    for item in reading.read(path):
        assert isinstance(item, reading.Broken)
