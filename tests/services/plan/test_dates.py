"""One truth for dates: what is listed of the plan is what pages, board and API show."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from builders import CALENDAR, OVERDUE, an_office, at
from sqlalchemy import Engine
from sqlmodel import Session

from models.database import reading, writing
from models.queries.cases import api_lists, board
from models.queries.cases.api_lists import CaseSelection
from models.queries.cases.board import Span
from rules.office import Office
from rules.plan import Plan, Trigger
from services.calendar.days import change_days, day_off
from services.cases.opening import open_cases
from services.plan.amend import move_dates
from services.plan.dates import OccurrenceDates, dates_between
from services.plan.in_force import office_now
from services.plan.load import load_plan, plan_ahead

FIRST, LAST = date(2013, 10, 1), date(2014, 12, 31)
NEW_YEARS_EVE = date(2013, 12, 31)


@pytest.fixture
def opened(engine: Engine, office: Office) -> Engine:
    with writing(engine) as session:
        open_cases(session, office, at("2013-12-10"))
    return engine


def listed(session: Session, office: Office) -> dict[tuple[str, str], OccurrenceDates]:
    found = dates_between(session, office_now(session, office), FIRST, LAST)
    return {(item.obligation, item.period): item for item in found}


def with_calendar_due(office: Office, quarter: int) -> Plan:
    """The release calendar falls due in another quarter."""
    return changed(office.plan, CALENDAR, quarter=quarter)


def changed(plan: Plan, duty: str, **when: object) -> Plan:
    item = plan.obligation(duty)
    other = replace(item, when=replace(item.when, **when))  # type: ignore[type-var]
    return replace(plan, obligations=tuple(other if one.id == duty else one for one in plan.obligations))


def untriggered(plan: Plan) -> Plan:
    return replace(plan, triggers=tuple(Trigger(one.id, None, one.document) for one in plan.triggers))


def test_a_day_entered_in_the_calendar_moves_what_is_listed(opened: Engine, office: Office) -> None:
    with writing(opened) as session:
        change_days(session, office, day_off(NEW_YEARS_EVE, "bão"), "Lan", at("2013-12-10"))
    with reading(opened) as session:
        item = listed(session, office)[CALENDAR, "2014"]
    assert (item.nominal_last_day, item.target_day, item.late_after) == (
        NEW_YEARS_EVE,
        date(2013, 12, 30),
        date(2014, 1, 2),
    )


def test_what_is_listed_is_what_the_board_and_the_api_show(opened: Engine, office: Office) -> None:
    now = at("2013-12-10")
    with writing(opened) as session:
        plan = untriggered(with_calendar_due(office, 3))
        load_plan(session, plan, now)
        plan_ahead(session, replace(office, plan=plan), now)
        change_days(session, replace(office, plan=plan), day_off(NEW_YEARS_EVE, "bão"), "Lan", now)
    with reading(opened) as session:
        ours = listed(session, office)
        shown = api_lists.occurrences(session, CaseSelection(first=FIRST, last=LAST), None, 1000)
        on_board = board.occurrences(session, Span(office.plan.id, FIRST, LAST))
    by_api = {
        (row.obligation, row.period): (row.opens_on, row.nominal_last_day, row.target_day, row.late_after, row.why)
        for row in shown
    }
    by_board = {(row.duty, row.period): (row.opens_on, row.target_day, row.late_after, row.why) for row in on_board}
    assert by_api == {
        key: (item.opens_on, item.nominal_last_day, item.target_day, item.late_after, item.why)
        for key, item in ours.items()
        if key in by_api
    }
    assert by_board == {
        key: (item.opens_on, item.target_day, item.late_after, item.why) for key, item in ours.items() if key in by_api
    }


def test_what_waits_for_its_trigger_is_listed_without_an_opening_day(engine: Engine, office: Office) -> None:
    with writing(engine) as session:
        load_plan(session, untriggered(office.plan), at("2013-11-01"))
        assert listed(session, office)["I6-DIRECTIVE", "2014"].opens_on is None


def test_beyond_what_is_laid_out_the_plan_in_force_speaks(engine: Engine, office: Office) -> None:
    later = office.plan.obligation("II2-REPORT")
    with writing(engine) as session:
        load_plan(session, changed(office.plan, later.id, day=25), at("2013-11-01"))
        found = dates_between(session, office_now(session, office), date(2030, 1, 1), date(2030, 3, 31))
    assert [item.nominal_last_day for item in found if item.obligation == later.id] == [date(2030, 3, 25)]


def test_what_is_open_keeps_its_version_and_moves_with_the_calendar_by_it(opened: Engine, office: Office) -> None:
    """Also a duty that the plan has dropped since: its open cases are still owed."""
    now = at("2013-12-10")
    kept = tuple(item for item in office.plan.obligations if item.id != CALENDAR)
    with writing(opened) as session:
        load_plan(session, replace(office.plan, obligations=kept), now)
        change_days(
            session,
            replace(office, plan=replace(office.plan, obligations=kept)),
            day_off(NEW_YEARS_EVE, "bão"),
            "Lan",
            now,
        )
        assert listed(session, office)[CALENDAR, "2014"].late_after == date(2014, 1, 2)


def test_a_change_of_the_calendar_does_not_put_open_cases_under_the_new_version(opened: Engine, office: Office) -> None:
    plan = with_calendar_due(office, 3)
    with writing(opened) as session:
        load_plan(session, plan, OVERDUE)
        move_dates(session, replace(an_office(), plan=plan), OVERDUE)
        assert listed(session, office)[CALENDAR, "2014"].late_after == NEW_YEARS_EVE
