"""Change of treatment and consult: T4 to T6 as findings, X1, X3 to X9, X11, X12, and a review asked for."""

from datetime import date, timedelta

from registry.clinical.agenda_marks import open_asks
from registry.clinical.course import Course, total
from registry.clinical.dates import begun, counted, ended, listed, spell, working_days_after
from registry.clinical.facts import FactId, Recommendation, Score
from registry.clinical.findings.kinds import Rule, Told, Urgency, rule
from registry.clinical.interventions import CHANGING_CATEGORIES, NO_ANSWER_NEEDED
from registry.clinical.picture import Picture

DIRECT_EVALUATION = "direct_evaluation"
ENDED = ("implemented", "not_implemented", "declined", "closed")
ANSWERS = ("accepted", "modified", "declined", "deferred", "implemented", "not_implemented", "closed")


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
        f"{begun(step.text)} on {spell(step.on)}; {p.scale.title} {before.total} on {spell(before.taken_on)}, "
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
    when="the PCP has not answered a recommendation of the latest review",
    window="{answer_due}; {answer_breach} breach",
    action="Remind the PCP.",
    who="Care manager → PCP",
    urgency=Urgency.THIS_WEEK,
    sources="M",
    tag="none",
    label="PCP to answer",
)
def recommendation_open(p: Picture) -> Told | None:
    """A recommendation is answered within three working days and escalated after seven."""
    if p.review is None or p.today <= working_days_after(p.review.on, p.protocol.answer_due.value):
        return None
    unanswered = [r for r in p.review.recommendations if _awaits_answer(r, p.today)]
    if not unanswered:
        return None
    days = p.days_since(p.review.on)
    late = days > p.protocol.answer_breach.value
    numbers = listed(f"{r.number} ({r.category.replace('_', ' ')})" for r in unanswered)
    return Told(
        f"Recommendation {numbers} of {spell(p.review.on)} without an answer for {counted(days, 'day')}"
        f"{_undelivered(unanswered)}.",
        tuple(r.id for r in unanswered),
        action="Escalate to the PCP's lead." if late else None,
    )


def _awaits_answer(advice: Recommendation, today: date) -> bool:
    """Nobody has answered, or the day until which the answer was deferred has come."""
    if advice.category in NO_ANSWER_NEEDED:
        return False
    last = advice.last(*ANSWERS)
    return last is None or (last.kind == "deferred" and last.until_on is not None and last.until_on <= today)


def _undelivered(unanswered: list[Recommendation]) -> str:
    return "" if all(r.last("delivered") for r in unanswered) else "; not recorded as delivered"


@rule(
    "X8",
    "Accepted but not done",
    stages="active",
    when="a recommendation was accepted {done_within} ago or longer and is not carried out",
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
    if p.review is None:
        return None
    waiting = [r for r in p.review.recommendations if _not_done(p, r)]
    if not waiting:
        return None
    told = listed(f"{r.number} ({r.category.replace('_', ' ')})" for r in waiting)
    return Told(
        f"Recommendation {told} of {spell(p.review.on)} was accepted and is not recorded as done.",
        tuple(r.id for r in waiting),
    )


def _not_done(p: Picture, advice: Recommendation) -> bool:
    accepted = advice.last("accepted", "modified")
    if accepted is None or advice.category in NO_ANSWER_NEEDED:
        return False
    if advice.last(*ENDED) or _changed_since(p, advice, accepted.on):
        return False
    return p.days_since(accepted.on) >= p.protocol.done_within.value


def _changed_since(p: Picture, advice: Recommendation, accepted_on: date) -> bool:
    """A dose or therapy change after the answer shows that it was done."""
    changed = p.change is not None and p.change.on >= accepted_on
    return advice.category in CHANGING_CATEGORIES and changed


@rule(
    "X9",
    "Done, effect unknown",
    stages="active",
    when="a change of treatment {effect_known} ago or longer and no primary scale since",
    window="{effect_known}",
    action="Take the primary scale.",
    who="Care manager",
    urgency=Urgency.THIS_WEEK,
    sources="I",
    tag="measure",
    label="Effect unknown",
)
def effect_unknown(p: Picture) -> Told | None:
    """Four weeks after a change there is a score to judge it by."""
    step, latest = p.change, p.primary.latest
    if step is None or latest is None or p.enrolled_on is None or step.on < p.enrolled_on:
        return None
    if latest.taken_on > step.on or p.days_since(step.on) < p.protocol.effect_known.value:
        return None
    return Told(
        f"{begun(step.text)} on {spell(step.on)}; last {p.scale.title} {latest.total} on {spell(latest.taken_on)}.",
        (step.fact, latest.id),
    )


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
    when="the latest review advises a direct evaluation that is neither done nor declined",
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
    advised = p.review.recommendations if p.review else ()
    waiting = [r for r in advised if r.category == DIRECT_EVALUATION and r.last(*ENDED) is None]
    if p.review is None or not waiting:
        return None
    return Told(
        f"The review of {spell(p.review.on)} asks for a direct evaluation; no visit is recorded.",
        tuple(r.id for r in waiting),
    )


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
    effect_unknown,
    too_long,
    to_be_seen,
    review_asked,
)
