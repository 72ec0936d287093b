"""Finding, adding and correcting patients."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from registry.clinical.dates import spell
from registry.models import AuditEvent, Correction, Coverage, Episode, Patient
from tests import factories as make
from tests.cast import NOW, TODAY

DETAILS = {
    "mrn": "R-77", "family_name": "Núñez", "given_name": "Inés", "birth_date": "1988-02-29", "sex": "female",
    "language": "es", "interpreter": "y", "contact_by": "phone", "race": "", "ethnicity": "hispanic", "pcp_id": "",
}  # fmt: skip


def details(cast, **changes):
    return {**DETAILS, "clinic_id": str(cast.riverside.id), **changes}


@pytest.mark.parametrize(
    "words",
    [
        "zizka",
        "Žižka",
        "ŽIŽ",
        "lukasz",
        "Łukasz Ž",
        "Žižka, Łukasz",
        "R-501",
        "1990-05-17",
        "5/17/1990",
        "05.17.1990",
    ],
)
def test_a_patient_is_found_by_name_mrn_or_birth(cast, sign_in, session, words):
    found = make.make_patient(
        session,
        cast.riverside,
        family_name="Žižka",
        given_name="Łukasz",
        mrn="R-501",
        birth_date=date(1990, 5, 17),
    )
    answer = sign_in(cast.owner).post("/patients/find", data={"q": words})
    assert answer.status_code == 302, "one match leads to the chart"
    assert answer.location == f"/chart/{found.id}", "the outsider's patient of the same name is not a match"


@pytest.mark.parametrize("words", ["' OR 1=1 --", "%", "_", "13/45/2020", "x" * 200, "\x00", "🙂"])
def test_odd_words_find_nobody(cast, sign_in, words):
    answer = sign_in(cast.owner).post("/patients/find", data={"q": words})
    assert answer.status_code == 200
    assert "Nobody found" in answer.text


def test_add_a_patient(cast, sign_in, session):
    answer = sign_in(cast.owner).post("/patients/new", data=details(cast))
    assert answer.status_code == 302
    added = session.scalars(select(Patient).where(Patient.mrn == "R-77")).one()
    assert (added.search_name, added.interpreter, added.added_by) == ("nunez ines", True, cast.owner.id)
    assert session.scalar(select(AuditEvent.action).order_by(AuditEvent.seq.desc())) == "add_patient"


def test_the_same_mrn_is_refused_at_the_field(cast, sign_in, session):
    answer = sign_in(cast.owner).post("/patients/new", data=details(cast, mrn=cast.patient.mrn))
    assert answer.status_code == 422
    assert f"{cast.patient.name} has this MRN already." in answer.text
    assert 'value="Núñez"' in answer.text, "nothing typed is lost"


def test_the_same_name_and_birth_is_warned_of_once(cast, sign_in, session):
    same = {"family_name": cast.patient.family_name.upper(), "given_name": cast.patient.given_name,
            "birth_date": cast.patient.birth_date.isoformat()}  # fmt: skip
    client = sign_in(cast.owner)
    warned = client.post("/patients/new", data=details(cast, **same))
    assert warned.status_code == 422
    assert "Is it one of these?" in warned.text
    assert client.post("/patients/new", data=details(cast, **same, knowingly="y")).status_code == 302


def test_another_clinics_patients_are_no_duplicates_here(cast, sign_in):
    assert (
        sign_in(cast.owner).post("/patients/new", data=details(cast, mrn=cast.stranger.mrn)).status_code
        == 302
    )


def test_nobody_is_added_to_a_clinic_of_others(cast, sign_in, session):
    answer = sign_in(cast.owner).post("/patients/new", data=details(cast, clinic_id=str(cast.hilltop.id)))
    assert answer.status_code == 422
    assert not session.scalars(select(Patient).where(Patient.mrn == "R-77")).all()


def correction(cast, patient, **changes):
    now = {"family_name": patient.family_name, "given_name": patient.given_name, "mrn": patient.mrn,
           "birth_date": patient.birth_date.isoformat(), "version": str(patient.version)}  # fmt: skip
    return details(cast, **now, reason="Misspelt at intake") | changes


def test_a_correction_keeps_what_stood_before(cast, sign_in, session):
    before = cast.patient.family_name
    answer = sign_in(cast.owner).post(
        f"/patients/{cast.patient.id}/edit", data=correction(cast, cast.patient, family_name="Renamed")
    )
    assert answer.status_code == 302
    kept = session.scalars(select(Correction)).one()
    assert kept.changes["family_name"] == [before, "Renamed"]
    assert (kept.reason, kept.corrected_by) == ("Misspelt at intake", cast.owner.id)
    shown = sign_in(cast.colleague).get(f"/patients/{cast.patient.id}/corrections").text
    assert before in shown
    assert "Misspelt at intake" in shown


def test_a_correction_tells_names_in_place_of_keys(cast, sign_in, session):
    contact, drug = make.make_contact(session, cast.episode), make.make_medication(session, cast.patient)
    other = make.make_clinic(session, cast.org, name="Lakeside")
    foreign = "00000000-0000-4000-8000-00000000abcd"
    changes = {
        "clinic_id": [str(cast.riverside.id), str(other.id)],
        "episode_id": [str(cast.episode.id), None],
        "entered in error": [
            {"therapist_id": str(cast.colleague.id), "medication_id": str(drug.id), "contact_id": str(contact.id),
             "pathway_id": foreign, "external_id": "ext-7", "outside": foreign},
            None,
        ],
    }  # fmt: skip
    kept = Correction(
        org_id=cast.org.id, patient_id=cast.patient.id, subject="therapy_course", subject_id=cast.patient.id,
        changes=changes, reason="a slip", corrected_by=cast.owner.id, corrected_at=NOW,
    )  # fmt: skip
    session.add(kept)
    session.commit()
    page = sign_in(cast.colleague).get(f"/patients/{cast.patient.id}/corrections").text
    stood = (
        f"therapist: {cast.colleague.name}; medication: {drug.name}; contact: contact of {spell(contact.on)}; "
        f"pathway: on record; external: ext-7; outside: {foreign}"
    )
    for field, before, after in (
        ("clinic", "Riverside", "Lakeside"),
        ("episode", f"episode of {spell(cast.episode.referred_on)}", "empty"),
        ("entered in error", stood, "empty"),
    ):
        assert f'{field}</th><td class="wrap pre">{before}</td><td class="wrap pre">{after}<' in page


def test_a_correction_needs_its_reason(cast, sign_in):
    answer = sign_in(cast.owner).post(
        f"/patients/{cast.patient.id}/edit", data=correction(cast, cast.patient, reason="")
    )
    assert answer.status_code == 422
    assert "Say why" in answer.text


def test_two_people_at_once_see_both_texts_and_the_second_save_counts(cast, sign_in, session):
    stale = correction(cast, cast.patient, phone="555 0100")
    first = correction(cast, cast.patient, phone="555 0199")
    assert sign_in(cast.colleague).post(f"/patients/{cast.patient.id}/edit", data=first).status_code == 302
    client = sign_in(cast.owner)
    clash = client.post(f"/patients/{cast.patient.id}/edit", data=stale)
    assert clash.status_code == 409
    assert "555 0100" in clash.text
    assert "555 0199" in clash.text
    assert cast.colleague.name in clash.text
    version = session.get(Patient, (cast.org.id, cast.patient.id)).version
    assert f'value="{version}"' in clash.text
    again = client.post(f"/patients/{cast.patient.id}/edit", data=stale | {"version": str(version)})
    assert again.status_code == 302
    assert session.get(Patient, (cast.org.id, cast.patient.id)).phone == "555 0100"


def test_a_new_payer_ends_the_one_before(cast, sign_in, session):
    url = f"/patients/{cast.patient.id}/coverage"
    client = sign_in(cast.owner)
    client.post(url, data={"payer_category": "commercial", "plan_name": "Acme", "started_on": "2026-01-01"})
    client.post(url, data={"payer_category": "medicaid_ffs", "started_on": "2026-07-01"})
    periods = session.execute(
        select(Coverage.payer_category, Coverage.ended_on).order_by(Coverage.started_on)
    ).all()
    assert [tuple(row) for row in periods] == [("commercial", date(2026, 6, 30)), ("medicaid_ffs", None)]
    early = client.post(url, data={"payer_category": "medicare", "started_on": "2026-05-01"})
    assert early.status_code == 422
    assert "give a later day" in early.text


@pytest.mark.parametrize(("day", "words"), [("2062-01-01", "more than a year away"), ("1900-01-01", "birth")])
def test_a_payer_begins_on_a_day_that_can_be(cast, sign_in, session, day, words):
    url = f"/patients/{cast.patient.id}/coverage"
    answer = sign_in(cast.owner).post(url, data={"payer_category": "commercial", "started_on": day})
    assert answer.status_code == 422
    assert words in answer.text
    assert not session.scalars(select(Coverage)).all()


def test_two_payers_never_hold_the_same_days(cast, sign_in, session):
    url = f"/patients/{cast.patient.id}/coverage"
    client = sign_in(cast.owner)
    client.post(url, data={"payer_category": "medicare", "started_on": "2026-01-01"})
    client.post(url, data={"ended_on": "2026-06-30"})
    for day in ("2026-03-01", "2026-06-30"):
        over = client.post(url, data={"payer_category": "commercial", "started_on": day})
        assert over.status_code == 422
        assert "Another coverage ran until Jun 30, 2026: give a later day." in over.text
    assert (
        client.post(url, data={"payer_category": "commercial", "started_on": "2026-07-01"}).status_code == 302
    )
    periods = session.execute(
        select(Coverage.started_on, Coverage.ended_on).order_by(Coverage.started_on)
    ).all()
    assert [tuple(row) for row in periods] == [
        (date(2026, 1, 1), date(2026, 6, 30)),
        (date(2026, 7, 1), None),
    ]


def test_the_eligible_are_listed_and_one_click_from_referral(cast, sign_in, session):
    lone = make.make_patient(session, cast.riverside, family_name="Eligible", mrn="R-8")
    make.make_measure(session, lone, items=[2] * 8 + [0])
    make.make_measure(session, cast.patient, items=[2] * 8 + [0])
    browser = sign_in(cast.owner)
    text = browser.get("/patients/eligible").text
    assert f"/episodes/refer-now/{lone.id}" in text
    assert f"/episodes/refer-now/{cast.patient.id}" not in text, "an open episode needs no referral"
    for _ in range(2):
        browser.post(f"/episodes/refer-now/{lone.id}")
    episode = session.scalars(select(Episode).where(Episode.patient_id == lone.id)).one()
    assert (episode.care_manager_id, episode.referred_on) == (cast.owner.id, TODAY)
    assert f"/episodes/refer-now/{lone.id}" not in browser.get("/patients/eligible").text


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/patients/", {"owner", "colleague", "outsider", "consultant", "pcp", "other_pcp", "therapist", "manager"}),
     ("/patients/new", {"owner", "colleague", "outsider", "manager"}),
     ("/patients/eligible", {"owner", "colleague", "outsider", "manager"}),
     ("/patients/panel", {"pcp", "other_pcp"})],
)  # fmt: skip
def test_who_may_open_what(cast, sign_in, path, allowed):
    for part, person in cast.people.items():
        expected = 200 if part in allowed else 403
        assert sign_in(person).get(path).status_code == expected, part


def test_lists_hold_only_ones_own_clinics_and_panel(cast, sign_in):
    shown = {part: sign_in(person).get("/patients/").text for part, person in cast.people.items()
             if part in ("owner", "outsider", "pcp", "other_pcp")}  # fmt: skip
    assert cast.patient.mrn in shown["owner"]
    assert cast.stranger.mrn not in shown["owner"]
    assert cast.patient.mrn not in shown["outsider"]
    assert cast.patient.mrn in shown["pcp"]
    assert cast.patient.mrn not in shown["other_pcp"]


def test_a_pcp_sees_what_waits_for_an_answer(cast, sign_in, session):
    make.make_measure(session, cast.patient, items=[2] * 8 + [0], taken_on=TODAY)
    review = make.make_review(session, cast.episode, consultant=cast.consultant.account)
    for number, category in ((1, "increase"), (2, "labs"), (3, "continue")):
        make.make_recommendation(session, review, number=number, category=category, text="Do it.")
    waits = re.compile(r"\d+ recommendation")
    assert waits.findall(sign_in(cast.pcp).get("/patients/panel").text) == ["2 recommendation"]
    assert waits.findall(sign_in(cast.other_pcp).get("/patients/panel").text) == []
