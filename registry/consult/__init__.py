"""The weekly review: the agenda, the consultant's note, and what becomes of the advice."""
