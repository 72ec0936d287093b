"""Scores: the parts of one form become one row, whenever they arrive."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from registry.clinical import integrity
from registry.clinical.facts import Score
from registry.fhir import assembly
from registry.fhir.reading import Found
from registry.fhir.records import Origin, PartRecord
from registry.fhir.report import CREATED, UNCHANGED, UPDATED
from registry.fhir.values import Refused
from registry.interop import queries
from registry.interop.queries import Known
from registry.interop.services.batch import Read
from registry.interop.services.ledger import Ledger
from registry.interop.services.memory import Person

FORM = "Form"
"""Not a resource type: the record that joins the parts of one form across batches and deliveries."""
PHQ = ("phq9", "phq_a", "phq2")
LINKED = ("QuestionnaireResponse", "Observation")
"""What a part may be derived from or have as a member."""
Key = tuple[str, str]
ByHand = Mapping[tuple[UUID, str, date, int | None], UUID]


def write_scores(ledger: Ledger, read: list[Read[PartRecord]], last: bool) -> list[Found]:
    """Write the forms of a batch; the pieces of one that may go on in a later batch are handed back, until the last."""
    scores = Scores(ledger, read, last)
    if scores.changed:
        scores.write()
    return scores.deferred


class Scores:
    """The filled forms of one batch, joined with what was known of them."""

    def __init__(self, ledger: Ledger, read: list[Read[PartRecord]], last: bool) -> None:
        self.ledger, self.last = ledger, last
        self.deferred: list[Found] = []
        self.parts = {_key(one.record): one for one in read}
        self.changed: set[Key] = set()
        self.done: set[Key] = set()
        self.refusals: dict[Key, str] = {}
        for one in read:
            if one.before is not None and one.before.digest == one.record.origin.digest:
                ledger.report.count(one.record.origin.kind, UNCHANGED)
            else:
                self.changed.add(_key(one.record))

    def write(self) -> None:
        records = [one.record for one in self.parts.values()]
        self._take_back([one for one in records if one.gone and _key(one) in self.changed])
        sheets = assembly.sheets(one for one in records if not one.gone)
        self._write_sheets([one for one in sheets if any(_key(part) in self.changed for part in one.parts)])
        self._report()

    def _write_sheets(self, sheets: list[assembly.Sheet]) -> None:
        session, org_id = self.ledger.session, self.ledger.target.org_id
        keys = {self._form_key(sheet, name) for sheet in sheets for name in (sheet.instrument, *PHQ)}
        forms = self.ledger.known({FORM: keys})
        sheets = [self._in_its_series(sheet, forms) for sheet in sheets]
        forms |= self.ledger.known(dict.fromkeys(LINKED, self._linked(sheets)))
        ids = {one.subject_id for one in forms.values()}
        ids |= {one.before.subject_id for one in self.parts.values() if one.before}
        rows = self.ledger.rows("measure", ids)
        by_hand = queries.entered_scores(session, org_id, {self._person(sheet).id for sheet in sheets})
        written: list[tuple[assembly.Sheet, UUID]] = []
        for sheet in sheets:
            form = forms.get((FORM, self._form_key(sheet)))
            row = self._existing(sheet, forms, rows)
            if row is None and not self.last and not sheet.is_whole:
                self._defer(sheet)
                continue
            try:
                measure_id = self._write_sheet(sheet, row, by_hand)
                self._remember(sheet, measure_id, form)
                written.append((sheet, measure_id))
            except Refused as why:
                self.refusals.update({_key(part): str(why) for part in sheet.parts})
        self._note_doubts(written)

    def _note_doubts(self, written: list[tuple[assembly.Sheet, UUID]]) -> None:
        """What is hard to believe of the scores that were read is told in the report, with the record it came from."""
        self.ledger.flush_table("measure")
        session, target = self.ledger.session, self.ledger.target
        people = {self._person(sheet).id for sheet, _ in written}
        known = queries.scores_of(session, target.org_id, people) if people else {}
        sexes = queries.sexes(session, target.org_id, people)
        for sheet, measure_id in written:
            person = self._person(sheet)
            score = next((one for one in known.get(person.id, []) if one.id == measure_id), None)
            if score is None:
                continue
            part = self.parts[_key(sheet.parts[0])]
            whom = integrity.Patient(person.birth_date, sexes[person.id])
            found = integrity.doubts(score, known[person.id], whom, target.reading.today)
            for sentence in integrity.sentences(d for d in found if _is_news(d, score)):
                self.ledger.report.note(part.found.place, *_key(part.record), sentence)

    def _person(self, sheet: assembly.Sheet) -> Person:
        return self.parts[_key(sheet.parts[0])].person

    def _form_key(self, sheet: assembly.Sheet, instrument: str = "") -> str:
        at = sheet.taken_at
        moment = str(at.timestamp()) if isinstance(at, datetime) and at.tzinfo else at.isoformat()
        return f"{self._person(sheet).id.hex}|{instrument or sheet.instrument}|{moment}"

    def _in_its_series(self, sheet: assembly.Sheet, forms: Mapping[Key, Known]) -> assembly.Sheet:
        """Items of the PHQ without a total belong to the form whose total came before them."""
        if sheet.instrument not in PHQ or sheet.totals or sheet.is_named:
            return sheet
        known = (name for name in PHQ if (FORM, self._form_key(sheet, name)) in forms)
        return replace(sheet, instrument=next(known, sheet.instrument))

    def _defer(self, sheet: assembly.Sheet) -> None:
        """The rest of the form may stand in a later batch."""
        for part in sheet.parts:
            key = _key(part)
            if key in self.changed - self.done:
                self.done.add(key)
                self.deferred.append(self.parts[key].found)

    def _linked(self, sheets: list[assembly.Sheet]) -> set[str]:
        return {key for sheet in sheets for part in sheet.parts for key in part.linked}

    def _existing(
        self, sheet: assembly.Sheet, forms: Mapping[Key, Known], rows: Mapping[UUID, Mapping[str, Any]]
    ) -> Mapping[str, Any] | None:
        """The row of this form: the one that its parts became, else that of its moment, else one it is linked to."""
        befores = [self.parts[_key(part)].before for part in sheet.parts]
        befores.append(forms.get((FORM, self._form_key(sheet))))
        befores += [forms.get((kind, key)) for kind in LINKED for key in sorted(self._linked([sheet]))]
        for before in befores:
            row = rows.get(before.subject_id) if before else None
            if row is not None and row["instrument"] == sheet.instrument:
                return row
        return None

    def _write_sheet(self, sheet: assembly.Sheet, row: Mapping[str, Any] | None, by_hand: ByHand) -> UUID:
        person = self._person(sheet)
        if sheet.taken_on < person.birth_date:
            raise Refused("it is dated before the patient's birth")
        if row is not None:
            return self._change(sheet, row, person)
        scored = assembly.scoring(sheet)
        same = by_hand.get((person.id, sheet.instrument, sheet.taken_on, scored.total))
        self.ledger.touched.add(person.id)
        if same is None or scored.total is None:
            return self._new(sheet, scored, person)
        first = self.parts[_key(sheet.parts[0])]
        self.ledger.report.note(
            first.found.place, *_key(first.record), "the same score was entered by hand: joined to it"
        )
        return same

    def _new(self, sheet: assembly.Sheet, scored: assembly.Scoring, person: Person) -> UUID:
        target = self.ledger.target
        return self.ledger.insert(
            "measure", patient_id=person.id, contact_id=None, instrument=sheet.instrument, form_version="",
            language="", mode="", taken_on=sheet.taken_on, scoring_version="1", source=target.label,
            reviewed_on=None, recorded_by=None, recorded_at=target.now, in_error=False, version=1,
            **_columns(scored),
        )  # fmt: skip

    def _change(self, sheet: assembly.Sheet, row: Mapping[str, Any], person: Person) -> UUID:
        """A part was corrected, or arrived later: the score is made anew from all that is known."""
        measure_id: UUID = row["id"]
        scored = assembly.scoring(assembly.merged(sheet, _stated(row), row["items"], row["item9"]))
        values = {"taken_on": sheet.taken_on, **_columns(scored), "in_error": False}
        by_hand = queries.fields_corrected_by_hand(
            self.ledger.session, self.ledger.target.org_id, [measure_id]
        )
        if row["source"] != "entered" and not by_hand[measure_id] & set(values):
            self.ledger.update("measure", row, values, person.id)
        return measure_id

    def _remember(self, sheet: assembly.Sheet, measure_id: UUID, form: Known | None) -> None:
        if form is None:
            joined = Origin(FORM, self._form_key(sheet), "", sheet.parts[0].origin.place)
            self.ledger.remember(joined, "measure", measure_id)
        for part in sheet.parts:
            if _key(part) in self.changed - self.done:
                self._remember_part(part, measure_id)

    def _remember_part(self, part: PartRecord, measure_id: UUID) -> None:
        before = self.parts[_key(part)].before
        self.done.add(_key(part))
        if before is None:
            self.ledger.remember(part.origin, "measure", measure_id)
        else:
            self.ledger.read_anew(part.origin, before, measure_id)
        self.ledger.report.count(part.origin.kind, UPDATED if before else CREATED)

    def _take_back(self, parts: list[PartRecord]) -> None:
        """A part that was entered in error takes the score with it."""
        known = {_key(part): before for part in parts if (before := self.parts[_key(part)].before)}
        rows = self.ledger.rows("measure", {before.subject_id for before in known.values()})
        for part in parts:
            before = known.get(_key(part))
            if before is None:
                self.refusals[_key(part)] = f"the source says: {part.gone}"
                continue
            row, person = rows[before.subject_id], self.parts[_key(part)].person
            if row["source"] != "entered":
                self.ledger.update("measure", row, {"in_error": True}, person.id, why=part.gone)
            self.ledger.read_anew(part.origin, before)
            self.ledger.report.count(part.origin.kind, UPDATED)
            self.done.add(_key(part))

    def _report(self) -> None:
        for key, one in self.parts.items():
            if key in self.changed - self.done:
                reason = self.refusals.get(key, "it is a panel without its answers")
                self.ledger.report.skip(one.found.place, *key, reason)


def _is_news(doubt: integrity.Doubt, score: Score) -> bool:
    """A bare total never tells item 9, and its patient's findings say so: that is no news of every delivery."""
    return doubt.kind != integrity.SAFETY or score.by_item


def _key(record: PartRecord) -> Key:
    return record.origin.kind, record.origin.key


def _stated(row: Mapping[str, Any]) -> int | None:
    """The total of a row as its source stated it; one that was added up from the answers is made anew."""
    complete = row["items"] is not None and row["answered"] == len(row["items"])
    total: int | None = None if complete or row["prorated"] else row["total"]
    return total


def _columns(scored: assembly.Scoring) -> dict[str, Any]:
    return {
        "items": None if scored.items is None else list(scored.items),
        "answered": scored.answered,
        "total": scored.total,
        "prorated": scored.prorated,
        "item9": scored.item9,
        "source_note": scored.note,
    }
