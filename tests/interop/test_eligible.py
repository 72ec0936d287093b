"""Who is eligible and not referred."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from registry.access.viewer import Viewer
from registry.eligible import eligible_in_clinic, eligible_patients
from registry.models import Clinic, Episode, Measure, Patient
from tests.fhir.samples import TODAY, patient, total
from tests.interop.conftest import NOW, Ward


def eligible(ward: Ward, today: date = TODAY) -> list[tuple[str, str, int]]:
    found = eligible_in_clinic(ward.session, ward.org_id, ward.clinic_id, today)
    return [(one.mrn, one.instrument, one.total) for one in found]


@pytest.mark.parametrize(
    ("code", "value", "on", "is_eligible"),
    [
        ("44261-6", 10, "2026-05-20", True),
        ("44261-6", 10, "2026-04-20", True),
        ("44261-6", 10, "2026-04-19", False),
        ("44261-6", 9, "2026-05-20", False),
        ("70274-6", 10, "2026-05-04", True),
        ("89204-2", 11, "2026-05-04", True),
        ("75626-2", 11, "2026-05-04", False),
    ],
)
def test_ten_or_more_within_thirty_days(
    ward: Ward, code: str, value: int, on: str, is_eligible: bool
) -> None:
    ward.deliver(patient(), total(code=code, value=value, on=on))
    assert bool(eligible(ward)) is is_eligible


@pytest.mark.parametrize(
    ("instrument", "score", "is_eligible"),
    [
        ("pcl5", 33, True),
        ("pcl5", 32, False),
        ("scared_child", 25, True),
        ("psc17", 14, False),
        ("isi", 28, False),
    ],
)
def test_another_primary_scale_counts_from_its_own_line(
    ward: Ward, instrument: str, score: int, is_eligible: bool
) -> None:
    ward.deliver(patient())
    ward.session.add(
        Measure(
            org_id=ward.org_id, patient_id=ward.row("patient")["id"], instrument=instrument, total=score,
            taken_on=TODAY, recorded_at=NOW,
        )
    )  # fmt: skip
    ward.session.commit()
    assert eligible(ward) == ([("0012345", instrument, score)] if is_eligible else [])


def test_the_latest_such_score_is_shown_and_each_patient_once(ward: Ward) -> None:
    ward.deliver(
        patient(), total("a", value=20, on="2026-05-01"), total("b", value=12, on="2026-05-10"),
        total("c", "70274-6", 15, on="2026-05-10"), total("d", value=3, on="2026-05-12"),
    )  # fmt: skip
    assert eligible(ward) == [("0012345", "gad7", 15)]


def episode(ward: Ward, referred_on: date, closed_on: date | None = None) -> None:
    ward.session.add(
        Episode(
            org_id=ward.org_id, patient_id=ward.row("patient")["id"], clinic_id=ward.clinic_id,
            referred_on=referred_on, closed_on=closed_on, opened_at=NOW,
        )
    )  # fmt: skip
    ward.session.commit()


@pytest.mark.parametrize(
    ("referred_on", "closed_on", "is_eligible"),
    [
        (date(2026, 5, 19), None, False),
        (date(2026, 5, 21), None, True),
        (date(2025, 5, 1), date(2026, 5, 10), False),
        (date(2025, 5, 1), date(2026, 4, 30), True),
    ],
)
def test_an_episode_answers_the_scores_of_its_time(
    ward: Ward, referred_on: date, closed_on: date | None, is_eligible: bool
) -> None:
    ward.deliver(patient(), total(value=14))
    episode(ward, referred_on, closed_on)
    assert bool(eligible(ward)) is is_eligible


def test_scores_in_error_and_the_dead_are_left_out(ward: Ward) -> None:
    ward.deliver(patient(), total())
    ward.session.execute(update(Measure).values(in_error=True))
    assert eligible(ward) == []
    ward.session.execute(update(Measure).values(in_error=False))
    ward.session.execute(update(Patient).values(deceased_on=TODAY - timedelta(days=2)))
    assert eligible(ward) == []


def viewer(ward: Ward, clinic_id: UUID, role: str = "care_manager") -> Viewer:
    return Viewer(uuid4(), ward.org_id, "Ann", frozenset({(clinic_id, role)}))


def test_a_person_sees_those_of_their_own_clinics(ward: Ward) -> None:
    ward.deliver(patient(), total())
    other = Clinic(org_id=ward.org_id, name="Other")
    ward.session.add(other)
    ward.session.flush()
    here = eligible_patients(ward.session, viewer(ward, ward.clinic_id), TODAY)
    assert [(one.name, one.total) for one in here] == [("Žižka, Łukasz Jan", 14)]
    assert eligible_patients(ward.session, viewer(ward, other.id), TODAY) == []
    assert eligible_patients(ward.session, viewer(ward, ward.clinic_id, "pcp"), TODAY) == []
