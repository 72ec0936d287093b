"""What patients and team agreed: the words of the care plans, and of the pathways' own forms."""

from collections.abc import Mapping
from random import Random
from typing import Any

from registry.clinical.pathways import ALCOHOL, BIPOLAR, OPIOID, PERINATAL, YOUNG

_CONSENT = "May tell the practice and the pharmacy, nobody at work."
FORMS: Mapping[str, Mapping[str, str]] = {
    OPIOID: {
        "medication": "Buprenorphine under the tongue each morning, dose as on the medication list; pharmacy every 2 weeks",
        "naloxone": "In the kitchen drawer; partner knows how to use it",
        "lapse_plan": "Call the care manager the same day\nCome in early, dose looked at, no blame\nSister takes the children",
        "supports": "Group on Tuesday evening; sister",
        "consent": _CONSENT,
    },
    ALCOHOL: {
        "medication": "Naltrexone 50 mg each morning; check-in every week",
        "target": "No drinking on work days, two drinks at most at the weekend",
        "withdrawal": "No seizure or delirium before; not drinking daily now; spouse would notice",
        "lapse_plan": "Tell somebody the next morning\nCall the care manager\nLeave the Friday round for a while",
        "supports": "Brother, who stopped too; online group",
        "consent": _CONSENT,
    },
    BIPOLAR: {
        "early_signs": "Up at four with new plans\nThree purchases in a day\nPeople say I talk over them",
        "sign_plan": "Call the care manager within a day\nNo big decisions for 48 hours\nSister may be told",
        "rhythm": "Bed at 11, up at 7\nMeals at the same hours\nOne walk and one friend a day",
        "supports": "Sister; peer group once a month",
    },
    YOUNG: {
        "confidential": "What was said about friends and dating stays here unless I say otherwise",
        "limits": "Explained at the first visit: danger to self or others is told",
        "caregiver": "Mother, by phone every 4 weeks; mood, visits and medicine may be told",
        "school": "All classes by the end of the term; the counselor knows",
        "campus": "Counseling center; student health",
    },
    PERINATAL: {
        "obstetric": "Women's clinic, next visit in 4 weeks",
        "preferences": "Weighed together: untreated depression against the medicine; prefers to stay on it, wants to nurse",
        "sleep": "Partner takes the first night feed; mother on two nights a week",
        "supports": "Mother, partner, new parents' group",
    },
}
"""Of each pathway's form, part by part."""

PREFERENCES = (
    "Talking first, tablets if that is not enough",
    "Calls after 5 pm; no messages at work",
    "Short visits, clear steps",
)
DECISIONS = (
    (
        "Medicine or talk therapy",
        "A tablet, talk therapy, both",
        "Both",
        "I want to be well before the holidays",
    ),
    (
        "Next step of the dose",
        "Go up now, wait 2 weeks",
        "Wait 2 weeks",
        "I was sick to my stomach at the start",
    ),
    (
        "How we meet",
        "In person, by video, by phone",
        "By phone, in person once a month",
        "The bus takes an hour",
    ),
)
BARRIERS = (
    ("cost", "The copay is too high", "generic", "Pays 4 dollars now"),
    ("transport", "No car on week days", "telehealth", "Came to the last three calls"),
    ("digital", "The app does not open on my phone", "reminder", "Text the day before works"),
    ("stigma", "My family thinks that pills are weakness", "talk", "Spouse came along once"),
)
FAMILY = ("Sister", "Spouse", "Mother", "Brother")
STEPS = ("ten minutes outside after lunch", "call one friend on Sunday", "phone in the kitchen at ten")
LEARNED = ("illness", "treatment", "medication", "side_effects", "activity", "sleep", "crisis")
SHARED, DECIDED, BARRED = 0.6, 0.6, 0.55
"""How many of the care plans tell of it."""


def care(rng: Random) -> dict[str, Any]:
    """Preferences, a step, and for most a shared decision, a barrier with what was tried, and whom one may tell."""
    told: dict[str, Any] = {"preferences": rng.choice(PREFERENCES), "education": rng.sample(LEARNED, 3)}
    if rng.random() < DECIDED:
        told["decisions"] = [
            dict(zip(("about", "options", "choice", "reason"), rng.choice(DECISIONS), strict=True))
        ]
    if rng.random() < BARRED:
        code, words, answer, result = rng.choice(BARRIERS)
        told["barriers"] = {code: {"words": words, "answer": answer, "result": result}}
    if rng.random() < SHARED:
        told["sharing"] = {
            "family": {"answer": "yes", "name": rng.choice(FAMILY), "what": "How I am doing, and visits"},
            "employer": {"answer": "no"},
        }
    return told
