"""Whom to urge, on both databases: who has not answered, whom to call, what was tried last."""

from __future__ import annotations

from datetime import date

from builders import DUE_SOON, FIRST_REMINDER, OVERDUE, a_case, an_answer, an_office, at, hand_over, holder, steps_done
from sqlalchemy import Engine, update
from sqlmodel import Session

from models.database import reading, writing
from models.queries.cases.lists import PageOfCases, Selection
from models.tables.messages import Message
from models.tables.people import Absence
from rules.status import Status
from services.calendar.year import year_calendar
from services.cases.conversation import note
from services.operations.tick import tick
from services.views.burden import burden_map
from services.views.case_counts import Period
from services.views.case_filter import EVERYTHING, CaseFilter
from services.views.case_lists import case_lines
from services.views.chasing import ChaseLine, ContactNote, chasing, how_many, record_contact

OFFICE = an_office()
CALENDARS = CaseFilter(duties=frozenset({"I5-CALENDAR"}))


def reminded(engine: Engine) -> None:
    for moment in (FIRST_REMINDER, DUE_SOON, OVERDUE):
        with writing(engine) as session:  # what was written earlier has left
            session.execute(update(Message).values(state="sent"))
        tick(engine, OFFICE, moment)


def line_of(session: Session, unit: str, now=OVERDUE, wanted: CaseFilter = CALENDARS) -> ChaseLine:
    return next(
        line for line in chasing(session, OFFICE, now, wanted, PageOfCases(True, 0, 200)) if line.case.unit.key == unit
    )


def test_the_list_knows_how_often_and_how_last_a_unit_was_reminded(engine: Engine):
    reminded(engine)
    with reading(engine) as session:
        line = line_of(session, "SYT")
    assert (line.reminders, line.case.status) == (3, Status.OVERDUE)
    assert line.last is not None
    assert (line.last.on_day, line.last.way, line.last.fate) == (date(2014, 1, 2), "email", "pending")


def test_a_line_shows_the_day_its_delay_is_counted_from_before_it_is_late_too(engine: Engine):
    tick(engine, OFFICE, at("2014-09-20"), "I4B-CATALOGUE")
    days = []
    for now in (at("2014-09-25"), at("2014-10-02")):  # past what contributors aim for; past the plan's last day
        with reading(engine) as session:
            lines = case_lines(session, OFFICE, now, Period(2014), Selection(duties={"I4B-CATALOGUE"}))
        days += [(line.day, line.working_days_late) for line in lines if line.unit.key == "SYT"]
    assert days == [(date(2014, 9, 30), 0), (date(2014, 9, 30), 2)]


def test_who_answered_is_not_urged(engine: Engine):
    reminded(engine)
    with reading(engine) as session:
        before = how_many(session, OFFICE, OVERDUE, CALENDARS)
    an_answer(engine, OFFICE, OVERDUE, "SYT")
    steps_done(engine, OVERDUE, "SYT")
    with reading(engine) as session:
        units = {line.case.unit.key for line in chasing(session, OFFICE, OVERDUE, CALENDARS, PageOfCases())}
        assert how_many(session, OFFICE, OVERDUE, CALENDARS) == before - 1 == len(units)
    assert "SYT" not in units


def test_the_longest_overdue_stand_first(engine: Engine):
    reminded(engine)
    with reading(engine) as session:
        lines = chasing(session, OFFICE, OVERDUE, EVERYTHING, PageOfCases(True, 0, 200))
    overdue = [line.case.working_days_late for line in lines if line.case.status is Status.OVERDUE]
    assert overdue == sorted(overdue, reverse=True)
    assert [line.case.status for line in lines][: len(overdue)] == [Status.OVERDUE] * len(overdue)


def test_while_the_focal_point_is_away_the_deputy_is_called(engine: Engine):
    reminded(engine)
    with writing(engine) as session:
        person = holder(session, "SYT")
        session.add(Absence(person_id=person.id, from_day=date(2014, 1, 1), to_day=date(2014, 2, 1)))
        hand_over(session, date(2014, 1, 2), "STC")
    with reading(engine) as session:
        assert getattr(line_of(session, "SYT").person, "role", "") == "deputy"
        assert getattr(line_of(session, "STC").person, "name", "") == "Trần Thị Mới"


def test_a_call_of_today_counts_before_a_mail_of_today_and_the_newest_word_is_shown(engine: Engine):
    reminded(engine)
    with writing(engine) as session:
        case = a_case(session, OFFICE, "SYT", now=OVERDUE).case.id or 0
        record_contact(
            session, case, ContactNote("phone", "chị Hoa", "Đang trình ký", date(2014, 1, 9)), "Lan", OVERDUE
        )
    with reading(engine) as session:
        line = line_of(session, "SYT")
    assert line.last is not None
    assert (line.last.way, line.last.by, line.promised_on, line.note) == (
        "phone",
        "Lan",
        date(2014, 1, 9),
        "Đang trình ký",
    )
    with writing(engine) as session:
        note(session, case, "Gọi lại thứ Sáu", "Lan", OVERDUE.replace(hour=9))
    with reading(engine) as session:
        assert line_of(session, "SYT").note == "Gọi lại thứ Sáu"


def test_the_map_of_weeks_and_the_year_are_drawn_on_both_databases(engine: Engine):
    reminded(engine)
    with reading(engine) as session:
        found = burden_map(session, OFFICE, date(2013, 10, 1), date(2013, 12, 31))
        months = year_calendar(session, OFFICE, 2013)
    assert sum(row.total for row in found.rows) == sum(len(week.requests) for week in found.fullest) > 100
    assert months[11].due
