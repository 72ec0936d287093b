"""Who may do what: one table, role -> actions. What is not written here is refused."""

from uuid import UUID

from registry.access.viewer import Viewer

CARE_MANAGER = "care_manager"
CONSULTANT = "psychiatric_consultant"
PCP = "pcp"
THERAPIST = "therapist"
MANAGER = "clinic_manager"
ADMINISTRATOR = "administrator"
AUDITOR = "auditor"

ROLE_LABELS = {
    CARE_MANAGER: "care manager",
    CONSULTANT: "psychiatric consultant",
    PCP: "PCP",
    THERAPIST: "therapist",
    MANAGER: "clinic manager",
    ADMINISTRATOR: "administrator",
    AUDITOR: "auditor",
}

ACTIONS = {
    "own_account": "use your own account",
    "see_chart": "open patients' charts",
    "see_caseload": "work a caseload",
    "work_tasks": "work with tasks",
    "arrange_cover": "arrange who covers whom",
    "see_panel": "see which of your patients are in the program",
    "edit_patient": "add or correct patients",
    "run_episode": "refer, enroll and close episodes",
    "record_contact": "record contacts and scores",
    "assess_risk": "record risk assessments and safety plans",
    "see_treatment": "read what patients take",
    "record_treatment": "record medications",
    "write_plan": "write the plans made with patients",
    "record_therapy": "record therapy",
    "record_pathway": "record pathways",
    "ask_consultant": "put patients on the review agenda",
    "run_review": "work the review agenda",
    "write_advice": "write and sign recommendations",
    "record_decision": "record a PCP's decision",
    "send_advice": "send advice to a PCP",
    "see_inbox": "answer advice in an inbox of your own",
    "see_team_inbox": "see what waits with the clinic's PCPs",
    "see_loop": "follow what becomes of advice",
    "print_chart": "print packets and summaries",
    "export_caseload": "export the caseload",
    "see_team": "see the clinic's figures",
    "manage_protocol": "set the protocol",
    "manage_accounts": "manage accounts",
    "read_audit": "read the audit trail",
}  # fmt: skip

POLICIES: dict[str, frozenset[str]] = {
    CARE_MANAGER: frozenset({
        "send_advice", "see_team_inbox", "see_chart", "see_caseload", "edit_patient", "run_episode", "record_contact", "assess_risk",
        "see_treatment", "record_treatment", "ask_consultant", "run_review", "record_decision", "see_loop", "print_chart", "export_caseload",
        "write_plan", "work_tasks", "arrange_cover",
        "record_therapy", "record_pathway",
    }),
    CONSULTANT: frozenset({
        "send_advice", "see_team_inbox", "see_chart", "see_caseload", "ask_consultant", "run_review", "write_advice", "see_loop", "assess_risk",
        "see_treatment", "record_treatment", "print_chart", "write_plan", "work_tasks",
        "record_therapy", "record_pathway",
    }),
    PCP: frozenset({"see_inbox", "see_team_inbox", "see_chart", "see_panel", "ask_consultant", "record_decision", "see_treatment", "record_treatment", "print_chart"}),
    THERAPIST: frozenset({
        "see_chart", "see_caseload", "see_treatment", "record_contact", "assess_risk", "ask_consultant", "print_chart", "write_plan",
        "record_therapy", "record_pathway", "work_tasks",
    }),
    MANAGER: frozenset({"see_chart", "see_caseload", "see_team", "see_loop", "run_episode", "edit_patient", "export_caseload",
                        "print_chart", "manage_protocol", "work_tasks", "arrange_cover"}),
    ADMINISTRATOR: frozenset({"manage_accounts", "manage_protocol"}),
    AUDITOR: frozenset({"read_audit"}),
}  # fmt: skip

EVERYBODY = frozenset({"own_account"})
PANEL_ROLES = frozenset({PCP, THERAPIST})
"""Roles that see only the patients they share, not the whole clinic."""


class Refused(Exception):
    """An act that this person may not do; the message is what they read."""


def may(viewer: Viewer, action: str) -> bool:
    """Whether some role of this person, in some clinic, permits the action."""
    return action in EVERYBODY or any(action in POLICIES[role] for _, role in viewer.roles)


def check(viewer: Viewer, action: str) -> None:
    """Raise `Refused` with the sentence that the person reads."""
    if not may(viewer, action):
        roles = ", ".join(ROLE_LABELS[role] for role in viewer.role_names) or "a member of no clinic"
        raise Refused(f"As {roles} you may not {ACTIONS[action]}. Ask your administrator if you should.")


def clinics(viewer: Viewer, action: str) -> frozenset[UUID]:
    """The clinics whose whole register this person may see for the action; panel roles add none."""
    roles = frozenset(role for role, actions in POLICIES.items() if action in actions) - PANEL_ROLES
    return viewer.clinics_as(roles)


def panel_clinics(viewer: Viewer, action: str) -> frozenset[UUID]:
    """The clinics in which only this person's own panel is visible for the action."""
    roles = frozenset(role for role, actions in POLICIES.items() if action in actions) & PANEL_ROLES
    return viewer.clinics_as(roles) - clinics(viewer, action)
