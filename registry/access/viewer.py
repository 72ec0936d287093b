"""Who is looking: a person with their roles clinic by clinic, or the registry itself at night."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in person as the rules of access see them; read afresh on every request."""

    account_id: UUID
    org_id: UUID
    name: str
    roles: frozenset[tuple[UUID, str]]
    """(clinic, role) pairs."""

    @property
    def role_names(self) -> tuple[str, ...]:
        return tuple(sorted({role for _, role in self.roles}))

    @property
    def actor(self) -> str:
        """What the audit trail calls this person beside the account."""
        return "+".join(self.role_names) or "no role"

    def clinics_as(self, roles: frozenset[str]) -> frozenset[UUID]:
        """The clinics in which this person has one of `roles`."""
        return frozenset(clinic for clinic, role in self.roles if role in roles)

    def role_in(self, clinic_id: UUID) -> str:
        """The role that this person's contacts are signed with in a clinic, in the order of the alphabet."""
        return next((role for clinic, role in sorted(self.roles, key=str) if clinic == clinic_id), "other")


@dataclass(frozen=True, slots=True)
class System:
    """A job or a command acting for an organisation; it sees what its query asks for, and is audited by name."""

    org_id: UUID
    actor: str
    account_id: None = None
