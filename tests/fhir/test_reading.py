"""Files to resources: what is read, and where it says that something cannot be."""

import json
from pathlib import Path

import pytest

from registry.fhir.reading import Broken, Found, batches, files, read
from tests.fhir.samples import bundle, patient, total


def written(folder: Path, data: bytes | str, name: str = "in.json") -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def only(path: Path) -> Found | Broken:
    (item,) = list(read(path))
    return item


@pytest.mark.parametrize("kind", ["transaction", "batch", "collection", "searchset"])
def test_each_entry_of_a_bundle_has_its_position(tmp_path: Path, kind: str) -> None:
    items = list(read(written(tmp_path, json.dumps(bundle(patient(), total(), kind=kind)))))
    assert [item.place.position for item in items] == ["entry[0]", "entry[1]"]
    assert [item.resource["id"] for item in items if isinstance(item, Found)] == ["p1", "o1"]


def test_a_bare_resource_and_a_byte_order_mark(tmp_path: Path) -> None:
    item = only(written(tmp_path, b"\xef\xbb\xbf" + json.dumps(patient()).encode()))
    assert isinstance(item, Found)
    assert item.resource["id"] == "p1"


@pytest.mark.parametrize(
    ("data", "position", "reason"),
    [
        (b'{"resourceType": "Patient"', "byte 26", "delimiter"),
        (b'\xef\xbb\xbf{"a": }', "byte 9", "Expecting value"),
        ('{"name": "Łukasz", ]'.encode(), "byte 20", "property name"),
        ('{"resourceType": "Patient"}'.encode("utf-16"), "byte 0", "UTF-16"),
        ('{"resourceType": "Patient"}'.encode("utf-16-le"), "byte 0", "UTF-16"),
        (b'{"a": "\xff"}', "byte 7", "not UTF-8"),
        (b"", "byte 0", "Expecting value"),
        (b"[" * 100_000, "", "nested too deeply"),
        (b'{"a": NaN}', "", "no JSON number"),
        (b'{"a": ' + b"9" * 5000 + b"}", "", "digits"),
        (b'["a", 1]', "", "without any FHIR resource"),
        (b'"text"', "", "no FHIR resource"),
        (b'{"resourceType": 7}', "", "no resourceType"),
        (b'{"resourceType": "Bundle", "entry": {}}', "", "no list"),
    ],
)
def test_what_is_no_fhir_is_told_with_its_place(
    tmp_path: Path, data: bytes, position: str, reason: str
) -> None:
    item = only(written(tmp_path, data))
    assert isinstance(item, Broken)
    assert item.place.position == position
    assert reason in item.reason


@pytest.mark.parametrize("name", ["in.ndjson", "in.jsonl", "in.json"])
def test_a_bad_line_leaves_the_others(tmp_path: Path, name: str) -> None:
    lines = [
        json.dumps(patient()).encode(),
        b'{"resourceType": "Pat',
        b"",
        b'{"a": "\xff"}',
        json.dumps(total()).encode(),
    ]
    items = list(read(written(tmp_path, b"\n".join(lines), name)))
    assert [type(item).__name__ for item in items] == ["Found", "Broken", "Broken", "Found"]
    assert [item.place.position for item in items] == ["line 1", "line 2", "line 4", "line 5"]


def test_odd_entries_are_told_and_nested_bundles_followed(tmp_path: Path) -> None:
    whole = bundle(patient())
    whole["entry"] += [
        None,
        {"fullUrl": "urn:uuid:x"},
        {"request": {"method": "DELETE", "url": "Patient/1"}},
        {"resource": bundle(total())},
        {"resource": [1]},
    ]
    items = list(read(written(tmp_path, json.dumps(whole))))
    told = [(item.place.position, item.reason) for item in items if isinstance(item, Broken)]
    assert [position for position, _ in told] == ["entry[1]", "entry[2]", "entry[3]", "entry[5]"]
    assert "deletion" in told[2][1]
    assert items[4].place.position == "entry[4].entry[0]"


def test_bundles_inside_bundles_end_somewhere(tmp_path: Path) -> None:
    whole = patient()
    for _ in range(40):
        whole = bundle(whole)
    item = only(written(tmp_path, json.dumps(whole)))
    assert isinstance(item, Broken)
    assert "too deeply" in item.reason


def test_folders_are_searched_and_bulk_files_come_in_a_useful_order(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name, kind in (("Condition", "Condition"), ("Encounter", "Encounter"), ("Patient", "Patient")):
        written(tmp_path / "deep", json.dumps({"resourceType": kind}), f"{name}.ndjson")
    written(tmp_path, "{}", "a.json")
    written(tmp_path, "x", "LICENSE")
    assert [path.name for path in files([tmp_path])] == [
        "Patient.ndjson", "a.json", "Condition.ndjson", "Encounter.ndjson",
    ]  # fmt: skip


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    item = only(tmp_path / "absent.json")
    assert isinstance(item, Broken)
    assert "cannot be opened" in item.reason


def test_batches_end_between_files_and_between_lines(tmp_path: Path) -> None:
    lines = "\n".join(json.dumps(total(f"o{n}")) for n in range(7))
    paths = [
        written(tmp_path, json.dumps(bundle(patient(), total())), "a.json"),
        written(tmp_path, lines, "b.ndjson"),
    ]
    sizes = [len(items) for _, items in batches(paths, size=3)]
    assert sizes == [5, 3, 1]


def test_staff_lists_are_files_without_patients(tmp_path: Path) -> None:
    staff = {"resourceType": "Practitioner", "id": "d1"}
    alone = list(read(written(tmp_path, json.dumps(bundle(staff)), "a.json")))
    among = list(read(written(tmp_path, json.dumps(bundle(patient(), staff)), "b.json")))
    assert [item.staff_list for item in alone + among if isinstance(item, Found)] == [True, False, False]
