"""The diagnostic checks of an intake: each is answered yes or no, or stays unknown (E9)."""

CHECKS: dict[str, str] = {
    "bipolar": "Bipolar screen",
    "psychosis": "Psychosis",
    "trauma": "Trauma",
    "alcohol_drugs": "Alcohol or drugs",
    "adhd": "ADHD",
    "sleep": "Sleep, sleep apnea",
    "pain": "Chronic pain",
    "medical": "Medical causes (TSH, medication ...)",
    "pregnancy": "Pregnancy or lactation",
    "eating": "Eating disorder",
    "mania": "Mania now",
    "unstable_use": "Alcohol or drug use that is not stable",
}
WHERE_IT_SHOWS = frozenset({"mania", "unstable_use"})
"""Asked where something points to it: without an answer it is no gap of the intake."""


def applies(topic: str, sex: str | None) -> bool:
    """Of a man it is not unknown whether he is pregnant, nor of anybody what is asked where it shows."""
    return topic not in WHERE_IT_SHOWS and (topic != "pregnancy" or sex != "male")
