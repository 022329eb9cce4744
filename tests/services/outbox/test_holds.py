"""The emergency brake: nothing leaves while it is on, nothing is lost, what is no longer due does not leave after."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from builders import CALENDAR, FIRST_REMINDER, an_answer, at, by_mail, messages, minutes
from mail_server import MailServer, running
from sqlalchemy import Engine
from sqlmodel import col, select

from models.database import reading, writing
from models.tables.log import LogEntry
from rules.office import Office
from services.delivery.dispatch import DispatchResult, dispatch
from services.errors import Refused
from services.operations.tick import tick
from services.operations.watch import watch
from services.outbox import gate, holds

MORNING = at("2013-12-10", "08:00")


def pull(engine: Engine, channel: str = holds.ALL) -> bool:
    with writing(engine) as session:
        return holds.hold(session, channel, ["email", "zalo_zns"], "Lan", MORNING)


def let_go(engine: Engine, channel: str = holds.ALL) -> list[str]:
    with writing(engine) as session:
        return holds.release(session, channel, "Lan", MORNING)


@pytest.mark.parametrize("channel", [holds.ALL, "email"])
def test_nothing_leaves_while_it_is_held_and_what_is_due_leaves_after(
    engine: Engine, office: Office, mail: MailServer, channel: str
) -> None:
    tick(engine, office, FIRST_REMINDER, CALENDAR)
    assert pull(engine, channel) is True
    assert pull(engine, channel) is False
    assert dispatch(engine, office, by_mail(mail.port), MORNING) == DispatchResult()
    assert {(row.state, row.attempts) for row in messages(engine)} == {("pending", 0)}
    with reading(engine) as session:
        assert any("kyhan resume" in said for said in watch(session, office, MORNING))
    an_answer(engine, office, MORNING)
    assert let_go(engine) == [channel]
    done = dispatch(engine, office, by_mail(mail.port), MORNING + minutes(5))
    assert (done.sent, done.expired) == (33, 1)
    with reading(engine) as session:
        acts = session.exec(select(LogEntry.action).where(col(LogEntry.action).startswith("sending."))).all()
    assert list(acts) == ["sending.hold", "sending.release"]


def test_one_held_channel_leaves_the_others_alone(engine: Engine, office: Office, mail: MailServer) -> None:
    tick(engine, office, FIRST_REMINDER, CALENDAR)
    pull(engine, "zalo_zns")
    assert dispatch(engine, office, by_mail(mail.port), MORNING).sent == 33


def test_one_channel_is_not_released_while_all_are_held(sqlite_engine: Engine) -> None:
    pull(sqlite_engine)
    with pytest.raises(Refused, match="kyhan resume"):
        let_go(sqlite_engine, "email")


def test_a_channel_nobody_has_is_not_held(sqlite_engine: Engine) -> None:
    with pytest.raises(Refused, match="emial"):
        pull(sqlite_engine, "emial")


def test_a_channel_that_paused_itself_is_tried_again_at_once(sqlite_engine: Engine, office: Office) -> None:
    with writing(sqlite_engine) as session:
        gate.pause(session, office, "email", "550", MORNING)
    assert let_go(sqlite_engine, "email") == ["email"]
    assert let_go(sqlite_engine, "email") == []


def test_it_stops_a_batch_that_is_on_its_way(sqlite_engine: Engine, office: Office) -> None:
    tick(sqlite_engine, office, FIRST_REMINDER, CALENDAR)

    class Pulls(MailServer):
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
            if len(self.mails) == 4:
                pull(sqlite_engine)
            return await super().handle_DATA(server, session, envelope)

    with running(Pulls()) as mail:
        assert dispatch(sqlite_engine, office, by_mail(mail.port), MORNING).sent == 5
    assert Counter(row.state for row in messages(sqlite_engine)) == {"sent": 5, "pending": 28}
