"""The SQLite file: unreadable without its key, fair to its writers, loud about a second transaction."""

import threading
import time

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.extensions import make_engine
from registry.models import Base, Clinic, Episode, Organisation, guards
from tests import factories as make

KEY = "ab" * 32


@pytest.fixture
def encrypted(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'registry.db'}", KEY)
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        guards.install(connection)
    with Session(engine) as session:
        session.add(Organisation(name="Canary Organisation"))
        session.commit()
    yield engine
    engine.dispose()


def test_the_file_holds_no_plain_text(encrypted, tmp_path):
    encrypted.dispose()
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"Canary" not in content
    assert b"SQLite format 3" not in content


@pytest.mark.parametrize("key", [None, "cd" * 32])
def test_without_the_right_key_there_is_no_database(encrypted, tmp_path, key):
    stranger = make_engine(f"sqlite:///{tmp_path / 'registry.db'}", key)
    with pytest.raises(Exception, match="not a database"), Session(stranger) as session:
        session.scalars(select(Organisation)).all()


def test_every_commit_is_synced_in_full(encrypted):
    with encrypted.connect() as connection:
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_a_second_transaction_in_a_thread_is_refused_at_once(encrypted):
    with Session(encrypted) as first, Session(encrypted) as second:
        first.scalars(select(Organisation)).all()
        began = time.monotonic()
        with pytest.raises(RuntimeError, match="finish it before it begins another"):
            second.scalars(select(Organisation)).all()
        assert time.monotonic() - began < 5


def test_many_writers_lose_nothing(encrypted):
    with Session(encrypted) as session:
        org = session.scalars(select(Organisation)).one()
        clinic = Clinic(org_id=org.id, name="Counted", review_weekday=0)
        session.add(clinic)
        session.commit()
        clinic_id = clinic.id
    failed = []

    def write() -> None:
        try:
            for _ in range(25):
                with Session(encrypted) as session:
                    session.execute(update(Clinic).values(review_weekday=Clinic.review_weekday + 1))
                    session.commit()
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    with Session(encrypted) as session:
        assert session.scalar(select(Clinic.review_weekday).where(Clinic.id == clinic_id)) == 200


def test_a_patient_has_one_open_episode_whoever_asks_first(cast, session):
    """The partial index holds on both databases, past every check in the code."""
    with pytest.raises(IntegrityError):
        make.make_episode(session, cast.patient, care_manager=cast.owner.account)
    session.rollback()
    assert len(session.scalars(select(Episode).where(Episode.closed_on.is_(None))).all()) == 2
