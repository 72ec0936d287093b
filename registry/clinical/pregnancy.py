"""Pregnancy and lactation: what is told of them, from which day, and whether a pregnancy is possible at all.

Told by the intake check, by what is recorded of the health, by the perinatal pathway and by a positive test; of all that
the latest holds, and on one day the test.
"""

from collections.abc import Iterator
from datetime import date
from operator import itemgetter

from registry.clinical.dates import age_on
from registry.clinical.facts import EpisodeFacts
from registry.clinical.pathways import BIRTH, DUE_DATE, PERINATAL

FERTILE = range(12, 56)
"""Years of age in which a pregnancy is thought of (I)."""
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
    return NOT_POSSIBLE not in (pregnancy_status(facts), *methods[-1:])


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
    """Pregnant from the day on which a due date is told, until the birth; a pathway that ends without one tells no more."""
    paths = {path.id: path for path in facts.care.pathways if path.kind == PERINATAL}
    born = set()
    for event in facts.care.pathway_events:
        if event.pathway_id in paths and event.kind in (DUE_DATE, BIRTH):
            yield event.on, NO if event.kind == BIRTH else YES
            born |= {event.pathway_id} if event.kind == BIRTH else set()
    yield from ((path.until, UNKNOWN) for path in paths.values() if path.until and path.id not in born)


def _yes_since(told: list[tuple[date, str]]) -> date | None:
    """The first day of the answers yes that no other answer follows."""
    since: date | None = None
    for on, answer in told:
        since = (since or on) if answer == YES else None
    return since
