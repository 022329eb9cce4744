"""Messages enter the outbox once for each key, however many at a time; on either database."""

from __future__ import annotations

from datetime import date
from typing import Any

from builders import IN_NOVEMBER, holder, messages
from sqlalchemy import Engine, literal
from sqlmodel import col, select

from models.columns import UtcMoment
from models.database import writing
from models.tables.messages import Message
from models.tables.people import Person
from notifications.kinds import MessageKind
from rules.office import Office
from services.outbox.queue import Note, coordinators, keyed, queue_for_coordinators, queue_note, queue_selected

NOW = IN_NOVEMBER
NOTE = Note("kênh thư ngừng", ["Lý do: mất mạng"], "/viec", cases={9, 7})


def test_a_message_that_exists_already_is_not_written_again(engine: Engine) -> None:
    with writing(engine) as session:
        person = holder(session).id or 0
        counts = [queue_note(session, MessageKind.MOVED, keyed("moved:1", [person]), NOTE, NOW) for _ in range(2)]
    assert counts == [1, 0]
    (message,) = messages(engine, Message.kind == "moved")
    assert (message.key, message.state, message.channel) == (f"moved:1:{person}", "pending", "email")
    assert (
        message.facts == '{"matter": "kênh thư ngừng", "lines": ["Lý do: mất mạng"], "path": "/viec", "cases": [7, 9]}'
    )


def test_what_a_query_yields_waits_like_the_others(engine: Engine) -> None:
    with writing(engine) as session:
        assert queue_selected(session, _for_everybody(), NOW) == len(session.exec(select(Person.id)).all())
        assert queue_selected(session, _for_everybody(), NOW) == 0
    found = messages(engine, Message.kind == "digest")
    assert {(one.state, one.attempts, one.created_at, one.not_before) for one in found} == {("pending", 0, NOW, NOW)}


def test_each_coordinator_gets_one(engine: Engine, office: Office) -> None:
    with writing(engine) as session:
        people = coordinators(session, office, NOW.date())
        assert queue_for_coordinators(session, office, MessageKind.WATCH, "watch:1", NOTE, NOW) == len(people) > 0
    assert {one.person_id for one in messages(engine, Message.kind == "watch")} == set(people)


def _for_everybody() -> Any:
    return select(
        (literal("digest:") + col(Person.email)).label("key"),
        col(Person.id).label("person_id"),
        literal("email").label("channel"),
        literal("digest").label("kind"),
        literal(date(2013, 11, 8)).label("on_day"),
        literal(NOW, UtcMoment()).label("not_before"),
        literal("email").label("carries"),
    ).where(col(Person.email) != "")
