"""What became of a recommendation: what the PCP decided, and whether it was done."""

from uuid import UUID

from flask import render_template, request, url_for

from registry.access.policies import PCP
from registry.advice import Decided, DecisionRefused, Overtaken, record_decision
from registry.clinical.decision_moves import ANSWERS, STEPS, USUAL_REMARKS, legal_steps, state_of
from registry.consult.forms import DecisionForm
from registry.consult.presenters import note as on_note
from registry.consult.queries import notes
from registry.consult.views.ground import Answer, blueprint, inside
from registry.extensions import db
from registry.web.guards import needs, now, today, viewer
from registry.web.transaction import already_done, done

TOLD_BY = ("seen", *ANSWERS)
"""Steps that a PCP takes."""


@blueprint.route("/decide/<uuid:recommendation_id>", methods=["GET", "POST"])
@needs("record_decision")
def decide(recommendation_id: UUID) -> Answer:
    """Record what the PCP decided, or whether it was done."""
    asked = notes.question(db.session(), viewer(), recommendation_id)
    who = viewer().name if PCP in viewer().role_names else asked.note.subject.pcp
    begun = {"on": today(), "decided_by": who, "mark": asked.advice.mark}
    form, status = DecisionForm(data=begun if request.method == "GET" else None), 422
    form.offer(legal_steps(state_of(asked.advice.facts)))
    if form.validate_on_submit():
        if first := already_done(form):
            return first
        try:
            record_decision(db.session(), viewer(), recommendation_id, _decided(form), today(), now())
            return done(form, inside(request.args.get("next")) or _after_decision(asked), "Recorded.")
        except Overtaken as refused:
            if first := already_done(form):  # by the same form, sent twice at once
                return first
            asked = notes.question(db.session(), viewer(), recommendation_id)
            form.offer(legal_steps(state_of(asked.advice.facts)))
            form.form_errors.append(str(refused))
            form.mark.data, status = asked.advice.mark, 409
        except DecisionRefused as refused:
            form.form_errors.append(str(refused))
    notes.record_read(db.session(), viewer(), "recommendation", recommendation_id, asked.patient.id)
    lines = [on_note.line(one) for one in asked.note.advice]
    page = render_template(
        "consult/decide.html", asked=asked, form=form, lines=lines, steps=STEPS, told_by=TOLD_BY, today=today(),
        line=next(one for one in lines if one.id == recommendation_id), usual=_usual(asked),
        back=inside(request.args.get("next")) or url_for("consult.note", review_id=asked.note.review.id),
    )  # fmt: skip
    return page, status if form.is_submitted() else 200


def _usual(asked: notes.Question) -> dict[str, tuple[str, ...]]:
    """Words to begin with; what shows that it was done comes first from the treatment itself."""
    seen = on_note.evidence(asked.note.snapshot.facts, asked.note.review.on)
    return {**USUAL_REMARKS, "implemented": (*seen, *USUAL_REMARKS["implemented"])}


def _decided(form: DecisionForm) -> Decided:
    """Only what the PCP did names the PCP, and only a deferral has a day until which it waits."""
    kind = form.kind.data or ""
    by = form.decided_by.data or "" if kind in TOLD_BY else ""
    until = form.until_on.data if kind == "deferred" else None
    return Decided(kind, form.on.data or today(), by, form.remark.data or "", until, mark=form.mark.data)


def _after_decision(asked: notes.Question) -> str:
    """The next recommendation of the note that waits for an answer, else the note."""
    lines = [on_note.line(one) for one in asked.note.advice if one.row.id != asked.advice.row.id]
    waiting = next((one for one in lines if one.needs_answer and one.number > asked.advice.row.number), None)
    if waiting:
        return url_for("consult.decide", recommendation_id=waiting.id)
    return url_for("consult.note", review_id=asked.note.review.id)
