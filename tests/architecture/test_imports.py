"""Who may import whom: the contracts of pyproject.toml, and that they name the house as it stands."""

import subprocess
import sys
import tomllib

from tests.architecture.source import PACKAGE, ROOT

SLICE_FILES = {"views.py", "forms.py", "services.py", "queries.py", "presenters.py"}
STOREYS = {"web", "jobs", "demo", "access", "models", "clinical", "documents", "charts"}


def contracts() -> dict[str, dict[str, list[str]]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return {contract["id"]: contract for contract in settings["tool"]["importlinter"]["contracts"]}


def slices() -> set[str]:
    """The folders of the package that are a slice: no storey, with a file that only slices have."""
    folders = {path.parent for path in PACKAGE.glob("*/*.py") if path.name in SLICE_FILES}
    return {folder.name for folder in folders} - STOREYS


def test_modules_import_only_from_below() -> None:
    run = "from importlinter.cli import lint_imports_command as run; run()"
    done = subprocess.run(
        [sys.executable, "-c", run, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, (
        "An import goes upwards or sideways. Pass the value as an argument, move the function to the storey that "
        "both may see (queries needed by three slices belong in snapshots.py), or let the view call both.\n"
        f"{done.stdout}{done.stderr}"
    )


def test_contracts_name_every_slice() -> None:
    missing = [
        f"{contract}: registry.{name}"
        for contract, key in (("slice-insides", "containers"), ("one-pdf-door", "source_modules"))
        for name in sorted(slices())
        if f"registry.{name}" not in contracts()[contract][key]
    ]
    assert not missing, f"Add these slices to the import contracts in pyproject.toml: {missing}"


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    names = {"utils", "util", "common", "core", "helpers", "helper", "misc"}
    found = [str(path.relative_to(ROOT)) for path in PACKAGE.rglob("*") if path.stem in names]
    assert not found, f"A small helper lives in the module of the thing that it helps; dissolve: {found}"
