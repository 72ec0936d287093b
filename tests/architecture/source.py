"""Reading the project's own files, for the tests that hold its shape."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "registry"
TEMPLATES = ROOT / "templates"


def modules(*outside: str) -> Iterator[Path]:
    """Every Python file of the package but those under the named files or folders."""
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE).as_posix()
        if not any(place == name or place.startswith(f"{name}/") for name in outside):
            yield path


def templates() -> Iterator[Path]:
    return iter(sorted(TEMPLATES.rglob("*.html")))


@cache
def calls(path: Path) -> list[tuple[str, str]]:
    """Each call in a file, as where it stands and what is called: `("registry/x.py:12", "date.today")`."""
    nodes = ast.walk(ast.parse(path.read_text()))
    return [(at(path, node.lineno), dotted(node.func)) for node in nodes if isinstance(node, ast.Call)]


def dotted(node: ast.expr) -> str:
    """A name as it is written, with dots; what is not a plain name becomes `?`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return "?"


def at(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def refuse(found: list[str], instead: str) -> None:
    """Fail with every place that was found, and with what to write there instead."""
    assert not found, f"{instead}\n  " + "\n  ".join(found)
