"""The list: whose patients it shows, what the views and filters leave, and in which order."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import AuditEvent, AuditPatient
from tests import factories as make
from tests.caseload.people import Case, add_case, counts, score, shown
from tests.cast import Cast, Person
from tests.factories import days_ago
from tests.pages import PageClient

SignIn = Callable[[Person], PageClient]
LIST = "/caseload/"


@pytest.fixture
def ward(session: Session, cast: Cast) -> dict[str, Case]:
    """The owner's list: one in danger, one stuck, one better in relapse prevention, one referred; one of a colleague."""
    cases = {
        "own": Case(cast.patient, cast.episode),
        "danger": add_case(session, cast, "Žižka", mrn="R-7", language="es"),
        "stuck": add_case(session, cast, "Brown", pcp=cast.other_provider, sex="female"),
        "better": add_case(session, cast, "Adams", status="relapse_prevention"),
        "referred": add_case(session, cast, "Young", status="referred", referred_on=days_ago(1)),
        "closed": add_case(session, cast, "Quinn", status="closed"),
        "colleague": add_case(session, cast, "Weber", manager=cast.colleague.account),
    }
    score(session, cases["danger"].patient, 20, 60)
    make.make_measure(
        session, cases["danger"].patient, items=(2, 2, 2, 2, 2, 2, 2, 2, 2), taken_on=days_ago(3)
    )
    for days, total in ((60, 18), (40, 18), (10, 17)):
        score(session, cases["stuck"].patient, total, days, item9=0)
    for days, total in ((60, 18), (30, 6), (5, 3)):
        score(session, cases["better"].patient, total, days, item9=0)
    make.make_next_action(session, cases["stuck"].episode, action="Call", due_on=days_ago(4))
    make.make_next_action(session, cases["better"].episode, action="Visit", due_on=date(2027, 1, 15))
    make.make_contact(session, cases["better"].episode, on=days_ago(5), minutes=35)
    session.commit()
    return cases


def keys(ward: dict[str, Case], *names: str) -> set[object]:
    return {ward[name].episode.id for name in names}


@pytest.mark.databases("sqlite", "postgresql")
def test_a_care_manager_begins_with_their_own_active_patients(
    sign_in: SignIn, cast: Cast, ward: dict[str, Case]
) -> None:
    response = sign_in(cast.owner).get(LIST)
    assert set(shown(response)) == keys(ward, "own", "danger", "stuck", "better")
    assert "My caseload" in response.text


def test_a_colleagues_list_is_a_choice(sign_in: SignIn, cast: Cast, ward: dict[str, Case]) -> None:
    response = sign_in(cast.owner).get(f"{LIST}?manager={cast.colleague.id}")
    assert set(shown(response)) == keys(ward, "colleague")
    assert "Caseload of Jonas Weber" in response.text


def test_all_of_my_clinics_is_a_choice(sign_in: SignIn, cast: Cast, ward: dict[str, Case]) -> None:
    response = sign_in(cast.owner).get(f"{LIST}?manager=all")
    assert set(shown(response)) == keys(ward, "own", "danger", "stuck", "better", "colleague")


@pytest.mark.parametrize("who", ["consultant", "manager"])
def test_consultant_and_manager_see_the_whole_clinic(
    sign_in: SignIn, cast: Cast, ward: dict[str, Case], who: str
) -> None:
    response = sign_in(cast.people[who]).get(LIST)
    assert set(shown(response)) == keys(ward, "own", "danger", "stuck", "better", "colleague")


@pytest.mark.databases("sqlite", "postgresql")
def test_a_therapist_sees_their_own_panel(sign_in: SignIn, cast: Cast, ward: dict[str, Case]) -> None:
    assert set(shown(sign_in(cast.therapist).get(LIST))) == keys(ward, "own")


