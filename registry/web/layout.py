"""What the frame of every page knows: who is signed in, where they can go, how they like it."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, url_for
from flask_login import current_user

from registry.access import policies


@dataclass(frozen=True, slots=True)
class NavItem:
    url: str
    label: str
    key: str


@dataclass(frozen=True, slots=True)
class Preferences:
    theme: str = ""
    density: str = ""
    keys: str = "on"


@dataclass(frozen=True, slots=True)
class Person:
    """The signed-in person as a template sees them."""

    name: str
    role_label: str


NAV = (
    ("see_caseload", "caseload.index", "Caseload", "caseload"),
    ("work_tasks", "week.index", "My week", "week"),
    ("see_inbox", "inbox.index", "Inbox", "inbox"),
    ("see_panel", "patients.panel", "My patients", "panel"),
    ("run_review", "consult.agenda", "Review", "consult"),
    ("see_loop", "loop.index", "Advice", "loop"),
    ("see_caseload", "patients.index", "Patients", "patients"),
    ("manage_protocol", "protocol.versions", "Protocol", "protocol"),
    ("manage_accounts", "admin.accounts", "Accounts", "accounts"),
    ("read_audit", "admin.audit_trail", "Audit", "audit"),
)


def hang_up(app: Flask) -> None:
    app.context_processor(frame)


def frame() -> dict[str, Any]:
    """Variables of base.html."""
    who = g.get("viewer") if current_user.is_authenticated else None
    idle = int(current_app.config["IDLE"].total_seconds())
    if who is None:
        nobody: dict[str, Any] = {"viewer": None, "nav": [], "preferences": Preferences(), "idle_seconds": 0}
        return {**nobody, "may": lambda action: False}
    labels = ", ".join(policies.ROLE_LABELS[role] for role in who.role_names)
    account = current_user
    return {
        "viewer": Person(who.name, labels),
        "may": lambda action: policies.may(who, action),
        "nav": [
            NavItem(url_for(to), label, key) for action, to, label, key in NAV if policies.may(who, action)
        ],
        "preferences": Preferences(account.theme, account.density, account.keys),
        "idle_seconds": idle,
    }
