"""What several tests about safety send and ask."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.clinical.findings import findings
from registry.clinical.protocol import DEFAULT_PROTOCOL
from registry.models import AuditEvent
from registry.snapshots import snapshot
from tests.cast import TODAY, Cast, Person
from tests.pages import PageClient

SignIn = Callable[[Person], PageClient]
CALM = {"wish_dead": "no", "thoughts": "no", "behaviour_lifetime": "no"}


def sent(
    once: str = "once-1", on: str = "2026-11-20", covers: object = None, **answers: str
) -> dict[str, object]:
    """The form of an assessment as a browser sends it."""
    fields = {f"screener-{name}": value for name, value in (answers or CALM).items()}
    return {"once": once, "on": on, **fields, "screener-covers": covers or []}


def codes(session: Session, cast: Cast) -> set[str]:
    """The safety findings of the cast's patient, by the rules over what is stored."""
    session.expire_all()
    seen = snapshot(session, cast.org.id, cast.episode.id)
    assert seen is not None
    return {f.code for f in findings(seen.facts, DEFAULT_PROTOCOL, TODAY) if f.tag == "safety"}


def audited(session: Session, action: str) -> list[AuditEvent]:
    """The audit rows of one act."""
    return list(session.scalars(select(AuditEvent).where(AuditEvent.action == action)))


def flashes(browser: PageClient) -> str:
    """What the next page will say."""
    with browser.session_transaction() as cookie:
        return " ".join(words for _, words in cookie.get("_flashes", []))
