"""A whole delivery: batch after batch, then what had to wait for something read later."""

from collections import defaultdict
from collections.abc import Iterable
from functools import partial

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from registry.access.viewer import System
from registry.audit import Act, record
from registry.fhir import answers, background, orders, results
from registry.fhir.reading import Item
from registry.fhir.records import PartRecord, ResultRecord
from registry.fhir.report import CREATED, FILE, UPDATED, Report
from registry.interop.services.batch import Batch, Read
from registry.interop.services.courses import write_orders
from registry.interop.services.ledger import Ledger, Target
from registry.interop.services.memory import Memory
from registry.interop.services.patients import Patients
from registry.interop.services.results import write_results
from registry.interop.services.rows import write_rows
from registry.interop.services.scores import write_scores
from registry.interop.services.staff import Staff


class Import:
    """One delivery of one source; the caller commits after each batch, and calls `finish` at the end."""

    def __init__(self, session: Session, who: System, target: Target) -> None:
        self.session, self.who, self.target = session, who, target
        self.memory = Memory()

    def take(self, items: Iterable[Item]) -> Report:
        """Write a batch; when the database refuses it, its files one by one, so that only the bad one stays out."""
        items = list(items)
        try:
            report = self._write(items)
        except SQLAlchemyError:
            report = Report()
            for part in _by_file(items):
                report.add(self._take_file(part))
        report.resources = len(items)
        return report

    def _take_file(self, items: list[Item]) -> Report:
        try:
            return self._write(items)
        except SQLAlchemyError as error:
            report = Report()
            why = type(getattr(error, "orig", None) or error).__name__
            text = f"the database refused the file ({why}): nothing of it was written"
            report.skip(items[0].place, FILE, "", text)
            return report

    def finish(self) -> Report:
        """What waited for something that was read later; what never came is refused."""
        waiting, self.memory.deferred = self.memory.deferred, []
        return self._write(list(waiting), last=True)

    def _write(self, items: list[Item], last: bool = False) -> Report:
        """The batch in one savepoint; resources that stood in it twice follow in a batch of their own."""
        report, before = Report(), self.memory.copy()
        try:
            with self.session.begin_nested():
                while items or last:
                    ledger = Ledger(self.session, self.target)
                    items = list(self._write_once(ledger, items, last))
                    report.add(ledger.report)
                    last = last and bool(items)
        except SQLAlchemyError:
            self.memory = before
            raise
        return report

    def _write_once(self, ledger: Ledger, items: Iterable[Item], last: bool) -> Iterable[Item]:
        batch = Batch(ledger, self.memory, items, last)
        staff = Staff(ledger, self.memory)
        patients = Patients(ledger, self.memory, staff)
        staff.read(batch.practitioners())
        patients.read(batch.patients())
        self._write_facts(ledger, batch, patients)
        if last and not batch.again:
            staff.settle()
        ledger.flush()
        self._audit(ledger)
        return batch.again

    def _write_facts(self, ledger: Ledger, batch: Batch, patients: Patients) -> None:
        """What belongs to patients, type by type."""
        reading, memory = self.target.reading, self.memory
        visits = batch.read("Encounter", partial(background.encounter, reading=reading))
        problems = batch.read("Condition", partial(background.condition, reading=reading))
        ordered = batch.read(
            "MedicationRequest", partial(orders.order, reading=reading, medications=memory.medications)
        )
        observed = batch.read("Observation", partial(results.observation, reading=reading))
        filled = batch.read(
            "QuestionnaireResponse", partial(answers.response, reading=reading, forms=memory.forms)
        )
        for read in (visits, problems, ordered, observed, filled):
            patients.find({one.patient for _, one in read})
        join = partial(batch.of_patients, whom=patients.by_key)
        write_rows(ledger, "practice_visit", join("Encounter", visits), {})
        write_rows(ledger, "problem", join("Condition", problems), {"recorded_at": self.target.now})
        write_orders(ledger, join("MedicationRequest", ordered))
        parts, measured = _apart(ledger, join("Observation", observed))
        write_results(ledger, measured)
        memory.deferred += write_scores(ledger, [*parts, *join("QuestionnaireResponse", filled)], batch.last)

    def _audit(self, ledger: Ledger) -> None:
        """One act for the batch, if it wrote anything of a patient."""
        if ledger.touched:
            counted = {"created": ledger.report.total(CREATED), "updated": ledger.report.total(UPDATED)}
            detail = {"source": self.target.source, **counted}
            record(self.session, self.who, Act("import", "chart", patients=ledger.touched, detail=detail))


def _apart(
    ledger: Ledger, observed: list[Read[results.Observed]]
) -> tuple[list[Read[PartRecord]], list[Read[ResultRecord]]]:
    """Parts of forms and results; what told of the one before and tells of the other now is refused."""
    parts: list[Read[PartRecord]] = []
    measured: list[Read[ResultRecord]] = []
    for one in observed:
        found, record, person, before = one.found, one.record, one.person, one.before
        told = "lab_result" if isinstance(record, ResultRecord) else "measure"
        if before is not None and before.subject != told:
            text = "it was read as something else before: correct that by hand"
            ledger.report.skip(found.place, record.origin.kind, record.origin.key, text)
        elif isinstance(record, ResultRecord):
            measured.append(Read(found, record, person, before))
        else:
            parts.append(Read(found, record, person, before))
    return parts, measured


def _by_file(items: Iterable[Item]) -> Iterable[list[Item]]:
    found: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        found[item.place.file].append(item)
    return found.values()
