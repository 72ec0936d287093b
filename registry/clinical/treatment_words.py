"""What is kept as codes about a treatment, in words: reasons, severities, conditions, statuses."""

Pairs = tuple[tuple[str, str], ...]

STOP_REASONS: Pairs = (
    ("no_response", "Did not help"),
    ("side_effects", "Side effects"),
    ("adherence", "Not taken"),
    ("cost", "Cost"),
    ("remission", "No longer needed"),
    ("switched", "Switched to another"),
    ("interaction", "Interaction or medical reason"),
    ("pregnancy", "Pregnancy or lactation"),
    ("patient_choice", "The patient's choice"),
    ("other", "Other"),
)
NOT_TAKEN: Pairs = (
    ("cost", "Cost"),
    ("side_effects", "Side effects"),
    ("beliefs", "Beliefs about medication"),
    ("forgetting", "Forgetting"),
    ("no_supply", "Ran out or pharmacy"),
    ("feels_better", "Feels better"),
    ("other", "Other"),
)
SEVERITIES: Pairs = (("mild", "Mild"), ("moderate", "Moderate"), ("severe", "Severe"))
RESPONSES: Pairs = (
    ("unknown", "Not known"),
    ("none", "None"),
    ("partial", "Partial"),
    ("full", "Full"),
)
STEP_KINDS: Pairs = (
    ("step", "Dose step"),
    ("taper", "Taper to nothing, in equal steps"),
    ("reassess", "Look at it again"),
)
CONDITIONS: Pairs = (
    ("cardiac", "Heart disease"),
    ("long_qt", "Long QT"),
    ("renal", "Kidney disease"),
    ("thyroid", "Thyroid disease"),
    ("calcium", "High calcium or parathyroid"),
    ("liver", "Liver impairment"),
    ("seizure", "Seizure disorder"),
    ("eating_disorder", "Eating disorder"),
    ("alcohol_withdrawal", "Alcohol withdrawal"),
    ("diabetes", "Diabetes"),
    ("hypertension", "High blood pressure"),
    ("sleep_apnea", "Sleep apnea"),
    ("benign_neutropenia", "Benign ethnic neutropenia"),
    ("hla_risk", "Ancestry at risk for HLA-B*1502"),
    ("other", "Other, in the note"),
)
HEALTH_KINDS: Pairs = (
    ("allergy", "Allergy"),
    ("comorbidity", "Medical condition"),
    ("pregnancy", "Pregnancy"),
    ("contraception", "Contraception"),
    ("lactation", "Lactation"),
    ("family_response", "Response of a relative to a drug"),
    ("genomic", "Pharmacogenomic result"),
    ("discharge", "Hospital or emergency stay for behavioral health"),
)
STATUSES: dict[str, Pairs] = {
    "comorbidity": (("active", "Active"), ("resolved", "Resolved")),
    "pregnancy": (("yes", "Pregnant"), ("planned", "Planned"), ("no", "Not pregnant"), ("not_needed", "Not possible")),
    "contraception": (
        ("long_acting", "IUD or implant"), ("hormonal", "Pill, patch, ring or injection"), ("barrier", "Barrier"),
        ("none", "None"), ("not_needed", "Not needed"),
    ),
    "lactation": (("yes", "Breastfeeding"), ("no", "Not breastfeeding")),
    "family_response": (("good", "Helped a relative"), ("poor", "Did not help, or harmed")),
    "genomic": (
        ("poor", "Poor metabolizer"), ("intermediate", "Intermediate metabolizer"), ("normal", "Normal metabolizer"),
        ("rapid", "Rapid metabolizer"), ("ultrarapid", "Ultrarapid metabolizer"), ("present", "Risk variant present"),
        ("absent", "Risk variant absent"),
    ),
    "allergy": (("holds", "It holds"), ("resolved", "No longer holds")),
    "discharge": (),
}  # fmt: skip
STAYS: Pairs = (("hospital", "Hospital"), ("emergency", "Emergency department"))
GENES: Pairs = (("CYP2C19", "CYP2C19"), ("CYP2D6", "CYP2D6"), ("HLA-B*1502", "HLA-B*1502"), ("other", "Other, in the note"))  # fmt: skip
EVENTS = {
    "start": "Started",
    "change": "Dose changed",
    "split": "Dose split",
    "hold": "Held",
    "resume": "Resumed",
    "stop": "Stopped",
}


def stay_words(code: str, place: str) -> str:
    """'hospital, Mercy Hospital': where somebody stayed, and the place where it is known."""
    return ", ".join(part for part in (words(STAYS, code).lower(), place) if part)


def words(pairs: Pairs, code: str) -> str:
    """A code in words; one that is not in the table speaks for itself."""
    return dict(pairs).get(code, code.replace("_", " "))
