"""From what is on file to the form of a note, and from the form to what is written."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any
from uuid import UUID

from flask import request
from werkzeug.datastructures import MultiDict

from registry.consult.forms import ReviewForm
from registry.consult.presenters import case as on_case
from registry.consult.queries import notes
from registry.consult.services import notes as writing
from registry.extensions import db
from registry.web.guards import today, viewer

ADVICE_FIELDS = tuple(field.name for field in fields(writing.Advised))


def form_of(
    draft: Any, amended: Any, page: on_case.CasePage, kept: Any, offered: Mapping[str, str]
) -> ReviewForm:
    """The form as it was sent, typed, kept as a draft, or signed to be amended; else new."""
    source = draft or amended
    data: dict[str, Any] = {"version": draft.version if draft else 0}
    if source is not None:
        rows = notes.advice_rows(db.session(), viewer(), source.id)
        data |= {name: getattr(source, name) for name in ("impression", "safety", "minutes", "attended")}
        data["advice"] = [{name: getattr(row, name) for name in ADVICE_FIELDS} for row in rows]
        data["rests_on"] = [known["topic"] for known in source.knowns if known["rests_on"]]
    else:
        data["rests_on"] = [item.topic for item in page.checklist if item.is_known]
        data["attended"] = ", ".join(name for name in (page.subject.care_manager, viewer().name) if name)
    if not amended:
        data |= {name: words or None for name, words in offered.items() if draft is None or not data[name]}
    form = ReviewForm(MultiDict(_anew(kept.content, offered))) if kept else ReviewForm(data=data)
    form.add_blanks(request.args.get("rows", 1, type=int), today())
    form.offer(
        [
            (item.topic, item.words if item.is_known else f"{item.words} (not known)")
            for item in page.checklist
        ],
        [(str(row.id), row.name) for row in notes.templates(db.session(), viewer())],
        () if amended else [(str(row_id), words) for row_id, words in page.replaceable],
    )
    return form


def _anew(content: Mapping[str, list[str]], offered: Mapping[str, str]) -> dict[str, list[str]]:
    """What was typed, with the meeting's own words as they are now where nobody had changed them."""
    same = {name: [words] for name, words in offered.items() if _is_offered(content, name)}
    return {**content, **same}


def _is_offered(content: Mapping[str, list[str]], name: str) -> bool:
    return f"{name}_offered" in content and content[f"{name}_offered"] == content.get(name)


def take_offered(form: ReviewForm, offered: Mapping[str, str], signing: bool) -> None:
    """Where nobody changed what the meeting filled in, a signature takes what holds now, and a draft leaves it open."""
    content = request.form.to_dict(flat=False)
    for name, words in offered.items():
        if _is_offered(content, name):
            form[name].process(MultiDict({name: words if signing else ""}))


def written(form: ReviewForm, page: on_case.CasePage, amends_id: UUID | None) -> writing.Written:
    rests_on = frozenset(form.rests_on.data or ())
    return writing.Written(
        page.subject.episode_id, form.version.data or 0, (form.impression.data or "").strip(),
        (form.safety.data or "").strip(), form.minutes.data, (form.attended.data or "").strip(),
        tuple(_advised(one) for one in form.filled), amends_id,
        tuple(writing.Known(one.topic, one.words, one.is_known, one.topic in rests_on) for one in page.checklist),
        (form.once.data or "", form.typed.data or ""),
        () if amends_id else tuple(row_id for row_id, _ in page.replaceable if str(row_id) in (form.replaced.data or ())),
    )  # fmt: skip


def _advised(one: Any) -> writing.Advised:
    text = {
        name: (one[name].data or "").strip()
        for name in ("if_fails", "drug", "schedule", "rationale", "monitoring")
    }
    return writing.Advised(
        category=one.category.data or "", text=one.words, judge_on=one.judge_on.data, dose_mg=one.dose_mg.data,
        cautions=tuple(one.cautions.data or ()), **text,
    )  # fmt: skip
