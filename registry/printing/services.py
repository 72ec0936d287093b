"""What makes paper: a summary at once, a packet in the background, patient by patient."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from registry import audit
from registry.access.viewer import System, Viewer
from registry.clinical.dates import listed
from registry.documents import RenderedPdf
from registry.documents.values import PacketPage, PcpSummary
from registry.models import Document
from registry.papers.cases import Case, cases
from registry.printing import queries

LEASE = timedelta(minutes=5)
MOST = 120
"""Patients in one packet: a whole caseload, not a whole clinic."""
AT_ONCE = 20
"""Patients read in one transaction: a statement then serves twenty, and facts are at most twenty pages old."""


class NothingToPrint(ValueError):
    """A packet without patients, or with too many; the message is what the person reads."""


def order_packet(
    session: Session, who: Viewer | System, clinic_id: UUID, episode_ids: Iterable[UUID], on: date, today: date,
    now: datetime,
) -> Document:  # fmt: skip
    """Ask for a packet: of the chosen episodes, or of the clinic's whole agenda of that day when none is chosen."""
    clinic = queries.clinic(session, who, clinic_id)
    chosen = list(dict.fromkeys(episode_ids))
    if chosen and isinstance(who, Viewer):
        chosen = queries.visible_episodes(session, who, chosen)
    elif not chosen:
        chosen = [one.subject.episode_id for one in queries.agenda(session, who, clinic_id, on, today)]
    if not chosen:
        raise NothingToPrint(
            "Nobody is on the agenda of that day. Tick patients on the caseload or the agenda."
        )
    if len(chosen) > MOST:
        raise NothingToPrint(
            f"A packet holds at most {MOST} patients. Tick fewer, or filter by care manager."
        )
    return _order(session, who, queries.PACKET, clinic.id, chosen, on, now)


def order_pages(
    session: Session, viewer: Viewer, clinic_id: UUID, mrns: Sequence[str], on: date, today: date, now: datetime
) -> Document:  # fmt: skip
    """Ask for the PCPs' pages of a clinic day: of the MRNs that were typed, else of everybody with advice that waits."""
    clinic = queries.clinic(session, viewer, clinic_id)
    chosen, unknown = queries.episodes_of_mrns(session, viewer, clinic.id, mrns)
    if unknown:
        raise NothingToPrint(f"Nobody of yours in {clinic.name} has {listed(unknown)} with an episode.")
    chosen = chosen or queries.waiting_episodes(session, viewer, clinic.id, today)
    if not chosen:
        raise NothingToPrint("No advice waits for an answer. Type the MRNs of the day to print their pages.")
    if len(chosen) > MOST:
        raise NothingToPrint(f"At most {MOST} pages are printed at once. Type the MRNs of one day.")
    return _order(session, viewer, queries.PAGES, clinic.id, chosen, on, now)


def _order(
    session: Session, who: Viewer | System, kind: str, clinic_id: UUID, chosen: Sequence[UUID], on: date,
    now: datetime,
) -> Document:  # fmt: skip
    document = Document(
        org_id=who.org_id, id=uuid4(), clinic_id=clinic_id, kind=kind, for_on=on, total=len(chosen), done=0,
        episode_ids=[str(one) for one in chosen], state="waiting", requested_by=who.account_id, requested_at=now,
    )  # fmt: skip
    session.add(document)
    session.flush()
    patients = queries.patients_of(session, who.org_id, document)
    audit.record(session, who, audit.Act(f"order_{kind}", "printed chart", "document", document.id, patients))
    return document


def waiting_packets(session: Session, now: datetime) -> list[tuple[UUID, UUID]]:
    """(organisation, document) of packets that nobody is working on, the oldest first."""
    free = or_(Document.claimed_at.is_(None), Document.claimed_at < now - LEASE)
    rows = select(Document.org_id, Document.id).where(Document.state.in_(("waiting", "rendering")), free)
    return [(row.org_id, row.id) for row in session.execute(rows.order_by(Document.requested_at))]


def claim_packet(session: Session, org_id: UUID, document_id: UUID, now: datetime) -> bool:
    """Take a packet; of two that try, one gets it."""
    free = or_(Document.claimed_at.is_(None), Document.claimed_at < now - LEASE)
    taken = (
        update(Document)
        .where(Document.org_id == org_id, Document.id == document_id, free)
        .where(Document.state.in_(("waiting", "rendering")))
        .values(state="rendering", claimed_at=now, done=0)
    )
    return session.execute(taken).rowcount == 1  # type: ignore[attr-defined]


def packet_cases(session: Session, org_id: UUID, document_id: UUID, first: int, today: date) -> list[Case]:
    """The facts of the next patients of a packet, `AT_ONCE` at most; `first` counts from 0."""
    document = session.get_one(Document, (org_id, document_id))
    chosen = [UUID(one) for one in document.episode_ids[first : first + AT_ONCE]]
    return cases(session, org_id, chosen, document.for_on, today)


def note_progress(session: Session, org_id: UUID, document_id: UUID, done: int, now: datetime) -> None:
    """How many patients are laid out; renews the claim."""
    mine = update(Document).where(Document.org_id == org_id, Document.id == document_id)
    session.execute(mine.values(done=done, claimed_at=now))


def finish_packet(
    session: Session,
    org_id: UUID,
    document_id: UUID,
    pdf: RenderedPdf,
    facts: Sequence[PacketPage | PcpSummary],
    now: datetime,
) -> None:
    """Keep the file with the checksums of its bytes and of what it was made from."""
    document = session.get_one(Document, (org_id, document_id))
    document.content, document.pages, document.state, document.finished_at = (
        pdf.bytes,
        pdf.pages,
        "ready",
        now,
    )
    document.sha256, document.facts_sha256 = checksum(pdf.bytes), checksum(repr(facts).encode())
    document.done = document.total
    patients = queries.patients_of(session, org_id, document)
    detail = {"sha256": document.sha256, "pages": pdf.pages}
    if withheld := sum(page.printing.withheld for page in facts):
        detail["withheld"] = withheld
    act = audit.Act(f"render_{document.kind}", "printed chart", "document", document_id, patients, detail)
    audit.record(session, System(org_id, "packet job"), act)


def fail_packet(session: Session, org_id: UUID, document_id: UUID, sentence: str, now: datetime) -> None:
    """Say why there is no file; whoever asked can ask again."""
    mine = update(Document).where(Document.org_id == org_id, Document.id == document_id)
    session.execute(mine.values(state="failed", problem=sentence, finished_at=now))


def record_summary(session: Session, who: Viewer | System, patient_id: UUID, page: PcpSummary) -> None:
    """A summary was printed: on record with the checksum of what it shows."""
    sums = {"facts_sha256": checksum(repr(page).encode())}
    if page.printing.withheld or page.printing.consent:
        sums["part_2"] = "withheld" if page.printing.withheld else "shared by consent"
    queries.record_read(session, who, "print_summary", [patient_id], **sums)


def read_document(session: Session, viewer: Viewer, document_id: UUID) -> Document:
    """A kept packet; opening it is recorded."""
    found = queries.document(session, viewer, document_id)
    patients = queries.patients_of(session, viewer.org_id, found)
    queries.record_read(session, viewer, "open_packet", patients, sha256=found.sha256)
    return found


def checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
