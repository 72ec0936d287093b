"""What cannot be is refused where it was typed: impossible days, units, and forms that say nothing."""

import re

import pytest
from sqlalchemy import func, select

from registry.models import Adherence, DoseStep, LabResult, PastTrial, SideEffect
from tests import factories as make
from tests.cast import TODAY

pytestmark = pytest.mark.databases("sqlite", "postgresql")
ON = TODAY.isoformat()
PRESSURE = {"code": "systolic", "unit": "mmHg", "on": ON}


@pytest.fixture
def drug(cast, session):
    begun = {"kind": "start", "on": make.days_ago(60), "dose_mg": 50}
    return make.make_medication(session, cast.patient, name="sertraline", events=[begun])


def refused_at(answer, name):
    """What is said at a field, which is marked and to which the summary leads."""
    assert answer.status_code == 422
    assert f'href="#{name}"' in answer.text
    control = re.search(rf'<(?:input|select)[^>]* id="{name}"[^>]*>', answer.text)
    assert control
    assert 'aria-invalid="true"' in control[0]
    return re.search(rf'id="{name}-error">([^<]*)', answer.text)[1]


@pytest.mark.parametrize(
    ("what", "form", "field", "sentence"),
    [
        ("result", {**PRESSURE, "value": "1290"}, "value", "1290 mmHg cannot be"),
        ("result", {**PRESSURE, "value": "129", "high": "1390"}, "high", "1390 mmHg cannot be"),
        ("result", {**PRESSURE, "value": "129", "unit": ""}, "unit", "Give the one that was told: mmHg"),
        ("result", {**PRESSURE, "value": "129", "low": "140", "high": "90"}, "low", "begins above its end"),
        ("result", {**PRESSURE, "value": "129", "on": "1900-01-01"}, "on", "before the patient&#39;s birth"),
        ("adherence", {"on": ON, "percent": "", "note": " "}, "percent", "Give a percent, a reason, or a note"),
        ("past-trial", {"name": "fluoxetine", "response": "none", "year": "2030", "told_on": ON}, "year", "to now"),
        ("past-trial", {"name": "fluoxetine", "response": "none", "year": "1959", "told_on": ON}, "year", "birth"),
        ("side-effect", {"effect": "Rash", "severity": "mild", "onset_on": "1900-01-01"}, "onset_on", "birth"),
    ],
)  # fmt: skip
def test_what_was_told_is_refused_at_its_field(cast, sign_in, session, what, form, field, sentence):
    answer = sign_in(cast.owner).post(f"/treatment/tell/{what}/{cast.patient.id}", data=form)
    assert sentence in refused_at(answer, field)
    for table in (Adherence, LabResult, PastTrial, SideEffect):
        assert not session.scalar(select(func.count()).select_from(table))


def test_a_range_of_the_laboratory_may_begin_at_0(cast, sign_in, session):
    form = {**PRESSURE, "code": "ldl", "unit": "mg/dL", "value": "120", "low": "0", "high": "99"}
    answer = sign_in(cast.owner).post(f"/treatment/tell/result/{cast.patient.id}", data=form)
    assert answer.status_code == 302, answer.text
    row = session.scalars(select(LabResult)).one()
    assert (row.low, row.high, row.value) == (0, 99, 120)


def test_a_reading_without_a_number_is_done_and_not_told(cast, sign_in, session):
    form = {**PRESSURE, "value": "", "unit": "", "low": "", "high": ""}
    answer = sign_in(cast.owner).post(f"/treatment/tell/result/{cast.patient.id}", data=form)
    assert answer.status_code == 302, answer.text
    row = session.scalars(select(LabResult)).one()
    assert (row.value, row.unit) == (None, "")


def test_each_unit_of_a_reading_is_offered(cast, sign_in):
    page = sign_in(cast.owner).get(f"/treatment/tell/result/{cast.patient.id}").text
    assert '<datalist id="unit-weight"><option value="kg"><option value="lb"></datalist>' in page
    assert '<span data-shows="code" data-when="systolic">' in page
    asked = page[page.index('for="unit"') : page.index('id="unit"')]
    assert "(optional)" not in asked, "a number needs it"


def test_a_side_effect_does_not_precede_its_medication(cast, sign_in, session, drug):
    client = sign_in(cast.owner)
    form = {"effect": "Nausea", "severity": "mild", "onset_on": make.days_ago(300).isoformat()}
    answer = client.post(
        f"/treatment/tell/side-effect/{cast.patient.id}", data={**form, "medication_id": str(drug.id)}
    )
    assert "Sertraline began on Sep 21, 2026" in refused_at(answer, "onset_on")
    assert client.post(f"/treatment/tell/side-effect/{cast.patient.id}", data=form).status_code == 302
    begun = {"onset_on": make.days_ago(60).isoformat(), "medication_id": str(drug.id)}
    again = client.post(f"/treatment/tell/side-effect/{cast.patient.id}", data=form | begun)
    assert again.status_code == 302


@pytest.mark.parametrize(
    ("form", "field", "sentence"),
    [
        ({"kind": "step", "planned_on": ON}, "dose_mg", "A dose step needs its dose."),
        ({"kind": "taper", "planned_on": ON, "every": "7"}, "steps", "needs its number of steps"),
        ({"kind": "taper", "planned_on": ON, "steps": "3"}, "every", "needs the days between them"),
        ({"kind": "reassess", "planned_on": "2046-11-20"}, "planned_on", "more than a year away"),
    ],
)
def test_what_a_plan_lacks_is_asked_for_at_its_field(cast, sign_in, session, drug, form, field, sentence):
    answer = sign_in(cast.owner).post(f"/treatment/plan/{drug.id}", data=form)
    assert sentence in refused_at(answer, field)
    assert answer.text.count('aria-invalid="true"') == 1, "what is right is not marked"
    assert not session.scalars(select(DoseStep)).all()


def test_a_dose_before_the_last_change_is_refused_at_its_day(cast, sign_in, session, drug):
    form = {"dose_mg": "100", "on": make.days_ago(70).isoformat()}
    answer = sign_in(cast.owner).post(f"/treatment/change/{drug.id}", data=form)
    assert "The last change was on Sep 21, 2026" in refused_at(answer, "on")


def test_a_start_is_led_to_and_sent_by_the_keyboard(cast, sign_in):
    page = sign_in(cast.owner).get(f"/treatment/{cast.patient.id}").text
    assert '<a class="btn push no-print" href="#start">Start a medication</a>' in page
    begin = page[page.index('id="start"') :]
    assert begin.index("data-primary") < begin.index("Record start <kbd>Ctrl Enter</kbd>")


@pytest.mark.parametrize(
    ("what", "words"),
    [("adherence", "Adherence"), ("past-trial", "Past trial"), ("side-effect", "Side effect")],
)
def test_a_fact_has_one_name_on_its_page_and_in_its_form(cast, sign_in, what, words):
    client = sign_in(cast.owner)
    assert f"<h1>{words}</h1>" in client.get(f"/treatment/tell/{what}/{cast.patient.id}").text
    assert f"<h2>{words}" in client.get(f"/treatment/{cast.patient.id}").text
