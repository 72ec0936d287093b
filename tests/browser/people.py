"""Sixteen patients of the cast's owner, one a story: who gets better, who does not, who is lost, who is in danger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from registry.models import Episode, Patient
from tests import factories as make
from tests.cast import TODAY, Cast
from tests.factories import days_ago


@dataclass(frozen=True)
class Story:
    """A patient's course: PHQ-9 and GAD-7 as (days ago, total), the last PHQ-9's item 9, and the rest by name."""

    family: str
    given: str
    born: date
    sex: str = "female"
    phq9: Sequence[tuple[int, int]] = ()
    gad7: Sequence[tuple[int, int]] = ()
    item9: int = 0
    enrolled: int = 60
    status: str = "enrolled"
    due: int | None = 3
    contacts: Sequence[int] = ()
    drug: str = ""
    language: str = "en"


STORIES = (
    Story("Abate", "Selam", date(1988, 4, 2), phq9=((90, 17), (60, 12), (30, 8), (6, 4)), gad7=((90, 14), (6, 5)),
          enrolled=90, contacts=(60, 30, 6), drug="sertraline"),
    Story("Brandt", "Jürgen", date(1971, 12, 30), "male", phq9=((120, 21), (80, 20), (45, 21), (9, 20)),
          gad7=((120, 16), (9, 15)), enrolled=120, contacts=(80, 45, 9), drug="fluoxetine", due=-2),
    Story("Castellanos-Montoya", "María Guadalupe", date(1959, 7, 19), phq9=((50, 15), (20, 13)), gad7=((50, 11),),
          enrolled=50, contacts=(20,), language="es"),
    Story("Diaz", "Ramón", date(1994, 1, 8), "male", phq9=((75, 14), (40, 17), (10, 22)), gad7=((75, 9), (10, 18)),
          enrolled=75, contacts=(40, 10), drug="escitalopram"),
    Story("Eriksen", "Nils", date(1980, 10, 10), "male", phq9=((70, 16),), enrolled=70, contacts=(66,), due=-31),
    Story("Fofanah", "Aminata", date(2001, 3, 27), phq9=((40, 16), (12, 15)), item9=2, contacts=(12,), enrolled=40),
    Story("Göring-Łuczak", "Zofia", date(1966, 6, 6), phq9=((140, 18), (90, 9), (60, 4), (20, 3)), gad7=((140, 10), (20, 2)),
          enrolled=140, status="relapse_prevention", contacts=(90, 60, 20)),
    Story("Hughes", "Dylan", date(2009, 8, 15), "male", enrolled=30, contacts=(14,)),
    Story("Ito", "Haruka", date(1990, 11, 21), phq9=((8, 13),), gad7=((8, 16),), enrolled=8, contacts=(8,)),
    Story("Jackson", "Tamika", date(1985, 2, 14), phq9=((100, 19), (60, 15), (35, 13), (4, 11)), gad7=((100, 12), (4, 8)),
          enrolled=100, contacts=(60, 35, 4), drug="bupropion", due=0),
    Story("Kowalczyk", "Janusz", date(1948, 9, 3), "male", phq9=((25, 10),), enrolled=25, contacts=(25,), due=None),
    Story("Lê", "Phương", date(1977, 5, 5), phq9=((55, 20), (28, 14), (7, 9)), enrolled=55, contacts=(28, 7), language="vi"),
    Story("Mbeki", "Thandi", date(1999, 12, 1), status="referred", phq9=((5, 16),), due=1),
    Story("Nakamura", "Ken", date(1963, 1, 31), "male", status="closed", phq9=((300, 18), (200, 4)), contacts=(200,), due=None),
    Story("O’Brien", "Siobhán", date(1992, 6, 17), phq9=((65, 22), (30, 19), (3, 18)), item9=1, enrolled=65, contacts=(30, 3),
          drug="venlafaxine"),
)  # fmt: skip


def answers(total: int, item9: int = 0) -> list[int]:
    """Nine answers that add up to a total with this item 9."""
    rest, items = total - item9, []
    for left in range(8, 0, -1):
        items.append(min(3, -(-rest // left)))
        rest -= items[-1]
    return [*items, item9]


def settle(session: Session, cast: Cast) -> dict[str, Patient]:
    """Give the cast's own patient a course, and put the others beside him."""
    _course(session, cast, cast.patient, cast.episode, CARTER)
    made = {"Carter": cast.patient}
    for number, story in enumerate(STORIES, 2):
        made[story.family] = _write(session, cast, story, number)
    make.make_measure(session, made["Hughes"], instrument="phq_a", items=answers(14), taken_on=days_ago(14))
    _asked_about(session, cast, made["Abate"])
    _advised(session, cast, made["Jackson"])
    session.commit()
    return made


CARTER = Story("Carter", "Samuel", date(1962, 3, 9), "male", phq9=((60, 18), (38, 16), (20, 14)), gad7=((60, 12), (20, 10)),
               contacts=(38, 20), drug="sertraline", due=-1)  # fmt: skip


def _write(session: Session, cast: Cast, story: Story, number: int) -> Patient:
    patient = make.make_patient(
        session, cast.riverside, pcp=cast.provider if number % 3 else cast.other_provider, family_name=story.family,
        given_name=story.given, mrn=f"R-{1000 + number}", birth_date=story.born, sex=story.sex, language=story.language,
        interpreter=story.language != "en",
    )  # fmt: skip
    closed = {"closed_on": days_ago(150)} if story.status == "closed" else {}
    episode = make.make_episode(
        session, patient, status=story.status, care_manager=cast.owner.account, consultant=cast.consultant.account,
        referred_on=days_ago(320 if closed else story.enrolled + 7),
        enrolled_on=days_ago(310 if closed else story.enrolled), **closed,
    )  # fmt: skip
    _course(session, cast, patient, episode, story)
    return patient


def _course(session: Session, cast: Cast, patient: Patient, episode: Episode, story: Story) -> None:
    who = cast.owner.account
    for days in story.contacts:
        make.make_contact(session, episode, on=days_ago(days), who=who, note="Sleep is a little better.")
    for days, total in story.phq9:
        item9 = story.item9 if days == story.phq9[-1][0] else 0
        make.make_measure(session, patient, items=answers(total, item9), taken_on=days_ago(days), who=who)
    for days, total in story.gad7:
        make.make_measure(session, patient, instrument="gad7", total=total, taken_on=days_ago(days), who=who)
    if story.drug:
        dose: dict[str, Any] = {
            "kind": "start",
            "on": days_ago(story.enrolled - 5),
            "dose_mg": 50,
            "text": "50 mg every morning",
        }
        make.make_medication(session, patient, name=story.drug, events=[dose], who=who)
    if story.due is not None:
        due = days_ago(-story.due)
        make.make_next_action(session, episode, due_on=due, who=who)


def _asked_about(session: Session, cast: Cast, patient: Patient) -> None:
    """A patient with a risk assessment, a safety plan and an intake check on file."""
    who = cast.owner.account
    make.make_assessment(session, patient, on=days_ago(30), who=who)
    make.make_plan(session, patient, made_on=days_ago(30), who=who)
    make.make_check(session, patient, on=days_ago(30))


def _advised(session: Session, cast: Cast, patient: Patient) -> None:
    """A signed note with a recommendation that waits for the PCP."""
    episode = session.query(Episode).filter_by(patient_id=patient.id).one()
    make.make_review(
        session, episode, consultant=cast.consultant.account, on=days_ago(11), impression="Partial response.",
        recommendations=[{"text": "Increase bupropion to 300 mg", "judge_on": TODAY, "if_fails": "Add sertraline"}],
    )  # fmt: skip
