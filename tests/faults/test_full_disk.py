"""The disk is full: a clear error, nothing half written, and everything works again once there is room."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable
from pathlib import Path

from builders import CALENDAR, FIRST_REMINDER, Say, a_child, an_answer, at, messages, notices, rows
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from models.database import reading, writing
from models.tables.cases import Case
from models.tables.messages import Message
from models.tables.submissions import Submission
from rules.office import Office
from services import log
from services.cases.opening import open_cases
from services.errors import Refused
from services.files.store import place_of, store_bytes
from services.operations.tick import tick

ROOM = 64 * 1024  # the database is larger already, so it cannot grow at all; its journal can, a little
FAILURES = (SQLAlchemyError, Refused, OSError)


def on_a_full_disk(engine: Engine, work: Callable[[Engine], object], room: int = ROOM) -> str:
    """How the work ends where no file may grow beyond `room`."""

    def try_it(own: Engine, say: Say) -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the write fails in place of the process
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        try:
            work(own)
        except FAILURES as error:
            say(f"{type(error).__name__}: {str(error).splitlines()[0]}")
        else:
            say("done")

    return a_child(engine, try_it).hears()


def intact(engine: Engine) -> bool:
    with engine.connect() as connection:
        sound = connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        whole = connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    with reading(engine) as session:
        return sound and whole and log.verify(session).broken_at is None


def test_a_tick_fails_whole_and_is_made_up_for(sqlite_engine: Engine, office: Office) -> None:
    assert "OperationalError" in on_a_full_disk(sqlite_engine, lambda own: tick(own, office, FIRST_REMINDER, CALENDAR))
    assert intact(sqlite_engine)
    assert (rows(sqlite_engine, Case), notices(sqlite_engine), messages(sqlite_engine)) == ([], [], [])
    tick(sqlite_engine, office, FIRST_REMINDER, CALENDAR)
    assert len(notices(sqlite_engine)) == 33


def test_an_answer_that_could_not_be_kept_was_never_there(sqlite_engine: Engine, office: Office) -> None:
    told = on_a_full_disk(sqlite_engine, lambda own: an_answer(own, office, FIRST_REMINDER))
    assert "OperationalError" in told
    assert any(reason in told for reason in ("disk is full", "disk I/O error"))
    assert intact(sqlite_engine)
    assert rows(sqlite_engine, Submission) == []
    assert an_answer(sqlite_engine, office, FIRST_REMINDER).version == 1


def test_a_file_that_does_not_fit_leaves_nothing(sqlite_engine: Engine, tmp_path: Path) -> None:
    content, store = os.urandom(2 * ROOM), tmp_path / "files"
    told = on_a_full_disk(sqlite_engine, lambda _: store_bytes(store, "lich.xlsx", content))
    assert told.startswith("OSError")
    assert [path for path in store.rglob("*") if path.is_file()] == []
    stored = store_bytes(store, "lich.xlsx", content)
    assert place_of(store, stored.sha256).read_bytes() == content


def test_a_report_that_does_not_fit_is_drafted_later(sqlite_engine: Engine, office: Office, tmp_path: Path) -> None:
    with writing(sqlite_engine) as session:
        open_cases(session, office, at("2013-12-16"))
    told = on_a_full_disk(sqlite_engine, lambda own: tick(own, office, at("2013-12-16"), "II2-REPORT"), room=8 * 1024)
    assert told.startswith(("OSError", "OperationalError"))
    assert [path.name for path in (tmp_path / "reports").glob("*")] == []
    tick(sqlite_engine, office, at("2013-12-16"), "II2-REPORT")
    assert (
        len(messages(sqlite_engine, Message.kind == "report_draft")) == 1
    )  # one document for the quarter and the year


def test_work_that_finds_room_is_done(sqlite_engine: Engine, office: Office) -> None:
    """Else the tests above might fail for another reason than the room."""
    told = on_a_full_disk(sqlite_engine, lambda own: tick(own, office, FIRST_REMINDER, CALENDAR), room=10 << 20)
    assert (told, len(notices(sqlite_engine))) == ("done", 33)
