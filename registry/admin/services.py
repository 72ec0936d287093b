"""What an administrator does: give and take accounts and roles. Every change of a right is in the audit trail."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from registry import audit
from registry.access.policies import ROLE_LABELS
from registry.access.viewer import System, Viewer
from registry.admin import queries
from registry.models import Account, Clinic, InstrumentLicence, Membership, Organisation, UserSession


class AccountRefused(ValueError):
    """An account that cannot be made or changed so; the message is what the administrator reads."""


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A person to be given an account: roles are (clinic, role) pairs, the password comes hashed."""

    email: str
    name: str
    phone: str
    password_hash: str
    roles: tuple[tuple[UUID, str], ...]


def create_organisation(session: Session, name: str, clinics: list[str], now: datetime) -> Organisation:
    """Begin an organisation with its clinics and its audit chain; a SQLite file holds one."""
    if session.get_bind().dialect.name == "sqlite" and session.scalar(select(Organisation.id).limit(1)):
        raise AccountRefused(
            "A SQLite database holds one organization. For several, use PostgreSQL (DATABASE_URL)."
        )
    organisation = Organisation(id=uuid4(), name=name)
    session.add(organisation)
    session.flush()
    session.add_all(Clinic(org_id=organisation.id, name=clinic) for clinic in clinics)
    audit.open_chain(session, organisation.id)
    who = System(organisation.id, "command line")
    audit.record(
        session, who, audit.Act("create_organisation", "organisation", "organisation", organisation.id)
    )
    return organisation


def set_disclaimer(session: Session, viewer: Viewer, text: str) -> None:
    """Change what stands under the advice that is signed from now on."""
    organisation = session.get_one(Organisation, viewer.org_id)
    before, organisation.disclaimer = organisation.disclaimer, text.strip()
    detail = {"disclaimer": [before, organisation.disclaimer]}
    act = audit.Act("set_disclaimer", "organisation", "organisation", organisation.id, detail=detail)
    audit.record(session, viewer, act)


def create_account(session: Session, who: Viewer | System, new: NewAccount) -> Account:
    """Make an account with its roles; an address that is taken is refused."""
    email = new.email.strip().lower()
    if session.scalar(select(Account.id).where(Account.email == email)):
        raise AccountRefused(f"{email} has an account already.")
    if not new.roles:
        raise AccountRefused("Give at least one role in one clinic.")
    account = Account(
        id=uuid4(), org_id=who.org_id, email=email, name=new.name, phone=new.phone, password=new.password_hash
    )
    session.add(account)
    session.flush()
    _give(session, who, account, new.roles)
    detail = {"roles": [[str(clinic), role] for clinic, role in new.roles]}
    audit.record(session, who, audit.Act("create_account", "account", "account", account.id, detail=detail))
    return account


def change_roles(
    session: Session, viewer: Viewer, account_id: UUID, roles: tuple[tuple[UUID, str], ...]
) -> None:
    """Replace a person's roles; they hold from that person's next request."""
    account = queries.account(session, viewer, account_id)
    if not roles:
        raise AccountRefused("Give at least one role, or close the account.")
    if account.id == viewer.account_id and "administrator" not in {role for _, role in roles}:
        raise AccountRefused(
            "You cannot take the administrator's role from yourself. Ask another administrator."
        )
    before = queries.memberships(session, viewer).get(account_id, [])
    mine = Membership.org_id == viewer.org_id, Membership.account_id == account_id
    session.execute(delete(Membership).where(*mine))
    _give(session, viewer, account, roles)
    detail = {
        "before": [[str(clinic.id), membership.role] for membership, clinic in before],
        "after": [[str(clinic), role] for clinic, role in roles],
    }
    audit.record(session, viewer, audit.Act("change_roles", "account", "account", account_id, detail=detail))


def set_active(session: Session, viewer: Viewer, account_id: UUID, active: bool, now: datetime) -> None:
    """Open or close an account; closing signs every browser of that person out at once."""
    account = queries.account(session, viewer, account_id)
    if account.id == viewer.account_id:
        raise AccountRefused("You cannot close your own account. Ask another administrator.")
    account.active = active
    if not active:
        open_ones = update(UserSession).where(
            UserSession.account_id == account_id, UserSession.revoked_at.is_(None)
        )
        session.execute(open_ones.values(revoked_at=now))
    act = "open_account" if active else "close_account"
    audit.record(session, viewer, audit.Act(act, "account", "account", account_id))


@dataclass(frozen=True, slots=True)
class Licence:
    """The right to use an instrument's wording: who gave it, where it is found, from when and until when."""

    instrument: str
    holder: str
    reference: str
    granted_on: date
    ends_on: date | None = None


def record_licence(session: Session, viewer: Viewer, new: Licence, now: datetime) -> InstrumentLicence:
    """Record a licence: from its first day the answers of the instrument may be entered."""
    row = InstrumentLicence(
        org_id=viewer.org_id, id=uuid4(), instrument=new.instrument, holder=new.holder, reference=new.reference,
        granted_on=new.granted_on, ends_on=new.ends_on, recorded_by=viewer.account_id, recorded_at=now,
    )  # fmt: skip
    session.add(row)
    detail = {"after": {"instrument": new.instrument, "granted_on": new.granted_on, "ends_on": new.ends_on}}
    audit.record(
        session, viewer, audit.Act("record_licence", "organisation", "licence", row.id, detail=detail)
    )
    return row


def withdraw_licence(session: Session, viewer: Viewer, licence_id: UUID, reason: str, now: datetime) -> None:
    """Take a licence back: the instrument is entered by its total again, and what was entered stays."""
    row = queries.licence(session, viewer, licence_id)
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = now, viewer.account_id, reason
    detail = {"instrument": row.instrument}
    audit.record(
        session, viewer, audit.Act("withdraw_licence", "organisation", "licence", row.id, detail=detail)
    )


def note_audit_read(session: Session, viewer: Viewer, wanted: queries.AuditFilter) -> None:
    """Reading the trail is in the trail."""
    detail = {"since": wanted.since, "until": wanted.until, "action": wanted.action, "page": wanted.page}
    audit.record(session, viewer, audit.Act("read_audit", "audit", detail=detail))


def _give(
    session: Session, who: Viewer | System, account: Account, roles: tuple[tuple[UUID, str], ...]
) -> None:
    known = {clinic.id for clinic in queries.clinics(session, who)}
    for clinic_id, role in dict.fromkeys(roles):
        if clinic_id not in known or role not in ROLE_LABELS:
            raise AccountRefused("That clinic or role does not exist.")
        session.add(Membership(org_id=who.org_id, account_id=account.id, clinic_id=clinic_id, role=role))
    session.flush()
