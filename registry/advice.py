"""The consultant's signed advice with what became of it, inside the viewer's scope; and the one writer of its decisions.

Two ways to read it, each in a fixed number of statements: `given` tells where every recommendation of many patients
stands, from facts alone; `note`, `notes` and `one` bring the rows as well, for whoever shows the words or asks the PCP.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from registry import audit
from registry.access import scope
from registry.access.scope import NotVisible
from registry.access.viewer import System, Viewer
from registry.clinical.course import course
from registry.clinical.decision_moves import ANSWERS, refuse_or_none, state_of, step_words
from registry.clinical.facts import Decision as DecisionFacts
from registry.clinical.facts import Recommendation as AdviceFacts
from registry.clinical.facts import Review as ReviewFacts
from registry.clinical.interventions import NO_ANSWER_NEEDED
from registry.clinical.outcome import Standing, standing_of
from registry.models import Account, Decision, Episode, Recommendation, Review
from registry.snapshots import Snapshot, Subject, snapshots
from registry.snapshots.among import among

Who = Viewer | System
"""A person, or the registry itself for a PCP who answers by link: the caller has then found the note by the link."""
RECORD = "record_decision"


class DecisionRefused(ValueError):
    """A step that cannot follow; the message is what the person reads."""


class Overtaken(DecisionRefused):
    """Another step was recorded after this one's author looked; the message says which stands."""


@dataclass(frozen=True, slots=True)
class Given:
    """One signed recommendation with its note and its patient, as the rules know them."""

    snapshot: Snapshot
    review: ReviewFacts
    advice: AdviceFacts

    @property
    def subject(self) -> Subject:
        return self.snapshot.subject

    def standing(self, today: date) -> Standing:
        """Where it stands today, and what came of it."""
        return standing(self.snapshot, self.advice, self.review.on, today)


@dataclass(frozen=True, slots=True)
class Advice:
    """The row of one recommendation with what became of it, oldest first."""

    row: Recommendation
    decisions: Sequence[Decision]
    recorders: dict[UUID, str]
    """Who recorded each decision, by its id."""

    @property
    def whole(self) -> AdviceFacts:
        """The recommendation as the rules read it."""
        row = self.row
        steps = tuple(
            DecisionFacts(d.on, d.kind, d.reason, d.recorded_at, d.until_on) for d in self.decisions
        )
        return AdviceFacts(
            row.id, row.number, row.category, row.text, row.judge_on, row.if_fails, decisions=steps
        )

    @property
    def facts(self) -> tuple[DecisionFacts, ...]:
        """The decisions in the order in which the rules read them."""
        return self.whole.decisions

    @property
    def stands(self) -> Decision | None:
        """The last step that says what becomes of it; that it was delivered or seen overtakes nobody."""
        return next(
            (step for step in reversed(self.decisions) if step.kind not in ("delivered", "seen")), None
        )

    @property
    def mark(self) -> str:
        """What a form carries, to tell later what its author had seen; empty where nothing was decided yet."""
        return str(self.stands.id) if self.stands else ""


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A signed note with its recommendations in order, its patient, and the note that amends it."""

    review: Review
    consultant: str
    snapshot: Snapshot
    advice: Sequence[Advice]
    amended_by: UUID | None
    later_on: date | None
    """The day of the patient's last note, where that is a later one."""

    @property
    def subject(self) -> Subject:
        """The patient with their PCP, care manager and clinic."""
        return self.snapshot.subject

    def standing(self, advice: Advice, today: date) -> Standing:
        """Where one of its recommendations stands today, and what came of it."""
        return standing(self.snapshot, advice.whole, self.review.on, today)

    def numbered(self, recommendation_id: UUID) -> Advice:
        """One of its recommendations."""
        return next(one for one in self.advice if one.row.id == recommendation_id)


def standing(found: Snapshot, advice: AdviceFacts, signed_on: date, today: date) -> Standing:
    """Where a recommendation of an episode stands, by the protocol of the patient's clinic."""
    protocol = found.protocol(today)
    return standing_of(advice, signed_on, course(found.facts, protocol, today), protocol, today)


# Reading ------------------------------------------------------------------------------


def advised(who: Who, action: str) -> Select[UUID]:
    """The ids of the episodes with a signed note that this person may see for the action; narrow it with `where`."""
    is_advised = exists().where(
        Review.org_id == Episode.org_id, Review.episode_id == Episode.id, Review.signed_at.is_not(None)
    )
    return _episodes(who, action).where(is_advised)


