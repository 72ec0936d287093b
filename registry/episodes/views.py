"""The episode's page and its forms: one form a move."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Blueprint, Response, flash, render_template, request, url_for

from registry.access import policies, scope
from registry.clinical.episode_moves import MOVES, STATUSES, legal_moves
from registry.clinical.loop import open_words, standings
from registry.episodes import queries, services
from registry.episodes.forms import (
    CloseForm,
    ConsentForm,
    EnrolmentForm,
    MoveForm,
    ReferralForm,
    TeamForm,
    WithdrawForm,
)
from registry.extensions import db
from registry.web.guards import needs, now, today, viewer
from registry.web.redirects import redirect
from registry.web.transaction import Changed, OnceForm, already_done, done

if TYPE_CHECKING:
    from registry.models import Episode

blueprint = Blueprint("episodes", __name__, url_prefix="/episodes")
Answer = str | Response | tuple[str, int]


@blueprint.route("/refer/<uuid:patient_id>", methods=["GET", "POST"])
@needs("run_episode")
def refer(patient_id: UUID) -> Answer:
    """Begin an episode."""
    patient = scope.patient(db.session(), viewer(), patient_id, "run_episode")
    form = ReferralForm(data={"on": today(), "care_manager_id": str(viewer().account_id)})
    form.care_manager_id.choices = _people(patient.clinic_id, policies.CARE_MANAGER, "Nobody yet")

    def act() -> "Episode":
        manager = UUID(form.care_manager_id.data) if form.care_manager_id.data else None
        reason = form.reason.data or ""
        return services.refer_patient(
            db.session(), viewer(), patient_id, form.on.data or today(), reason, manager, now()
        )

    if answer := _taken(form, act, "Referred. Next: the first outreach call."):
        return answer
    services.note_form(db.session(), viewer(), patient)
    page = render_template(
        "episodes/form.html", patient=patient, form=form, title="Refer to collaborative care"
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/refer-now/<uuid:patient_id>")
@needs("run_episode")
def refer_now(patient_id: UUID) -> Response:
    """One click on the list of the eligible: a referral of today, to whoever clicked if they are a care manager."""
    patient = scope.patient(db.session(), viewer(), patient_id, "run_episode")
    me = viewer().account_id
    managers = dict(queries.team(db.session(), viewer(), patient.clinic_id, policies.CARE_MANAGER))
    reason, manager = "Eligible by a recent score", me if me in managers else None
    try:
        services.refer_patient(db.session(), viewer(), patient_id, today(), reason, manager, now())
        flash("Referred. Next: the first outreach call.", "success")
    except services.MoveRefused as refused:
        flash(str(refused), "warning")
    return redirect(url_for("patients.eligible"))


@blueprint.get("/<uuid:episode_id>")
@needs("run_episode")
def show(episode_id: UUID) -> str:
    """Where the episode stands, and what it may do next."""
    page = queries.page(db.session(), viewer(), episode_id)
    status = page.snapshot.facts.status
    return render_template(
        "episodes/show.html", page=page, status=status, words=STATUSES, moves=legal_moves(status)
    )


@blueprint.route(
    "/<uuid:episode_id>/move/<any(outreach, relapse_prevention, enrolled):to>", methods=["GET", "POST"]
)
@needs("run_episode")
def move(episode_id: UUID, to: str) -> Answer:
    """Start outreach, step down, step back up."""
    form = MoveForm(data={"on": today()})

    def act() -> "Episode":
        step = services.Step(to, form.on.data or today(), note=form.note.data or "")
        return services.move_episode(db.session(), viewer(), episode_id, step, now())

    title = next(step.label for step in MOVES if step.to == to and step.source != "consented")
    return _form_page(episode_id, form, act, title, f"Moved to {STATUSES[to].lower()}.")


@blueprint.route("/<uuid:episode_id>/consent", methods=["GET", "POST"])
@needs("run_episode")
def consent(episode_id: UUID) -> Answer:
    form = ConsentForm(data={"on": today()})

    def act() -> "Episode":
        given = services.Permission(
            form.on.data or today(), form.given_by.data, form.how.data, form.script_version.data or "",
            form.cost_share_told.data, form.consult_permitted.data,
        )  # fmt: skip
        return services.record_consent(db.session(), viewer(), episode_id, given, now())

    return _form_page(episode_id, form, act, "Record consent", "Consent recorded.")


@blueprint.route("/withdraw/<uuid:consent_id>/of/<uuid:episode_id>", methods=["GET", "POST"])
@needs("run_episode")
def withdraw(consent_id: UUID, episode_id: UUID) -> Answer:
    form = WithdrawForm(data={"on": today()})

    def act() -> "Episode":
        return services.withdraw_consent(db.session(), viewer(), consent_id, form.on.data or today())

    return _form_page(
        episode_id, form, act, "Withdraw consent", "Withdrawal recorded; from that day no time counts."
    )


@blueprint.route("/<uuid:episode_id>/enrol", methods=["GET", "POST"])
@needs("run_episode")
def enrol(episode_id: UUID) -> Answer:
    """Fix condition, scale and team on the day of the initial assessment."""
    patient, episode = queries.episode(db.session(), viewer(), episode_id)
    form = EnrolmentForm(
        obj=episode, data={"on": episode.enrolled_on or today()} if request.method == "GET" else None
    )
    form.birth_date = patient.birth_date
    _team_choices(form, episode)

    def act() -> "Episode":
        agreed = services.Enrolment(
            form.on.data or today(), form.primary_condition.data, (form.icd10.data or "").upper(),
            form.primary_scale.data, form.target.data or "", form.psychosocial.data or "",
            UUID(form.care_manager_id.data), form.person(form.consultant_id), form.person(form.therapist_id),
        )  # fmt: skip
        return services.enrol_patient(
            db.session(), viewer(), episode_id, form.version.data or 0, agreed, now()
        )

    return _form_page(episode_id, form, act, "Enroll", "Enrolled.")


@blueprint.route("/<uuid:episode_id>/team", methods=["GET", "POST"])
@needs("run_episode")
def team(episode_id: UUID) -> Answer:
    """Hand over, or reword goal and circumstances."""
    _, episode = queries.episode(db.session(), viewer(), episode_id)
    form = TeamForm(obj=episode)
    _team_choices(form, episode)

    def act() -> "Episode":
        words = {"target": form.target.data or "", "psychosocial": form.psychosocial.data or ""}
        version = form.version.data or 0
        return services.change_team(db.session(), viewer(), episode_id, version, form.people(), words)

    return _form_page(episode_id, form, act, "Team and goal", "Saved.")


@blueprint.route("/<uuid:episode_id>/close", methods=["GET", "POST"])
@needs("run_episode")
def close(episode_id: UUID) -> Answer:
    form = CloseForm(data={"on": today()})

    def act() -> "Episode":
        step = services.Step("closed", form.on.data or today(), form.reason.data or "", form.note.data or "")
        return services.close_episode(db.session(), viewer(), episode_id, step, now())

    return _form_page(episode_id, form, act, "Close episode", "Closed. Who comes back gets a new episode.")


def _form_page(
    episode_id: UUID, form: OnceForm, act: Callable[[], "Episode"], title: str, message: str
) -> Answer:
    if answer := _taken(form, act, message):
        return answer
    page = queries.page(db.session(), viewer(), episode_id)
    html = render_template(
        "episodes/form.html", patient=page.patient, episode=page.episode, form=form, title=title,
        open_advice=open_words(standings(page.snapshot.facts, page.snapshot.protocol(today()), today())),
    )  # fmt: skip
    status = 409 if getattr(form, "conflict", False) else 422 if form.is_submitted() else 200
    return html, status


def _taken(form: OnceForm, act: Callable[[], "Episode"], message: str) -> Response | None:
    """Do the act of a valid form once; a refusal, or somebody else's change, stays at the form."""
    if not form.validate_on_submit():
        return None
    if first := already_done(form):
        return first
    try:
        episode = act()
    except services.MoveRefused as refused:
        db.session.rollback()
        form.form_errors.append(str(refused))
        return None
    except Changed as changed:
        _meanwhile(form, changed.row)
        return None
    return done(form, url_for("episodes.show", episode_id=episode.id), message)


