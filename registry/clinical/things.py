"""What a finding asks somebody to do: one kind of work a finding, what would clear it, and what is done by hand.

Findings that one act answers are one thing to do: whoever calls a patient answers a late contact and a dose call at once.
"""

from registry.clinical.findings import RULES, Finding, Urgency
from registry.clinical.picture import REFERRAL, Picture

SAFETY, CALL, SCALE, REVIEW, ADVICE, PLAN, TASK = (
    "safety", "call", "scale", "review", "advice", "plan", "task",
)  # fmt: skip
KINDS: dict[str, str] = {
    SAFETY: "Safety",
    CALL: "Calls",
    SCALE: "Scales",
    REVIEW: "Review",
    ADVICE: "Advice",
    PLAN: "Plans",
    TASK: "Other",
}
"""The kinds of work, in the order in which they are done on a day."""

_CODES = {
    CALL: "C1 C2 C3 C4 C5 C6 C7 D4 E1 E2 TH2 PW2 PW5",
    SCALE: "M1 M2 E6 X9 PW11",
    REVIEW: "T6 D3 X2",
    ADVICE: "X7 X8 A2 A3",
    PLAN: "P1 D1",
}
KIND_OF: dict[str, str] = {code: kind for kind, codes in _CODES.items() for code in codes.split()}
"""The kind of work by the rule's code; what is not here is a thing of its own, or safety by its tag."""

CADENCE = frozenset({"C1", "C2", "C4", "C5", "C6", "D4", "E2"})
"""Rules about the next contact itself: they want it on its day."""

ALONE = frozenset({"M2"})
"""A thing of its own beside the others of its kind: the missing answers are asked by phone, today where item 9 is one."""

PLANNED_KINDS = {"discuss with consultant": REVIEW, "relapse prevention plan": PLAN}
"""Next actions that are no contact; any other words are one."""

BY_HAND = frozenset({"X7", "E5", "TH3", "PW8"})
"""Rules that cannot see that it was done: a reminder and a conversation leave no record of their own."""

CLEARS = {
    SAFETY: "A safety finding ends only with what is recorded: a risk assessment of that score, a safety plan, or the "
    "decision on the flag.",
    CALL: "It is done when a contact is recorded with its next step.",
    SCALE: "It is done when the scale is recorded.",
    REVIEW: "It is done when the consultant has reviewed the patient, or the treatment was changed.",
    ADVICE: "It is done when what became of the recommendation is recorded.",
    PLAN: "It is done when the plan is written.",
    TASK: "It is done when the rule no longer holds.",
}

_URGENCY = {rule.code: rule.urgency for rule in RULES}


def is_care_managers(finding: Finding) -> bool:
    """The care manager acts on it; what is the consultant's, the PCP's or the whole team's stands on the agenda."""
    return finding.tag == SAFETY or "care manager" in finding.who.casefold()


def is_prescribers(finding: Finding) -> bool:
    """Whoever prescribes has a part in it."""
    return any(who in finding.who.casefold() for who in ("pcp", "prescriber"))


def kind_of(finding: Finding) -> str:
    """The kind of work that a finding asks for; whatever is tagged as safety is safety."""
    return SAFETY if finding.tag == SAFETY else KIND_OF.get(finding.code, TASK)


def thing_of(code: str) -> str:
    """The name of the thing to do that a rule asks for: its kind of work, or the code of a rule that stands alone."""
    kind = SAFETY if code.startswith("SF") else KIND_OF.get(code, TASK)
    return code if kind == TASK or code in ALONE else kind


def planned_kind(words: str) -> str:
    """What kind of work a next action is, by its words."""
    return PLANNED_KINDS.get(" ".join(words.casefold().split()), CALL)


def cadence_code(p: Picture) -> str:
    """The rule that asks for the next contact of the phase that the patient is in."""
    if p.stage == REFERRAL:
        return "E2"
    if p.phase == "acute":
        return "C2" if p.follow_ups else "C1"
    return "C4" if p.phase == "transition" else "C5"


def urgency_of(code: str) -> Urgency:
    """How urgent a rule is unless it says otherwise of a patient; what is no rule is routine."""
    return _URGENCY.get(code, Urgency.ROUTINE)
