"""Patients of the caseload tests: the cast's own, and a few beside him who differ in what a list shows."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from registry.models import Account, Episode, Patient
from tests import factories as make
from tests.cast import Cast
from tests.factories import days_ago


@dataclass(frozen=True)
class Case:
    patient: Patient
    episode: Episode


def add_case(
    session: Session, cast: Cast, family: str, *, manager: Account | None = None, **fields: Any
) -> Case:
    """Another patient of Riverside with an enrolled episode in the owner's caseload."""
    about = {key: fields.pop(key) for key in ("mrn", "language", "sex", "birth_date", "pcp") if key in fields}
    about.setdefault("mrn", f"R-{family}")
    about.setdefault("pcp", cast.provider)
    patient = make.make_patient(session, cast.riverside, family_name=family, given_name="Ana", **about)
    episode = make.make_episode(session, patient, care_manager=manager or cast.owner.account, **fields)
    return Case(patient, episode)


def score(session: Session, patient: Patient, total: int, days: int, **fields: Any) -> Any:
    """A score so many days ago."""
    return make.make_measure(session, patient, total=total, taken_on=days_ago(days), **fields)


def shown(response: TestResponse) -> list[UUID]:
    """The episodes of the table, from top to bottom."""
    return [UUID(key) for key in re.findall(r'<tr id="row-([0-9a-f-]{36})"', response.get_data(as_text=True))]


def counts(response: TestResponse) -> dict[str, int]:
    """The tabs with their counts."""
    tabs = re.findall(r">([\w ]+) <span class=\"count[^>]*>(\d+)</span></a>", response.get_data(as_text=True))
    return {label: int(count) for label, count in tabs}
