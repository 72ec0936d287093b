"""Every screen of the registry, where it is, who looks at it, and what is pressed there first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import run_sheet
from registry.models import (
    Activity,
    Adherence,
    CheckAnswer,
    Consent,
    Contact,
    Document,
    DoseEvent,
    DoseStep,
    Episode,
    HealthFact,
    InstrumentLicence,
    LabResult,
    Measure,
    Medication,
    PastTrial,
    Pathway,
    PathwayEvent,
    PatientPlan,
    Recommendation,
    Review,
    ReviewSeries,
    RiskAssessment,
    SafetyPlan,
    SavedView,
    SideEffect,
    TherapyCourse,
    TherapySession,
    Tracker,
    TrackerEntry,
)
from registry.printing import services as printing
from registry.protocol.services import Planned, save_version
from registry.reply.queries import written
from tests import factories as make
from tests.browser.world import World
from tests.cast import NOW, TODAY
from tests.therapy import rows as therapy


@dataclass(frozen=True)
class Screen:
    """`path` holds names such as {patient[Carter]}; `press` are keys and clicks ("#selector") once it stands."""

    name: str
    path: str
    who: str = "owner"
    press: tuple[str, ...] = ()


SCREENS = (
    Screen("sign in", "/accounts/login", ""),
    Screen("caseload", "/caseload/"),
    Screen("caseload, keys", "/caseload/", press=("?",)),
    Screen("caseload, account menu", "/caseload/", press=(".menu summary",)),
    Screen("caseload, peek", "/caseload/?peek={episode[O’Brien]}"),
    Screen("caseload, ticked", "/caseload/", press=("j", "x", "j", "x")),
    Screen("caseload, row edit", "/caseload/", press=("#results .edit",)),
    Screen("caseload, nobody", "/caseload/?q=zzz"),
    Screen("next action", "/caseload/next/{episode[Carter]}"),
    Screen("save view", "/caseload/views/new?view=safety"),
    Screen("saved view", "/caseload/views/{view[mine]}"),
    Screen("delete view", "/caseload/views/{view[mine]}/delete"),
    Screen("patients", "/patients/"),
    Screen("eligible", "/patients/eligible"),
    Screen("add patient", "/patients/new"),
    Screen("add patient, refused", "/patients/new", press=("Control+Enter",)),
    Screen("edit patient", "/patients/{patient[Carter]}/edit"),
    Screen("corrections", "/patients/{patient[Carter]}/corrections"),
    Screen("coverage", "/patients/{patient[Carter]}/coverage"),
    Screen("chart", "/chart/{patient[Carter]}"),
    Screen("chart, in danger", "/chart/{patient[O’Brien]}"),
    Screen("chart, advised", "/chart/{patient[Jackson]}"),
    Screen("chart, adolescent", "/chart/{patient[Hughes]}"),
    Screen("chart, referred", "/chart/{patient[Mbeki]}"),
    Screen("chart, closed", "/chart/{patient[Nakamura]}"),
    Screen("refer", "/episodes/refer/{patient[Nakamura]}"),
    Screen("episode", "/episodes/{episode[Carter]}"),
    Screen("outreach", "/episodes/{episode[Mbeki]}/move/outreach"),
    Screen("consent", "/episodes/{episode[Mbeki]}/consent"),
    Screen("withdraw consent", "/episodes/withdraw/{consent[Carter]}/of/{episode[Carter]}"),
    Screen("enrol", "/episodes/{episode[Mbeki]}/enrol"),
    Screen("team", "/episodes/{episode[Carter]}/team"),
    Screen("close", "/episodes/{episode[Carter]}/close"),
    Screen("record contact", "/contacts/record/{patient[Carter]}"),
    Screen("record contact, item 9", "/contacts/record/{patient[Carter]}", press=("#phq [name=phq-item9][value='1']",)),
    Screen("record contact, in Spanish", "/contacts/record/{patient[Castellanos-Montoya]}"),
    Screen("record contact, refused", "/contacts/record/{patient[Carter]}", press=("Control+Enter",)),
    Screen("correct contact", "/contacts/correct/{contact[Carter]}"),
    Screen("scores", "/measures/{patient[Carter]}"),
    Screen("scores, all kinds", "/measures/{patient[Abate]}"),
    Screen("add score", "/measures/add/{patient[Carter]}"),
    Screen("add score, in Spanish", "/measures/add/{patient[Carter]}?instrument=phq9&text=es-US"),
    Screen("add score, total only", "/measures/add/{patient[Carter]}?instrument=isi"),
    Screen("add score, in groups", "/measures/add/{patient[Carter]}?instrument=audit"),
    Screen("add score, by number", "/measures/add/{patient[Carter]}?instrument=vanderbilt_parent"),
    Screen("add score, asked about", "/measures/add/{patient[Carter]}?instrument=phq_a", press=("#score [name=score-item1][value='1']", "Control+Enter")),
    Screen("trackers", "/trackers/{patient[Carter]}"),
    Screen("no tracker", "/trackers/{patient[Diaz]}"),
    Screen("new tracker", "/trackers/new/{patient[Carter]}"),
    Screen("record day", "/trackers/record/{tracker[goal]}"),
    Screen("record night", "/trackers/record/{tracker[sleep]}"),
    Screen("change tracker", "/trackers/change/{tracker[goal]}"),
    Screen("correct night", "/trackers/correct/{tracker[night]}"),
    Screen("licenses", "/admin/licences", "administrator"),
    Screen("text under the advice", "/admin/disclaimer", "administrator"),
    Screen("my templates", "/consult/templates", "consultant"),
    Screen("withdraw license", "/admin/licences/{tracker[licence]}/withdraw", "administrator"),
    Screen("correct score", "/measures/correct/{measure[Carter]}"),
    Screen("risk assessment", "/safety/assess/{patient[O’Brien]}"),
    Screen("safety plan", "/safety/plan/{patient[O’Brien]}"),
    Screen("safety plan, earlier", "/safety/plan/{patient[Abate]}"),
    Screen("assessment in error", "/safety/assess/in-error/{assessment[Abate]}"),
    Screen("plan in error", "/safety/plan/in-error/{plan[Abate]}"),
    Screen("check in error", "/safety/checks/in-error/{check[Abate]}"),
    Screen("intake checks", "/safety/checks/{patient[Carter]}"),
    Screen("plans", "/plans/{patient[Carter]}"),
    Screen("care plan", "/plans/care/{patient[Carter]}"),
    Screen("write care plan", "/plans/care/write/{patient[Carter]}"),
    Screen("write care plan, refused", "/plans/care/write/{patient[Diaz]}", press=("Control+Enter",)),
    Screen("no relapse plan", "/plans/relapse_prevention/{patient[Carter]}"),
    Screen("write relapse plan", "/plans/relapse_prevention/write/{patient[Carter]}"),
    Screen("version in error", "/plans/in-error/{patient_plan[Carter]}"),
    Screen("medications", "/treatment/{patient[Carter]}"),
    Screen("change dose", "/treatment/change/{medication[Carter]}"),
    Screen("stop drug", "/treatment/stop/{medication[Carter]}"),
    Screen("take back", "/treatment/take-back/{dose[Carter]}"),
    Screen("therapy", "/therapy/{patient[Abate]}"),
    Screen("therapy, empty", "/therapy/{patient[Diaz]}"),
    Screen("begin a course, refused", "/therapy/begin/{patient[Abate]}", press=("Control+Enter",)),
    Screen("end a course", "/therapy/end/{course[Abate]}"),
    Screen("add session", "/therapy/session/{course[Abate]}", press=(".card summary",)),
    Screen("activity planner", "/therapy/planner/{patient[Abate]}"),
    Screen("rate activity", "/therapy/activity/{activity[Abate]}"),
    Screen("combination", "/therapy/combination/{patient[Abate]}", press=("#model [value=sequential]",)),
    Screen("pathways", "/pathways/{patient[Abate]}"),
    Screen("pathways, empty", "/pathways/{patient[Diaz]}"),
    Screen("begin a pathway", "/pathways/begin/opioid_use/{patient[Abate]}"),
    Screen("return to use", "/pathways/event/return_to_use/{pathway[Abate]}"),
    Screen("urine screen, refused", "/pathways/event/urine_screen/{pathway[Abate]}", press=("Control+Enter",)),
    Screen("change a course", "/therapy/edit/{course[Abate]}"),
    Screen("reopen a course", "/therapy/reopen/{course[Abate]}"),
    Screen("correct session", "/therapy/session/correct/{session[Abate]}"),
    Screen("session in error", "/therapy/in-error/session/{session[Abate]}"),
    Screen("plan activity", "/therapy/plan/{patient[Abate]}"),
    Screen("exchange", "/therapy/exchange/{patient[Abate]}"),
    Screen("change a pathway", "/pathways/edit/{pathway[Abate]}"),
    Screen("consent to share, refused", "/pathways/consent/{pathway[Abate]}", press=("Control+Enter",)),
    Screen("revoke a consent to share", "/pathways/revoke/{shared[Abate]}"),
    Screen("end a pathway", "/pathways/end/{pathway[Abate]}"),
    Screen("reopen a pathway", "/pathways/reopen/{pathway[Abate]}"),
    Screen("correct event", "/pathways/event/correct/{event[Abate]}"),
    Screen("event in error", "/pathways/in-error/event/{event[Abate]}"),
    Screen("goal", "/trackers/of/{tracker[goal]}"),
    Screen("treatment as a whole", "/treatment/{patient[Abate]}"),
    Screen("start, to think of", "/treatment/{patient[Abate]}", press=("#name", "p", "h", "e", "n", "e", "l", "z", "i", "n", "e", "Enter")),
    Screen("split dose", "/treatment/split/{medication[Abate]}"),
    Screen("hold drug", "/treatment/hold/{medication[Abate]}"),
    Screen("resume drug", "/treatment/resume/{medication[Abate]}"),
    Screen("plan steps", "/treatment/plan/{medication[Abate]}"),
    Screen("step settled", "/treatment/settle/{step[Abate]}"),
    Screen("adherence", "/treatment/tell/adherence/{patient[Abate]}"),
    Screen("side effect", "/treatment/tell/side-effect/{patient[Abate]}"),
    Screen("side effect ended", "/treatment/ended/{effect[Abate]}"),
    Screen("result", "/treatment/tell/result/{patient[Abate]}"),
    Screen("health", "/treatment/health/comorbidity/{patient[Abate]}"),
    Screen("discharge", "/treatment/health/discharge/{patient[Abate]}"),
    Screen("treatment in error", "/treatment/in-error/step/{step[Abate]}"),
    Screen("agenda, care manager", "/consult/"),
    Screen("ask", "/consult/ask/{episode[Carter]}"),
    Screen("set aside", "/consult/set-aside/{episode[Diaz]}"),
    Screen("note", "/consult/note/{review[Jackson]}"),
    Screen("decide", "/consult/decide/{advice[Jackson]}"),
    Screen("decide, deferred", "/consult/decide/{advice[Jackson]}", press=("#kind [value=deferred]", "Control+Enter")),
    Screen("advice", "/loop/"),
    Screen("advice, by stage", "/loop/?stage=answer&manager=all&sort=patient"),
    Screen("advice, nothing", "/loop/?stage=not_done&owner=pcp"),
    Screen("advice, sheet", "/loop/sheet"),
    Screen("advice, code refused", "/loop/find", press=("Control+Enter",)),
    Screen("advice, consultant", "/loop/", "consultant"),
    Screen("report on advice", "/loop/report", "manager"),
    Screen("report on advice, refused", "/loop/report?since=2026-11-20&until=2026-11-01", "manager"),
    Screen("not improved, not changed", "/loop/unchanged", "manager"),
    Screen("packets", "/printing/"),
    Screen("packet, waiting", "/printing/progress/{document[waiting]}"),
    Screen("packet, ready", "/printing/progress/{document[ready]}"),
    Screen("preferences", "/accounts/preferences"),
    Screen("change password", "/accounts/change"),
    Screen("not found", "/chart/00000000-0000-4000-8000-000000000000"),
    Screen("refused", "/admin/accounts"),
    Screen("agenda", "/consult/", "consultant"),
    Screen("review", "/consult/review/{episode[Diaz]}", "consultant"),
    Screen("review, refused", "/consult/review/{episode[Diaz]}", "consultant", ("Control+Enter",)),
    Screen("amend", "/consult/amend/{review[Jackson]}", "consultant"),
    Screen("panel", "/patients/panel", "pcp"),
    Screen("chart, PCP", "/chart/{patient[Jackson]}", "pcp"),
    Screen("accounts", "/admin/accounts", "administrator"),
    Screen("add account", "/admin/accounts/new", "administrator"),
    Screen("account", "/admin/accounts/{account[colleague]}", "administrator"),
    Screen("audit", "/admin/audit", "auditor"),
    Screen("protocol", "/protocol/", "manager"),
    Screen("protocol, numbers", "/protocol/edit", "manager"),
    Screen("protocol, what if", "/protocol/edit", "manager", ("#n_acute_interval", "Control+a", "2", "1", "#look")),
    Screen("protocol, follow", "/protocol/follow/{clinic[Riverside]}", "manager"),
    Screen("protocol, withdraw", "/protocol/withdraw/{version[planned]}", "manager"),
    Screen("week", "/week/"),
    Screen("week, card open", "/week/", press=(".todo summary",)),
    Screen("week, next", "/week/?from=2026-11-23"),
    Screen("week, nothing of a kind", "/week/?kind=plan&who={account[colleague]}"),
    Screen("week, nobody's", "/week/", "manager"),
    Screen("thing to do", "/week/item/{patient[Carter]}/call"),
    Screen("thing to do, safety", "/week/item/{patient[O’Brien]}/safety"),
    Screen("thing to do, by hand", "/week/item/{patient[Carter]}/{task[open]}"),
    Screen("thing to do, done", "/week/item/{patient[Carter]}/{task[done]}"),
    Screen("calls list", "/week/calls"),
    Screen("new task, whom", "/week/new"),
    Screen("new task", "/week/new/{patient[Carter]}"),
    Screen("cover", "/week/cover"),
    Screen("cover, manager", "/week/cover", "manager"),
    Screen("link, code", "/reply/none", ""),
    Screen("link, refused", "/reply/none", "", ("1", "Enter")),
    Screen("link, advice", "/reply/{link[waiting]}", "", (*"123456", "Enter")),
    Screen("link, decline", "/reply/{link[waiting]}", "", (".answers details:last-of-type summary",)),
    Screen("link, refused answer", "/reply/{link[waiting]}", "", (".answers summary", ".answers details[open] button")),
    Screen("link, thanks", "/reply/{link[answered]}", "", (*"123456", "Enter")),
    Screen("link, change", "/reply/{link[answered]}?change=1", "", (".again summary",)),
    Screen("send advice", "/reply/new/{review[Castellanos-Montoya]}"),
    Screen("send advice, made", "/reply/new/{review[Castellanos-Montoya]}", press=("Control+Enter",)),
    Screen("note, sent", "/consult/note/{review[Castellanos-Montoya]}"),
    Screen("inbox", "/inbox/", "pcp"),
    Screen("inbox, decline", "/inbox/", "pcp", (".answers details:last-of-type summary",)),
    Screen("inbox, refused", "/inbox/", "pcp", (".answers summary", ".answers details[open] button")),
    Screen("inbox, print", "/inbox/", "pcp", (".card > summary",)),
    Screen("inbox, news", "/inbox/", "other_pcp"),
    Screen("inbox, team", "/inbox/team"),
    Screen("advice history", "/inbox/history/{patient[Abate]}", "pcp"),
    Screen("meetings", "/meeting/", "consultant"),
    Screen("meetings, refused", "/meeting/", "consultant", ("Control+Enter",)),
    Screen("meetings, care manager", "/meeting/"),
    Screen("new slot", "/meeting/slots/new"),
    Screen("change a slot", "/meeting/slots/{slot[Riverside]}"),
    Screen("run-sheet", "/meeting/{meeting[runs]}", press=("#main tbody summary",)),
    Screen("review in a meeting", "/consult/review/{episode[Fofanah]}?meeting={meeting[runs]}", "consultant"),
    Screen("rules", "/protocol/rules"),
    Screen("caseload, looking back", "/caseload/?as_of=2026-11-03"),
    Screen("chart, looking back", "/chart/{patient[Carter]}?as_of=2026-11-03"),
    Screen("chart, why", "/chart/{patient[Carter]}", press=(".findings .why summary", ".card > .why summary")),
)  # fmt: skip


CODES = {"waiting": "K7QM2X9V", "answered": "M4TR8WX2"}
OWNERS = {
    "episode": select(Episode.patient_id, Episode.id),
    "contact": select(Contact.patient_id, Contact.id),
    "measure": select(Measure.patient_id, Measure.id),
    "assessment": select(RiskAssessment.patient_id, RiskAssessment.id),
    "plan": select(SafetyPlan.patient_id, SafetyPlan.id),
    "patient_plan": select(PatientPlan.patient_id, PatientPlan.id),
    "check": select(CheckAnswer.patient_id, CheckAnswer.id),
    "medication": select(Medication.patient_id, Medication.id),
    "dose": select(Medication.patient_id, DoseEvent.id).where(DoseEvent.medication_id == Medication.id),
    "step": select(DoseStep.patient_id, DoseStep.id),
    "effect": select(SideEffect.patient_id, SideEffect.id),
    "course": select(TherapyCourse.patient_id, TherapyCourse.id),
    "activity": select(Activity.patient_id, Activity.id),
    "session": select(TherapySession.patient_id, TherapySession.id),
    "pathway": select(Pathway.patient_id, Pathway.id),
    "event": select(PathwayEvent.patient_id, PathwayEvent.id).where(PathwayEvent.kind != "consent"),
    "shared": select(PathwayEvent.patient_id, PathwayEvent.id).where(PathwayEvent.kind == "consent"),
    "consent": select(Episode.patient_id, Consent.id).where(Consent.episode_id == Episode.id),
    "review": select(Episode.patient_id, Review.id).where(Review.episode_id == Episode.id),
    "advice": select(Episode.patient_id, Recommendation.id).where(
        Recommendation.review_id == Review.id, Review.episode_id == Episode.id
    ),
}


def places(world: World) -> dict[str, dict[str, Any]]:
    """The keys that the paths name, by the patient's family name."""
    _order_packets(world)
    _write_plans(world)
    _steer(world)
    _treat(world)
    _advise(world)
    links = _send(world)
    followed = _follow(world)
    family = {row.id: name for name, row in world.patients.items()}
    with world.session() as session:
        found = {
            kind: {family[owner]: key for owner, key in session.execute(rows) if owner in family}
            for kind, rows in OWNERS.items()
        }
        found["document"] = {row.state: row.id for row in session.scalars(select(Document))}
        found["view"] = {"mine": _save_view(session, world)}
        found["version"] = {"planned": _plan_protocol(session, world)}
        found["clinic"] = {"Riverside": world.cast.riverside.id}
        found["tracker"] = followed
        found["link"] = links
        found["meeting"] = {"runs": _meet(session, world)}
        found["slot"] = {"Riverside": _hold_slot(session, world)}
        found["task"] = _work(session, world)
    found["account"] = {part: person.id for part, person in world.cast.people.items()}
    return {**found, "patient": {name: key for key, name in family.items()}}


