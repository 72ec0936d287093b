"""Pregnancy and lactation: what is told of them, from which day, and whether a pregnancy is possible at all.

Told by the intake check, by what is recorded of the health, by the perinatal pathway and by a positive test; of all that
the latest holds, and on one day the test.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from operator import itemgetter

from registry.clinical.dates import age_on
from registry.clinical.facts import EpisodeFacts
from registry.clinical.pathways import BIRTH, DUE_DATE, PERINATAL, POSTPARTUM, due_date, events_of

FERTILE = range(12, 56)
"""Years of age in which a pregnancy is thought of (I)."""
NEXT = timedelta(weeks=20)
"""A due date so long after a birth is that of another pregnancy (I)."""
YES, PLANNED, NO, NOT_POSSIBLE, UNKNOWN = "yes", "planned", "no", "not_needed", "unknown"


def pregnancy_status(facts: EpisodeFacts) -> str:
    """The latest that is told: yes, planned, no, not_needed (not possible) or unknown."""
    return _told(facts)[-1][1]


def is_pregnant(facts: EpisodeFacts) -> bool | None:
    """Pregnant or not, None where nobody asked."""
    status = pregnancy_status(facts)
    return None if status == UNKNOWN else status == YES


def pregnant_since(facts: EpisodeFacts) -> date | None:
    """The day from which a pregnancy that goes on is on record, None where there is none."""
    return _yes_since(_told(facts))


def lactating_since(facts: EpisodeFacts) -> date | None:
    """The day from which breastfeeding that goes on is on record, None where there is none."""
    return _yes_since([(row.on, row.value) for row in facts.care.health if row.kind == "lactation"])


def pregnancy_possible(facts: EpisodeFacts, today: date) -> bool:
    """Of an age for it, and nothing on file that rules it out; a sex or an age that is not known rules out nothing."""
    age = age_on(facts.birth_date, today)
    if facts.sex == "male" or (age is not None and age not in FERTILE):
        return False
    methods = [row.value for row in facts.care.health if row.kind == "contraception"]
    recorded = [answer for _, answer in _recorded(facts)]
    return pregnancy_status(facts) == YES or NOT_POSSIBLE not in (*recorded[-1:], *methods[-1:])


def birth_without_answer(facts: EpisodeFacts, today: date) -> date | None:
    """The last birth of the past year, where nobody has told since whether the patient breastfeeds."""
    paths = {path.id for path in facts.care.pathways if path.kind == PERINATAL}
    births = [e.on for e in facts.care.pathway_events if e.kind == BIRTH and e.pathway_id in paths]
    told = [row.on for row in facts.care.health if row.kind == "lactation"]
    recent = [on for on in births if today - on <= POSTPARTUM and not any(day >= on for day in told)]
    return max(recent, default=None)


def _told(facts: EpisodeFacts) -> list[tuple[date, str]]:
    """Every answer with its day, oldest first; before all of them nothing is known."""
    return [
        (date.min, UNKNOWN),
        *sorted(
            (*_checked(facts), *_on_pathway(facts), *_recorded(facts), *_tested(facts)), key=itemgetter(0)
        ),
    ]


def _checked(facts: EpisodeFacts) -> Iterator[tuple[date, str]]:
    check = facts.check("pregnancy")
    if check is not None:
        yield check.on, YES if check.positive else NO


def _recorded(facts: EpisodeFacts) -> Iterator[tuple[date, str]]:
    return ((row.on, row.value) for row in facts.care.health if row.kind == "pregnancy")


def _tested(facts: EpisodeFacts) -> Iterator[tuple[date, str]]:
    """A positive test of the last day that has an outcome; a negative one takes back an earlier test, and answers nothing."""
    tests = [r for r in facts.care.results if r.code == "pregnancy_test" and r.value is not None]
    if any(r.value for r in tests if r.on == tests[-1].on):
        yield tests[-1].on, YES


def _on_pathway(facts: EpisodeFacts) -> Iterator[tuple[date, str]]:
    """Pregnant from the day on which a due date is told, until the birth; a pathway that ends before it tells no more.

    A due date that is told after the birth is that of the birth, unless it lies too far behind it.
    """
    for path in (path for path in facts.care.pathways if path.kind == PERINATAL):
        last, born = "", None
        for event in events_of(facts.care, path):
            due = due_date([event])
            if event.kind == BIRTH:
                last, born = NO, event.on
                yield event.on, last
            elif event.kind == DUE_DATE and (born is None or due is None or due > born + NEXT):
                last = YES
                yield event.on, last
        if path.until and last == YES:
            yield path.until, UNKNOWN


def _yes_since(told: list[tuple[date, str]]) -> date | None:
    """The first day of the answers yes that no other answer follows."""
    since: date | None = None
    for on, answer in told:
        since = (since or on) if answer == YES else None
    return since
