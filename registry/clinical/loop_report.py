"""What the loop shows afterwards: how far advice got, what came of it, how long it took, and where the chain breaks.

Everything is counted for a clinic and never for a person: no PCP is named, and none is ranked.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from statistics import median
from typing import NamedTuple

from registry.clinical.decision_moves import ANSWERS
from registry.clinical.facts import Recommendation
from registry.clinical.outcome import (
    BETTER,
    DONE,
    PARTLY,
    SAME,
    STAGES,
    UNKNOWN,
    WORDS,
    WORSE,
    Outcome,
    Standing,
    judge_day,
)

AGREED = ("accepted", "modified")
DECIDED = ("accepted", "modified", "declined")
"""Answers that decide; to defer only puts the decision off."""
REACHED = ("delivered", "seen", *ANSWERS)
"""Steps that show that the advice reached the PCP: whoever answers has had it."""


class Followed(NamedTuple):
    """One recommendation that wants an answer, with where it stands today and what came of it."""

    advice: Recommendation
    signed_on: date
    standing: Standing
    outcome: Outcome | None
    done_within: int
    """Days, by the protocol of the patient's clinic."""

    @property
    def answer(self) -> str:
        """The PCP's answer as it stands; empty without one."""
        last = self.advice.last(*ANSWERS)
        return last.kind if last else ""

    @property
    def decided_on(self) -> date | None:
        """The day of the first answer that decided."""
        return next((d.on for d in self.advice.decisions if d.kind in DECIDED), None)

    @property
    def agreed_on(self) -> date | None:
        """The day from which the PCP has agreed, as it was or modified."""
        return _since(self.advice, AGREED, ANSWERS)

    @property
    def done_on(self) -> date | None:
        """The day from which it is done."""
        return _since(self.advice, ("implemented",), ("implemented", "not_implemented"))


def _since(advice: Recommendation, yes: Sequence[str], kinds: Sequence[str]) -> date | None:
    """The first of the last unbroken row of these steps, None where another kind came last."""
    since: date | None = None
    for step in advice.decisions:
        if step.kind in kinds:
            since = (since or step.on) if step.kind in yes else None
    return since


class Share(NamedTuple):
    """One count of the report, and the count of which it is a share."""

    key: str
    label: str
    of: str
    holds: Callable[[Followed, date], bool]


def _is(answer: str) -> Callable[[Followed, date], bool]:
    return lambda one, today: one.answer == answer


def _came(status: str) -> Callable[[Followed, date], bool]:
    return lambda one, today: _judged(one, today) and one.outcome is not None and one.outcome.status == status


def _agreed_long_ago(one: Followed, today: date) -> bool:
    """Agreed as long ago as it may take to carry it out: before that nobody is slow."""
    return one.agreed_on is not None and (today - one.agreed_on).days >= one.done_within


def _done_in_time(one: Followed, today: date) -> bool:
    if not _agreed_long_ago(one, today) or one.done_on is None or one.agreed_on is None:
        return False
    return (one.done_on - one.agreed_on).days <= one.done_within


def _to_judge(one: Followed, today: date) -> bool:
    """Done, and the day to judge it has come."""
    judge_on = judge_day(one.advice)
    return one.done_on is not None and judge_on is not None and judge_on <= today


def _judged(one: Followed, today: date) -> bool:
    return _to_judge(one, today) and one.outcome is not None and one.outcome.status != UNKNOWN


SIGNED, ANSWERED, AGREED_BEFORE, TO_JUDGE, JUDGED = "signed", "answered", "agreed", "to_judge", "judged"
SHARES: dict[str, Share] = {
    share.key: share
    for share in (
        Share(SIGNED, "Recommendations that want an answer", "", lambda one, today: True),
        Share(
            "delivered", "Reached the PCP", SIGNED, lambda one, today: one.advice.last(*REACHED) is not None
        ),
        Share(ANSWERED, "Answered", SIGNED, lambda one, today: bool(one.answer)),
        Share("accepted", "Accepted", ANSWERED, _is("accepted")),
        Share("modified", "Modified", ANSWERED, _is("modified")),
        Share("declined", "Declined", ANSWERED, _is("declined")),
        Share("deferred", "Deferred", ANSWERED, _is("deferred")),
        Share(AGREED_BEFORE, "Agreed, and the time to carry it out has passed", "", _agreed_long_ago),
        Share("done_in_time", "Done in time", AGREED_BEFORE, _done_in_time),
        Share(TO_JUDGE, "Done, and the day to judge it has come", "", _to_judge),
        Share(JUDGED, "Judged by a score", TO_JUDGE, _judged),
        *(Share(status, WORDS[status], JUDGED, _came(status)) for status in (BETTER, PARTLY, SAME, WORSE)),
    )
}
"""In the order of the way."""


def those(key: str, followed: Iterable[Followed], today: date) -> list[Followed]:
    """The recommendations that a count counts."""
    return [one for one in followed if SHARES[key].holds(one, today)]


def percent_of(number: int, of: int | None) -> int | None:
    """A share in whole percent, half up; None of nothing."""
    return (200 * number + of) // (2 * of) if of else None


class Counted(NamedTuple):
    """A share in figures."""

    share: Share
    number: int
    of: int | None

    @property
    def percent(self) -> int | None:
        """In whole percent; None where there is nothing to be a share of."""
        return percent_of(self.number, self.of)


def shares(followed: Sequence[Followed], today: date) -> list[Counted]:
    """Every count of the report, in the order of the way."""
    numbers = {key: len(those(key, followed, today)) for key in SHARES}
    return [Counted(share, numbers[share.key], numbers.get(share.of)) for share in SHARES.values()]


class Median(NamedTuple):
    """The middle of so many numbers of days; None where there are none."""

    days: float | None
    number: int


def median_of(days: Iterable[int]) -> Median:
    """The middle number of days."""
    known = sorted(days)
    return Median(float(median(known)) if known else None, len(known))


def days_to_decision(followed: Iterable[Followed]) -> Median:
    """Days from the signing to the first answer that decided."""
    return median_of((one.decided_on - one.signed_on).days for one in followed if one.decided_on)


def days_to_done(followed: Iterable[Followed]) -> Median:
    """Days from the signing until it was done."""
    return median_of((one.done_on - one.signed_on).days for one in followed if one.done_on)


class Waiting(NamedTuple):
    """How many stand at a stage today, and how many of them are late."""

    stage: str
    number: int
    late: int

    @property
    def label(self) -> str:
        """The stage in words."""
        return STAGES[self.stage][0]


def chain(followed: Sequence[Followed], today: date) -> list[Waiting]:
    """Where the chain breaks: every stage on the way with what waits there."""
    here = Counter(one.standing.stage for one in followed)
    late = Counter(one.standing.stage for one in followed if one.standing.is_late(today))
    return [Waiting(stage, here[stage], late[stage]) for stage in STAGES if stage != DONE]
