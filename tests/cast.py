"""The people of the tests: one organisation, two clinics, one person a role, and each clinic's patient.

Riverside has the owner (care manager of the patient), a colleague, a consultant, two PCPs, a therapist and a
manager; Hilltop has the outsider, who must never see Riverside's patients. It is always Friday, 20 November 2026,
10 in the morning.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from registry.access import policies
from registry.access.viewer import Viewer
from registry.models import Account, Clinic, Episode, Organisation, Patient, Provider

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
PASSWORD = "quiet river under seven stars"
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@dataclass(frozen=True)
class Person:
    """Somebody who signs in, and what the registry takes them for."""

    id: UUID
    name: str
    email: str
    account: Account
    viewer: Viewer


@dataclass(frozen=True)
class Cast:
    """Everybody, by the part they play."""

    org: Organisation
    riverside: Clinic
    hilltop: Clinic
    owner: Person
    colleague: Person
    outsider: Person
    consultant: Person
    pcp: Person
    other_pcp: Person
    therapist: Person
    manager: Person
    administrator: Person
    auditor: Person
    provider: Provider
    """The row of `pcp`."""
    other_provider: Provider
    patient: Patient
    """Riverside's: an adult with an enrolled episode in the owner's caseload, of `pcp`, seen by `therapist`."""
    episode: Episode
    stranger: Patient
    """Hilltop's: in the outsider's caseload."""
    strange_episode: Episode

    @property
    def people(self) -> dict[str, Person]:
        """Everybody who signs in, by their part."""
        return {part: person for part, person in vars(self).items() if isinstance(person, Person)}


def make_cast(session: Session) -> Cast:
    """Write the cast to an empty database; the caller commits."""
    from tests import factories as make

    org = make.make_organisation(session)
    riverside = make.make_clinic(session, org, name="Riverside")
    hilltop = make.make_clinic(session, org, name="Hilltop")

    def person(name: str, role: str, clinic: Clinic = riverside) -> Person:
        account = make.make_account(
            session, org, name=name, roles={(clinic.id, role)}, password=PASSWORD_HASH
        )
        viewer = Viewer(account.id, org.id, name, frozenset({(clinic.id, role)}))
        return Person(account.id, name, account.email, account, viewer)

    people = {
        "owner": person("Maria Ortiz", policies.CARE_MANAGER),
        "colleague": person("Jonas Weber", policies.CARE_MANAGER),
        "outsider": person("Rosa Diaz", policies.CARE_MANAGER, hilltop),
        "consultant": person("Dr. Amara Okafor", policies.CONSULTANT),
        "pcp": person("Dr. Ingrid Lang", policies.PCP),
        "other_pcp": person("Dr. Pablo Ruiz", policies.PCP),
        "therapist": person("Lena Novák", policies.THERAPIST),
        "manager": person("Grace Kim", policies.MANAGER),
        "administrator": person("Omar Haddad", policies.ADMINISTRATOR),
        "auditor": person("Ruth Cohen", policies.AUDITOR),
    }
    provider = make.make_provider(session, riverside, name="Dr. Ingrid Lang", account=people["pcp"].account)
    other_provider = make.make_provider(
        session, riverside, name="Dr. Pablo Ruiz", account=people["other_pcp"].account
    )
    patient = make.make_patient(session, riverside, pcp=provider)
    episode = make.make_episode(
        session,
        patient,
        care_manager=people["owner"].account,
        consultant=people["consultant"].account,
        therapist=people["therapist"].account,
    )
    stranger = make.make_patient(
        session, hilltop, family_name="Žižka", given_name="Łukasz", mrn="H-2001", birth_date=date(1990, 5, 17)
    )
    strange_episode = make.make_episode(session, stranger, care_manager=people["outsider"].account)
    session.flush()
    return Cast(
        org=org, riverside=riverside, hilltop=hilltop, provider=provider, other_provider=other_provider,
        patient=patient, episode=episode, stranger=stranger, strange_episode=strange_episode, **people,
    )  # fmt: skip
