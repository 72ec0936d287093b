"""The files that a printed page may use: an exact list, read from our own static folder into memory."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

STATIC = Path(__file__).resolve().parents[2] / "static"
BASE = "registry-asset:/"
ASSETS = {
    "pdf.css": STATIC / "css" / "pdf.css",
    "SourceSans3-Regular.ttf": STATIC / "fonts" / "SourceSans3-Regular.ttf",
    "SourceSans3-Semibold.ttf": STATIC / "fonts" / "SourceSans3-Semibold.ttf",
}


class Refused(Exception):
    """A page asked for something that is not one of our own static files."""


def asset(url: str) -> bytes:
    """The bytes of one file on the list, asked for by its exact address; anything else is refused."""
    for name in ASSETS:
        if url == BASE + name:
            return _bytes(name)
    raise Refused(f"A printed page asked for {url.split('?')[0][:80]}, which is not one of its own files.")


@lru_cache(maxsize=len(ASSETS))
def _bytes(name: str) -> bytes:
    return ASSETS[name].read_bytes()
