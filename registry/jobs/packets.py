"""Packets and PCPs' pages: rendered in the background, patient by patient; packets are ordered ahead of a review day."""

import logging
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock
from registry.access.viewer import System
from registry.documents import DocumentsUnavailable, Part, join, packet_part, summary_part
from registry.documents.values import PacketPage, PcpSummary
from registry.jobs.runner import Slot, Works, run_once
from registry.models import Account, Clinic, Document
from registry.papers.cases import Case
from registry.papers.consented import consultant_page, pcp_page
from registry.papers.words import Press
from registry.printing import services
from registry.printing.queries import PACKET

MORNING = 5
"""Hour of the clinic's day from which the packet of a review day is made."""
log = logging.getLogger("registry.jobs")


def render_waiting(works: Works) -> int:
    """Render every packet that waits; how many were finished."""
    with works.transaction() as session:
        waiting = services.waiting_packets(session, clock.now())
    return sum(render(works, org_id, document_id) for org_id, document_id in waiting)


def render(works: Works, org_id: UUID, document_id: UUID) -> bool:
    """One packet: read some patients, lay each out with no transaction open, note the progress."""
    with works.transaction() as session:
        if not services.claim_packet(session, org_id, document_id, clock.now()):
            return False
        press, total, kind = _press(session, org_id, document_id)
    try:
        pages, parts = _lay_out(works, org_id, document_id, press, total, kind)
        pdf = join(parts)
    except DocumentsUnavailable as problem:
        _fail(works, org_id, document_id, str(problem))
        return False
    except Exception:
        log.exception("packet %s failed", document_id)
        _fail(
            works,
            org_id,
            document_id,
            "The file could not be made. Order it again; if it fails, tell support.",
        )
        return False
    with works.transaction() as session:
        services.finish_packet(session, org_id, document_id, pdf, pages, clock.now())
    return True


def _lay_out(
    works: Works, org_id: UUID, document_id: UUID, press: Press, total: int, kind: str
) -> tuple[list[PacketPage | PcpSummary], list[Part]]:
    pages: list[PacketPage | PcpSummary] = []
    parts: list[Part] = []
    for first in range(0, total, services.AT_ONCE):
        with works.transaction() as session:
            cases = services.packet_cases(session, org_id, document_id, first, press.today)
        for case in cases:
            page, part = _one(case, press, kind)
            pages.append(page)
            parts.append(part)
            with works.transaction() as session:
                services.note_progress(session, org_id, document_id, len(parts), clock.now())
    return pages, parts


def _one(case: Case, press: Press, kind: str) -> tuple[PacketPage | PcpSummary, Part]:
    """One patient of a file: of the consultant's packet, or of the PCPs' pages."""
    if kind == PACKET:
        packet = consultant_page(case, press)
        return packet, packet_part(packet)
    page = pcp_page(case, press)
    return page, summary_part(page)


def _press(session: Session, org_id: UUID, document_id: UUID) -> tuple[Press, int, str]:
    document = session.get_one(Document, (org_id, document_id))
    clinic = session.get_one(Clinic, (org_id, document.clinic_id))
    person = session.get(Account, document.requested_by) if document.requested_by else None
    now = clock.now()
    local = now.astimezone(ZoneInfo(clinic.timezone))
    press = Press(person.name if person else "the registry", local, local.date())
    return press, document.total, document.kind


def _fail(works: Works, org_id: UUID, document_id: UUID, sentence: str) -> None:
    with works.transaction() as session:
        services.fail_packet(session, org_id, document_id, sentence, clock.now())


def order_for_review_days(works: Works, now: datetime) -> int:
    """Order the packet of each clinic whose review is today; once a clinic and day."""
    with works.transaction() as session:
        clinics = session.execute(
            select(Clinic.org_id, Clinic.id, Clinic.timezone, Clinic.review_weekday)
        ).all()
    return sum(_order(works, row.org_id, row.id, row.timezone, row.review_weekday, now) for row in clinics)


def _order(works: Works, org_id: UUID, clinic_id: UUID, zone: str, weekday: int, now: datetime) -> bool:
    local = now.astimezone(ZoneInfo(zone))
    if local.weekday() != weekday or local.hour < MORNING:
        return False

    def work(session: Session) -> None:
        try:
            who = System(org_id, "packet job")
            services.order_packet(session, who, clinic_id, [], local.date(), local.date(), now)
        except services.NothingToPrint:
            log.info("clinic %s has nobody on its agenda", clinic_id)

    return run_once(works, Slot(org_id, "packet", f"{clinic_id} {local.date()}"), work, now)
