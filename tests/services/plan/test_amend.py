"""When the calendar moves a date: recomputed, laid out anew, logged, and told once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

from builders import CALENDAR, DUE_SOON, FIRST_REMINDER, IN_NOVEMBER, UNIT, a_case, an_answer, messages, notices
from sqlalchemy import Engine
from sqlmodel import Session, select

from models.database import reading, writing
from models.tables.log import LogEntry
from models.tables.messages import Notice
from models.tables.plan import StepDay, Term
from rules.office import Office
from rules.working_days import Override, WorkCalendar
from services.cases.decide import extend
from services.operations.tick import tick
from services.plan.amend import AmendResult, move_dates

LAST = date(2013, 12, 31)  # of the release calendar
NEXT = date(2014, 1, 2)


def with_day_off(office: Office, *days: date) -> Office:
    """The province gives the day off after everything was planned."""
    late = [Override(day, False, "nghỉ bù theo thông báo") for day in days]
    return replace(office, calendar=WorkCalendar([*office.calendar.overrides, *late]))


def moved(engine: Engine, office: Office, *, dry_run: bool = False) -> AmendResult:
    with writing(engine) as session:
        return move_dates(session, office, FIRST_REMINDER, dry_run=dry_run)


def term(session: Session, office: Office) -> Term:
    return session.get_one(Term, a_case(session, office, now=IN_NOVEMBER).case.term_id)


def days(engine: Engine, office: Office) -> dict[str, date]:
    with reading(engine) as session:
        held_to = term(session, office)
        return {row.step: row.on_day for row in session.exec(select(StepDay).where(StepDay.term_id == held_to.id))}


def logged(engine: Engine) -> list[LogEntry]:
    with reading(engine) as session:
        return list(session.exec(select(LogEntry).where(LogEntry.action == "dates.move")))


def test_nothing_moves_while_the_calendar_stands(engine: Engine, office: Office) -> None:
    tick(engine, office, FIRST_REMINDER)
    done = moved(engine, office)
    assert (done.terms, done.told) == ([], 0)
    assert {what for counted in done.steps.values() for what in counted} <= {"kept"}
    assert logged(engine) == []


def test_a_new_day_off_moves_the_three_dates_and_the_steps_nobody_was_told_of(engine: Engine, office: Office) -> None:
    tick(engine, office, FIRST_REMINDER, CALENDAR)
    before = days(engine, office)
    done = moved(engine, with_day_off(office, LAST))
    with reading(engine) as session:
        held_to = term(session, office)
        assert (held_to.target_day, held_to.late_after) == (date(2013, 12, 30), NEXT)
        assert a_case(session, office).occurrence.nominal_last_day == LAST
    after = days(engine, office)
    assert after["L1"] == before["L1"]  # they were told
    assert (before["L2"], after["L2"]) == (date(2013, 12, 26), date(2013, 12, 25))
    assert (before["L3"], after["L3"]) == (date(2014, 1, 2), date(2014, 1, 3))
    assert done.steps["L1"]["kept"] > 0
    assert done.steps["L2"]["moved"] > 0


def test_each_focal_point_is_told_once_with_all_that_has_moved(engine: Engine, office: Office) -> None:
    tick(engine, office, FIRST_REMINDER)
    moved(engine, with_day_off(office, LAST))
    told = [row for row in messages(engine) if row.kind == "moved"]
    assert len(told) == len({row.person_id for row in told}) >= 33
    assert any(len(json.loads(row.facts or "")["lines"]) > 1 for row in told)
    again = moved(engine, with_day_off(office, LAST))
    assert (again.terms, again.told) == ([], 0)


def test_who_has_answered_is_not_told(engine: Engine, office: Office) -> None:
    tick(engine, office, FIRST_REMINDER, CALENDAR)
    an_answer(engine, office, FIRST_REMINDER, UNIT)
    assert moved(engine, with_day_off(office, LAST)).told == 32


def test_old_and_new_stand_in_the_log(engine: Engine, office: Office) -> None:
    tick(engine, office, FIRST_REMINDER, CALENDAR)
    moved(engine, with_day_off(office, LAST))
    [entry] = logged(engine)
    change = next(one for one in json.loads(entry.details)["terms"] if one["obligation"] == CALENDAR)
    assert (change["old"], change["new"]) == (["2013-12-31"] * 2, ["2013-12-30", "2014-01-02"])


def test_a_trial_says_what_it_would_do_and_does_nothing(engine: Engine, office: Office) -> None:
    tick(engine, office, FIRST_REMINDER, CALENDAR)
    before = days(engine, office)
    done = moved(engine, with_day_off(office, LAST), dry_run=True)
    assert done.told == 33
    assert days(engine, office) == before
    assert [row for row in messages(engine) if row.kind == "moved"] == []


def test_an_agreed_day_moves_too(engine: Engine, office: Office) -> None:
    tick(engine, office, FIRST_REMINDER, CALENDAR)
    with writing(engine) as session:
        case = a_case(session, office, now=FIRST_REMINDER)
        extend(session, office, case, "Lan", FIRST_REMINDER, "thiếu số liệu", date(2014, 1, 15))
    moved(engine, with_day_off(office, date(2014, 1, 15)))
    with reading(engine) as session:
        held_to = term(session, office)
        assert (held_to.target_day, held_to.late_after) == (date(2014, 1, 14), date(2014, 1, 16))


def test_no_step_goes_out_twice_after_the_dates_have_moved(engine: Engine, office: Office) -> None:
    tick(engine, office, FIRST_REMINDER, CALENDAR)
    later = with_day_off(office, LAST)
    moved(engine, later)
    for day in (FIRST_REMINDER, DUE_SOON):
        tick(engine, later, day, CALENDAR)
    with reading(engine) as session:
        case = a_case(session, office).case.id
    told = [(row.step, row.person_id) for row in notices(engine, Notice.case_id == case)]
    assert len(told) == len(set(told)) == 3


def test_who_is_told_reads_of_the_day_that_moved(engine: Engine, office: Office) -> None:
    """29/11/2013: «trước ngày 30/11», so the target moves back and the day it is late from stays."""
    tick(engine, office, IN_NOVEMBER)
    with writing(engine) as session:
        done = move_dates(session, with_day_off(office, date(2013, 11, 29)), IN_NOVEMBER)
    lines = [one.line for one in done.terms if one.obligation == "I1-ASSESS"]
    assert lines
    assert all("trước đây 29/11/2013, nay 28/11/2013" in line for line in lines)
