"""The PCP's one page and a packet of twenty: from rows to PDF, in CPU seconds."""

from datetime import date
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench import dataset
from bench.measure import Figure, at_most, median_cpu
from registry.documents import RenderedPdf, packet_pdf, summary_pdf
from registry.documents.values import PacketPage
from registry.extensions import make_engine
from registry.models import Account, Episode, Organisation
from registry.papers import cases as papers
from registry.papers import words
from registry.papers.words import Press

PATIENTS = 20
SUMMARY, PACKET = 0.4, 3
LONG_AGO = date(2026, 9, 1)
PACKETS = 10
"""A packet takes seconds, so that it is made ten times and not thirty."""


def measure(path: Path) -> list[Figure]:
    engine = make_engine(f"sqlite:///{path.resolve()}", dataset.KEY)
    press = Press("M. Ortiz", dataset.NOW, dataset.TODAY)
    with Session(engine) as session:
        org_id = session.scalars(select(Organisation.id)).one()
        manager = select(Account.id).where(Account.email == "m.ortiz@demo.example").scalar_subquery()
        own = (Episode.org_id == org_id, Episode.care_manager_id == manager, Episode.closed_on.is_(None))
        chosen = list(
            session.scalars(select(Episode.id).where(*own, Episode.enrolled_on < LONG_AGO).limit(PATIENTS))
        )

        def cases(some: list[UUID]) -> list[papers.Case]:
            return papers.cases(session, org_id, some, dataset.TODAY, dataset.TODAY)

        def summary() -> bytes:
            return summary_pdf(words.summary(cases(chosen[:1])[0], press)).bytes

        def values() -> list[PacketPage]:
            return [words.packet_page(one, press) for one in cases(chosen)]

        def packet() -> RenderedPdf:
            return packet_pdf(values())

        size, pages, facts = len(summary()), packet().pages, median_cpu(values, 3)
        return [
            at_most("PCP summary, one page", median_cpu(summary), SUMMARY, "s CPU", f"{size / 1024:.0f} KB"),
            at_most(f"packet of {len(chosen)} patients", median_cpu(packet, PACKETS), PACKET, "s CPU",
                    f"{pages} pages; of which rows and rules {facts:.2f} s"),
        ]  # fmt: skip
