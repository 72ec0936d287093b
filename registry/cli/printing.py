"""`flask packet` and `flask summary`: paper from the command line."""

from datetime import datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import click
from flask import current_app
from flask.cli import with_appcontext

from registry import clock
from registry.cli.database import clinic_named, opened
from registry.documents import DocumentsUnavailable, TooLong, summary_pdf
from registry.extensions import db
from registry.jobs import packets
from registry.jobs.runner import Works
from registry.models import Clinic, Document
from registry.papers import cases
from registry.papers.consented import pcp_page
from registry.papers.words import Press
from registry.printing import queries, services

OUT = click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The PDF to write."
)


def works() -> Works:
    """What jobs need, from the settings of the application."""
    config = current_app.config
    return Works(
        db.engine,
        config["AUDIT_KEYS"],
        config["SMTP_URL"],
        config["MAIL_FROM"],
        config["BASE_URL"].rstrip("/"),
    )


@click.command("packet")
@click.option("--clinic", "clinic_name", help="The clinic; may be left out where there is one only.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The review day; else today.")
@OUT
@with_appcontext
def packet(clinic_name: str | None, on: datetime | None, out: Path) -> None:
    """Print the review packet of a clinic's agenda."""
    with opened("packet command") as (session, who):
        clinic = clinic_named(session, who, clinic_name)
        today = clock.today(clinic.timezone)
        try:
            day = on.date() if on else today
            document_id = services.order_packet(session, who, clinic.id, [], day, today, clock.now()).id
        except services.NothingToPrint as nothing:
            raise click.ClickException(str(nothing)) from None
        org_id = who.org_id
    packets.render(works(), org_id, document_id)
    content, pages, patients = _content(org_id, document_id)
    out.write_bytes(content)
    click.echo(f"{out}: {patients} patients on {pages} pages.")


def _content(org_id: UUID, document_id: UUID) -> tuple[bytes, int, int]:
    with opened("packet command") as (session, _who):
        found = session.get_one(Document, (org_id, document_id))
        if found.content is None:
            raise click.ClickException(found.problem or "The packet was not made.")
        return found.content, found.pages or 0, found.total


@click.command("summary")
@click.option("--mrn", required=True, help="The patient's MRN.")
@OUT
@with_appcontext
def summary(mrn: str, out: Path) -> None:
    """Print the PCP's one page of a patient."""
    with opened("summary command") as (session, who):
        episode_id = queries.episode_of_mrn(session, who, mrn)
        if episode_id is None:
            raise click.ClickException("Nobody with this MRN has an episode.")
        now = clock.now()
        case = cases.case(session, who.org_id, episode_id, clock.today(), clock.today())
        clinic = session.get_one(Clinic, (who.org_id, case.snapshot.subject.clinic_id))
        local = now.astimezone(ZoneInfo(clinic.timezone))
        page = pcp_page(case, Press("the registry", local, local.date()))
        services.record_summary(session, who, case.snapshot.subject.patient_id, page)
    try:
        out.write_bytes(summary_pdf(page).bytes)
    except (DocumentsUnavailable, TooLong) as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"{out}: 1 page.")
