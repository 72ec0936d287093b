"""Every route, every role: declared, answered as the table of policies says, audited, with the right headers."""

import re
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from registry.access.policies import ACTIONS, EVERYBODY, POLICIES
from registry.models import AuditEvent, AuditPatient, Base, DoseStep, Pathway, PathwayEvent, SideEffect
from registry.web.guards import OWN, PUBLIC, WITHOUT_PATIENTS, declared
from tests import factories as make
from tests.cast import NOW, TODAY
from tests.therapy import rows as therapy

LIBRARY = re.compile(r"^(security|static)")
PLAIN = {"plan_kind": "care", "to": "outreach", "what": "close", "slug": "none",
         "fact": "adherence", "health_kind": "allergy", "thing": "call",
         "token": "none", "number": 1, "news": "recommendation"}  # fmt: skip
WITHOUT_PAGE = {"accounts.extend", "accounts.health"}


@pytest.fixture
def rows(cast, session):
    """One row of everything that an address can name, all of them Riverside's."""
    measure = make.make_measure(session, cast.patient, items=[1] * 9, taken_on=TODAY)
    contact = make.make_contact(session, cast.episode, on=TODAY)
    drug = make.make_medication(session, cast.patient, name="sertraline")
    review = make.make_review(session, cast.episode, consultant=cast.consultant.account)
    advice = make.make_recommendation(session, review, category="increase", text="More.")
    consent = make.make_consent(session, cast.episode)
    assessment = make.make_assessment(session, cast.patient, scores=[measure])
    plan = make.make_plan(session, cast.patient)
    care_plan = make.make_care_plan(session, cast.patient)
    course = therapy.course(session, cast.patient)
    sitting = therapy.held(session, course)
    activity = therapy.activity(session, cast.patient)
    path = Pathway(
        org_id=cast.org.id,
        patient_id=cast.patient.id,
        kind="young",
        started_on=TODAY,
        recorded_at=NOW,
        part_2=True,
    )
    session.add(path)
    session.flush()
    happened = PathwayEvent(org_id=cast.org.id, patient_id=cast.patient.id, pathway_id=path.id, kind="assent", on=TODAY,
                            value="given", recorded_at=NOW)  # fmt: skip
    shared = PathwayEvent(org_id=cast.org.id, patient_id=cast.patient.id, pathway_id=path.id, kind="consent", on=TODAY,
                          value="tpo", recorded_at=NOW)  # fmt: skip
    about = {
        "org_id": cast.org.id,
        "patient_id": cast.patient.id,
        "medication_id": drug.id,
        "recorded_at": NOW,
    }
    step = DoseStep(**about, kind="step", planned_on=TODAY, dose_mg=100)
    effect = SideEffect(**about, effect="Nausea", severity="mild", onset_on=TODAY)
    session.add_all([happened, shared, step, effect])
    link = make.make_reply_link(session, review, cast.patient)
    cover = make.make_cover(session, cast.owner, cast.colleague)
    session.commit()
    return {
        "patient_id": cast.patient.id, "episode_id": cast.episode.id, "measure_id": measure.id,
        "contact_id": contact.id, "medication_id": drug.id, "event_id": _first_event(session, drug),
        "review_id": review.id, "recommendation_id": advice.id, "consent_id": consent.id,
        "assessment_id": assessment.id, "plan_id": plan.id, "patient_plan_id": care_plan.id, "account_id": cast.colleague.id,
        "course_id": course.id, "session_id": sitting.id, "activity_id": activity.id, "pathway_id": path.id,
        "step_id": step.id, "effect_id": effect.id,
        "pathway_event_id": happened.id, "part_2_consent_id": shared.id, "cover_id": cover.id,
        "link_id": link.id,
    }  # fmt: skip


def _first_event(session, drug) -> UUID:
    from registry.models import DoseEvent

    return session.scalars(select(DoseEvent.id).where(DoseEvent.medication_id == drug.id)).first()


def routes(app, method="GET"):
    """(endpoint, rule) of every address of ours that answers the method."""
    for rule in app.url_map.iter_rules():
        if method in rule.methods and not LIBRARY.match(rule.endpoint):
            yield rule.endpoint, rule


def address(app, rule, rows):
    """The address of a rule with Riverside's rows in it; None where it names a row that the fixture lacks."""
    values = {name: rows.get(name, PLAIN.get(name)) for name in rule.arguments}
    if any(value is None for value in values.values()):
        return None
    with app.test_request_context():
        return app.url_for(rule.endpoint, **values)


def test_every_route_declares_its_action(app):
    known = set(ACTIONS) | {"public"}
    undeclared = {
        rule.endpoint for rule in app.url_map.iter_rules() if declared(app, rule.endpoint) not in known
    }
    allowed = {"security.static"}  # the library's own scripts: never linked, refused by default
    assert undeclared <= allowed, f"declare the action with @needs(...): {sorted(undeclared - allowed)}"


def test_the_public_list_is_short():
    signed_out = {"static", "security.login", "security.logout", "accounts.health"}
    by_link = {"reply.open_link", "reply.answer"}  # a code, a count of guesses and a ticket stand before them
    assert signed_out | by_link == PUBLIC
    assert {"security.change_password", "security.verify"} == OWN