def given(session: Session, who: Who, chosen: Select[UUID]) -> list[Given]:
    """Every recommendation of the chosen episodes, by patient, note and number; an amended note is told by its amendment."""
    return [
        Given(found, review, advice)
        for found in snapshots(session, who.org_id, chosen)
        for review in found.facts.reviews
        for advice in review.recommendations
    ]


def notes(session: Session, who: Who, chosen: Select[UUID]) -> list[SignedNote]:
    """Every signed note of the chosen episodes that no other amends, by patient and day, with its rows."""
    found = _notes(session, who, Review.episode_id.in_(chosen), chosen)
    return [one for one in found if one.amended_by is None]


def note(session: Session, who: Who, review_id: UUID, action: str) -> SignedNote:
    """One signed note on a visible patient, or `NotVisible`; a draft is nobody's but its author's."""
    episode_id = select(Review.episode_id).where(Review.org_id == who.org_id, Review.id == review_id)
    chosen = _episodes(who, action).where(Episode.id.in_(episode_id))
    found = _notes(session, who, Review.id == review_id, chosen)
    if not found:
        raise NotVisible("review")
    return found[0]


def one(session: Session, who: Who, recommendation_id: UUID, action: str) -> tuple[SignedNote, Advice]:
    """One signed recommendation with its note, or `NotVisible`."""
    row = session.get(Recommendation, (who.org_id, recommendation_id))
    if row is None:
        raise NotVisible("recommendation")
    found = note(session, who, row.review_id, action)
    return found, found.numbered(recommendation_id)


def unanswered(today: date) -> ColumnElement[bool]:
    """The condition on `recommendation` beside its `review` that it waits for the PCP: for a query that only counts."""
    kind, until, later = _last(Decision.kind), _last(Decision.until_on), aliased(Review)
    is_amended = exists().where(
        later.org_id == Review.org_id, later.amends_id == Review.id, later.signed_at.is_not(None)
    )
    is_due = and_(kind == "deferred", or_(until.is_(None), until <= today))
    return and_(
        Review.signed_at.is_not(None),
        ~is_amended,
        Recommendation.category.not_in(NO_ANSWER_NEEDED),
        or_(kind.is_(None), kind.in_(("delivered", "seen")), is_due),
    )


def _last(column: Any) -> ScalarSelect[Any]:
    """A column of the last decision on a recommendation."""
    mine = Decision.org_id == Recommendation.org_id, Decision.recommendation_id == Recommendation.id
    latest = Decision.on.desc(), Decision.recorded_at.desc()
    found = select(column).where(*mine).order_by(*latest).limit(1)
    return found.correlate(Recommendation).scalar_subquery()


def _episodes(who: Who, action: str) -> Select[UUID]:
    """The registry itself sees what its query asks for, inside its organisation."""
    if isinstance(who, System):
        return select(Episode.id).where(Episode.org_id == who.org_id)
    return scope.episodes(who, action).with_only_columns(Episode.id)


def _notes(
    session: Session, who: Who, condition: ColumnElement[bool], chosen: Select[UUID]
) -> list[SignedNote]:
    later = aliased(Review)
    amended = and_(later.org_id == Review.org_id, later.amends_id == Review.id, later.signed_at.is_not(None))
    rows = session.execute(
        select(Review, Account.name, later.id, _later_on())
        .join(Account, Account.id == Review.consultant_id)
        .outerjoin(later, amended)
        .where(Review.org_id == who.org_id, Review.signed_at.is_not(None), condition)
        .order_by(Review.on, Review.signed_at, Review.id)
    ).all()
    by_episode = {found.subject.episode_id: found for found in snapshots(session, who.org_id, chosen)}
    shown = [row for row in rows if row[0].episode_id in by_episode]
    advice = _advice(session, who, [row[0].id for row in shown])
    order = {episode_id: place for place, episode_id in enumerate(by_episode)}
    return [
        SignedNote(review, name, by_episode[review.episode_id], advice[review.id], after, later_on)
        for review, name, after, later_on in sorted(shown, key=lambda row: order[row[0].episode_id])
    ]


def _later_on() -> ScalarSelect[Any]:
    """The day of the last note that was signed on the same patient after this one, in whichever episode."""
    own, theirs, other = aliased(Episode), aliased(Episode), aliased(Review)
    same_day = and_(other.on == Review.on, other.signed_at > Review.signed_at)
    found = (
        select(func.max(other.on))
        .join(theirs, and_(theirs.org_id == other.org_id, theirs.id == other.episode_id))
        .join(own, and_(own.org_id == theirs.org_id, own.patient_id == theirs.patient_id))
        .where(own.org_id == Review.org_id, own.id == Review.episode_id)
        .where(other.signed_at.is_not(None), or_(other.on > Review.on, same_day))
    )
    return found.correlate(Review).scalar_subquery()


