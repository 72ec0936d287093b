"""Reading a PDF back: its pixels, its text, its structure."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pypdfium2
from PIL import Image
from pypdf import PdfReader


def picture(pdf: bytes, page: int = 0, scale: float = 2.0) -> Image.Image:
    """One page as grey pixels."""
    return pypdfium2.PdfDocument(pdf)[page].render(scale=scale).to_pil().convert("L")


def text(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def page_texts(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def elements(pdf: bytes) -> Iterator[tuple[Any, list[Any]]]:
    """Every structure element with its child elements, in the order of reading."""
    root = PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"]
    yield from _walk(root["/K"])


def _walk(node: Any) -> Iterator[tuple[Any, list[Any]]]:
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from _walk(child)
    elif hasattr(node, "get") and "/S" in node:
        kids = node.get("/K", [])
        yield node, [k.get_object() for k in kids if hasattr(k.get_object(), "get")]
        yield from _walk(kids)