@pytest.mark.parametrize("query", ["", "?manager=all", "?manager={owner}", "?status=closed&manager=all"])
def test_another_clinics_care_manager_sees_none_of_them(
    sign_in: SignIn, cast: Cast, ward: dict[str, Case], query: str
) -> None:
    found = set(shown(sign_in(cast.outsider).get(LIST + query.format(owner=cast.owner.id))))
    assert not found & {case.episode.id for case in ward.values()}


@pytest.mark.parametrize("who", ["administrator", "auditor", "pcp"])
def test_who_works_no_caseload_is_refused(sign_in: SignIn, cast: Cast, who: str) -> None:
    assert sign_in(cast.people[who]).get(LIST).status_code == 403


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("view=safety", {"danger"}),
        ("view=not_improving", {"danger", "stuck"}),
        ("status=active", {"own", "danger", "stuck"}),
        ("status=relapse_prevention", {"better"}),
        ("status=referred", {"referred"}),
        ("status=closed", {"closed"}),
        ("language=es", {"danger"}),
        ("q=ziz", {"danger"}),
        ("q=ŽI", {"danger"}),
        ("q=R-7", {"danger"}),
        ("q=ana br", {"stuck"}),
        ("q=nobody", set()),
        ("view=safety&q=brown", set()),
    ],
)
def test_views_and_filters(
    sign_in: SignIn, cast: Cast, ward: dict[str, Case], query: str, names: set[str]
) -> None:
    assert set(shown(sign_in(cast.owner).get(f"{LIST}?{query}"))) == keys(ward, *names)


def test_by_pcp_and_clinic(sign_in: SignIn, cast: Cast, ward: dict[str, Case]) -> None:
    client = sign_in(cast.owner)
    assert set(shown(client.get(f"{LIST}?pcp={cast.other_provider.id}"))) == keys(ward, "stuck")
    assert shown(client.get(f"{LIST}?clinic={cast.hilltop.id}")) == []
    assert len(shown(client.get(f"{LIST}?clinic={cast.riverside.id}"))) == 4


def test_due_this_week_counts_what_is_late_and_leaves_out_what_is_far_away(
    sign_in: SignIn, cast: Cast, ward: dict[str, Case]
) -> None:
    found = set(shown(sign_in(cast.owner).get(f"{LIST}?view=due")))
    assert keys(ward, "stuck", "referred") <= found
    assert not keys(ward, "better") & found


@pytest.mark.parametrize("filters", ["", "&manager=all", "&q=a", "&status=referred", "&language=es"])
def test_each_count_is_the_length_of_its_list(
    sign_in: SignIn, cast: Cast, ward: dict[str, Case], filters: str
) -> None:
    client = sign_in(cast.owner)
    labels = ["Due this week", "Not improving", "For consult", "Safety"]
    views = dict(zip(["due", "not_improving", "consult", "safety"], labels, strict=True))
    told = counts(client.get(f"{LIST}?{filters}"))
    for view, label in views.items():
        assert len(shown(client.get(f"{LIST}?view={view}{filters}"))) == told[label], view
    everybody = next(count for label, count in told.items() if label.startswith("All "))
    assert len(shown(client.get(f"{LIST}?{filters}"))) == everybody


def test_the_usual_order_is_review_priority(sign_in: SignIn, cast: Cast, ward: dict[str, Case]) -> None:
    order = shown(sign_in(cast.owner).get(LIST))
    assert order[0] == ward["danger"].episode.id, "safety stands before everything"


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("name", ["better", "stuck", "own", "danger"]),
        ("-name", ["danger", "own", "stuck", "better"]),
        ("-phq9", ["danger", "stuck", "better", "own"]),
        ("phq9", ["better", "stuck", "danger", "own"]),
        ("-minutes", ["better"]),
        ("-due", ["better"]),
        ("-contact", ["danger"]),
    ],
)
def test_sorting_puts_the_unknown_last(
    sign_in: SignIn, cast: Cast, ward: dict[str, Case], sort: str, names: list[str]
) -> None:
    order = shown(sign_in(cast.owner).get(f"{LIST}?sort={sort}"))
    assert order[: len(names)] == [ward[name].episode.id for name in names]