def _advice(session: Session, who: Who, review_ids: Sequence[UUID]) -> dict[UUID, list[Advice]]:
    """The recommendations of notes in order, each with its decisions."""
    asked = and_(Recommendation.org_id == who.org_id, among(Recommendation.review_id, "notes"))
    in_order = select(Recommendation).where(asked).order_by(Recommendation.number)
    rows = session.scalars(in_order, {"notes": review_ids}).all()
    steps: dict[UUID, list[tuple[Decision, str]]] = defaultdict(list)
    for step, name in _steps(session, who, [row.id for row in rows]):
        steps[step.recommendation_id].append((step, name))
    found: dict[UUID, list[Advice]] = defaultdict(list)
    for row in rows:
        own = steps[row.id]
        found[row.review_id].append(Advice(row, [step for step, _ in own], {s.id: name for s, name in own}))
    return found


def _steps(session: Session, who: Who, ids: Sequence[UUID]) -> Iterator[tuple[Decision, str]]:
    """The decisions on recommendations, oldest first, with who recorded each."""
    asked = (
        select(Decision, Account.name)
        .outerjoin(Account, Account.id == Decision.recorded_by)
        .where(Decision.org_id == who.org_id, among(Decision.recommendation_id, "advice"))
        .order_by(Decision.on, Decision.recorded_at, Decision.id)
    )
    return ((step, name or "") for step, name in session.execute(asked, {"advice": ids}))


# Writing ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Decided:
    """One step: what, when, who decided, and the words beside it."""

    kind: str
    on: date
    decided_by: str = ""
    remark: str = ""
    until_on: date | None = None
    via: str = ""
    """How the answer came: link, inbox or paper; empty where the team recorded it."""
    mark: str | None = None
    """The mark of the recommendation as its author saw it; None where nobody looked."""


def record_decision(
    session: Session, who: Who, recommendation_id: UUID, decided: Decided, today: date, now: datetime,
    action: str = RECORD,
) -> None:  # fmt: skip
    """Record what the PCP decided, or whether it was carried out; steps are rows and never edited."""
    session.get(Recommendation, (who.org_id, recommendation_id), with_for_update=True)
    found, advice = one(session, who, recommendation_id, action)
    if found.amended_by is not None:
        raise DecisionRefused("This note was amended: record the answer at the amendment.")
    step = DecisionFacts(decided.on, decided.kind, decided.remark.strip(), now, decided.until_on)
    refusal = refuse_or_none(advice.facts, step, found.review.on, today)
    if decided.mark is not None and decided.mark != advice.mark:
        raise Overtaken(_overtaken(advice, may_follow=not refusal))
    if refusal:
        raise DecisionRefused(refusal)
    session.add(
        Decision(
            org_id=who.org_id, id=uuid4(), recommendation_id=recommendation_id, kind=decided.kind,
            on=decided.on, decided_by=decided.decided_by.strip(), reason=decided.remark.strip(),
            recorded_by=who.account_id, recorded_at=now, until_on=decided.until_on, via=decided.via,
        )
    )  # fmt: skip
    _audit(session, who, found, advice, decided)


def _overtaken(advice: Advice, may_follow: bool) -> str:
    """'Dr. Lang answered meanwhile. Declined on Nov 14, 2026: no. ...'; for whoever had seen less."""
    stands = advice.stands
    if stands is None:
        return (
            "The answer that you saw does not stand any more. Nothing was recorded: look, and answer again."
        )
    again = ": send it again if it shall stand instead" if may_follow else ""
    by = stands.decided_by or advice.recorders.get(stands.id, "") or "Somebody else"
    did = "answered" if stands.kind in ANSWERS else "recorded what became of it"
    words = step_words(
        DecisionFacts(stands.on, stands.kind, stands.reason, stands.recorded_at, stands.until_on)
    )
    return f"{by} {did} meanwhile. {words.rstrip('.')}. Yours is not recorded{again}."


def _audit(session: Session, who: Who, found: SignedNote, advice: Advice, decided: Decided) -> None:
    """The step and its day; what was written beside it stays out of the trail."""
    detail = {"kind": [state_of(advice.facts), decided.kind], "on": decided.on}
    if decided.via:
        detail["via"] = decided.via
    patients = [found.subject.patient_id]
    audit.record(
        session, who, audit.Act("decide", "review", "recommendation", advice.row.id, patients, detail)
    )
