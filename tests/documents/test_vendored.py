"""Files of others are kept unchanged and listed, each with its name, version, licence and checksum."""

from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINES = [
    tuple(line.split("  "))
    for line in (ROOT / "VENDORED.txt").read_text().splitlines()
    if line and not line.startswith("#")
]
FOLDERS = ("static/fonts", "tests/browser/vendor")


@pytest.mark.parametrize("checksum, path, package, licence", LINES)
def test_a_vendored_file_is_the_one_that_was_listed(
    checksum: str, path: str, package: str, licence: str
) -> None:
    assert sha256((ROOT / path).read_bytes()).hexdigest() == checksum
    assert package.rsplit(" ", 1)[1][0].isdigit()
    assert licence in {"0BSD", "OFL-1.1", "MPL-2.0"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_nothing_lies_in_a_folder_of_vendored_files_that_is_not_listed(folder: str) -> None:
    there = {str(p.relative_to(ROOT)) for p in (ROOT / folder).iterdir()}
    assert there <= {line[1] for line in LINES}


def test_minified_scripts_are_all_listed() -> None:
    there = {str(p.relative_to(ROOT)) for p in (ROOT / "static").rglob("*.min.*")}
    assert there <= {line[1] for line in LINES}
