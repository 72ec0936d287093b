"""Contacts with a patient: visits with their scores and notes, and the ones that did not happen."""

from datetime import date, time
from typing import Any
from uuid import UUID

from registry.demo import forms, safety, words
from registry.demo.case import GAD7, Case, Taken
from registry.demo.drugs import SIDE_EFFECTS
from registry.demo.forms import Sheet
from registry.demo.rows import at
from registry.demo.statuses import move

MODALITIES, MODALITY_WEIGHTS = ("phone", "video", "in_person"), (56, 20, 24)
FILLED = {"phone": "phone", "video": "interview", "in_person": "self"}
SCORE_AGAIN_EARLY, SCORE_AGAIN = 10, 19
"""Days after which a scale is taken again, in the first eight weeks and later."""
RELAPSE_PLAN = "relapse_prevention_plan"
PLAN_SHARE = 0.6


def log(case: Case, on: date, kind: str, **values: Any) -> UUID:
    """A row of the contact log."""
    rows, rng = case.rows, case.rng
    hour = rng.choice((8, 9, 9, 10, 11, 12, 13, 14, 15, 16))
    usual = {"modality": "phone", "author_id": case.author.id, "minutes": None,
             "author_role": "therapist" if case.therapist else "care_manager"}  # fmt: skip
    return rows.add("contact", patient_id=case.person.id, episode_id=case.episode_id, kind=kind, on=on,
                    started_at=time(hour, rng.choice((0, 5, 15, 20, 30, 40, 45))), recorded_at=at(on, 18),
                    interventions=values.pop("interventions", []), **{**usual, **values})  # fmt: skip


def miss(case: Case, on: date) -> None:
    """A visit that the patient did not keep, or a call that nobody answered."""
    case.missed += 1
    if case.rng.random() < 0.5:
        log(case, on, "no_show", note=case.rng.choice(words.NO_SHOW), modality=case.rng.choice(MODALITIES))
    else:
        attempt(case, on)


def attempt(case: Case, on: date, note: str = "", reached: bool = False) -> None:
    log(case, on, "outreach_attempt", note=note or case.rng.choice(words.OUTREACH), reached=reached)


def treat(case: Case, on: date) -> None:
    """A treatment contact, with a scale where one is due."""
    case.missed = 0
    modality = case.rng.choices(MODALITIES, MODALITY_WEIGHTS)[0]
    first = on == case.enrolled_on
    contact = case.rows.new_id()
    taken = _measure(case, on, contact, modality) if _scale_due(case, on) else None
    interventions = _interventions(case, on, first, taken)
    if _plan_is_due(case, on):
        interventions.append(RELAPSE_PLAN)
        case.in_prevention_since = on
        move(case, "relapse_prevention", on)
    discuss, question = _question(case, on)
    log(
        case, on, "treatment", id=contact, modality=modality, reached=True, interventions=interventions,
        minutes=case.rng.randint(45, 65) if first else case.rng.randint(14, 38),
        with_caregiver=bool(case.person.caregiver) and case.rng.random() < 0.6,
        note=_note(case, modality, first, taken, interventions), discuss=discuss, question=question, adherence=_adherence(case, interventions),
    )  # fmt: skip
    case.contacts.append((contact, on))
    if taken and taken.item9:
        safety.assess(case, taken, contact)


def _scale_due(case: Case, on: date) -> bool:
    if not case.scores:
        return True
    gap = (on - case.scores[-1].on).days
    return gap >= (SCORE_AGAIN_EARLY if case.week(on) < 8 else SCORE_AGAIN)


def _measure(case: Case, on: date, contact: UUID, modality: str) -> Taken:
    """A PHQ-9 and, mostly, a GAD-7; the primary scale is always among them."""
    rng, week = case.rng, case.week(on)
    total = case.phq9.at(week, rng, 26)
    sheet = Sheet(case.person, on, FILLED[modality], contact_id=contact, by=case.author.id)
    taken = forms.phq9(case.rows, sheet, total, _item9(case, total))
    case.scores.append(taken)
    primary = taken.total
    if case.primary == GAD7 or on == case.enrolled_on or rng.random() < 0.8:
        anxious = forms.gad7(case.rows, sheet, case.gad7.at(week, rng, 21))
        primary = anxious if case.primary == GAD7 else primary
    case.primary_totals.append((on, primary))
    return taken


def _item9(case: Case, total: int) -> int:
    if total < 8 or case.rng.random() > case.unsafe_tendency:
        return 0
    return 2 if total > 17 and case.rng.random() < 0.25 else 1


