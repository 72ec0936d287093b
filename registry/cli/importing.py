"""`flask import`: what other systems know, read into the registry."""

import gc
import json
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import click
from flask import current_app
from flask.cli import with_appcontext

from registry import audit, clock
from registry.access.viewer import System
from registry.eligible import Eligible, eligible_in_clinic
from registry.extensions import db, keep_statistics
from registry.fhir import reading
from registry.fhir.records import Reading
from registry.fhir.report import Report
from registry.interop import presenters, queries, services
from registry.models import Clinic

log = logging.getLogger("registry.import")
SOURCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


@click.group("import")
def imports() -> None:
    """Read data of other systems into the registry."""


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for on the command line."""

    paths: tuple[Path, ...]
    clinic: str | None
    as_of: datetime | None
    source: str
    dry_run: bool


@imports.command("fhir")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--clinic", help="The clinic that new patients belong to; may be left out where there is one only."
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day of the import; later dates are refused. Default: today.",
)
@click.option(
    "--source", default="fhir", show_default=True, help="Name of the source; ids are told apart by it."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--dry-run", is_flag=True, help="Report what would happen and write nothing.")
@with_appcontext
@click.pass_context
def fhir(
    context: click.Context,
    paths: tuple[Path, ...],
    clinic: str | None,
    as_of: datetime | None,
    source: str,
    as_json: bool,
    dry_run: bool,
) -> None:
    """Import FHIR R4: files, folders and ndjson; bundles and bare resources.

    A second run changes nothing. What cannot be read is reported by file and position, and the rest goes in.
    Nobody is enrolled. Exit status: 0 all went in, 1 something was skipped, 2 wrong usage.
    """
    if not SOURCE.fullmatch(source):
        raise click.UsageError("--source is a name of letters, digits, dots, dashes and underscores.")
    report, eligible, today = _import(Order(paths, clinic, as_of, source, dry_run))
    if as_json:
        _print_json(report, eligible, today, dry_run)
    else:
        _print(report, eligible, today, dry_run)
    context.exit(1 if report.skips else 0)


def _import(order: Order) -> tuple[Report, list[Eligible], date]:
    session, now = db.session(), clock.now()
    org_id = _organisation()
    clinic = _clinic(queries.clinics_by_name(session, org_id), order.clinic)
    today = order.as_of.date() if order.as_of else clock.today(clinic.timezone, now)
    audit.bind(session, audit.AuditContext(current_app.config["AUDIT_KEYS"], now))
    target = services.Target(org_id, clinic.id, order.source, Reading(ZoneInfo(clinic.timezone), today), now)
    clinic_id = clinic.id
    run = services.Import(session, System(org_id, "import fhir"), target)
    report = _run(run, order)
    if not order.dry_run:
        keep_statistics(db.engine)
    eligible = eligible_in_clinic(session, org_id, clinic_id, today)
    session.rollback()
    log.info(
        "fhir import: %d files, %d resources, %d skipped", report.files, report.resources, len(report.skips)
    )
    return report, eligible, today


def _organisation() -> UUID:
    found = queries.organisation_ids(db.session())
    if len(found) != 1:
        raise click.UsageError("There is no organization yet: create one with its clinics, or load the demo.")
    return found[0]


def _clinic(clinics: dict[str, Clinic], name: str | None) -> Clinic:
    """The clinic of that name, or the only one."""
    if name is None and len(clinics) == 1:
        return next(iter(clinics.values()))
    if name not in clinics:
        told = (
            f"There is no clinic {name!r}."
            if name
            else "There is more than one clinic: name one with --clinic."
        )
        raise click.UsageError(f"{told} Clinics: {', '.join(sorted(clinics)) or 'none'}.")
    return clinics[name]


def _run(run: services.Import, order: Order) -> Report:
    """Every batch in a transaction of its own; a dry run keeps none of them."""
    report = Report()
    paths = reading.files(order.paths)
    report.files = len(paths)
    with _without_collector(), _progress(paths) as bar:
        for read, items in reading.batches(paths):
            report.add(run.take(items))
            _keep(order)
            bar.update(sum(_size(path) for path in read))
        report.add(run.finish())
        _keep(order)
    return report


def _keep(order: Order) -> None:
    if not order.dry_run:
        db.session.commit()


@contextmanager
def _without_collector() -> Iterator[None]:
    """Parsed JSON has no cycles; looking for them costs a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _progress(paths: list[Path]) -> "click._termui_impl.ProgressBar[int]":
    """A bar on stderr that moves with the bytes read."""
    total = sum(_size(path) for path in paths) or 1
    hidden = not sys.stderr.isatty()
    return click.progressbar(length=total, label="Importing", file=sys.stderr, hidden=hidden)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _print(report: Report, eligible: list[Eligible], today: date, dry_run: bool) -> None:
    for line in presenters.complaints(report.skips):
        click.echo(f"skipped: {line}", err=True)
    for line in presenters.complaints(report.notes):
        click.echo(f"note: {line}", err=True)
    if report.counts:
        click.echo(presenters.table(report))
    reasons = list(presenters.unused(report))
    if reasons:
        click.echo("\nNot used:")
        click.echo("\n".join(f"  {line}" for line in reasons))
    click.echo(
        f"\n{report.files} files, {report.resources} resources.{' Nothing was written.' if dry_run else ''}"
    )
    click.echo(
        f"{len(eligible)} patients are eligible and not referred (an elevated score in the 30 days to {today})."
    )


def _print_json(report: Report, eligible: list[Eligible], today: date, dry_run: bool) -> None:
    found = [
        {
            "patient": str(one.patient_id),
            "instrument": one.instrument,
            "total": one.total,
            "taken_on": str(one.taken_on),
        }
        for one in eligible
    ]
    whole = {"as_of": str(today), "dry_run": dry_run, **presenters.values(report), "eligible": found}
    click.echo(json.dumps(whole, ensure_ascii=False, indent=2))
