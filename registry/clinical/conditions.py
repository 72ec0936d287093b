"""The conditions that an episode is for, as a reader calls them."""

CONDITIONS = {
    "depression": "Depression", "anxiety": "Anxiety", "ptsd": "PTSD", "bipolar": "Bipolar disorder",
    "opioid_use": "Opioid use disorder", "alcohol_use": "Alcohol use disorder", "adhd": "ADHD",
    "general_pediatric": "General pediatric", "other": "Other",
}  # fmt: skip
OF_USE = frozenset({"opioid_use", "alcohol_use"})
"""Conditions of substance use, which 42 CFR Part 2 may protect."""


def condition_title(code: str) -> str:
    """'PTSD' for 'ptsd', 'Depression' for 'depression'; one that is not in the list by its code."""
    return CONDITIONS.get(code) or code.replace("_", " ").capitalize()


def condition_words(code: str) -> str:
    """The same inside a sentence: 'depression', and still 'PTSD'."""
    title = condition_title(code)
    return title if title.isupper() else title[:1].lower() + title[1:]
