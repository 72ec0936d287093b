"""What makes a day: open safety findings, results nobody has read, questions for the next review."""

from collections.abc import Sequence
from datetime import date, timedelta

from registry.demo import forms, safety, visits
from registry.demo.case import Case
from registry.demo.curves import REMITTER, UNREACHABLE
from registry.demo.forms import Sheet
from registry.demo.history import History
from registry.demo.rows import at, working_before

OPEN_ITEM9 = (1, 1, 2, 4)
"""How many working days ago each unanswered item 9 came in."""
FLAGS = ((2, False), (4, True))
"""How many working days ago a C-SSRS came out moderate, or high (True)."""
UNREAD, ASKED, SET_ASIDE, BACK_AFTER_CLOSE = 2, 3, 1, 2


def beset(active: Sequence[History], closed: Sequence[Case]) -> None:
    """Put the day's troubles on some of a care manager's patients."""
    cases = [h.case for h in active if h.case.kind not in (REMITTER, UNREACHABLE) and len(h.case.scores) > 1]
    cases.sort(key=lambda case: (-case.scores[-1].total, str(case.episode_id)))
    severe, rest = cases[: len(OPEN_ITEM9) + len(FLAGS)], cases[len(OPEN_ITEM9) + len(FLAGS) :]
    for case, days in zip(severe, OPEN_ITEM9, strict=False):
        _unanswered_item9(case, _working_days_ago(case.today, days))
    for case, (days, high) in zip(severe[len(OPEN_ITEM9) :], FLAGS, strict=False):
        _flag(case, _working_days_ago(case.today, days), high)
    rng = cases[0].rng
    for case in rng.sample(rest, UNREAD):
        _unread_result(case, _working_days_ago(case.today, rng.randint(2, 4)))
    for case in rng.sample(rest, ASKED):
        _ask(case, _working_days_ago(case.today, rng.randint(1, 4)))
    _set_aside(rng.choice(rest))
    for case in rng.sample([c for c in closed if 40 < (c.today - c.last_on).days < 300], BACK_AFTER_CLOSE):
        _high_again(case, _working_days_ago(case.today, rng.randint(1, 6)))
    _discharge(rng.choice(rest), _working_days_ago(rest[0].today, 1))


def _discharge(case: Case, on: date) -> None:
    """Came home from the emergency department; nobody has called yet."""
    case.rows.add("health_fact", patient_id=case.person.id, kind="discharge", code="emergency", value="Mercy Hospital",
                  on=on, note="A relative told it on the phone.", recorded_at=at(on, 18))  # fmt: skip


def _working_days_ago(today: date, days: int) -> date:
    for _ in range(days):
        today = working_before(today)
    return today


def _unanswered_item9(case: Case, on: date) -> None:
    """A form filled in at home; nobody has asked about it yet."""
    case.pressing = "Safety follow-up"
    total = max(11, case.scores[-1].total)
    item9 = 2 if case.rng.random() < 0.3 else 1
    case.scores.append(forms.phq9(case.rows, _from_home(case, on), total, item9))


def _flag(case: Case, on: date, high: bool) -> None:
    contact = visits.log(case, on, "treatment", reached=True, minutes=case.rng.randint(30, 50), interventions=["safety_planning"],
                         note="Thoughts more often this week; C-SSRS done on the phone, PCP joined the call.")  # fmt: skip
    sheet = Sheet(case.person, on, contact_id=contact, by=case.author.id)
    taken = forms.phq9(case.rows, sheet, max(15, case.scores[-1].total), 2)
    case.pressing = "Safety follow-up"
    case.contacts.append((contact, on))
    case.scores.append(taken)
    safety.raise_flag(case, taken, contact, high)


def _unread_result(case: Case, on: date) -> None:
    total = max(0, case.scores[-1].total + case.rng.randint(-2, 1))
    forms.phq9(case.rows, _from_home(case, on), total, 0)


def _from_home(case: Case, on: date) -> Sheet:
    """A form that came in by itself; nobody has read it."""
    return Sheet(case.person, on, "portal", forms.FROM_PORTAL, read=False)


def _ask(case: Case, on: date) -> None:
    role, by = ("pcp", None) if case.rng.random() < 0.3 else ("care_manager", case.clinic.care_manager.id)
    case.rows.add("agenda_mark", episode_id=case.episode_id, kind="asked", on=on, text=visits.question(case), by_id=by,
                  by_role=role, recorded_at=at(on, 18))  # fmt: skip


def _set_aside(case: Case) -> None:
    """Not at the last review, and why."""
    last = case.clinic.review_on_or_after(case.today - timedelta(days=7))
    on = working_before(last)
    case.rows.add("agenda_mark", episode_id=case.episode_id, kind="set_aside", on=on, review_on=last, by_role="care_manager",
                  text="Sees the PCP on Friday; discuss after that.", by_id=case.clinic.care_manager.id,
                  recorded_at=at(on, 18))  # fmt: skip


def _high_again(case: Case, on: date) -> None:
    """A high score from the practice after the episode was closed."""
    forms.phq9(case.rows, Sheet(case.person, on, "self", forms.FROM_RECORDS), case.rng.randint(10, 16), 0)
