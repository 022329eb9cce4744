"""A process dies before any of its statements: its work is there whole or not at all, and the next pass makes up."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

from builders import CALENDAR, FIRST_REMINDER, IN_NOVEMBER, Say, a_child, an_answer, messages, notices, rows
from sqlalchemy import Engine, event

from models.database import reading
from models.tables.cases import Case
from models.tables.messages import Message
from models.tables.submissions import Submission
from rules.office import Office
from services import log
from services.operations.tick import tick

DONE = 0


def killed_before(engine: Engine, number: int, work: Callable[[Engine], object]) -> bool:
    """False when the work was done before this statement came."""

    def die(own: Engine, _: Say) -> None:
        left = [number]

        @event.listens_for(own, "before_cursor_execute")
        def count(*_: Any) -> None:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        work(own)

    ended = a_child(engine, die).ends()
    assert ended in (DONE, -signal.SIGKILL)
    return ended != DONE


def whole(engine: Engine) -> bool:
    with reading(engine) as session:
        return log.verify(session).broken_at is None


def test_a_tick_that_dies_anywhere_is_made_up_for_by_the_next(engine: Engine, office: Office) -> None:
    tick(engine, office, IN_NOVEMBER, "II1-PLAN")
    deaths = 0
    while killed_before(engine, deaths + 1, lambda own: tick(own, office, FIRST_REMINDER, CALENDAR)):
        deaths += 1
        assert len(notices(engine)) in (0, 33)
        assert whole(engine)
    assert deaths > 10
    assert len(notices(engine)) == len(messages(engine, Message.on_day == FIRST_REMINDER.date())) == 33


def test_an_answer_is_registered_whole_or_not_at_all(engine: Engine, office: Office) -> None:
    tick(engine, office, IN_NOVEMBER, CALENDAR)
    deaths = 0
    while killed_before(engine, deaths + 1, lambda own: an_answer(own, office, FIRST_REMINDER)):
        deaths += 1
        counted = [case for case in rows(engine, Case) if case.received_at]
        found = len(counted), len(rows(engine, Submission)), len(messages(engine, Message.kind == "receipt"))
        assert found == (0, 0, 0)
        assert whole(engine)
    assert deaths > 5
    assert an_answer(engine, office, FIRST_REMINDER).version == 2
