"""My week: the board, one thing to do and what is done with it, a new task, the sheet of calls, cover periods."""

from registry.week.views import board, covers, items, writing
from registry.week.views.ground import blueprint

__all__ = ["blueprint", "board", "covers", "items", "writing"]