def test_every_column_sorts_and_the_third_click_leads_back(
    sign_in: SignIn, cast: Cast, ward: dict[str, Case]
) -> None:
    from registry.caseload.presenters.columns import COLUMNS

    client = sign_in(cast.owner)
    usual = shown(client.get(LIST))
    for column in COLUMNS:
        first = f"-{column.key}" if column.worst_first else column.key
        second = column.key if column.worst_first else f"-{column.key}"
        assert f'href="/caseload/?sort={first}"' in client.get(LIST).text
        page = client.get(f"{LIST}?sort={first}")
        assert sorted(shown(page), key=str) == sorted(usual, key=str)
        assert f'href="/caseload/?sort={second}"' in page.text
        assert "aria-sort=" in page.text
        assert f'sort={first}"' not in head(client.get(f"{LIST}?sort={second}").text)


def head(text: str) -> str:
    return text[text.index("<thead") : text.index("</thead>")]


def test_three_states_of_a_score_are_told_apart(
    sign_in: SignIn, session: Session, cast: Cast, ward: dict[str, Case]
) -> None:
    partial = add_case(session, cast, "Part")
    make.make_measure(
        session, partial.patient, items=(1, 1, None, None, None, 1, 1, 1, None), taken_on=days_ago(2)
    )
    old = add_case(session, cast, "Old")
    score(session, old.patient, 12, 45)
    text = sign_in(cast.owner).get(LIST).text
    assert "too few answers for a total" in line(text, partial)
    assert "PHQ-9 is 45 days old" in line(text, old)
    assert "none" in line(text, ward["own"])


def line(text: str, case: Case) -> str:
    begin = text.index(f'<tr id="row-{case.episode.id}"')
    return text[begin : text.index("</tr>", begin)]


def test_a_row_says_why_with_the_sentence_on_it(sign_in: SignIn, cast: Cast, ward: dict[str, Case]) -> None:
    row = line(sign_in(cast.owner).get(LIST).text, ward["danger"])
    assert "Safety</span>" in row
    assert 'title="Item 9 scored 2 on Nov 17, 2026' in row
    assert row.count('class="tag') <= 3
    assert "moderately severe" in row, "the band is a word, not only a colour"


def test_the_live_filter_answers_with_views_and_table_alone(
    sign_in: SignIn, cast: Cast, ward: dict[str, Case]
) -> None:
    response = sign_in(cast.owner).get(f"{LIST}?q=ziz&view=&pcp=", headers={"HX-Request": "true"})
    assert "<html" not in response.text
    assert 'id="results"' in response.text
    assert 'id="views"' in response.text
    assert response.headers["HX-Push-Url"] == "/caseload/?q=ziz"
    assert "1 patient shown" in response.text


def test_a_page_that_the_browser_restores_is_whole(sign_in: SignIn, cast: Cast) -> None:
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in sign_in(cast.owner).get(LIST, headers=headers).text


def test_nobody_matches_and_nobody_yet_are_two_things(sign_in: SignIn, cast: Cast) -> None:
    text = sign_in(cast.owner).get(f"{LIST}?q=nobody").text
    assert "No patient matches" in text
    assert 'href="/caseload/">Clear filters' in text
    assert "No patients yet" in sign_in(cast.colleague).get(LIST).text


def test_an_address_that_is_wrong_is_the_usual_list_or_not_found(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in(cast.owner)
    assert len(shown(client.get(f"{LIST}?view=none&status=none&sort=none&page=x"))) == 1
    assert client.get(f"{LIST}?manager=nobody").status_code == 404


def test_the_trail_names_every_patient_on_the_page_once(
    sign_in: SignIn, session: Session, cast: Cast, ward: dict[str, Case]
) -> None:
    sign_in(cast.owner).get(LIST)
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "see_caseload")).one()
    seen = session.scalars(select(AuditPatient.patient_id).where(AuditPatient.seq == event.seq)).all()
    expected = {ward[name].patient.id for name in ("own", "danger", "stuck", "better")}
    assert set(seen) == expected
    assert event.patients == len(expected)
    assert event.account_id == cast.owner.id


