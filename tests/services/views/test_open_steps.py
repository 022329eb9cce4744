"""Steps after the hand-in are part of how a case stands, wherever it is shown."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from io import BytesIO

import pytest
from builders import (
    CALENDAR,
    DISTRICT,
    LAST_DAY,
    OVERDUE,
    UNIT,
    a_case,
    an_answer,
    an_office,
    at,
    record_steps,
    steps_done,
)
from openpyxl import load_workbook
from sqlalchemy import Engine, update
from sqlmodel import col, select

from models.database import reading, writing
from models.queries.cases.lists import PageOfCases, Selection
from models.tables.cases import Case, Stage
from models.tables.organisations import Organisation
from rules.status import OccurrenceStatus, Status
from rules.steps import StepState
from services.cases.case_file import case_page
from services.operations.tick import tick
from services.views import worklist
from services.views.board import board
from services.views.case_counts import Period
from services.views.case_filter import EVERYTHING, CaseFilter
from services.views.case_lists import case_lines
from services.views.chasing import chasing, how_many
from services.views.chasing_book import chasing_book
from services.views.dashboard_projection import occurrence_views
from services.views.overview import cases_as_of, four_numbers
from services.views.owed import what_we_owe
from services.views.waiting_tables import TableCounter

OFFICE = an_office()
CATALOGUE = "I4B-CATALOGUE"  # in September, approved by 31/10, announced by 15/11: soft targets
HANDED_IN = at("2014-09-15")
NOVEMBER, DECEMBER = at("2013-11-15"), at("2013-12-16")
FEW, ALL = PageOfCases(True, 0, 200), PageOfCases()
CALENDARS = CaseFilter(duties=frozenset({CALENDAR}))


def handed_in_by_all(engine: Engine) -> None:
    """The 33 release calendars for 2014, in one statement: with 121 steps, for districts have no ministry."""
    tick(engine, OFFICE, NOVEMBER, CALENDAR)
    with writing(engine) as session:
        session.execute(update(Case).values(received_at=NOVEMBER, accepted_at=NOVEMBER))


@pytest.fixture
def calendars(engine: Engine) -> Engine:
    handed_in_by_all(engine)
    return engine


# --- a catalogue, whose two steps have soft targets -------------------------------------------------------------------


def the_catalogue_is_in(engine: Engine) -> None:
    """With the part of every unit that contributes to it."""
    an_answer(engine, OFFICE, HANDED_IN, "CTK", CATALOGUE, "2015")
    with writing(engine) as session:
        session.execute(update(Case).where(col(Case.role) == "contributor").values(received_at=HANDED_IN))


@pytest.mark.parametrize(
    ("steps", "now", "standing", "state"),
    [
        ((), at("2014-10-31"), Status.STEPS_WAITING, OccurrenceStatus.STEPS_WAITING),
        ((), at("2014-11-01"), Status.STEPS_PAST_TARGET, OccurrenceStatus.STEPS_PAST_TARGET),
        ((), at("2015-11-01"), Status.STEPS_PAST_TARGET, OccurrenceStatus.STEPS_PAST_TARGET),
        (("I4B-APPROVE",), at("2014-11-01"), Status.STEPS_WAITING, OccurrenceStatus.STEPS_WAITING),
        (("I4B-APPROVE",), at("2014-11-16"), Status.STEPS_PAST_TARGET, OccurrenceStatus.STEPS_PAST_TARGET),
        (("I4B-APPROVE", "I4B-ANNOUNCE"), at("2014-11-16"), Status.RECEIVED, OccurrenceStatus.DONE),
    ],
    ids=["0 of 2", "0 of 2, target over", "0 of 2, a year later", "1 of 2", "1 of 2, target over", "2 of 2"],
)
def test_a_catalogue_is_done_when_it_is_approved_and_announced(sqlite_engine: Engine, steps, now, standing, state):
    the_catalogue_is_in(sqlite_engine)
    if steps:
        steps_done(sqlite_engine, at("2014-10-20"), "CTK", CATALOGUE, *steps)
    with reading(sqlite_engine) as session:
        case = a_case(session, OFFICE, "CTK", CATALOGUE, "2015", now)
        page = case_page(session, OFFICE, now, case.id)
        [view] = occurrence_views(session, now, ids=[case.occurrence.id or 0])
    assert page is not None
    assert (page.status, page.standing, view.status) == (Status.RECEIVED, standing, state)


def test_the_dashboard_says_how_many_steps_are_open(sqlite_engine: Engine):
    the_catalogue_is_in(sqlite_engine)
    with reading(sqlite_engine) as session:
        case = a_case(session, OFFICE, "CTK", CATALOGUE, "2015", HANDED_IN)
        [view] = occurrence_views(session, at("2014-11-01"), ids=[case.occurrence.id or 0])
    assert view.text.startswith("33/33 đã nộp, còn 2 bước sau khi nộp (1 quá mốc phấn đấu), hạn")


def test_an_occurrence_with_an_open_step_stays_on_the_dashboard_for_years(sqlite_engine: Engine):
    the_catalogue_is_in(sqlite_engine)
    with reading(sqlite_engine) as session:
        case = a_case(session, OFFICE, "CTK", CATALOGUE, "2015", HANDED_IN)
        assert occurrence_views(session, at("2017-01-01"), ids=[case.occurrence.id or 0])
    steps_done(sqlite_engine, at("2016-01-04"), "CTK", CATALOGUE)
    with reading(sqlite_engine) as session:
        assert not occurrence_views(session, at("2017-01-01"), ids=[case.occurrence.id or 0])


# --- 33 release calendars, whose four steps are binding ---------------------------------------------------------------


def test_33_accepted_calendars_without_a_step_are_not_done_on_any_page(calendars: Engine):
    with reading(calendars) as session:
        page = board(session, OFFICE, OVERDUE, Period(2013), CALENDARS)
        lines = case_lines(session, OFFICE, OVERDUE, Period(2013), Selection(duties={CALENDAR}))
        numbers = four_numbers([row for row in cases_as_of(session, OVERDUE) if row.obligation == CALENDAR], OVERDUE)
        occurrence = session.exec(select(Case.occurrence_id)).first() or 0
        [view] = occurrence_views(session, OVERDUE, ids=[occurrence])
        waiting = worklist.counts(session, OFFICE, OVERDUE, TableCounter())
    assert page.tally.counts == {Status.STEPS_OVERDUE: 33}
    assert (page.tally.done, page.tally.overdue, page.tally.waiting, page.overdue_everywhere) == (0, 33, 0, 0)
    assert {cell.status for row in page.matrix.rows for cell in row.cells if cell} == {Status.STEPS_OVERDUE}
    assert Counter(len(group.lines) for group in page.steps) == {33: 3, 22: 1}
    assert {line.status for line in lines} == {Status.STEPS_OVERDUE}
    assert (numbers.done, numbers.overdue) == (0, 33)
    assert view.status is OccurrenceStatus.OVERDUE
    assert "33/33 đã nộp, còn 121 bước sau khi nộp (121 quá hạn)" in view.text
    assert waiting["steps"] == 121


def test_before_the_last_day_of_the_plan_they_are_past_their_target_not_overdue(sqlite_engine: Engine):
    handed_in_by_all(sqlite_engine)
    with reading(sqlite_engine) as session:
        before = board(session, OFFICE, NOVEMBER, Period(2013), CALENDARS)
        after = board(session, OFFICE, DECEMBER, Period(2013), CALENDARS)
        last = board(session, OFFICE, LAST_DAY, Period(2013), CALENDARS)
    assert before.tally.counts == {Status.STEPS_WAITING: 33}
    assert after.tally.counts == last.tally.counts == {Status.STEPS_PAST_TARGET: 33}
    assert {group.state for group in after.steps} == {StepState.PAST_TARGET}
    assert (last.tally.overdue, last.tally.waiting) == (0, 33)


def test_a_district_is_done_without_a_step_for_its_ministry(calendars: Engine):
    steps_done(calendars, DECEMBER, DISTRICT, CALENDAR, "I5-APPROVE", "I5-REPORT-UBND", "I5-PUBLISH")
    steps_done(calendars, DECEMBER, UNIT, CALENDAR, "I5-APPROVE", "I5-REPORT-UBND", "I5-PUBLISH")
    with reading(calendars) as session:
        standing = {row.unit: row.standing for row in cases_as_of(session, OVERDUE) if row.obligation == CALENDAR}
    assert standing[DISTRICT] == Status.ACCEPTED
    assert standing[UNIT] == Status.STEPS_OVERDUE


def test_when_all_121_steps_are_done_the_occurrence_is_done(calendars: Engine):
    with writing(calendars) as session:
        record_steps(session, OVERDUE)
        occurrence = session.exec(select(Case.occurrence_id)).first() or 0
    with reading(calendars) as session:
        [done] = occurrence_views(session, OVERDUE, ids=[occurrence])
        [known_then] = occurrence_views(session, LAST_DAY, ids=[occurrence])
    assert done.status is OccurrenceStatus.DONE
    assert known_then.status is OccurrenceStatus.STEPS_PAST_TARGET  # recorded two days later


def test_what_is_taken_back_is_open_again(sqlite_engine: Engine):
    an_answer(sqlite_engine, OFFICE, DECEMBER)
    steps_done(sqlite_engine, DECEMBER)
    [before] = [row.standing for row in of_calendar(sqlite_engine) if row.unit == UNIT]
    with writing(sqlite_engine) as session:
        record_steps(session, DECEMBER + timedelta(days=1), col(Stage.code) == "I5-PUBLISH", done=False)
    [after] = [row.standing for row in of_calendar(sqlite_engine) if row.unit == UNIT]
    assert (before, after) == (Status.RECEIVED, Status.STEPS_OVERDUE)


def of_calendar(engine: Engine):
    with reading(engine) as session:
        return [row for row in cases_as_of(session, OVERDUE) if row.obligation == CALENDAR]


# --- lists: what is asked of a hand-in, and what of the whole ---------------------------------------------------------


def test_who_waits_for_review_is_found_whatever_steps_follow(calendars: Engine):
    with writing(calendars) as session:
        unit = select(Organisation.id).where(Organisation.key == UNIT).scalar_subquery()
        session.execute(update(Case).where(col(Case.organisation_id) == unit).values(accepted_at=None))
    to_review = frozenset({Status.RECEIVED, Status.RECEIVED_LATE})
    with reading(calendars) as session:
        [line] = case_lines(session, OFFICE, OVERDUE, Period(2013), Selection(duties={CALENDAR}, hand_ins=to_review))
        page = board(session, OFFICE, OVERDUE, Period(2013), CaseFilter(hand_ins=to_review))
    assert (line.unit.key, line.status) == (UNIT, Status.STEPS_OVERDUE)
    assert (page.tally.counts, page.upcoming) == ({Status.STEPS_OVERDUE: 1}, ())


def test_a_unit_still_owes_its_steps(sqlite_engine: Engine):
    an_answer(sqlite_engine, OFFICE, DECEMBER)
    steps_done(sqlite_engine, DECEMBER, UNIT, CALENDAR, "I5-APPROVE")
    with reading(sqlite_engine) as session:
        unit = session.exec(select(Organisation.id).where(Organisation.key == UNIT)).one() or 0
        soft, hard = (what_we_owe(session, OFFICE, {unit}, now) for now in (DECEMBER, OVERDUE))
        years_later = what_we_owe(session, OFFICE, {unit}, at("2016-01-04"))
    [owed] = soft["steps"]
    assert [(step.row.code, step.day) for step in owed.steps] == [
        ("I5-REPORT-UBND", date(2013, 12, 13)),
        ("I5-REPORT-MINISTRY", date(2013, 12, 13)),
        ("I5-PUBLISH", date(2013, 12, 13)),
    ]
    assert UNIT in {item.unit.key for item in hard["overdue"] if item.steps}
    assert CALENDAR in {item.code for item in years_later["overdue"] if item.steps}


def test_late_steps_are_on_the_chasing_list_and_in_its_workbook(calendars: Engine):
    with reading(calendars) as session:
        assert how_many(session, OFFICE, NOVEMBER, CALENDARS) == 0
        assert how_many(session, OFFICE, DECEMBER, CALENDARS) == 33
        lines = chasing(session, OFFICE, OVERDUE, CALENDARS, FEW)
        book = load_workbook(BytesIO(chasing_book(OFFICE, lines, "", OVERDUE))).active
    assert len(lines) == 33
    row = next(row for row in book.iter_rows(values_only=True) if row[1] == lines[0].case.unit.name)
    assert row[4].date() == date(2013, 12, 31)
    assert row[5] == 1
    assert row[6].startswith("Đã nộp, có bước quá hạn; Thủ trưởng cơ quan phê duyệt Lịch phổ biến: quá hạn 31/12/2013;")


def test_steps_do_not_hide_a_hand_in_from_the_chasing_list(sqlite_engine: Engine):
    tick(sqlite_engine, OFFICE, NOVEMBER)
    an_answer(sqlite_engine, OFFICE, NOVEMBER)
    with reading(sqlite_engine) as session:
        lines = chasing(session, OFFICE, OVERDUE, EVERYTHING, ALL)
        assert len(lines) == how_many(session, OFFICE, OVERDUE, EVERYTHING)
    standings = Counter(line.case.status for line in lines if line.case.duty.id == CALENDAR)
    assert standings == {Status.OVERDUE: 32, Status.STEPS_OVERDUE: 1}