def _plan_is_due(case: Case, on: date) -> bool:
    """Better for four weeks and in the third month: time for the relapse plan, mostly."""
    since = case.at_target_since()
    if since is None or case.in_prevention_since or case.week(on) < 10:
        return False
    return (on - since).days >= 28 and case.rng.random() < PLAN_SHARE


def _interventions(case: Case, on: date, first: bool, taken: Taken | None) -> list[str]:
    """What was delivered, by its codes."""
    rng = case.rng
    found = ["psychoeducation"] if first or rng.random() < 0.15 else []
    if case.therapy and case.therapy_from and on >= case.therapy_from:
        found.append(case.therapy)
    if case.dose and rng.random() < 0.6:
        found.append(rng.choice(("adherence_check", "adherence_check", "side_effect_check")))
    if taken and taken.item9:
        found.append("safety_planning")
    if case.person.caregiver and rng.random() < 0.4:
        found.append("caregiver_support")
    if rng.random() < 0.15:
        found.append(
            rng.choice(("sleep_hygiene", "relaxation", "motivational_interviewing", "care_coordination"))
        )
    return found or ["motivational_interviewing"]


def _question(case: Case, on: date) -> tuple[bool, str]:
    """Now and then the care manager asks the consultant something."""
    if case.rng.random() > (
        0.5 if case.worse else 0.13 if not case.improved and case.week(on) > 4 else 0.015
    ):
        return False, ""
    return True, question(case)


def question(case: Case) -> str:
    """What one would ask about this patient."""
    course = (
        "worse" if case.worse else "new" if len(case.scores) < 3 else "side" if case.improved else "stuck"
    )
    drug = case.dose.drug if case.dose else "therapy alone"
    phq = case.scores[-1].total if case.scores else "not known"
    return words.pick(case.rng, words.QUESTIONS[course], drug=drug, phq=phq, w=max(2, len(case.contacts)))


def _adherence(case: Case, interventions: list[str]) -> str | None:
    """How the medication is taken, where somebody asked."""
    if "adherence_check" not in interventions:
        return None
    return case.rng.choices(("all", "some", "none"), (80, 17, 3))[0]


def _note(case: Case, modality: str, first: bool, taken: Taken | None, interventions: list[str]) -> str:
    rng = case.rng
    if first and rng.random() < 0.85:
        return _initial_note(case)
    course = words.WORSE if case.worse else words.BETTER if _easing(case) else words.SAME
    parts = [
        words.pick(rng, words.OPENING[modality]),
        words.pick(rng, words.WITH_INTERPRETER) if case.person.interpreter and rng.random() < 0.5 else "",
        words.pick(rng, words.MOOD[course]),
        words.pick(rng, words.SLEEP[course]) if rng.random() < 0.6 else "",
        words.pick(rng, words.SCHOOL if case.person.young else words.ACTIVITY) if rng.random() < 0.55 else "",
        *_work_done(case, interventions),
        words.pick(rng, words.SAFETY_NOTE) if taken and taken.item9 else "",
        words.pick(rng, words.PLAN, when=_when(case)) if rng.random() < 0.7 else "",
    ]
    return words.joined(*parts)


def _when(case: Case) -> str:
    """The usual wait in this phase."""
    if case.in_prevention_since or case.twice_improved:
        return "in four weeks" if case.in_prevention_since else "in three weeks"
    return "next week" if len(case.contacts) < 4 or case.worse else "in two weeks"


def _easing(case: Case) -> bool:
    return len(case.primary_totals) > 1 and case.latest <= case.baseline * 0.75


def _work_done(case: Case, interventions: list[str]) -> list[str]:
    rng, found = case.rng, []
    if case.therapy in interventions:
        found.append(words.pick(rng, words.THERAPY_WORK[case.therapy]))
    if RELAPSE_PLAN in interventions:
        found.append(words.pick(rng, words.RELAPSE_PLAN))
    if case.dose and "adherence_check" in interventions:
        found.append(words.pick(rng, words.TAKING, drug=case.dose.drug))
    if "side_effect_check" in interventions:
        effect = rng.choice(SIDE_EFFECTS)
        found.append(words.pick(rng, words.SIDE, effect=effect))
    if "caregiver_support" in interventions:
        found.append(words.pick(rng, words.WITH_CAREGIVER, who=case.person.caregiver.split()[0]))
    return [f[:1].upper() + f[1:] for f in found]


def _initial_note(case: Case) -> str:
    rng = case.rng
    story = rng.choice(words.YOUNG_STORY if case.person.young else words.STORY)
    phq = case.scores[-1].total if case.scores else "not done"
    gad = case.gad7.baseline
    return words.pick(
        rng, words.INITIAL, story=story, phq=phq, gad=gad, goal=case.goal, pcp=case.person.pcp.name
    )
