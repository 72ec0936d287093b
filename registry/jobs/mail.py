"""Mail: taken from the outbox by whoever claims it, sent at least once, with the row's id as its message id."""

import logging
import smtplib
import ssl
from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import or_, select, update

from registry import clock
from registry.jobs.runner import Works
from registry.models import OutboxMail

CLAIM = timedelta(minutes=5)
MOST_ATTEMPTS = 8
log = logging.getLogger("registry.jobs")


def send_waiting(works: Works) -> int:
    """Send what waits; without a mail server it goes on waiting. How many were sent."""
    if not works.smtp_url:
        return 0
    sent = 0
    while (mail := _claim(works)) is not None:
        try:
            _send(works, mail)
        except (OSError, smtplib.SMTPException) as error:
            log.error("mail %s was not sent: %s", mail.id, type(error).__name__)
            break
        with works.transaction() as session:
            done = update(OutboxMail).where(OutboxMail.org_id == mail.org_id, OutboxMail.id == mail.id)
            session.execute(done.values(sent_at=clock.now()))
        sent += 1
    return sent


def _claim(works: Works) -> Any:
    """The oldest mail that nobody is sending, or None."""
    now = clock.now()
    free = or_(OutboxMail.claimed_at.is_(None), OutboxMail.claimed_at < now - CLAIM)
    open_ones = OutboxMail.sent_at.is_(None), free, OutboxMail.attempts < MOST_ATTEMPTS
    with works.transaction() as session:
        mail = session.scalars(
            select(OutboxMail).where(*open_ones).order_by(OutboxMail.written_at).limit(1)
        ).first()
        if mail is None:
            return None
        mine = update(OutboxMail).where(
            OutboxMail.org_id == mail.org_id, OutboxMail.id == mail.id, *open_ones
        )
        claimed = session.execute(mine.values(claimed_at=now, attempts=OutboxMail.attempts + 1))
        return mail if claimed.rowcount == 1 else None  # type: ignore[attr-defined]


def _send(works: Works, mail: OutboxMail) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = works.mail_from, mail.to_address, mail.subject
    message["Message-ID"] = f"<{mail.id}@registry>"
    message.set_content(mail.body)
    server = urlsplit(works.smtp_url)
    host, port = server.hostname or "localhost", server.port or (465 if server.scheme == "smtps" else 25)
    with _connect(server.scheme, host, port) as connection:
        if server.username:
            connection.login(unquote(server.username), unquote(server.password or ""))
        connection.send_message(message)


def _connect(scheme: str, host: str, port: int) -> smtplib.SMTP:
    """smtps:// speaks TLS from the start, smtp+starttls:// after a greeting, smtp:// never (a local relay)."""
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=20, context=ssl.create_default_context())
    connection = smtplib.SMTP(host, port, timeout=20)
    if scheme == "smtp+starttls":
        connection.starttls(context=ssl.create_default_context())
    return connection