def _meanwhile(form: Any, theirs: "Episode") -> None:
    """Keep what was typed, say what the other person saved, and take their version for the next try."""
    names = ("care_manager_id", "consultant_id", "therapist_id", "target", "psychosocial", "icd10")
    form.conflict = [
        (form[name].label.text, _word(form[name], form[name].data), _word(form[name], getattr(theirs, name)))
        for name in names if name in form
    ]  # fmt: skip
    version = theirs.version
    db.session.rollback()
    form.version.data, form.version.raw_data = version, None


def _word(field: Any, value: Any) -> str:
    choices = dict(getattr(field, "choices", None) or [])
    return str(choices.get(str(value or ""), value or ""))


def _team_choices(form: TeamForm, episode: "Episode") -> None:
    for field, role in (
        (form.care_manager_id, policies.CARE_MANAGER), (form.consultant_id, policies.CONSULTANT),
        (form.therapist_id, policies.THERAPIST),
    ):  # fmt: skip
        field.choices = _people(episode.clinic_id, role, "Nobody")
        field.data = "" if field.data in (None, "None") else field.data


def _people(clinic_id: UUID, role: str, nobody: str) -> list[tuple[str, str]]:
    people = queries.team(db.session(), viewer(), clinic_id, role)
    return [("", nobody), *((str(person), name) for person, name in people)]
