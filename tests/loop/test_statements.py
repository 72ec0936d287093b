"""The pages of the loop cost the same number of statements for one patient as for many."""

import pytest

from tests import factories as make
from tests.caseload.test_statements import counted
from tests.loop.advised import add_patient, advise, decide


def fill(session, cast, numbers):
    for n in numbers:
        episode = add_patient(session, cast, f"P{n:03}")
        first, second = advise(session, cast, {"text": "One"}, {"text": "Two"}, on=20, episode=episode)
        decide(session, first, ("accepted", 18), ("implemented", 16))
        decide(session, second, ("declined", 18, f"Reason {n}"))
        patient = session.get(type(cast.patient), (cast.org.id, episode.patient_id))
        for days in (59, 2):
            make.make_measure(session, patient, total=18, taken_on=make.days_ago(days))
    session.commit()


@pytest.mark.parametrize(
    "path", ["/loop/?manager=all", "/loop/advice.csv", "/loop/sheet", "/loop/report", "/loop/unchanged"]
)
def test_one_patient_or_sixty(app, cast, session, sign_in, path):
    fill(session, cast, range(1))
    client = sign_in(cast.owner)
    with counted(app) as few:
        client.get(path)
    fill(session, cast, range(1, 60))
    with counted(app) as many:
        client.get(path)
    assert len(few) == len(many)
    assert len(many) <= 20, "\n".join(many)
