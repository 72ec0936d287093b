"""The weekly review: the agenda, the note as it is written and as it is signed, templates, what becomes of the advice."""

from registry.consult.views import agenda, decisions, note, review, templates, windows
from registry.consult.views.ground import blueprint

__all__ = ["agenda", "blueprint", "decisions", "note", "review", "templates", "windows"]
