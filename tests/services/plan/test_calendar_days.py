"""The office gives a day off: first what would move, then the move; the reverse puts everything back."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from builders import CALENDAR, FIRST_REMINDER, UNIT, an_answer, messages, minutes
from sqlalchemy import Engine, event
from sqlmodel import select
from test_amend import LAST, NEXT, term

from models.database import reading, writing
from models.tables.calendar import CalendarOverride
from models.tables.log import LogEntry
from models.tables.plan import Term
from rules.office import Office
from rules.working_days import Override, WorkCalendar
from services.calendar.days import DaysChange, DaysPreview, change_days, day_off, preview, swap, taken_out, working_day
from services.cases.opening import open_cases
from services.errors import Refused
from services.operations.tick import tick
from services.plan.in_force import mark, office_now

REASON = "nghỉ theo thông báo của Ủy ban nhân dân tỉnh"
SATURDAY = date(2014, 1, 4)


@pytest.fixture
def opened(engine: Engine, office: Office) -> Engine:
    tick(engine, office, FIRST_REMINDER, CALENDAR)
    return engine


def seen(engine: Engine, office: Office, change: DaysChange) -> DaysPreview:
    with writing(engine) as session:
        return preview(session, office, change, FIRST_REMINDER)


def changed(engine: Engine, office: Office, change: DaysChange, later: int = 0) -> int:
    with writing(engine) as session:
        return change_days(session, office, change, "Lan", FIRST_REMINDER + minutes(later)).told


def dates(engine: Engine) -> list[tuple[date, date | None]]:
    with reading(engine) as session:
        return [(row.target_day, row.late_after) for row in session.exec(select(Term).order_by(Term.id))]


def test_the_preview_names_old_and_new_days_and_every_open_case_and_changes_nothing(
    opened: Engine, office: Office
) -> None:
    an_answer(opened, office, FIRST_REMINDER, UNIT)
    before = dates(opened)
    shown = seen(opened, office, day_off(LAST, REASON))
    change = next(one for one in shown.moved.terms if one.obligation == CALENDAR)
    assert (change.old_target, change.new_target, change.new_late) == (LAST, date(2013, 12, 30), NEXT)
    assert len(shown.units[change.term_id]) == 32  # one of 33 has answered
    assert "Sở Y tế tỉnh Sóc Trăng" in shown.units[change.term_id]
    assert dates(opened) == before
    assert rows_of(opened) == []


def test_confirmed_the_cases_move_and_each_person_gets_one_message(opened: Engine, office: Office) -> None:
    shown = seen(opened, office, day_off(LAST, REASON))
    assert changed(opened, office, day_off(LAST, REASON)) == shown.moved.told == 33
    told = [row.person_id for row in messages(opened) if row.kind == "moved"]
    assert len(told) == len(set(told)) == 33
    with reading(opened) as session:
        assert term(session, office).late_after == NEXT
        assert not office_now(session, office).calendar.is_working_day(LAST)


def test_the_reverse_puts_every_date_back_and_says_so_again(opened: Engine, office: Office) -> None:
    before = dates(opened)
    changed(opened, office, day_off(LAST, REASON))
    with reading(opened) as session:
        back = taken_out(session, LAST)
    assert changed(opened, office, back, later=5) == 33
    assert dates(opened) == before
    assert changed(opened, office, day_off(LAST, REASON), later=10) == 33
    assert len([row for row in messages(opened) if row.kind == "moved"]) == 99


def test_a_swap_is_entered_and_taken_out_as_one(opened: Engine, office: Office) -> None:
    changed(opened, office, swap(LAST, SATURDAY))
    assert [(row.day, row.working) for row in rows_of(opened)] == [(LAST, False), (SATURDAY, True)]
    assert rows_of(opened)[0].reason == "ngày nghỉ hoán đổi (làm bù ngày 04/01/2014)"
    with reading(opened) as session:
        assert set(taken_out(session, SATURDAY).remove) == {LAST, SATURDAY}


def test_who_changed_what_stands_in_the_log(opened: Engine, office: Office) -> None:
    changed(opened, office, day_off(LAST, REASON))
    with reading(opened) as session:
        [entry] = session.exec(select(LogEntry).where(LogEntry.action == "calendar.change"))
    assert entry.actor == "Lan"
    assert json.loads(entry.details)["after"][0]["day"] == "2013-12-31"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (day_off(SATURDAY, REASON), "đã là ngày nghỉ cuối tuần"),
        (working_day(LAST, REASON), "đã là ngày làm việc"),
        (day_off(LAST, " "), "cần ghi lý do"),
        (day_off(date(2031, 1, 2), REASON), "quá xa"),
        (day_off(date(1, 1, 1), REASON), "quá xa"),
        (DaysChange(), "Chưa có ngày nào"),
    ],
)
def test_what_makes_no_sense_is_refused(opened: Engine, office: Office, change: DaysChange, why: str) -> None:
    with pytest.raises(Refused, match=why):
        seen(opened, office, change)


def test_a_day_of_the_file_is_not_taken_out_here(engine: Engine, office: Office) -> None:
    with reading(engine) as session, pytest.raises(Refused, match=r"calendar\.yaml"):
        taken_out(session, date(2026, 1, 2))


def test_an_entered_day_counts_before_the_file_and_the_file_returns_without_it() -> None:
    shipped = WorkCalendar([Override(LAST, False, "tệp")])
    both = shipped.with_entered([Override(LAST, True, "nhập")])
    assert both.is_working_day(LAST)
    assert not both.with_entered([]).is_working_day(LAST)


def test_the_mark_changes_with_the_calendar(engine: Engine, office: Office) -> None:
    with reading(engine) as session:
        before = mark(session)
    changed(engine, office, day_off(LAST, REASON))
    with reading(engine) as session:
        assert mark(session) != before
        assert mark(session) == mark(session)


def test_moving_asks_the_database_as_often_for_one_duty_as_for_all(sqlite_engine: Engine, office: Office) -> None:
    """Writing aside: reads do not grow with the number of occurrences."""
    with writing(sqlite_engine) as session:
        open_cases(session, office, FIRST_REMINDER)
    asked: list[str] = []
    event.listen(sqlite_engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    seen(sqlite_engine, office, day_off(FIRST_REMINDER.date() + timedelta(days=3), REASON))
    assert len([one for one in asked if one.lstrip().startswith("SELECT")]) <= 25


def rows_of(engine: Engine) -> list[CalendarOverride]:
    with reading(engine) as session:
        return list(session.exec(select(CalendarOverride).order_by(CalendarOverride.day)))
