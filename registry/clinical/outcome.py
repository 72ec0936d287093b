"""What came of a recommendation, and where on its way it stands today.

The outcome is never recorded: it is the first score of the primary scale after the change, on or after the day to
judge it, against the score from which the change began.  So a corrected score corrects the outcome, too.
"""

from datetime import date
from typing import NamedTuple

from registry.clinical.course import Course, is_at_target, reaches, total
from registry.clinical.dates import counted, spell, working_days_after
from registry.clinical.decision_moves import OPEN, awaits_answer, state_of
from registry.clinical.facts import Decision, Recommendation, Score
from registry.clinical.instruments import INSTRUMENTS
from registry.clinical.interventions import CHANGING_CATEGORIES, NO_ANSWER_NEEDED
from registry.clinical.protocol import Protocol

BETTER, PARTLY, SAME, WORSE, UNKNOWN = "better", "partly", "same", "worse", "unknown"
WORDS = {
    BETTER: "Better",
    PARTLY: "Partly better",
    SAME: "Not better",
    WORSE: "Worse",
    UNKNOWN: "Not known",
}


class Outcome(NamedTuple):
    """How the patient was when the advice was to be judged; ``points`` are negative where better."""

    status: str  # better | partly | same | worse | unknown
    before: Score | None
    after: Score | None

    @property
    def word(self) -> str:
        """The outcome in a word or two."""
        return WORDS[self.status]

    @property
    def points(self) -> int | None:
        """The change between the two scores."""
        return total(self.after) - total(self.before) if self.after and self.before else None

    @property
    def sentence(self) -> str:
        """The two scores with their scale and days."""
        if self.before is None or self.after is None:
            return "No score to judge it by."
        names = [INSTRUMENTS[score.instrument].title for score in (self.before, self.after)]
        later = "" if names[0] == names[1] else f"{names[1]} "
        return (
            f"{self.word}: {names[0]} {self.before.total} on {spell(self.before.taken_on)}, "
            f"{later}{self.after.total} on {spell(self.after.taken_on)}."
        )


def judge_day(advice: Recommendation) -> date | None:
    """The day to judge advice that changes the treatment; a score tells nothing of a laboratory test or a referral."""
    return advice.judge_on if advice.category in CHANGING_CATEGORIES else None


def outcome(advice: Recommendation, course: Course, protocol: Protocol, today: date) -> Outcome | None:
    """What came of advice that was carried out; None while it is not yet to be judged.

    Better is at target (half below the score before, or in remission); partly is 25 % or the points of a partial
    response; worse is the points of a deterioration (the protocol's thresholds of the scale).
    """
    done, judge_on = advice.last("implemented"), judge_day(advice)
    if done is None or judge_on is None or judge_on > today:
        return None
    before = next((s for s in reversed(course.scores) if s.taken_on <= done.on), course.baseline)
    after = next((s for s in course.scores if s.taken_on >= judge_on and s.taken_on > done.on), None)
    if after is before:
        return Outcome(UNKNOWN, None, after)
    if before is None or after is None:
        return Outcome(UNKNOWN, before, None)
    return Outcome(_status(total(before), total(after), course, protocol), before, after)


def _status(first: int, last: int, course: Course, protocol: Protocol) -> str:
    scale, drop = protocol.scale(course.series), first - last
    if is_at_target(first, last, scale, protocol):
        return BETTER
    if reaches(drop, scale.partial_points) or (
        drop > 0 and drop * 100 >= protocol.partial_percent.value * first
    ):
        return PARTLY
    return WORSE if reaches(-drop, scale.worse_points) else SAME


#: Where on its way a recommendation can stand, in the order of the way, and who moves it on.
DELIVER, ANSWER, DEFERRED, DO, NOT_DONE, JUDGE, DONE = (
    "deliver", "answer", "deferred", "do", "not_done", "judge", "done",
)  # fmt: skip
STAGES: dict[str, tuple[str, str]] = {
    DELIVER: ("To deliver", "care_manager"),
    ANSWER: ("Awaits the PCP's answer", "pcp"),
    DEFERRED: ("Deferred", "pcp"),
    DO: ("Accepted, to be done", "care_manager"),
    NOT_DONE: ("Not done, to be decided again", "care_manager"),
    JUDGE: ("Done, to be judged", "care_manager"),
    DONE: ("Closed", ""),
}


class Standing(NamedTuple):
    """Where a recommendation stands today, since when, and by when it should move on."""

    stage: str
    since: date
    due_on: date | None
    outcome: Outcome | None

    @property
    def label(self) -> str:
        """The stage in words."""
        return STAGES[self.stage][0]

    @property
    def owner(self) -> str:
        """The role that moves it on; empty once it is closed."""
        return STAGES[self.stage][1]

    def is_late(self, today: date) -> bool:
        """The day has passed by which it should have moved on."""
        return self.due_on is not None and self.due_on < today

    def age_words(self, today: date) -> str:
        """'12 days'."""
        return counted((today - self.since).days, "day")


def standing_of(
    advice: Recommendation, signed_on: date, course: Course, protocol: Protocol, today: date
) -> Standing:
    """Where a signed recommendation stands: derived from its decisions, its day to judge it and the scores."""
    state, last = state_of(advice.decisions), advice.decisions[-1] if advice.decisions else None
    since = last.on if last else signed_on
    if state in ("closed", "declined") or (advice.category in NO_ANSWER_NEEDED and awaits_answer(state)):
        return Standing(DONE, since, None, None)
    if awaits_answer(state):
        return _unanswered(state, last, signed_on, protocol, today)
    if state == "implemented":
        return _judged(advice, since, outcome(advice, course, protocol, today), protocol, today)
    if state == "not_implemented":
        return Standing(NOT_DONE, since, working_days_after(since, protocol.answer_due.value), None)
    return Standing(DO, since, date.fromordinal(since.toordinal() + protocol.done_within.value), None)


def _unanswered(
    state: str, last: Decision | None, signed_on: date, protocol: Protocol, today: date
) -> Standing:
    """Not delivered, delivered without an answer, or deferred until a day that is still to come."""
    due = working_days_after(signed_on, protocol.answer_due.value)
    if state == OPEN or last is None:
        return Standing(DELIVER, signed_on, due, None)
    if state == "deferred" and last.until_on is not None and last.until_on > today:
        return Standing(DEFERRED, last.on, last.until_on, None)
    return Standing(ANSWER, last.on, last.until_on or due, None)


def _judged(
    advice: Recommendation, since: date, found: Outcome | None, protocol: Protocol, today: date
) -> Standing:
    """Done: judged once there is a score after it, on or after its day; without such a day there is nothing to wait for."""
    judge_on = judge_day(advice)
    if judge_on is None or (found is not None and found.after is not None):
        return Standing(DONE, since, None, found)
    return Standing(JUDGE, since, judge_on, found)
