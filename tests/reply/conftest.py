"""A signed note with three recommendations, and somebody without an account who gets a link to it."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import OutboxMail, Recommendation, ReplyLink, Review
from registry.reply.services import answers, codes
from tests import factories as make
from tests.cast import Cast
from tests.pages import PageClient

PIECES = (
    {
        "text": "Increase sertraline to 100 mg",
        "judge_on": make.days_ago(-28),
        "rationale": "Half a response at 50 mg",
    },
    {"category": "labs", "text": "Check TSH once"},
    {"category": "continue", "text": "Continue activation."},
    {"category": "therapy", "text": "Begin problem-solving treatment"},
)
CODE = "K7QM2X9V"


@pytest.fixture(autouse=True)
def quick_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cost of a code is not what is tested here."""
    from argon2 import PasswordHasher

    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(codes, "_hasher", cheap)
    monkeypatch.setattr(answers, "NOBODYS", cheap.hash("the code of no link"))


@pytest.fixture
def review(session: Session, cast: Cast) -> Review:
    return make.make_review(
        session, cast.episode, consultant=cast.consultant.account, on=make.days_ago(2), reply_code=CODE,
        impression="Partial response", recommendations=PIECES,
    )  # fmt: skip


@pytest.fixture
def advice(session: Session, review: Review) -> list[Recommendation]:
    rows = select(Recommendation).where(Recommendation.review_id == review.id)
    return list(session.scalars(rows.order_by(Recommendation.number)))


@dataclass
class Sent:
    """A link as it reached the PCP: its path, and the code that was told."""

    path: str
    code: str


@pytest.fixture
def send(session: Session, sign_in: Any, cast: Cast, review: Review) -> Any:
    """`send()` makes a link by mail as the care manager does, and returns what the PCP holds."""

    def send(person: Any = None, note: Review = review, **fields: str) -> Sent:
        data = {"provider": "Dr. Ingrid Lang", "way": "mail", "to_address": "lang@practice.example", **fields}
        answer = sign_in(person or cast.owner).post(f"/reply/new/{note.id}", data=data)
        assert answer.status_code == 200, answer.text
        code = re.search(r'class="reply-code"><b>([^<]+)</b>', answer.text)
        token = re.search(r'name="token" value="([^"]+)"', answer.text)
        path = f"/reply/{token.group(1)}" if token else mailed(session, note)
        return Sent(path, code.group(1))

    return send


def mailed(session: Session, note: Review) -> str:
    """The path in the one mail about a note that waits to be sent."""
    links_to = select(ReplyLink.id).where(ReplyLink.review_id == note.id)
    waiting = select(OutboxMail.body).where(OutboxMail.id.in_(links_to), OutboxMail.body != "")
    body = session.scalars(waiting).one()
    return re.search(r"http://127\.0\.0\.1:8000(/reply/\S+)", body).group(1)


def links(session: Session) -> list[ReplyLink]:
    return list(session.scalars(select(ReplyLink).order_by(ReplyLink.created_at, ReplyLink.revoked_at)))


@pytest.fixture
def phone(app: Any, session: Session) -> FlaskClient:
    """The browser of somebody without an account; it parses every page."""
    app.test_client_class = PageClient
    client = app.test_client()
    client.test_session = session
    return client
