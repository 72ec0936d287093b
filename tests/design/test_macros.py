"""What the macros promise: labels and errors that belong together, escaped words, polling that ends."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jinja2
import pytest
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    StringField,
    validators,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from registry.web.filters import day

TEMPLATES = Path(__file__).parents[2] / "templates"
ANSWERS = [SelectChoice("0", "Not at all"), SelectChoice("1", "Several days"), SelectChoice("", "Not asked")]


class Scores(Form):
    one = RadioField("Little interest", choices=ANSWERS, validators=[validators.Optional()])
    nine = RadioField("Better off dead", choices=ANSWERS, validators=[validators.Optional()])


class Call(Form):
    name = StringField("Name <b>", [validators.InputRequired("Enter a name")], description="As on the card")
    minutes = IntegerField("Minutes", [validators.NumberRange(0, 240, "Enter 0 to 240")])
    kind = RadioField(
        "Kind",
        choices=[SelectChoice("call", "Call"), SelectChoice("visit", "Visit")],
        validators=[validators.InputRequired("Choose a kind")],
    )
    again = BooleanField("Call again")
    draft_id = HiddenField()
    scores = FormField(Scores)


def page(source: str, **values: Any) -> str:
    """A template that uses the macros, rendered as the application would."""
    loader = jinja2.FileSystemLoader(TEMPLATES)
    settings = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    settings.globals.update(
        csrf_token=lambda: "token",
        static_url=lambda path: f"/static/{path}",
        url_for=lambda endpoint, **_: f"/{endpoint}",
        get_flashed_messages=lambda **_: [],
    )
    settings.filters["day"] = day
    return settings.from_string(source).render(**values)


def bad_call() -> Call:
    form = Call(MultiDict({"minutes": "900", "draft_id": "7", "scores-nine": "1"}))
    form.validate()
    return form


FORM = """{% from "macros/forms.html" import field, radios, checkbox, error_summary, form_tail %}
{{ error_summary(form) }}{{ form_tail(form, version=3, once="o") }}{{ field(form.name) }}
{{ field(form.minutes, hint="Time on the telephone", size=4) }}{{ radios(form.kind) }}{{ checkbox(form.again) }}"""


def test_every_described_by_points_to_something() -> None:
    html = page(FORM, form=bad_call())
    ids = set(re.findall(r'\bid="([^"]+)"', html))
    named = {one for names in re.findall(r'aria-describedby="([^"]+)"', html) for one in names.split()}
    assert named == {"name-hint", "name-error", "minutes-hint", "minutes-error", "kind-error"}
    assert named <= ids


def test_every_line_of_the_summary_leads_to_its_field() -> None:
    html = page(FORM, form=bad_call())
    targets = re.findall(r'href="#([^"]+)"', html)
    assert targets == ["name", "minutes", "kind"]
    assert set(targets) <= set(re.findall(r'\bid="([^"]+)"', html))


def test_labels_are_escaped() -> None:
    html = page(FORM, form=bad_call())
    assert "Name &lt;b&gt;" in html
    assert "Name <b>" not in html


def test_a_form_carries_token_version_once_and_its_own_hidden_fields() -> None:
    html = page(FORM, form=bad_call())
    hidden = dict(re.findall(r'type="hidden" value="([^"]*)"()', html))
    assert 'name="csrf_token" value="token"' in html
    assert 'name="version" value="3"' in html
    assert 'name="once" value="o"' in html
    assert hidden == {"7": ""}


def test_a_field_without_fault_says_nothing() -> None:
    form = Call(MultiDict({"name": "Łukasz", "minutes": "20", "kind": "call"}))
    assert form.validate()
    html = page(FORM, form=form)
    assert "aria-invalid" not in html
    assert "There is a problem" not in html


MATRIX = """{% from "macros/matrix.html" import matrix %}
{% call matrix("phq9", "PHQ-9", [form.scores.form.one, form.scores.form.nine], alert=2) %}Ask now{% endcall %}"""


def test_every_answer_is_named_by_its_question_and_its_column() -> None:
    html = page(MATRIX, form=bad_call())
    ids = set(re.findall(r'\bid="([^"]+)"', html))
    names = [names.split() for names in re.findall(r'<input aria-labelledby="([^"]+)"', html)]
    assert len(names) == 6
    assert all(set(pair) <= ids for pair in names)


@pytest.mark.parametrize(("answer", "hidden"), [("1", False), ("0", True), ("", True)])
def test_the_alert_stands_while_the_answer_is_above_zero(answer: str, hidden: bool) -> None:
    html = page(MATRIX, form=Call(MultiDict({"scores-nine": answer})))
    assert bool(re.search(r"data-items-alert[^>]*hidden", html)) is hidden


@pytest.mark.parametrize(
    ("done", "failed", "asks_again"), [(False, "", True), (True, "", False), (False, "Disk is full", False)]
)
def test_a_job_asks_again_until_it_has_ended(done: bool, failed: str, asks_again: bool) -> None:
    job = SimpleNamespace(
        id=7,
        url="/jobs/7",
        label="Building packet",
        percent=40,
        done=done,
        failed=failed,
        download_url="/file",
    )
    html = page('{% from "macros/progress.html" import progress %}{{ progress(job) }}', job=job)
    assert ("hx-trigger" in html) is asks_again
    assert failed in html


def test_a_severity_carries_its_name_for_every_reader() -> None:
    html = page('{% from "macros/facts.html" import sev %}{{ sev(18, 3, "moderately severe", "PHQ-9") }}')
    assert re.sub(r"<[^>]+>|&nbsp;", " ", html).split() == ["PHQ-9", "18", "moderately", "severe"]


def test_an_empty_fact_reads_as_unknown() -> None:
    html = page('{% from "macros/facts.html" import kv %}{{ kv([("Allergies", none), ("Falls", 0)]) }}')
    assert "not known" in html
    assert "<dd>0</dd>" in html


def test_a_conflict_shows_both_texts_and_marks_what_differs() -> None:
    source = '{% from "macros/conflict.html" import conflict %}{{ conflict("R. Diaz", "", rows) }}'
    html = page(source, rows=[("Note", "mine", "theirs"), ("Due", "Dec 4", "Dec 4")])
    assert "mine" in html
    assert "theirs" in html
    assert html.count('class="differs"') == 1


def test_a_head_that_sorts_says_how() -> None:
    columns = [
        {"label": "Due", "url": "?sort=due", "sort": "descending", "num": True},
        {"label": "Wk", "title": "Week"},
    ]
    html = page('{% from "macros/table.html" import table_head %}{{ table_head(columns) }}', columns=columns)
    assert 'class="num" aria-sort="descending"' in html
    assert '<abbr title="Week">Wk</abbr>' in html


SIGNED_OUT = {"viewer": None, "may": lambda action: False}
SIGNED_IN = {
    "viewer": SimpleNamespace(name="M. Ortiz", role_label="care manager"),
    "may": lambda action: True,
    "nav": [SimpleNamespace(url="/caseload", label="Caseload", key="caseload")],
    "idle_seconds": 600,
}


def test_a_signed_in_page_has_its_landmarks_and_knows_where_it_is() -> None:
    html = page('{% extends "base.html" %}{% set active = "caseload" %}', **SIGNED_IN)
    assert 'href="/caseload" aria-current="page"' in html
    assert 'data-idle="600"' in html
    assert all(
        mark in html for mark in ('class="skip"', '<nav aria-label="Main"', '<main id="main"', 'id="live"')
    )


def test_a_search_for_a_patient_leaves_no_name_in_the_address() -> None:
    html = page('{% extends "base.html" %}', **SIGNED_IN)
    assert re.search(r'<form class="find" role="search" method="post"', html)


def test_a_signed_out_page_offers_nothing() -> None:
    html = page('{% extends "base.html" %}', **SIGNED_OUT)
    assert "<nav" not in html
    assert "data-idle" not in html
    assert "Sign out" not in html


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 429, 500])
def test_every_refusal_is_a_page_with_one_heading(status: int) -> None:
    html = page(f'{{% extends "errors/{status}.html" %}}', request_id="a1", **SIGNED_OUT)
    assert html.count("<h1>") == 1
    assert "a1" in html