def _treat(world: World) -> None:
    """A patient in therapy and on a pathway."""
    with world.session() as session:
        patient = world.patients["Abate"]
        course = therapy.course(session, patient)
        therapy.held(session, course, skills=["thought_record"], homework="done", alliance=8)
        therapy.activity(session, patient)
        therapy.exchange(session, patient)
        therapy.combination(session, patient)
        path = Pathway(
            org_id=patient.org_id, patient_id=patient.id, kind="alcohol_use", started_on=TODAY, part_2=True,
            details={"lapse_plan": "Call Maria the same day."}, recorded_at=NOW,
        )  # fmt: skip
        session.add(path)
        session.flush()
        for kind, value in (("return_to_use", ""), ("consent", "tpo")):
            session.add(PathwayEvent(org_id=patient.org_id, patient_id=patient.id, pathway_id=path.id, kind=kind,
                                     value=value, on=TODAY, recorded_at=NOW))  # fmt: skip


def _advise(world: World) -> None:
    """A note whose advice stands at several places of its way."""
    with world.session() as session:
        episode = session.scalars(
            select(Episode).where(Episode.patient_id == world.patients["Brandt"].id)
        ).one()
        pieces: list[dict[str, Any]] = [
            {"text": "Raise fluoxetine to 40 mg", "judge_on": TODAY - timedelta(12)},
            {"text": "Check TSH", "category": "labs"},
            {"text": "Begin behavioral activation", "category": "therapy"},
            {"text": "Add bupropion 150 mg", "category": "augment"},
        ]
        note = make.make_review(
            session, episode, consultant=world.cast.consultant.account, on=TODAY - timedelta(44)
        )
        rows = [make.make_recommendation(session, note, number=n, **one) for n, one in enumerate(pieces, 1)]
        steps = (
            (0, "accepted", 41, ""), (0, "implemented", 40, "Prescription"), (1, "delivered", 43, "Fax"),
            (2, "accepted", 41, ""), (2, "not_implemented", 20, "No visit yet"), (3, "declined", 41, "Blood pressure"),
        )  # fmt: skip
        for at, kind, days, reason in steps:
            make.make_decision(session, rows[at], kind=kind, on=TODAY - timedelta(days), reason=reason)


