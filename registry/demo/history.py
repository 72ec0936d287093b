"""The story of one episode, told day by day until today or its close."""

from datetime import date, timedelta

from registry.demo import background, curves, episodes, reviews, treatment, visits
from registry.demo.case import Case
from registry.demo.reviews import Due
from registry.demo.rows import working, working_before
from registry.demo.statuses import move

MISSES = 0.09
OWN_THERAPY = 0.55
THERAPIES = ("behavioural_activation", "behavioural_activation", "problem_solving", "cbt", "interpersonal")
SILENCE = (28, 95)
"""Days that an active patient who cannot be reached has been silent."""


class History:
    """Walks an episode from visit to visit and from review to review."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.rng = case.rng
        self.yesterday = working_before(case.today)
        self.next_visit = case.enrolled_on
        self.next_review = case.clinic.review_on_or_after(
            case.enrolled_on + timedelta(days=self.rng.randint(9, 22))
        )
        self.due: list[Due] = []
        self.silent_from = self._silent_from()

    def tell(self) -> None:
        case = self.case
        background.known_before(case)
        treatment.before_enrolment(case)
        while (day := min(self.next_visit, self.next_review)) <= case.last_on:
            self._carry_out(day)
            if self.next_visit <= self.next_review:
                self._visit(self.next_visit)
            else:
                self._review(self.next_review)
        self._carry_out(case.last_on)
        if case.closes:
            move(case, "closed", case.last_on, case.closes)

    def _silent_from(self) -> date:
        case = self.case
        if case.kind != curves.UNREACHABLE:
            return date.max
        silence = self.rng.randint(*SILENCE)
        if case.closes == "administrative_inactivity":
            silence = 90
        return max(case.enrolled_on + timedelta(days=10), case.last_on - timedelta(days=silence - 7))

    def _visit(self, day: date) -> None:
        case = self.case
        first = day == case.enrolled_on
        if day >= self.silent_from or (not first and not case.missed and self.rng.random() < MISSES):
            self._missed(day)
            return
        if not case.therapy and not first and self.rng.random() < OWN_THERAPY:
            case.therapy, case.therapy_from = self.rng.choice(THERAPIES), day
        was_worse = case.worse
        visits.treat(case, day)
        if case.worse and not was_worse:
            self.next_review = min(self.next_review, case.clinic.review_on_or_after(day + timedelta(days=1)))
        self.next_visit = working(day + timedelta(days=self._interval(day)))

    def _missed(self, day: date) -> None:
        """After a miss one tries again within days; after four, with long pauses."""
        visits.miss(self.case, day)
        pause = self.rng.randint(2, 4) if day < self.silent_from else self.rng.randint(8, 14)
        self.next_visit = working(day + timedelta(days=pause if self.case.missed < 4 else 2 * pause))

    def _interval(self, day: date) -> int:
        case, rng = self.case, self.rng
        if case.in_prevention_since and not case.worse:
            settled = (day - case.in_prevention_since).days > 84
            return rng.randint(56, 80) if settled else rng.randint(24, 27)
        if case.twice_improved and not case.worse:
            return rng.randint(20, 26)
        return rng.randint(6, 8) if case.week(day) < 4 or case.worse else rng.randint(10, 13)

    def _review(self, day: date) -> None:
        case = self.case
        if case.scores and not (case.neglected and case.reviews and self.rng.random() < 0.7):
            self.due += reviews.hold(case, day)
            self._call_after_change()
        self.next_review = self._review_after(day)

    def _review_after(self, day: date) -> date:
        """Weeks eight to twelve while not better, then every six; a patient who is better waits."""
        case = self.case
        if case.improved and not case.worse:
            return case.clinic.review_on_or_after(day + timedelta(days=self.rng.randint(63, 110)))
        week8 = case.enrolled_on + timedelta(days=56)
        wait = day + timedelta(days=self.rng.randint(35, 46))
        return case.clinic.review_on_or_after(max(wait, week8) if day < week8 else wait)

    def _call_after_change(self) -> None:
        """A changed dose is asked after within ten days."""
        for due in self.due:
            call = working(due.on + timedelta(days=self.rng.randint(6, 9)))
            if due.advice.dose and due.on < self.next_visit and call < self.next_visit:
                self.next_visit = call

    def _carry_out(self, until: date) -> None:
        limit = min(until, self.yesterday)
        for due in [d for d in self.due if d.on <= limit]:
            self.due.remove(due)
            reviews.carry_out(self.case, due)


def plan_next(history: History) -> None:
    """Write down what happens next, on the day that the walk stopped at."""
    case = history.case
    if case.pressing:
        episodes.next_action(
            case, case.pressing, working(case.today - timedelta(days=case.rng.randint(0, 1)))
        )
    else:
        episodes.next_action(case, _action(case), history.next_visit)


def _action(case: Case) -> str:
    rng = case.rng
    if case.missed >= 2:
        return rng.choice(("Outreach call", "Try other number, letter", "Ask PCP office for a new number"))
    if len(case.contacts) < 2:
        return "First follow-up call"
    if case.in_prevention_since:
        return rng.choice(("Relapse prevention call", "Phone follow-up with PHQ-9", "Graduation visit"))
    if case.worse:
        return rng.choice(("Safety follow-up", "Discuss with consultant"))
    if case.dose_since and case.contacts[-1][1] <= case.dose_since:
        return "Medication check call"
    return rng.choice(("Phone follow-up", "Phone follow-up with PHQ-9", "Video visit", "In-person visit"))
