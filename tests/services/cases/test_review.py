"""Decisions of named persons: accept, extend, waive, nil return."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest
from builders import (
    CALENDAR,
    DISTRICT,
    DUE_SOON,
    FIRST_REMINDER,
    IN_NOVEMBER,
    LAST_DAY,
    OVERDUE,
    UNIT,
    a_case,
    at,
    notices,
    rows,
)
from sqlalchemy import Engine, update
from sqlmodel import col, select

from models.database import reading, writing
from models.queries.cases.status import facts_of
from models.tables.cases import Case
from models.tables.log import LogEntry
from models.tables.messages import Message, Notice
from models.tables.plan import Term
from models.tables.submissions import Decision
from rules.office import Office
from rules.status import Status, status_of
from services.cases.decide import accept, close_without_submission, extend, return_for_completion
from services.errors import Refused
from services.operations.tick import tick

AGREED = date(2014, 1, 24)


def status(engine: Engine, office: Office, now: datetime) -> Status:
    with reading(engine) as session:
        file = a_case(session, office)
        return status_of(facts_of(file.case, file.term), now)


def extended(engine: Engine, office: Office, now: datetime = DUE_SOON, until: date = AGREED) -> None:
    with writing(engine) as session:
        extend(session, office, a_case(session, office), "Lan", now, "Đang sắp xếp lại bộ máy", until)


def test_an_extension_tells_which_days_of_reminding_go_and_which_come(engine: Engine, office: Office) -> None:
    tick(engine, office, IN_NOVEMBER, CALENDAR)
    extended(engine, office)
    with reading(engine) as session:
        entry = session.exec(select(LogEntry).where(LogEntry.action == "case.extend")).one()
    told = json.loads(entry.details)
    assert told["dropped"][0] == "2013-12-26"  # L2 of the day of the extension, then L3 and what follows
    assert told["planned"][0] > told["dropped"][0]
    assert AGREED.isoformat() not in told["dropped"]


def days_of_unit(engine: Engine, office: Office, *days: str) -> dict[str, date]:
    """Ticks on these days; on which day the focal point was first told of each step."""
    for day in days:
        tick(engine, office, at(day), CALENDAR)
        with writing(engine) as session:
            session.execute(update(Message).values(state="sent"))
    with reading(engine) as session:
        case = a_case(session, office).case.id
    return {row.step.partition("@")[0]: row.on_day for row in notices(engine, Notice.case_id == case)}


# --- without a submission ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "then"),
    [("nil_return", Status.NIL_RETURN), ("waive", Status.WAIVED), ("not_applicable", Status.NOT_APPLICABLE)],
)
def test_a_case_can_be_closed_without_a_submission(engine: Engine, office: Office, kind: str, then: Status) -> None:
    with writing(engine) as session:
        close_without_submission(session, a_case(session, office), kind, "Lan", LAST_DAY, "Không phát sinh")
    assert status(engine, office, OVERDUE) is then
    assert status(engine, office, IN_NOVEMBER) is Status.OPEN


def test_closing_without_a_reason_is_refused(engine: Engine, office: Office) -> None:
    with writing(engine) as session, pytest.raises(Refused, match="lý do"):
        close_without_submission(session, a_case(session, office), "waive", "Lan", LAST_DAY, "  ")


@pytest.mark.parametrize("decide", [accept, return_for_completion])
def test_nothing_can_be_decided_about_what_was_never_handed_in(engine: Engine, office: Office, decide) -> None:
    told = () if decide is accept else ("Thiếu", AGREED)
    with writing(engine) as session, pytest.raises(Refused, match="Chưa có văn bản"):
        decide(session, a_case(session, office), "Lan", LAST_DAY, *told)


def test_every_decision_is_kept_with_its_author_reason_and_moment(engine: Engine, office: Office) -> None:
    extended(engine, office)
    [decision] = rows(engine, Decision)
    assert (decision.kind, decision.by, decision.until, decision.decided_at) == ("extend", "Lan", AGREED, DUE_SOON)


# --- an extension -----------------------------------------------------------------------------------------------------


def test_an_extension_keeps_the_statutory_dates_beside_the_agreed_ones(engine: Engine, office: Office) -> None:
    extended(engine, office)
    with reading(engine) as session:
        file = a_case(session, office)
        statutory = session.get_one(Term, file.case.statutory_term_id)
    assert (statutory.late_after, statutory.agreed) == (date(2013, 12, 31), "")
    assert (file.term.late_after, file.term.agreed) == (AGREED, "2014-01-24")


def test_an_extended_case_is_late_only_after_the_agreed_day(engine: Engine, office: Office) -> None:
    extended(engine, office)
    assert status(engine, office, at("2014-01-24", "23:59")) is Status.DUE_SOON
    assert status(engine, office, at("2014-01-25", "00:00")) is Status.OVERDUE


def test_an_extension_moves_nobody_else(engine: Engine, office: Office) -> None:
    extended(engine, office)
    assert len(rows(engine, Case, col(Case.term_id) != col(Case.statutory_term_id))) == 1


def test_an_extension_moves_the_ladder(engine: Engine, office: Office) -> None:
    extended(engine, office, IN_NOVEMBER)
    told = days_of_unit(
        engine, office, "2013-12-10", "2013-12-26", "2014-01-02", "2014-01-03", "2014-01-21", "2014-01-27"
    )
    assert told == {"L1": date(2014, 1, 3), "L2": date(2014, 1, 21), "L3": date(2014, 1, 27)}


def test_who_was_reminded_already_is_reminded_again_of_the_agreed_day(engine: Engine, office: Office) -> None:
    days_of_unit(engine, office, "2013-12-10", "2013-12-26", "2014-01-02")
    extended(engine, office, OVERDUE)
    told = days_of_unit(engine, office, "2014-01-03", "2014-01-21", "2014-01-27")
    assert told == {"L1": date(2014, 1, 3), "L2": date(2014, 1, 21), "L3": date(2014, 1, 27)}


def test_a_day_before_the_statutory_one_is_no_extension(engine: Engine, office: Office) -> None:
    with pytest.raises(Refused, match="sau thời hạn gốc"):
        extended(engine, office, until=date(2013, 12, 31))


def test_an_agreed_day_off_is_kept_by_the_next_working_day(engine: Engine, office: Office) -> None:
    extended(engine, office, until=date(2014, 1, 18))  # a Saturday
    with reading(engine) as session:
        term = a_case(session, office).term
    assert (term.target_day, term.late_after) == (date(2014, 1, 17), date(2014, 1, 20))


def test_two_units_with_the_same_agreed_day_share_a_term(engine: Engine, office: Office) -> None:
    with writing(engine) as session:
        for unit in (UNIT, DISTRICT):
            extend(session, office, a_case(session, office, unit), "Lan", FIRST_REMINDER, "Lý do", AGREED)
    assert len(rows(engine, Term, Term.agreed != "")) == 1
