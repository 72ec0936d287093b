"""The people of the demo: three clinics, everybody who works there, and how each signs in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from registry.access import policies
from registry.demo.rows import Rows, at

ORGANISATION = "Three Rivers Collaborative Care"
PASSWORD = "harbor lantern walks at noon"
"""One for all: it opens invented patients only."""
RIVERSIDE, HARBOR, MESA = "Riverside Family Medicine", "Harbor Community Health", "Mesa Primary Care"
EVERYWHERE = (RIVERSIDE, HARBOR, MESA)
DOMAIN = "demo.example"


@dataclass(frozen=True)
class ClinicPlan:
    name: str
    timezone: str
    phone: str
    review_weekday: int
    providers: tuple[tuple[str, str], ...]


CLINICS = (
    ClinicPlan(RIVERSIDE, "America/New_York", "(555) 010-0100", 3,
               (("Dr. Owens", "MD"), ("K. Lang", "NP"), ("Dr. Patel", "MD"), ("Dr. Szabó", "DO"))),
    ClinicPlan(HARBOR, "America/Chicago", "(555) 010-0200", 1,
               (("Dr. Fontaine", "MD"), ("R. Achebe", "PA-C"), ("Dr. Lindholm", "MD"))),
    ClinicPlan(MESA, "America/Denver", "(555) 010-0300", 2,
               (("Dr. Castañeda", "MD"), ("J. Yazzie", "NP"), ("Dr. Whitfield", "MD"), ("Dr. Kim", "MD"))),
)  # fmt: skip


@dataclass(frozen=True)
class AccountPlan:
    """A person who signs in, with one role in one or more clinics."""

    email: str
    name: str
    role: str
    clinics: tuple[str, ...]
    provider: str = ""
    """The provider that this account belongs to."""


def _account(name: str, email: str, role: str, *clinics: str, provider: str = "") -> AccountPlan:
    return AccountPlan(f"{email}@{DOMAIN}", name, role, clinics, provider)


ACCOUNTS = (
    _account("M. Ortiz", "m.ortiz", policies.CARE_MANAGER, RIVERSIDE),
    _account("A. Nowak", "a.nowak", policies.CARE_MANAGER, HARBOR),
    _account("T. Begay", "t.begay", policies.CARE_MANAGER, MESA),
    _account("Dr. Chen", "w.chen", policies.CONSULTANT, RIVERSIDE, HARBOR),
    _account("Dr. Okafor", "c.okafor", policies.CONSULTANT, MESA),
    _account("Dr. Owens", "h.owens", policies.PCP, RIVERSIDE, provider="Dr. Owens"),
    _account("K. Lang", "k.lang", policies.PCP, RIVERSIDE, provider="K. Lang"),
    _account("Dr. Fontaine", "l.fontaine", policies.PCP, HARBOR, provider="Dr. Fontaine"),
    _account("Dr. Castañeda", "r.castaneda", policies.PCP, MESA, provider="Dr. Castañeda"),
    _account("L. Haddad", "l.haddad", policies.THERAPIST, RIVERSIDE),
    _account("P. Lindqvist", "p.lindqvist", policies.MANAGER, *EVERYWHERE),
    _account("S. Abara", "s.abara", policies.ADMINISTRATOR, *EVERYWHERE),
    _account("V. Moreau", "v.moreau", policies.AUDITOR, *EVERYWHERE),
)
STAND_IN = _account("D. Reyes", "d.reyes", policies.CARE_MANAGER, *EVERYWHERE)
"""A care manager without a caseload, who covers colleagues."""


@dataclass(frozen=True)
class Clinician:
    id: UUID
    name: str


@dataclass(frozen=True)
class Clinic:
    """A clinic with its team, as the histories of its patients need it."""

    id: UUID
    name: str
    review_weekday: int
    providers: tuple[Clinician, ...]
    care_manager: Clinician
    consultant: Clinician
    therapist: Clinician | None

    def review_on_or_after(self, day: date) -> date:
        """The next weekly review."""
        return day + timedelta(days=(self.review_weekday - day.weekday()) % 7)


def assemble(rows: Rows, password_hash: str) -> tuple[Clinic, ...]:
    """Found the organisation, open its clinics and hire everybody."""
    rows.add("organisation", id=rows.org_id, name=ORGANISATION)
    clinics = {
        plan.name: rows.add("clinic", name=plan.name, timezone=plan.timezone, phone=plan.phone,
                            review_weekday=plan.review_weekday)
        for plan in CLINICS
    }  # fmt: skip
    accounts = {plan: _hire(rows, plan, clinics, password_hash, n) for n, plan in enumerate(ACCOUNTS)}
    return tuple(_clinic(rows, plan, clinics[plan.name], accounts) for plan in CLINICS)


def meet(rows: Rows, clinics: Sequence[Clinic], today: date) -> None:
    """Every clinic has its weekly slot with its consultant, since half a year."""
    for clinic in clinics:
        from_on = clinic.review_on_or_after(today - timedelta(weeks=26))
        rows.add("review_series", clinic_id=clinic.id, consultant_id=clinic.consultant.id, weekday=clinic.review_weekday,
                 starts_at="12:30", minutes=60, from_on=from_on, created_at=at(from_on, 8))  # fmt: skip


def hire_stand_in(rows: Rows, clinics: Sequence[Clinic], password_hash: str) -> Clinician:
    """Hired last, so that everybody else stays who they were."""
    places = {clinic.name: clinic.id for clinic in clinics}
    return Clinician(_hire(rows, STAND_IN, places, password_hash, len(ACCOUNTS)), STAND_IN.name)


def _hire(rows: Rows, plan: AccountPlan, clinics: dict[str, UUID], password_hash: str, n: int) -> UUID:
    account = rows.add("account", org_id=rows.org_id, email=plan.email, name=plan.name, password=password_hash,
                       phone=f"(555) 010-{142 + n:04}", fs_uniquifier=rows.new_id().hex, active=True)  # fmt: skip
    for name in plan.clinics:
        rows.add("membership", account_id=account, clinic_id=clinics[name], role=plan.role)
    return account


def _clinic(rows: Rows, plan: ClinicPlan, clinic_id: UUID, accounts: dict[AccountPlan, UUID]) -> Clinic:
    own = {a.provider: id_ for a, id_ in accounts.items() if a.provider}
    providers = tuple(
        Clinician(_provider(rows, plan, clinic_id, n, own.get(plan.providers[n][0])), plan.providers[n][0])
        for n in range(len(plan.providers))
    )
    team = {a.role: Clinician(id_, a.name) for a, id_ in accounts.items() if plan.name in a.clinics}
    return Clinic(
        clinic_id, plan.name, plan.review_weekday, providers, team[policies.CARE_MANAGER],
        team[policies.CONSULTANT], team.get(policies.THERAPIST),
    )  # fmt: skip


def _provider(rows: Rows, plan: ClinicPlan, clinic_id: UUID, n: int, account_id: UUID | None) -> UUID:
    name, credentials = plan.providers[n]
    number = 20 + plan.review_weekday * 10 + n
    return rows.add("provider", clinic_id=clinic_id, name=name, credentials=credentials, account_id=account_id,
                    phone=f"(555) 010-{1000 + number}", fax=f"(555) 010-{2000 + number}")  # fmt: skip
