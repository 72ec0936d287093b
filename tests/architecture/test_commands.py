"""The commands in bin/ and the locks that they install from."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

COMMANDS = ("run", "test", "check", "fix", "flask", "bench", "lock")
LOCKS = ("requirements.txt", "requirements-dev.txt")
PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[a-z,]+\])?==(\S+)", re.MULTILINE)
NEWER_THAN_BASH_3 = re.compile(r"\bmapfile\b|\breadarray\b|\bdeclare -A\b|\bwait -n\b|\$\{\w+(,,|\^\^)\}|&>>")


def scripts() -> list[Path]:
    return [ROOT / "bin" / name for name in COMMANDS] + [
        *(ROOT / "bin" / "lib").glob("*.sh"),
        ROOT / ".ci" / "run",
    ]


def pins(lock: str) -> dict[str, str]:
    return dict(PINNED.findall((ROOT / lock).read_text()))


@pytest.mark.parametrize("name", COMMANDS)
def test_command_can_be_run(name: str) -> None:
    assert os.access(ROOT / "bin" / name, os.X_OK), f"run: chmod +x bin/{name}"


@pytest.mark.parametrize("script", scripts(), ids=lambda path: path.name)
def test_script_is_sound_for_the_bash_of_macos(script: Path) -> None:
    done = subprocess.run(["bash", "-n", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = NEWER_THAN_BASH_3.search(script.read_text())
    assert not found, f"macOS has bash 3.2, which does not know {found and found.group()!r}"


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_pins_every_package_with_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text()
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)
    bare = [block.split()[0] for block in blocks if PINNED.match(block) and "--hash=sha256:" not in block]
    assert pins(lock)
    assert not bare, f"run bin/lock: no hash for {bare}"
    assert "://" not in text, "run bin/lock: a lock names no host"


def test_tests_run_on_the_versions_that_are_shipped() -> None:
    shipped, tested = pins("requirements.txt"), pins("requirements-dev.txt")
    other = {name for name, version in shipped.items() if tested.get(name) != version}
    assert not other, f"run bin/lock: the two locks differ in {other}"
