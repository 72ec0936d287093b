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
}


def applies(topic: str, sex: str | None) -> bool:
    """Of a man it is not unknown whether he is pregnant."""
    return topic != "pregnancy" or sex != "male"
