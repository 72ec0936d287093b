"""Notes with advice for the tests of the loop."""

from sqlalchemy import select

from registry.models import Recommendation
from tests import factories as make


def advise(session, cast, *pieces, on=20, episode=None, **fields):
    """A signed note; returned are its recommendations in order."""
    note = make.make_review(
        session, episode or cast.episode, consultant=cast.consultant.account, on=make.days_ago(on), recommendations=pieces or [{}],
        **fields,
    )  # fmt: skip
    rows = select(Recommendation).where(Recommendation.review_id == note.id).order_by(Recommendation.number)
    return session.scalars(rows).all()


def decide(session, advice, *steps):
    """Steps as (kind, days ago) or (kind, days ago, reason)."""
    for kind, days, *reason in steps:
        make.make_decision(session, advice, kind=kind, on=make.days_ago(days), reason="".join(reason))


def add_patient(session, cast, name, **fields):
    """Another patient of Riverside in the owner's caseload; returned is the episode."""
    values = {"family_name": name, "given_name": "Ann", "mrn": f"M-{name}"} | fields.pop("patient", {})
    patient = make.make_patient(session, cast.riverside, pcp=cast.provider, **values)
    return make.make_episode(session, patient, **{"care_manager": cast.owner.account} | fields)