def test_the_trail_keeps_no_search_words(sign_in: SignIn, session: Session, cast: Cast) -> None:
    sign_in(cast.owner).get(f"{LIST}?q=Carter")
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "see_caseload")).one()
    assert "Carter" not in str(event.detail)


@pytest.mark.databases("sqlite", "postgresql")
def test_who_waits_is_counted_for_those_who_run_episodes(
    sign_in: SignIn, session: Session, cast: Cast, ward: dict[str, Case]
) -> None:
    waiting = make.make_patient(session, cast.riverside, mrn="R-50", family_name="Wait")
    score(session, waiting, 15, 3)
    fragment = {"HX-Request": "true"}
    assert "1 referred, 1 eligible" in sign_in(cast.owner).get("/caseload/waiting", headers=fragment).text
    assert "0 referred, 0 eligible" in sign_in(cast.outsider).get("/caseload/waiting", headers=fragment).text
    assert sign_in(cast.owner).get("/caseload/waiting").location == "/patients/"
    assert sign_in(cast.therapist).get("/caseload/waiting").status_code == 403


def test_a_very_long_list_comes_in_pages(
    sign_in: SignIn, cast: Cast, ward: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    from registry.caseload import views

    monkeypatch.setattr(views, "PAGE", 3)
    client = sign_in(cast.owner)
    first, second = client.get(f"{LIST}?sort=name"), client.get(f"{LIST}?sort=name&page=2")
    assert (len(shown(first)), len(shown(second))) == (3, 1)
    assert 'rel="next" href="/caseload/?sort=name&amp;page=2"' in first.text
    assert "All active" in second.text
    assert counts(second)["All active"] == 4


def test_ticked_rows_go_to_the_agenda_or_into_a_packet(
    sign_in: SignIn, cast: Cast, ward: dict[str, Case]
) -> None:
    text = sign_in(cast.owner).get(f"{LIST}?view=safety").text
    assert '<form id="results" method="post" action="/consult/ask"' in text
    assert 'formaction="/printing/packet"' in text
    assert f'name="episode" value="{ward["danger"].episode.id}"' in text
    assert 'name="next" value="/caseload/?view=safety"' in text


def test_reasons_without_room_in_the_line_are_counted_and_said(
    sign_in: SignIn, session: Session, cast: Cast, ward: dict[str, Case]
) -> None:
    case = ward["danger"]
    make.make_mark(session, case.episode, text="Switch?")
    for days in (40, 30, 20):
        make.make_contact(session, case.episode, on=days_ago(days), kind="no_show")
    row = line(sign_in(cast.owner).get(LIST).text, case)
    assert 2 <= row.count('<span class="tag') <= 3
    assert row.count('<span class="tag') + int("+1</span>" in row) == 3, "what does not fit is counted"


def test_a_list_of_a_past_day_has_nothing_to_tick_and_no_plans(
    sign_in: SignIn, cast: Cast, ward: dict[str, Case]
) -> None:
    client = sign_in(cast.owner)
    now, then = (client.get(f"/caseload/{query}").text for query in ("", f"?as_of={days_ago(1)}"))
    for mark in ('type="checkbox"', 'class="pick"', ">Next action<", "/consult/ask"):
        assert mark in now, mark
    for mark in ('type="checkbox"', 'class="pick"', ">Next action<"):
        assert mark not in then, mark
    for text in (now, then):
        line = text[text.index("<tr id=") :].partition("</tr>")[0]
        cells = line.count("<td") + line.count("<th")
        assert cells == text.partition("</thead>")[0].count('<th scope="col"')
