"""The loop: what becomes of the consultant's advice, until its outcome is known."""
