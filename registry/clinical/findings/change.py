"""Change of treatment and consult: T4 to T6 as findings, X1, X3 to X9, X11, X12, A1 to A3."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import groupby

from registry.clinical.agenda_marks import open_asks
from registry.clinical.course import Course, total
from registry.clinical.dates import begun, counted, ended, listed, spell
from registry.clinical.decision_moves import state_of
from registry.clinical.facts import FactId, Score
from registry.clinical.findings.kinds import Rule, Told, Urgency, rule
from registry.clinical.instruments import INSTRUMENTS
from registry.clinical.interventions import CHANGING_CATEGORIES
from registry.clinical.loop import Tracked, in_breach
from registry.clinical.outcome import ANSWER, DEFERRED, DELIVER, DO, JUDGE, NOT_DONE, Standing
from registry.clinical.picture import Picture
from registry.clinical.treatment import TreatmentChange

DIRECT_EVALUATION = "direct_evaluation"


@rule(
    "T6",
    "Deterioration",
    stages="active",
    when="the latest score is {each.worse_points} points above the baseline or the best score, and no review since",
    window="any",
    action="Check safety, and put the patient to the consultant.",
    who="Care manager",
    urgency=Urgency.SAME_DAY,
    sources="S45 M",
    tag="stuck",
    label="Worse",
)
def deterioration(p: Picture) -> Told | None:
    """A patient who gets worse is put to the consultant; the PHQ-9 is watched whatever the primary scale."""
    worse = [c for c in {c.series: c for c in (p.primary, p.phq9)}.values() if _is_worse(p, c)]
    if not worse:
        return None
    used = [score.id for c in worse for score in (c.best, c.latest) if score]
    return Told(" ".join(_worse_sentence(p, c) for c in worse), tuple(used))


def _is_worse(p: Picture, course: Course) -> bool:
    return (
        course.status == "T6" and course.latest is not None and not p.reviewed_since(course.latest.taken_on)
    )


def _worse_sentence(p: Picture, course: Course) -> str:
    latest, best = course.latest, course.best
    assert latest is not None, "a course that is worse has scores"
    assert best is not None, "a course that is worse has scores"
    title = p.protocol.scale(course.series).title
    points = total(latest) - total(best)
    which = "baseline" if best is course.baseline else "best score"
    return (
        f"{title} {latest.total} on {spell(latest.taken_on)} is {counted(points, 'point')} above the {which} "
        f"of {best.total} on {spell(best.taken_on)}."
    )


@rule(
    "T4",
    "Partial response after eight weeks",
    stages="active",
    when="enrolled {review_from} or longer; {partial_percent} or {each.partial_points} points below an elevated "
    "baseline, but neither {response_percent} below it nor {each.improved}",
    window="latest score",
    action="Change the treatment, or write down why not.",
    who="Team",
    urgency=Urgency.ROUTINE,
    sources="S30 M",
    tag="stuck",
    label="Partly better",
)
def partial_response(p: Picture) -> Told | None:
    """After eight weeks a partial response is not enough."""
    return _not_better(p) if p.primary.status == "T4" else None


@rule(
    "T5",
    "No response after eight weeks",
    stages="active",
    when="enrolled {review_from} or longer; less than {partial_percent} and {each.partial_points} points below an "
    "elevated baseline, or worse (T6) and not at target",
    window="latest score",
    action="Change the treatment, or write down why not.",
    who="Team",
    urgency=Urgency.ROUTINE,
    sources="S30 M",
    tag="stuck",
    label="Not improving",
)
def no_response(p: Picture) -> Told | None:
    """After eight weeks a patient who is not better is not improving, nor is one who got worse."""
    return _not_better(p) if p.primary.status in ("T5", "T6") else None


def _not_better(p: Picture) -> Told | None:
    latest = p.primary.latest
    if latest is None or p.primary.improved is not False or p.days < p.protocol.review_from.value:
        return None
    return Told(f"Week {p.days // 7}: {p.primary.sentence}", _course_facts(p))


@rule(
    "X1",
    "Early signal",
    stages="active",
    when="the drop since the current step began is under {each.small_drop} points or under {small_drop_percent}",
    window="{early_from} to {early_until} from the start of the step",
    action="Check adherence and dose; the PCP optimizes the dose.",
    who="Care manager → PCP",
    urgency=Urgency.THIS_WEEK,
    sources="S41",
    tag="stuck",
    label="Early signal",
)
def early_signal(p: Picture) -> Told | None:
    """Four to six weeks into a step a small drop calls for a look at adherence and dose."""
    step, course = p.change, p.primary
    if step is None or course.latest is None or course.improved or not course.elevated:
        return None
    if not p.protocol.early_from.value <= p.days_since(step.on) <= p.protocol.early_until.value:
        return None
    before = _score_at(course, step.on)
    if before is None or before is course.latest or not _small_drop(p, before, course.latest):
        return None
    latest = course.latest
    return Told(
        f"{begun(step.text)} on {spell(step.on)}; {INSTRUMENTS[before.instrument].title} {before.total} on {spell(before.taken_on)}, "
        f"{latest.total} on {spell(latest.taken_on)}.",
        (step.fact, before.id, latest.id),
        action=THERAPY_FIRST if step.kind == "therapy" else None,
    )


THERAPY_FIRST = "Look at sessions and homework with the therapist; ask whether medication should be added."
"""What an early signal asks for where the step is a therapy (I)."""


def _score_at(course: Course, step_on: date) -> Score | None:
    """The score from which a step is judged: the last on or before its start, else the baseline."""
    before = [s for s in course.scores if s.taken_on <= step_on]
    return before[-1] if before else course.baseline


def _small_drop(p: Picture, before: Score, latest: Score) -> bool:
    drop = total(before) - total(latest)
    few = p.scale.small_drop is not None and drop < p.scale.small_drop
    return few or drop * 100 < p.protocol.small_drop_percent.value * total(before)


@rule(
    "X3",
    "Must review by 8 weeks",
    stages="active",
    when="neither {response_percent} below an elevated baseline nor {each.improved}, "
    "and no review since {review_from} after enrollment",
    window="{review_from} to {review_until} from enrollment",
    action="Psychiatric review before this window ends.",
    who="Psychiatric consultant",
    urgency=Urgency.THIS_WEEK,
    sources="S30",
    tag="consult",
    label="Review wk 8-12",
)
def review_by_week_8(p: Picture) -> Told | None:
    """A patient who is not better at eight weeks is reviewed in weeks 8 to 12."""
    if p.enrolled_on is None or not p.primary.not_improved:
        return None
    start, end = p.protocol.review_from.value, p.protocol.review_until.value
    if not start <= p.days <= end or p.reviewed_since(p.enrolled_on + timedelta(days=start)):
        return None
    return Told(
        f"Week {p.days // 7}: {p.primary.sentence} {_last_review(p)} "
        f"Week {end // 7} ends on {spell(p.enrolled_on + timedelta(days=end))}.",
        _course_facts(p),
    )


def _last_review(p: Picture) -> str:
    return f"Last review on {spell(p.review.on)}." if p.review else "Never reviewed."


def _course_facts(p: Picture) -> tuple[FactId, ...]:
    return tuple(s.id for s in (p.primary.baseline, p.primary.latest) if s)


@rule(
    "X4",
    "Must change",
    stages="active",
    when="not improved and no change of treatment for {must_change}",
    window="{must_change} since the last change, or since enrollment",
    action="Change the treatment, or record the reason not to.",
    who="PCP",
    urgency=Urgency.THIS_WEEK,
    sources="M",
    tag="stuck",
    label="No change 12 wk",
)
def must_change(p: Picture) -> Told | None:
    """A patient who is not improved has a change of treatment every twelve weeks, or a reason."""
    if p.primary.improved is not False or p.enrolled_on is None:
        return None
    since = max(p.enrolled_on, p.change.on) if p.change else p.enrolled_on
    if p.days_since(since) < p.protocol.must_change.value:
        return None
    last = f"Last change: {p.change.text} on {spell(p.change.on)}." if p.change else "No change recorded."
    return Told(f"{p.primary.sentence} {last}", _course_facts(p))


@rule(
    "X5",
    "Review freshness",
    stages="active",
    when="enrolled {improved_from} or longer, not improved, and the last review is older than {review_fresh}",
    window="rolling",
    action="Put on the agenda.",
    who="Psychiatric consultant",
    urgency=Urgency.THIS_WEEK,
    sources="S19",
    tag="consult",
    label="Review old",
)
def review_freshness(p: Picture) -> Told | None:
    """A patient who is not improved is reviewed every sixty days."""
    if not p.primary.not_improved or p.days < p.protocol.improved_from.value:
        return None
    if p.review is not None and p.days_since(p.review.on) <= p.protocol.review_fresh.value:
        return None
    return Told(f"{p.primary.sentence} {_last_review(p)}", _course_facts(p))


@rule(
    "X6",
    "New patient review",
    stages="active",
    when="enrolled {first_review_from} or longer and never reviewed",
    window="{first_review_from} to {first_review_by}",
    action="Put on the agenda.",
    who="Psychiatric consultant",
    urgency=Urgency.THIS_WEEK,
    sources="M",
    tag="consult",
    label="Never reviewed",
)
def new_patient_review(p: Picture) -> Told | None:
    """A new patient is reviewed within thirty days."""
    if (
        p.enrolled_on is None
        or p.days < p.protocol.first_review_from.value
        or p.reviewed_since(p.enrolled_on)
    ):
        return None
    by = p.enrolled_on + timedelta(days=p.protocol.first_review_by.value)
    due = f"the review was due by {spell(by)}" if p.today > by else f"review due by {spell(by)}"
    return Told(f"Enrolled on {spell(p.enrolled_on)} and not reviewed since; {due}.")


@rule(
    "X7",
    "Recommendation open",
    stages="active",
    when="the PCP has not answered a recommendation, of the latest review or an earlier one",
    window="{answer_due}; {answer_breach} breach",
    action="Remind the PCP.",
    who="Care manager → PCP",
    urgency=Urgency.THIS_WEEK,
    sources="M",
    tag="none",
    label="PCP to answer",
)
def recommendation_open(p: Picture) -> Told | None:
    """A recommendation is answered within three working days and escalated after seven; one put off, on its day."""
    waiting = [one for one in p.advice if _awaits_answer(one, p.today)]
    if not waiting:
        return None
    breach = any(in_breach(one.advice, one.signed_on, p.protocol, p.today) for one in waiting)
    return Told(
        _by_review(waiting, lambda those: _unanswered(p, those)),
        _ids(waiting),
        action="Escalate to the PCP's lead." if breach else None,
    )


def _awaits_answer(one: Tracked, today: date) -> bool:
    """Late with the answer, or deferred until a day that has come."""
    standing = one.standing
    if standing.stage not in (DELIVER, ANSWER):
        return False
    return standing.is_late(today) or state_of(one.advice.decisions) == "deferred"


def _unanswered(p: Picture, those: Sequence[Tracked]) -> str:
    reached = "" if all(one.advice.last("delivered") for one in those) else "; not recorded as delivered"
    return f"without an answer for {counted(p.days_since(those[0].signed_on), 'day')}{reached}"


def _by_review(those: Sequence[Tracked], words: Callable[[Sequence[Tracked]], str]) -> str:
    """One sentence a review: its numbers, its day, and what is to be said of them."""
    return " ".join(
        f"Recommendation {_numbers(same)} of {spell(on)} {words(same)}."
        for on, same in ((on, list(same)) for on, same in groupby(those, lambda one: one.signed_on))
    )


def _numbers(those: Sequence[Tracked]) -> str:
    return listed(f"{one.advice.number} ({one.advice.category.replace('_', ' ')})" for one in those)


def _ids(those: Sequence[Tracked]) -> tuple[FactId, ...]:
    return tuple(one.advice.id for one in those)


@rule(
    "X8",
    "Accepted but not done",
    stages="active",
    when="a recommendation was accepted {done_within} ago or longer, is not carried out, "
    "and no change of treatment since shows that it was",
    window="{done_within}",
    action="Ask, and record the barrier.",
    who="Care manager",
    urgency=Urgency.THIS_WEEK,
    sources="I",
    tag="none",
    label="Not done yet",
)
def accepted_not_done(p: Picture) -> Told | None:
    """Advice that was accepted is carried out within two weeks."""
    waiting = [one for one in _to_do(p) if not _changed_since(p, one)]
    if not waiting:
        return None
    return Told(_by_review(waiting, lambda those: "was accepted and is not recorded as done"), _ids(waiting))


def _to_do(p: Picture) -> list[Tracked]:
    """What should have been carried out by today."""
    return [one for one in p.advice if one.standing.stage == DO and _has_come(one.standing, p.today)]


def _changed_since(p: Picture, one: Tracked) -> TreatmentChange | None:
    """The first change since the answer that may be what was advised: a therapy for therapy, a dose for a dose."""
    if one.advice.category not in CHANGING_CATEGORIES:
        return None
    kind = "therapy" if one.advice.category == "therapy" else "dose"
    return next((c for c in p.changes if c.kind == kind and c.on >= one.standing.since), None)


@rule(
    "A2",
    "Accepted, a change seen",
    stages="active",
    when="a recommendation was accepted {done_within} ago or longer, a change of treatment was recorded since, "
    "and nobody said whether that was it",
    window="{done_within}",
    action="Record it as done with what shows it, or say what is still missing.",
    who="Care manager",
    urgency=Urgency.ROUTINE,
    sources="I",
    tag="none",
    label="Done?",
)
def accepted_and_changed(p: Picture) -> Told | None:
    """A change after the answer may be what was advised: somebody says so, and then it can be judged."""
    seen = [(one, change) for one in _to_do(p) if (change := _changed_since(p, one))]
    if not seen:
        return None
    told = (
        f"Recommendation {_numbers([one])} of {spell(one.signed_on)} was accepted; "
        f"since then: {change.text} on {spell(change.on)}."
        for one, change in seen
    )
    return Told(" ".join(told), tuple(fact for one, change in seen for fact in (one.advice.id, change.fact)))


@rule(
    "A3",
    "Not done, to be decided again",
    stages="active",
    when="a recommendation could not be carried out, and the PCP has not decided again",
    window="{answer_due}",
    action="Decide again with the PCP, or close it.",
    who="Care manager → PCP",
    urgency=Urgency.THIS_WEEK,
    sources="M",
    tag="none",
    label="Decide again",
)
def not_done(p: Picture) -> Told | None:
    """Advice that could not be carried out is decided again within three working days."""
    waiting = [one for one in p.advice if one.standing.stage == NOT_DONE and one.standing.is_late(p.today)]
    if not waiting:
        return None
    return Told(_by_review(waiting, _barrier), _ids(waiting))


def _barrier(those: Sequence[Tracked]) -> str:
    reasons = dict.fromkeys(filter(None, (one.advice.decisions[-1].reason for one in those)))
    because = f" ({listed(reasons)})" if reasons else ""
    return f"could not be carried out{because} and waits for a decision"


@rule(
    "X9",
    "Done, effect unknown",
    stages="active",
    when="a change of treatment {effect_known} ago or longer and no primary scale since, "
    "or advice that was carried out and no primary scale on or after the day to judge it",
    window="{effect_known}; the day to judge it",
    action="Take the primary scale.",
    who="Care manager",
    urgency=Urgency.THIS_WEEK,
    sources="I",
    tag="measure",
    label="No score since",
)
def effect_unknown(p: Picture) -> Told | None:
    """Four weeks after a change, and on the day to judge advice, there is a score to judge it by."""
    told = [told for told in (_change_unjudged(p), _advice_unjudged(p)) if told]
    return Told(" ".join(t.sentence for t in told), tuple(f for t in told for f in t.facts)) if told else None


def _change_unjudged(p: Picture) -> Told | None:
    step, latest = p.change, p.primary.latest
    if step is None or latest is None or p.enrolled_on is None or step.on < p.enrolled_on:
        return None
    if latest.taken_on > step.on or p.days_since(step.on) < p.protocol.effect_known.value:
        return None
    return Told(
        f"{begun(step.text)} on {spell(step.on)}; last {INSTRUMENTS[latest.instrument].title} {latest.total} on {spell(latest.taken_on)}.",
        (step.fact, latest.id),
    )


def _advice_unjudged(p: Picture) -> Told | None:
    due = [one for one in p.advice if one.standing.stage == JUDGE and _has_come(one.standing, p.today)]
    if not due:
        return None
    return Told(
        _by_review(due, lambda those: f"is done and has no {p.scale.title} to judge it by"), _ids(due)
    )


def _has_come(standing: Standing, today: date) -> bool:
    return standing.due_on is not None and standing.due_on <= today


@rule(
    "X11",
    "Too long without response",
    stages="active",
    when="enrolled {too_long} or longer and not at target",
    window="{too_long}",
    action="Consider specialty care; the payer may ask for authorization.",
    who="Team",
    urgency=Urgency.ROUTINE,
    sources="S56 M",
    tag="stuck",
    label="Over 6 months",
)
def too_long(p: Picture) -> Told | None:
    """Half a year without improvement calls for a step up."""
    if p.primary.improved is not False or p.days < p.protocol.too_long.value:
        return None
    return Told(f"Week {p.days // 7} without improvement. {p.primary.sentence}", _course_facts(p))


@rule(
    "X12",
    "Consultant asks to see the patient",
    stages="active",
    when="a review advises a direct evaluation that is neither done nor declined",
    window="until the visit is recorded",
    action="Arrange the consultant's visit with the patient.",
    who="PCP / consultant",
    urgency=Urgency.THIS_WEEK,
    sources="I",
    tag="consult",
    label="To be seen",
)
def to_be_seen(p: Picture) -> Told | None:
    """A consultant who wants to see the patient does."""
    waiting = [one for one in p.advice if one.advice.category == DIRECT_EVALUATION and _is_to_be_seen(one)]
    if not waiting:
        return None
    days = listed(spell(on) for on in dict.fromkeys(one.signed_on for one in waiting))
    asks = "reviews of {} ask" if " and " in days else "review of {} asks"
    return Told(f"The {asks.format(days)} for a direct evaluation; no visit is recorded.", _ids(waiting))


def _is_to_be_seen(one: Tracked) -> bool:
    return one.standing.stage in (DELIVER, ANSWER, DEFERRED, DO)


@rule(
    "A1",
    "Review asked for",
    stages="active",
    when="somebody asked for a review and there was none since",
    window="next review",
    action="Put on the agenda.",
    who="Psychiatric consultant",
    urgency=Urgency.ROUTINE,
    sources="I",
    tag="consult",
    label="Asked",
)
def review_asked(p: Picture) -> Told | None:
    """A question to the consultant stands until the patient is reviewed."""
    asks = open_asks(p.facts)
    return Told(ended(asks[-1].sentence), asks[-1].facts) if asks else None


RULES: tuple[Rule, ...] = (
    deterioration,
    partial_response,
    no_response,
    early_signal,
    review_by_week_8,
    must_change,
    review_freshness,
    new_patient_review,
    recommendation_open,
    accepted_not_done,
    accepted_and_changed,
    not_done,
    effect_unknown,
    too_long,
    to_be_seen,
    review_asked,
)
