"""Who stands beside the form of a note: the patients of a meeting, with its clock, or of a day's agenda."""

from typing import Any
from uuid import UUID

from flask import request

from registry import attendance, run_sheet
from registry.clinical.meeting import REVIEWED
from registry.consult.presenters import agenda as on_agenda
from registry.consult.queries import agenda as agendas
from registry.consult.queries import notes
from registry.consult.views.ground import day
from registry.extensions import db
from registry.web.guards import now, today, viewer


def beside_agenda(case: notes.Case, episode_id: UUID) -> dict[str, Any]:
    """The queue of the clinic's agenda beside the form."""
    shown = agendas.agenda(db.session(), viewer(), case.clinic_id, day(request.args.get("on")), today())
    return {"queue": on_agenda.queue(shown, episode_id), "on": shown.on, "meeting": None}


def meeting() -> run_sheet.RunSheet | None:
    """The meeting in which the form is open; its address says so."""
    meeting_id = request.args.get("meeting", type=UUID)
    return run_sheet.run_sheet(db.session(), viewer(), meeting_id) if meeting_id else None


def beside_meeting(episode_id: UUID) -> dict[str, Any] | None:
    """The queue of the meeting beside the form; to open a patient's page starts their clock."""
    sheet = meeting()
    if sheet is None or sheet.case(episode_id) is None:
        return None
    run_sheet.open_case(db.session(), viewer(), sheet, episode_id, now())
    attendance.say_here(db.session(), viewer(), sheet.meeting, episode_id, now())
    entries = agendas.of_sheet(db.session(), viewer(), sheet, today())
    return {
        "queue": on_agenda.meeting_queue(sheet, entries, episode_id, run_sheet.turns(sheet, episode_id)), "on": sheet.meeting.on, "meeting": sheet.meeting,
        "progress": run_sheet.progress(db.session(), viewer(), sheet, episode_id, now()), "episode": episode_id,
    }  # fmt: skip


def offered(episode_id: UUID) -> dict[str, str]:
    """What a meeting fills in by itself: the reader's own minutes so far, and who was on the patient."""
    sheet = meeting()
    if sheet is None or sheet.case(episode_id) is None:
        return {}
    attendance.say_here(db.session(), viewer(), sheet.meeting, episode_id, now())
    here = run_sheet.progress(db.session(), viewer(), sheet, episode_id, now()).here
    return {"minutes": here.minutes, "attended": here.attended} if here else {}


def signed_already(episode_id: UUID) -> UUID | None:
    """The note that was signed in this meeting on the patient."""
    sheet = meeting()
    case = sheet.case(episode_id) if sheet else None
    found = run_sheet.signed_by(db.session(), viewer(), sheet, case) if sheet and case else None
    return found.review_id if found else None


def sign_off(sheet: run_sheet.RunSheet, made: Any) -> None:
    """The patient is through: one row of minutes for each who took part."""
    run_sheet.close_case(db.session(), viewer(), sheet, made.episode_id, REVIEWED, now())


def next_one(case: notes.Case, episode_id: UUID) -> UUID | None:
    """Who follows in the meeting, else on the agenda."""
    if sheet := meeting():
        return run_sheet.turns(sheet, episode_id)[1]
    shown = agendas.agenda(db.session(), viewer(), case.clinic_id, day(request.args.get("on")), today())
    return on_agenda.queue(shown, episode_id).next
