"""The review meeting: its weekly slot, the run-sheet, and who was passed over."""