def test_every_policy_names_known_actions():
    assert set().union(*POLICIES.values()) | EVERYBODY <= set(ACTIONS)


def test_a_stranger_is_led_to_the_sign_in_page(app, client, cast, rows):
    for endpoint, rule in routes(app):
        if declared(app, endpoint) != "public" and (path := address(app, rule, rows)):
            answer = client.get(path)
            assert answer.status_code == 302, endpoint
            assert answer.location.startswith("/accounts/login"), endpoint


@pytest.mark.parametrize(
    "part", ["owner", "consultant", "pcp", "therapist", "manager", "administrator", "auditor"]
)
def test_each_role_gets_what_its_policy_says(app, cast, sign_in, rows, part):
    """200 (or a redirect to the form) where the role may, 403 where it may not; always with the headers of a page."""
    wrong, bare = [], []
    browser = sign_in(cast.people[part])
    may = set(EVERYBODY).union(*(POLICIES[role] for _, role in cast.people[part].viewer.roles))
    for endpoint, rule in routes(app):
        path = address(app, rule, rows)
        action = declared(app, endpoint)
        if path is None:
            continue
        answer = browser.get(path)
        if not guarded(answer.headers):
            bare.append(endpoint)
        if action == "public" or endpoint in WITHOUT_PAGE:
            continue
        expected = (200, 302, 422) if action in may else (403,)
        if answer.status_code not in expected:
            wrong.append((endpoint, action, answer.status_code))
    assert not wrong, f"(endpoint, action, status): {wrong}"
    assert not bare, f"see web/headers.py: {bare}"


def guarded(headers) -> bool:
    """A page runs no script but our own, is taken for nothing else, and is kept nowhere."""
    policy = headers["Content-Security-Policy"]
    return (
        policy.startswith("default-src 'none'; script-src 'self'")
        and "unsafe" not in policy
        and headers["X-Content-Type-Options"] == "nosniff"
        and headers["Cache-Control"] == "no-store"
    )


def test_another_clinics_rows_do_not_exist(app, cast, sign_in, rows):
    """Every address that names a row answers 404 to the care manager of another clinic, by GET and by POST."""
    browser = sign_in(cast.outsider)
    wrong = []
    for method in ("GET", "POST"):
        for endpoint, rule in routes(app, method):
            named = {name for name in rule.arguments if name in rows and name != "account_id"}
            path = address(app, rule, rows)
            if named and path and declared(app, endpoint) not in WITHOUT_PATIENTS:
                fragment = {"HX-Request": "true"}  # a fragment's address leads a whole page elsewhere
                status = browser.open(path, method=method, headers=fragment).status_code
                if status not in (403, 404):
                    wrong.append((method, endpoint, status))
    assert not wrong, f"start the query in access/scope.py: {wrong}"


def test_rows_that_never_were_are_not_found_either(app, cast, sign_in, rows):
    browser = sign_in(cast.owner)
    for endpoint, rule in routes(app):
        if rule.arguments and declared(app, endpoint) not in WITHOUT_PATIENTS | {"public"}:
            path = address(app, rule, {name: uuid4() for name in rows} | {"document_id": uuid4()})
            if path:
                answer = browser.get(path, headers={"HX-Request": "true"})
                assert answer.status_code in (403, 404), endpoint


@pytest.mark.databases("sqlite", "postgresql")
def test_a_get_changes_nothing_but_the_trail_and_names_the_patient_there(app, cast, sign_in, session, rows):
    """Safe methods write no domain row, and who looked at whom is kept."""
    beside = {"audit_event", "audit_patient", "audit_head", "user_session", "attempt_bucket", "draft"}
    tables = [table for name, table in Base.metadata.tables.items() if name not in beside]

    def counts():
        return {table.name: session.scalar(select(func.count()).select_from(table)) for table in tables}

    browser = sign_in(cast.owner)
    start, silent = counts(), []
    for endpoint, rule in routes(app):
        path = address(app, rule, rows)
        if path is None:
            continue
        before = session.scalar(select(func.max(AuditEvent.seq))) or 0
        status = browser.get(path).status_code
        about_patients = rule.arguments and declared(app, endpoint) not in WITHOUT_PATIENTS | {"public"}
        if status == 200 and about_patients:
            seen = select(AuditPatient.patient_id).where(AuditPatient.seq > before)
            if cast.patient.id not in set(session.scalars(seen)):
                silent.append(endpoint)
    assert not silent, f"call audit.record with the patient: {silent}"
    assert counts() == start


@pytest.mark.parametrize(
    "path", ["/none", "/chart/not-a-uuid", "/caseload/../../etc/passwd", "/static/../config.py"]
)
def test_an_unknown_address_is_a_page_that_says_so(cast, sign_in, path):
    answer = sign_in(cast.owner).get(path)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


def test_a_form_without_its_token_is_refused(app, cast, sign_in):
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        browser = sign_in(cast.owner)
        answer = browser.post(f"/treatment/{cast.patient.id}", data={"name": "x"})
        assert answer.status_code == 400
        assert "too old" in answer.text
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
