"""The weekly review of one patient: the consultant's signed note, its advice, and what the PCP made of it."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from registry.demo import advice as consultant
from registry.demo import treatment, words
from registry.demo.advice import Advice, Standing
from registry.demo.case import Case
from registry.demo.rows import at, working, working_before

ANSWERS = (("accepted", 80), ("modified", 8), ("declined", 8), ("deferred", 4))
ASKS_NOTHING = ("continue", "no_change")


@dataclass(frozen=True)
class Due:
    """Accepted advice that is carried out on a day."""

    on: date
    recommendation_id: UUID
    advice: Advice


def hold(case: Case, on: date) -> list[Due]:
    """Review the patient on a day; returned is what will be carried out, and when."""
    case.reviews.append(on)
    review = _note(case, on)
    due: list[Due] = []
    for number, piece in enumerate(consultant.advise(case.rng, _standing(case, on)), 1):
        judge_on = on + timedelta(weeks=piece.weeks) if piece.weeks else None
        recommendation = case.rows.add("recommendation", review_id=review, number=number, category=piece.category,
                                       text=piece.text, judge_on=judge_on, if_fails=piece.if_fails)  # fmt: skip
        due += _answer(case, on, recommendation, piece)
    return due


def _standing(case: Case, on: date) -> Standing:
    weeks = (on - case.dose_since).days / 7 if case.dose_since else 0.0
    return Standing(
        case.person, case.dose, weeks, frozenset(case.tried), case.therapy, case.improved, case.worse
    )


def _note(case: Case, on: date) -> UUID:
    rng = case.rng
    course = words.WORSE if case.worse else words.BETTER if case.improved else words.SAME
    phq = case.scores[-1].total if case.scores else None
    score = f"PHQ-9 {phq} at week {int(case.week(on))}." if phq is not None else ""
    return case.rows.add(
        "review", episode_id=case.episode_id, on=on, minutes=rng.randint(4, 11),
        impression=words.joined(rng.choice(words.IMPRESSION[course]), score), safety=rng.choice(words.CONCERN if any(t.item9 for t in case.scores) else words.NO_CONCERN),
        attended=case.clinic.care_manager.name, consultant_id=case.clinic.consultant.id,
        begun_at=at(on, 17), signed_at=at(on, 17, 30),
    )  # fmt: skip


def _answer(case: Case, on: date, recommendation: UUID, piece: Advice) -> list[Due]:
    """Delivered within a day, answered within four, done within ten; a neglected one stays unanswered."""
    rng, yesterday = case.rng, working_before(case.today)
    delivered = working(on + timedelta(days=rng.randint(0, 1)))
    if piece.category in ASKS_NOTHING or delivered > yesterday:
        return []
    _decide(case, recommendation, "delivered", delivered, rng.choice(words.DELIVERED))
    answered = working(delivered + timedelta(days=rng.randint(1, 4)))
    if answered > yesterday or (case.neglected and rng.random() < 0.7):
        return []
    kind = rng.choices([k for k, _ in ANSWERS], [w for _, w in ANSWERS])[0]
    reasons = {
        "declined": consultant.DECLINED,
        "modified": consultant.MODIFIED,
        "deferred": consultant.DEFERRED,
    }
    _decide(case, recommendation, kind, answered, rng.choice(reasons.get(kind, ("",))))
    if kind not in ("accepted", "modified"):
        return []
    return [Due(working(answered + timedelta(days=rng.randint(0, 6))), recommendation, piece)]


def carry_out(case: Case, due: Due) -> None:
    """The order was written: the recommendation is done."""
    if case.neglected and case.rng.random() < 0.5:
        return
    treatment.carry_out(case, due.advice, due.on)
    _decide(case, due.recommendation_id, "implemented", due.on)


def _decide(case: Case, recommendation: UUID, kind: str, on: date, reason: str = "") -> None:
    by = "" if kind in ("delivered", "implemented") else case.person.pcp.name
    case.rows.add("decision", recommendation_id=recommendation, kind=kind, on=on, decided_by=by, reason=reason,
                  recorded_by=case.clinic.care_manager.id, recorded_at=at(on, 18))  # fmt: skip