def _meet(session: Session, world: World) -> UUID:
    """A meeting that runs, with two patients to come."""
    keys = dict(session.execute(select(Episode.patient_id, Episode.id)).all())
    ordered = [keys[world.patients[name].id] for name in ("Fofanah", "O’Brien")]
    consultant = world.cast.consultant
    return run_sheet.begin(
        session, consultant.viewer, [world.cast.riverside.id], ordered, TODAY, 60, consultant.id, NOW
    ).id


def _hold_slot(session: Session, world: World) -> UUID:
    """Riverside's weekly slot, on the clinic's usual weekday."""
    row = ReviewSeries(
        org_id=world.cast.org.id, clinic_id=world.cast.riverside.id, consultant_id=world.cast.consultant.id,
        weekday=world.cast.riverside.review_weekday, starts_at="09:30", minutes=60, from_on=TODAY, created_at=NOW,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def _send(world: World) -> dict[str, str]:
    """Two notes with a link each, by what stands after /reply/: one waits for its answers, one is answered."""
    tokens = {}
    with world.session() as session:
        for name, state in (("Castellanos-Montoya", "waiting"), ("Abate", "answered")):
            patient = world.patients[name]
            episode = session.scalars(select(Episode).where(Episode.patient_id == patient.id)).one()
            review = make.make_review(
                session, episode, consultant=world.cast.consultant.account, on=TODAY - timedelta(days=5), reply_code=CODES[state],
                recommendations=[{"rationale": "Half a response", "judge_on": TODAY + timedelta(days=28)},
                                 {"category": "labs", "text": "Check TSH once", "if_fails": "Ask again"}],
            )  # fmt: skip
            tokens[state] = written(patient.org_id, state * 5)
            make.make_reply_link(session, review, patient, token=tokens[state], who=world.cast.owner.account)
        for row in session.scalars(select(Recommendation).where(Recommendation.review_id == review.id)):
            make.make_decision(
                session, row, kind="declined", on=TODAY, reason="Moves away", decided_by="Dr. Ingrid Lang"
            )
    return tokens


def _save_view(session: Session, world: World) -> UUID:
    cast = world.cast
    view = SavedView(org_id=cast.org.id, account_id=cast.owner.id, name="Spanish", query="language=es")
    session.add(view)
    session.flush()
    return view.id


def _write_plans(world: World) -> None:
    """Two versions of a care plan."""
    carter = world.patients["Carter"]
    first = {"problems": "Cannot sleep\nNo work since May", "barriers": {"cost": {"words": "Copay of $30"}}}
    goal = {"words": "Back to my kitchen", "function": "cook for the family", "step": "one soup on Sunday"}
    second = first | {
        "goals": [goal],
        "sharing": {"employer": {"answer": "no"}},
        "education": ["sleep", "illness"],
    }
    with world.session() as session:
        for days, content, reason in ((40, first, ""), (9, second, "A goal was found")):
            row = PatientPlan(
                org_id=carter.org_id, patient_id=carter.id, kind="care", content=content, reason=reason,
                made_on=TODAY - timedelta(days), recorded_by=world.cast.owner.id, recorded_at=NOW - timedelta(days),
            )  # fmt: skip
            session.add(row)


def _steer(world: World) -> None:
    """What steers a treatment: a second drug with its readings, what was told, and a plan."""
    whose = world.patients["Abate"]
    with world.session() as session:
        begun = {
            "kind": "start",
            "on": TODAY - timedelta(70),
            "dose_mg": 900,
            "prescriber": "Dr. Ingrid Lang",
        }
        lithium = make.make_medication(
            session, whose, name="lithium", events=[begun], indication="augmentation"
        )
        pill = {"kind": "start", "on": TODAY - timedelta(20)}
        make.make_medication(session, whose, name="ibuprofen", psychotropic=False, events=[pill])
        about: dict[str, Any] = {"org_id": whose.org_id, "patient_id": whose.id, "recorded_at": NOW}
        planned = {"medication_id": lithium.id, "kind": "step"}
        session.add_all([
            Adherence(**about, on=TODAY - timedelta(6), percent=70, reasons=["forgetting", "cost"]),
            SideEffect(**about, effect="Tremor", severity="mild", onset_on=TODAY - timedelta(30), note="Hands"),
            PastTrial(**about, name="fluoxetine", dose_mg=20, weeks=8, response="none", adherent=True, told_on=TODAY),
            LabResult(**about, code="lithium_level", value=1.3, unit="mmol/L", on=TODAY - timedelta(3)),
            LabResult(**about, code="egfr", value=88, unit="mL/min/1.73 m²", on=TODAY - timedelta(75)),
            HealthFact(**about, kind="allergy", code="Penicillin", value="rash", on=TODAY),
            DoseStep(**about, **planned, planned_on=TODAY + timedelta(7), dose_mg=600),
            DoseStep(**about, **planned, planned_on=TODAY - timedelta(9), dose_mg=1200),
        ])  # fmt: skip


def _follow(world: World) -> dict[str, UUID]:
    """A goal, a sleep log of two weeks, a licence, and scores of several kinds."""
    carter, abate = world.patients["Carter"], world.patients["Abate"]
    about: dict[str, Any] = {"org_id": carter.org_id, "patient_id": carter.id, "recorded_at": NOW}
    with world.session() as session:
        goal = Tracker(**about, id=uuid4(), kind="goal", title="Walk the dog every morning", low_text="I stay in bed",
                       high_text="Around the lake", target=8, started_on=TODAY - timedelta(60))  # fmt: skip
        sleep = Tracker(**about, id=uuid4(), kind="sleep", title="Sleep", started_on=TODAY - timedelta(60))
        session.add_all([goal, sleep])
        session.flush()
        days = [
            TrackerEntry(**about, tracker_id=goal.id, on=TODAY - timedelta(7 * n), value=7 - n)
            for n in range(6)
        ]
        nights = [
            TrackerEntry(**about, id=uuid4(), tracker_id=sleep.id, on=TODAY - timedelta(n), value=5 + n % 3,
                         bed_time=time(22 + n % 2, 15), wake_time=time(6, 30), quality=1 + n % 5, note="Noise")
            for n in range(14)
        ]  # fmt: skip
        licence = InstrumentLicence(org_id=carter.org_id, id=uuid4(), instrument="wsas", holder="I. Marks",
                                    reference="2026/7", granted_on=TODAY, recorded_at=NOW)  # fmt: skip
        session.add_all([*days, *nights, licence])
        for name, items in (("phq2", [2, 2]), ("psc17", [1] * 17), ("pcl5", [2] * 20), ("epds", [1] * 10)):
            make.make_measure(session, abate, instrument=name, items=items)
        return {"goal": goal.id, "sleep": sleep.id, "night": nights[0].id, "licence": licence.id}


def _work(session: Session, world: World) -> dict[str, UUID]:
    """Tasks by hand, one that waits and one that is done, and a cover period to come."""
    cast, carter = world.cast, world.patients["Carter"]
    owner, giver = cast.owner.account, cast.colleague.account
    waits = make.make_task(
        session, carter, owner=owner, who=giver, title="Fax the sleep questionnaire to the PCP"
    )
    done = make.make_task(session, carter, owner=owner, title="Mail the letter", done_at=NOW)
    make.make_task_step(session, done, kind="done", who=owner, reason="By post")
    make.make_cover(session, cast.owner, cast.colleague, from_on=TODAY + timedelta(days=7), reason="Vacation")
    return {"open": waits.id, "done": done.id}


def _plan_protocol(session: Session, world: World) -> UUID:
    """One that holds for the clinic, and one that is planned."""
    cast = world.cast
    for days, weeks in ((0, 2), (30, 3)):
        planned = Planned(
            cast.riverside.id,
            f"Every {weeks} weeks",
            TODAY + timedelta(days=days),
            "Agreed.",
            {"acute_interval": 7 * weeks},
        )
        row = save_version(session, cast.manager.viewer, planned, TODAY, NOW)
    return row.id


def _order_packets(world: World) -> None:
    """One that is ready, and one that waits."""
    cast = world.cast
    for episode in (cast.episode, None):
        with world.session() as session:
            wanted = [episode.id] if episode else []
            printing.order_packet(session, cast.owner.viewer, cast.riverside.id, wanted, TODAY, TODAY, NOW)
        if episode:
            world.run_packets()
