"""A version of the protocol for the tests."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from registry.protocol.services import Planned, save_version
from tests.cast import NOW, TODAY, Cast, Person


def add_version(
    session: Session, person: Person, clinic_id: UUID | None, on: date = TODAY, **values: int | str
) -> Any:
    """Saved by the service, as a person does, and committed."""
    planned = Planned(clinic_id, f"v from {on}", on, "because", values)
    row = save_version(session, person.viewer, planned, min(on, TODAY), NOW)
    session.commit()
    return row


def form_of(cast: Cast, **changes: Any) -> dict[str, Any]:
    """The whole form with the published numbers and choices, and these changes."""
    from registry.clinical.protocol import DEFAULT_PROTOCOL, settings
    from registry.protocol.forms import key_of

    published = {key_of(name): str(t.value) for name, t in settings(DEFAULT_PROTOCOL).items()}
    base = {"effective_on": TODAY.isoformat(), "label": "Winter", "reason": "agreed in the team"}
    return {**published, **base, **changes}
