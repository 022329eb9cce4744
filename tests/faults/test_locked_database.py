"""Another process holds the database: work waits and goes on, or says clearly that it cannot."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from builders import CALENDAR, FIRST_REMINDER, Say, a_child, an_answer, at, by_mail, notices, rows
from mail_server import MailServer
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from models.database import connect, reading, writing
from models.tables.submissions import Submission
from rules.office import Office
from services import log
from services.delivery.dispatch import dispatch
from services.operations.tick import tick

MOMENT = 0.5


@contextmanager
def locked(engine: Engine, seconds: float) -> Iterator[None]:
    """Another process holds the write lock for this long."""

    def hold(own: Engine, say: Say) -> None:
        with writing(own) as session:
            session.connection().exec_driver_sql("UPDATE heartbeat SET name = name")
            say("locked")
            time.sleep(seconds)

    other = a_child(engine, hold)
    assert other.hears() == "locked"
    yield
    other.process.kill()
    other.ends()


def test_a_tick_waits_for_a_lock_and_goes_on(sqlite_engine: Engine, office: Office) -> None:
    with locked(sqlite_engine, MOMENT):
        began = time.monotonic()
        tick(sqlite_engine, office, FIRST_REMINDER, CALENDAR)
        assert time.monotonic() - began > MOMENT / 2
    assert len(notices(sqlite_engine)) == 33


def test_an_answer_waits_for_a_lock_and_is_kept(sqlite_engine: Engine, office: Office) -> None:
    with locked(sqlite_engine, MOMENT):
        assert an_answer(sqlite_engine, office, FIRST_REMINDER).version == 1


def test_the_post_waits_for_a_lock_and_sends_everything_once(
    sqlite_engine: Engine, office: Office, mail: MailServer
) -> None:
    tick(sqlite_engine, office, FIRST_REMINDER, CALENDAR)
    with locked(sqlite_engine, MOMENT):
        done = dispatch(sqlite_engine, office, by_mail(mail.port), at("2013-12-10", "08:00"))
    assert done.sent == len(mail.mails) == 33


def test_readers_do_not_wait(sqlite_engine: Engine) -> None:
    with locked(sqlite_engine, 10), reading(sqlite_engine) as session:
        assert log.verify(session).broken_at is None


def test_after_the_patience_is_over_the_error_says_that_the_database_is_locked(
    sqlite_engine: Engine, office: Office
) -> None:
    hasty = connect(sqlite_engine.url.render_as_string(), busy_seconds=0.2)
    with locked(sqlite_engine, 10), pytest.raises(OperationalError, match="database is locked"):
        an_answer(hasty, office, FIRST_REMINDER)
    assert an_answer(hasty, office, FIRST_REMINDER).version == 1  # once the lock is gone
    assert len(rows(hasty, Submission)) == 1


def test_a_writer_that_first_reads_does_not_lose_against_another(sqlite_engine: Engine) -> None:
    """With a plain BEGIN the second of two that read first and write then would fail at once."""
    with writing(sqlite_engine) as first:
        log.append(first, FIRST_REMINDER, "Lan", "x", "y")
        hasty = connect(sqlite_engine.url.render_as_string(), busy_seconds=0.1)
        with pytest.raises(OperationalError, match="locked"), writing(hasty) as second:
            log.append(second, FIRST_REMINDER, "Lan", "x", "y")
    with reading(sqlite_engine) as session:
        assert log.verify(session).broken_at is None
