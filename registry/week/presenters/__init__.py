"""The week in words: its days with their cards, one thing to do with its history, the sheet of calls."""
