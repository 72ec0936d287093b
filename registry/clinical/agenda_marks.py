"""What people asked of the agenda: open questions to the consultant, and "not today because"."""

from dataclasses import dataclass
from datetime import date

from registry.clinical.dates import spell
from registry.clinical.facts import AgendaMark, EpisodeFacts, FactId

ROLES = {
    "care_manager": "Care manager",
    "pcp": "PCP",
    "therapist": "Therapist",
    "consultant": "Consultant",
    "psychiatric_consultant": "Consultant",
    "clinic_manager": "Clinic manager",
}


@dataclass(frozen=True, slots=True)
class Ask:
    """Somebody asked for a review: from a contact's "discuss" or from a mark on the agenda."""

    on: date
    sentence: str
    facts: tuple[FactId, ...] = ()
    review_on: date | None = None
    role: str = ""
    question: str = ""

    @property
    def by(self) -> str:
        """Who asked, as what they are."""
        return _role(self.role)


def open_asks(facts: EpisodeFacts) -> tuple[Ask, ...]:
    """The questions asked after the last review, oldest first; a review answers those of its own day."""
    reviewed = facts.reviews[-1].on if facts.reviews else date.min
    asks = [
        Ask(
            c.on, _sentence(c.author_role, c.on, c.question), (c.id,), None, c.author_role, c.question.strip()
        )
        for c in facts.contacts
        if c.discuss and c.on > reviewed
    ]
    asks += [
        Ask(m.on, _sentence(m.by_role, m.on, m.text), (), m.review_on, m.by_role, m.text.strip())
        for m in facts.agenda_marks
        if m.kind == "asked" and m.on > reviewed
    ]
    return tuple(sorted(asks, key=lambda a: (a.on, a.sentence)))


def set_aside(facts: EpisodeFacts, review_on: date) -> AgendaMark | None:
    """The mark that sets the patient aside for this review day, unless each one was put back."""
    aside = [m for m in facts.agenda_marks if m.kind == "set_aside" and m.review_on == review_on]
    back = [m for m in facts.agenda_marks if m.kind == "put_back" and m.review_on == review_on]
    return aside[-1] if len(aside) > len(back) else None


def _sentence(role: str, on: date, question: str) -> str:
    asked = f"{_role(role)} asked on {spell(on)}"
    return f"{asked}: {question.strip()}" if question.strip() else f"{asked}."


def _role(role: str) -> str:
    return ROLES.get(role, role.replace("_", " ").capitalize())
