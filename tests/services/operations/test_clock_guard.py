"""A clock that is far off stops work and tells somebody once; when it is right again, nothing was lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from builders import CALENDAR, DUE_SOON, FIRST_REMINDER, IN_NOVEMBER, LAST_DAY, messages, notices, rows
from sqlalchemy import Engine
from sqlmodel import select

from models.database import reading
from models.tables.cases import Case
from models.tables.log import LogEntry
from models.tables.messages import Message
from rules.office import Office
from services.operations.clock_guard import FARTHEST, doubt, may_work, too_far
from services.operations.tick import tick
from services.operations.tick_preview import preview
from services.operations.watch import watch_once

DAY = timedelta(days=1)


@pytest.mark.parametrize("distance", [FARTHEST, -FARTHEST, timedelta(0), DAY])
def test_a_month_is_believed(distance: timedelta) -> None:
    assert too_far(IN_NOVEMBER + distance, IN_NOVEMBER) is None


@pytest.mark.parametrize("distance", [FARTHEST + DAY, -FARTHEST - DAY, timedelta(days=-4400)])
def test_more_than_a_month_is_not(distance: timedelta) -> None:
    assert too_far(IN_NOVEMBER + distance, IN_NOVEMBER) == distance


def test_a_home_that_never_ticked_has_nothing_to_compare_with(engine: Engine, office: Office) -> None:
    assert may_work(engine, office, LAST_DAY) == ""


def test_a_clock_far_ahead_is_told_once_and_work_goes_on_when_it_is_right(engine: Engine, office: Office) -> None:
    tick(engine, office, IN_NOVEMBER, CALENDAR)
    for hours in range(3):
        assert "sau lượt làm việc" in may_work(engine, office, IN_NOVEMBER + timedelta(days=180, hours=hours))
        watch_once(engine, office, IN_NOVEMBER + timedelta(days=180, hours=hours))
    [alarm] = messages(engine, Message.kind == "watch")
    assert "đồng hồ" in alarm.facts
    assert may_work(engine, office, IN_NOVEMBER + DAY) == ""
    tick(engine, office, FIRST_REMINDER, CALENDAR)
    assert len(notices(engine)) == 33


def test_a_clock_a_month_ahead_silences_nothing(engine: Engine, office: Office) -> None:
    """By a command a person may say so; by its clock alone the engine does nothing."""
    tick(engine, office, FIRST_REMINDER - 10 * DAY, CALENDAR)
    ahead = FIRST_REMINDER + 20 * DAY
    assert "sau lượt làm việc" in may_work(engine, office, ahead)
    assert watch_once(engine, office, ahead)[0].urgent
    with reading(engine) as session:
        assert doubt(session, ahead) == ""


def test_a_row_of_days_off_is_believed(engine: Engine, office: Office) -> None:
    tick(engine, office, FIRST_REMINDER, CALENDAR)
    assert may_work(engine, office, FIRST_REMINDER + 14 * DAY) == ""


def test_a_clock_far_back_is_told_too(engine: Engine, office: Office) -> None:
    tick(engine, office, DUE_SOON, CALENDAR)
    assert "trước lượt làm việc" in may_work(engine, office, DUE_SOON - timedelta(days=4000))


def test_a_preview_counts_what_a_tick_would_do_and_writes_nothing(engine: Engine, office: Office) -> None:
    def entries() -> int:
        with reading(engine) as session:
            return len(session.exec(select(LogEntry.seq)).all())

    before = entries(), len(rows(engine, Case)), len(messages(engine))
    seen = preview(engine, office, FIRST_REMINDER, [CALENDAR], reach_back=False)
    assert (seen.cases, seen.notices) == (33, 33)
    assert (entries(), len(rows(engine, Case)), len(messages(engine))) == before
    tick(engine, office, FIRST_REMINDER, CALENDAR)
    assert (len(rows(engine, Case)), len(notices(engine))) == (33, 33)
