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
from registry.models.job import MOST_ATTEMPTS
from registry.reply.services.posting import mail_left, withdraw_ended

CLAIM = timedelta(minutes=5)
log = logging.getLogger("registry.jobs")


def send_waiting(works: Works) -> int:
    """Send what waits; without a mail server it goes on waiting. How many were sent."""
    with works.transaction() as session:
        withdraw_ended(session, clock.now())
    if not works.smtp_url:
        return 0
    sent = 0
    while (mail := _claim(works)) is not None:
        try:
            _send(works, mail)
        except (OSError, smtplib.SMTPException) as error:
            log.error("mail %s was not sent: %s", mail.id, type(error).__name__)
            _give_up(works)
            break
        _note_sent(works, mail)
        sent += 1
    return sent


def clear_sent(works: Works) -> None:
    """Blank what earlier versions kept of mails that were sent."""
    with works.transaction() as session:
        kept = update(OutboxMail).where(OutboxMail.sent_at.is_not(None), OutboxMail.body != "")
        session.execute(kept.values(body=""))


def _give_up(works: Works) -> None:
    """A mail that was tried as often as mails are is not kept for a further try."""
    tired = update(OutboxMail).where(OutboxMail.sent_at.is_(None), OutboxMail.attempts >= MOST_ATTEMPTS)
    with works.transaction() as session:
        session.execute(tired.values(body=""))


def _note_sent(works: Works, mail: Any) -> None:
    """The mail has left: its text is not needed any more, and what it carried counts as delivered."""
    with works.transaction() as session:
        done = update(OutboxMail).where(OutboxMail.org_id == mail.org_id, OutboxMail.id == mail.id)
        session.execute(done.values(sent_at=clock.now(), body=""))
        mail_left(session, mail.org_id, mail.id, clock.now())


def _claim(works: Works) -> Any:
    """The oldest mail that nobody is sending and that may still be sent, or None."""
    now = clock.now()
    free = or_(OutboxMail.claimed_at.is_(None), OutboxMail.claimed_at < now - CLAIM)
    waits = OutboxMail.sent_at.is_(None), OutboxMail.body != "", OutboxMail.attempts < MOST_ATTEMPTS
    open_ones = (*waits, free)
    with works.transaction() as session:
        withdraw_ended(session, now)
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
