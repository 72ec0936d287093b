"""What users read is written in American spelling."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.source import ROOT, modules, templates

BRITISH = re.compile(
    r"(?<!flask )\b(?:enrol|enrolment|behaviour\w*|programmes?|licence|colour\w*|"
    r"favour\w*|centre|organisation|recognis\w+|summaris\w+|prioritis\w+|practis\w+|counsell\w+|optimis\w+)\b",
    re.IGNORECASE,
)
MARKUP = re.compile(r"{[{%#].*?[}%#]}|<[^>]*>", re.DOTALL)


def _prose(code: str) -> Iterator[str]:
    """The texts of a module that have words; what explains the code is not among them."""
    tree = ast.parse(code)
    notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes:
            if " " in node.value:
                yield node.value


def test_texts_are_american() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {text[:80]}"
        for path in modules()
        for text in _prose(path.read_text(encoding="utf-8"))
        if BRITISH.search(text)
    ]
    for path in templates():
        words = BRITISH.finditer(MARKUP.sub(" ", path.read_text(encoding="utf-8")))
        found += [f"{path.relative_to(ROOT)}: {word[0]}" for word in words]
    assert not found, "\n".join(found)
