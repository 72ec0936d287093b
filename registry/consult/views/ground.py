"""What the pages of the review share: the blueprint, a day and a path from an address."""

from datetime import date

from flask import Blueprint, Response

blueprint = Blueprint("consult", __name__, url_prefix="/consult")
Answer = str | Response | tuple[str, int]


def day(text: str | None) -> date | None:
    """A day from an address; what is none is no day."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def inside(path: str | None) -> str | None:
    """A path of this registry, so that no form leads elsewhere."""
    inside = path is not None and path.startswith("/") and path[1:2] not in ("/", "\\")
    return path if inside else None
