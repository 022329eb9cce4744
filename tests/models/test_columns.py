"""Moments: aware UTC in, aware UTC out, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from builders import at
from postgres_cluster import put_back
from sqlalchemy import Engine
from sqlalchemy.exc import StatementError

from models.database import connect, reading, writing
from models.tables.projection import Heartbeat


def test_a_naive_moment_is_refused(engine: Engine) -> None:
    naive = datetime(2013, 11, 4, 7, 0)  # noqa: DTZ001
    with pytest.raises(StatementError, match="naive moment"), writing(engine) as session:
        session.add(Heartbeat(name="ngây thơ", at=naive))


def test_a_local_moment_comes_back_as_the_same_instant_in_utc(engine: Engine) -> None:
    with writing(engine) as session:
        session.add(Heartbeat(name="tick", at=at("2013-11-04", "07:00")))
    with reading(engine) as session:
        found = session.get_one(Heartbeat, "tick").at
    assert (found, found.tzinfo) == (datetime(2013, 11, 4, 0, 0, tzinfo=UTC), UTC)


def test_microseconds_survive(engine: Engine) -> None:
    exact = datetime(2013, 11, 4, 0, 0, 0, 123456, tzinfo=UTC)
    with writing(engine) as session:
        session.add(Heartbeat(name="tick", at=exact))
    with reading(engine) as session:
        assert session.get_one(Heartbeat, "tick").at == exact


@pytest.mark.postgresql
def test_the_zone_of_the_server_changes_nothing(postgresql_home: str) -> None:
    put_back(postgresql_home)
    engine = connect(f"{postgresql_home}?options=-c%20timezone%3DAsia/Ho_Chi_Minh")
    with writing(engine) as session:
        session.add(Heartbeat(name="tick", at=at("2013-11-04", "07:00")))
    with reading(engine) as session:
        assert session.get_one(Heartbeat, "tick").at.isoformat() == "2013-11-04T00:00:00+00:00"
    engine.dispose()
