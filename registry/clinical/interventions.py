"""The words for what happens in a contact: kinds, modalities and structured interventions."""

from dataclasses import dataclass

CONTACT_KINDS = {
    "treatment": "Treatment contact",
    "outreach_attempt": "Outreach attempt",
    "scheduling": "Scheduling or reminder",
    "no_show": "No-show",
    "message": "Message",
}

MODALITIES = {"in_person": "In person", "video": "Video", "phone": "Phone"}

FIRST_OUTREACH = "First outreach call"
"""What a referral plans by itself."""

#: How the patient takes the medication, in the patient's own account.
ADHERENCE = {
    "all": "Takes nearly all doses",
    "some": "Misses doses",
    "none": "Does not take it",
    "not_prescribed": "No medication",
}


@dataclass(frozen=True, slots=True)
class Intervention:
    """A structured intervention; only a therapy's first delivery is a change of treatment."""

    code: str
    label: str
    is_therapy: bool = False


_ALL = (
    Intervention("behavioural_activation", "Behavioral activation", True),
    Intervention("problem_solving", "Problem-solving treatment", True),
    Intervention("cbt", "Cognitive behavioral therapy", True),
    Intervention("interpersonal", "Interpersonal counseling", True),
    Intervention("motivational_interviewing", "Motivational interviewing"),
    Intervention("psychoeducation", "Psychoeducation"),
    Intervention("adherence_check", "Medication adherence check"),
    Intervention("side_effect_check", "Side-effect check"),
    Intervention("sleep_hygiene", "Sleep hygiene"),
    Intervention("relaxation", "Relaxation and breathing"),
    Intervention("safety_planning", "Safety planning"),
    Intervention("relapse_prevention_plan", "Relapse prevention plan"),
    Intervention("care_coordination", "Care coordination"),
    Intervention("caregiver_support", "Caregiver support"),
)

INTERVENTIONS: dict[str, Intervention] = {item.code: item for item in _ALL}

THERAPIES = frozenset(item.code for item in _ALL if item.is_therapy)

RELAPSE_PLAN = "relapse_prevention_plan"

RECOMMENDATION_CATEGORIES = {
    "start": "Start medication",
    "increase": "Increase dose",
    "decrease": "Decrease dose",
    "switch": "Switch or cross-taper",
    "augment": "Augment",
    "taper_stop": "Taper or stop",
    "continue": "Continue as now",
    "therapy": "Therapy",
    "labs": "Labs or monitoring",
    "clarify_diagnosis": "Clarify the diagnosis",
    "safety": "Safety",
    "direct_evaluation": "Direct evaluation",
    "referral": "Referral",
    "no_change": "No change",
}

CAUTIONS = {
    "interactions": "Interactions",
    "conditions": "Medical conditions, heart and QT",
    "pregnancy": "Pregnancy or lactation",
    "bipolar": "Bipolar screen",
    "suicidality": "Suicide risk, under 25 years",
    "allergies": "Allergies and earlier reactions",
    "substances": "Alcohol and drugs",
}
"""What a consultant looks at before advising a drug."""

#: Carrying these out changes the treatment.
CHANGING_CATEGORIES = frozenset(
    {"start", "increase", "decrease", "switch", "augment", "taper_stop", "therapy"}
)

#: These ask nothing of the PCP, so no answer is awaited.
NO_ANSWER_NEEDED = frozenset({"continue", "no_change"})
