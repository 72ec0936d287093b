"""The words of the plans: on their pages, on paper, and on the sheet that says how it goes."""
