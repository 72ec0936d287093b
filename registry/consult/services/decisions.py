"""What becomes of a recommendation, as the PCP's answer comes back."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from registry import audit
from registry.access.viewer import Viewer
from registry.clinical.decision_moves import refuse_or_none, state_of
from registry.clinical.facts import Decision as DecisionFacts
from registry.consult.queries import notes
from registry.models import Decision


class DecisionRefused(ValueError):
    """A step that cannot follow; the message is what the person reads."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One step: what, when, who decided, and the words beside it."""

    kind: str
    on: date
    decided_by: str = ""
    remark: str = ""
    until_on: date | None = None
    via: str = ""
    """How the answer came: link, inbox or paper; empty where the team recorded it."""


def record_decision(
    session: Session, viewer: Viewer, recommendation_id: UUID, decided: Decided, today: date, now: datetime
) -> None:
    """Record what the PCP decided, or whether it was carried out; steps are rows and never edited."""
    asked = notes.question(session, viewer, recommendation_id)
    if asked.amended_by is not None:
        raise DecisionRefused("This note was amended: record the answer at the amendment.")
    step = DecisionFacts(decided.on, decided.kind, decided.remark.strip(), now, decided.until_on)
    before = asked.advice.facts
    if refusal := refuse_or_none(before, step, asked.review.on, today):
        raise DecisionRefused(refusal)
    session.add(
        Decision(
            org_id=viewer.org_id, id=uuid4(), recommendation_id=recommendation_id, kind=decided.kind,
            on=decided.on, decided_by=decided.decided_by.strip(), reason=decided.remark.strip(),
            recorded_by=viewer.account_id, recorded_at=now, until_on=decided.until_on, via=decided.via,
        )
    )  # fmt: skip
    detail = {"kind": [state_of(before), decided.kind], "on": decided.on}
    if decided.via:
        detail["via"] = decided.via
    act = audit.Act("decide", "review", "recommendation", recommendation_id, [asked.patient.id], detail)
    audit.record(session, viewer, act)
