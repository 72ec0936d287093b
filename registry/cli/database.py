"""How a command opens the database: audited under its own name, for the one organisation that is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import click
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.access.viewer import System
from registry.extensions import db
from registry.models import Clinic, Organisation


@contextmanager
def opened(command: str) -> Iterator[tuple[Session, System]]:
    """A session and the actor of a command; committed at the end, as if it had never begun on an error."""
    session = db.session()
    audit.bind(session, audit.AuditContext(current_app.config["AUDIT_KEYS"], clock.now()))
    found = session.scalars(select(Organisation.id).limit(2)).all()
    if not found:
        raise click.ClickException(
            "There is no organization yet: flask demo load, or flask organisation create."
        )
    yield session, System(found[0], command)
    session.commit()


def clinic_named(session: Session, who: System, name: str | None) -> Clinic:
    """The clinic of that name, or the only one; otherwise the names that there are."""
    clinics = session.scalars(select(Clinic).where(Clinic.org_id == who.org_id).order_by(Clinic.name)).all()
    if name is None and len(clinics) == 1:
        return clinics[0]
    for clinic in clinics:
        if name is not None and clinic.name.casefold() == name.casefold():
            return clinic
    names = ", ".join(clinic.name for clinic in clinics)
    raise click.UsageError(f"--clinic names one of: {names}.")


def clinic_id_named(session: Session, who: System, name: str | None) -> UUID | None:
    """The clinic's id; None where no clinic was named: all of them."""
    return None if name is None else clinic_named(session, who, name).id
