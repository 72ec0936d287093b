"""Recommendations that a consultant writes often: kept under a name, used again, renamed, thrown away."""

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.access.viewer import Viewer
from registry.consult.queries import notes
from registry.consult.services.notes import Advised
from registry.models import AdviceTemplate

MOST = 60


class TemplateRefused(ValueError):
    """A template that cannot be kept; the message is what the person reads."""


def keep(session: Session, viewer: Viewer, name: str, advised: Advised, today: date) -> AdviceTemplate:
    """Keep a recommendation as a template; one of the same name is replaced."""
    if not name.strip():
        raise TemplateRefused("Give the template a name.")
    row = _named(session, viewer, name.strip())
    if row is None:
        if len(notes.templates(session, viewer)) >= MOST:
            raise TemplateRefused(f"There are {MOST} templates already: throw one away first.")
        row = AdviceTemplate(
            org_id=viewer.org_id, id=uuid4(), account_id=viewer.account_id, name=name.strip()
        )
        session.add(row)
    row.content = _content(advised, today)
    session.flush()
    _record(session, viewer, "keep_template", row)
    return row


def rename(session: Session, viewer: Viewer, template_id: UUID, name: str) -> None:
    """Give a template another name."""
    row = notes.template(session, viewer, template_id)
    other = _named(session, viewer, name.strip())
    if not name.strip():
        raise TemplateRefused("Give the template a name.")
    if other is not None and other.id != row.id:
        raise TemplateRefused("Another template has this name.")
    row.name = name.strip()
    _record(session, viewer, "rename_template", row)


def throw_away(session: Session, viewer: Viewer, template_id: UUID) -> None:
    """A template is no clinical record: it goes for good."""
    row = notes.template(session, viewer, template_id)
    _record(session, viewer, "throw_template_away", row)
    session.delete(row)


def filled_in(row: AdviceTemplate, today: date) -> Advised:
    """The recommendation of a template, judged as many days from today as when it was kept."""
    content: dict[str, Any] = dict(row.content)
    days = content.pop("judge_after", None)
    cautions = tuple(content.pop("cautions", ()))
    judge_on = None if days is None else date.fromordinal(today.toordinal() + days)
    return Advised(**content, judge_on=judge_on, cautions=cautions)


def _content(advised: Advised, today: date) -> dict[str, Any]:
    content = asdict(advised)
    judge_on = content.pop("judge_on")
    return {**content, "judge_after": (judge_on - today).days if judge_on else None}


def _named(session: Session, viewer: Viewer, name: str) -> AdviceTemplate | None:
    return session.scalar(
        select(AdviceTemplate).where(
            AdviceTemplate.org_id == viewer.org_id,
            AdviceTemplate.account_id == viewer.account_id,
            AdviceTemplate.name == name,
        )
    )


def _record(session: Session, viewer: Viewer, action: str, row: AdviceTemplate) -> None:
    audit.record(session, viewer, audit.Act(action, "settings", "advice_template", row.id))
