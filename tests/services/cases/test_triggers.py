"""A document the plan waits for: recorded in the office, taken back, corrected; and what opens with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from builders import a_case, an_answer, at, rows
from sqlalchemy import Engine

from models.database import reading, writing
from models.tables.cases import Case
from models.tables.plan import ObligationRow, Occurrence, TriggerRecord
from rules.office import Office
from rules.status import Status
from services.cases.new_version import affected
from services.cases.triggers import Effects, Issued, preview, record_issue
from services.errors import Refused
from services.operations.tick import tick
from services.plan.amend import move_dates
from services.plan.in_force import mark, office_now, plan_as_loaded
from services.plan.load import load_plan, plan_ahead

WAITING = at("2014-05-30")
TRIGGER, DIRECTIVE, REGULATION, MEASURES = "BKHDT-REGULATION", "I6-DIRECTIVE", "I6-REGULATION", "I6-MEASURES"
ISSUED = Issued(TRIGGER, date(2014, 5, 28), "680/QĐ-BKHĐT")


@pytest.fixture
def waiting(engine: Engine, office: Office) -> Office:
    """The plan in force says of no document that it exists."""
    plan = replace(office.plan, triggers=tuple(replace(one, fired_on=None) for one in office.plan.triggers))
    with writing(engine) as session:
        load_plan(session, plan, at("2013-10-24"))
        unfired = office_now(session, replace(office, plan=plan))
        plan_ahead(session, unfired, WAITING)
    tick(engine, unfired, WAITING)
    return unfired


def record(engine: Engine, office: Office, issued: Issued = ISSUED, now: str = "2014-05-30") -> Effects:
    with writing(engine) as session:
        return record_issue(session, office, issued, "Lan", at(now, "09:00"))


def occurrence(engine: Engine, code: str) -> Occurrence:
    """Of 2014; under the newest version of the plan that has one."""
    duties = {row.id for row in rows(engine, ObligationRow, ObligationRow.code == code)}
    return [row for row in rows(engine, Occurrence) if row.obligation_id in duties and row.period == "2014"][-1]


def test_before_the_document_exists_nothing_opens_and_nothing_is_dated(engine: Engine, waiting: Office) -> None:
    rows_of_it = [occurrence(engine, code) for code in (DIRECTIVE, REGULATION, MEASURES)]
    assert [(row.opens_on, row.opened_at) for row in rows_of_it] == [(None, None)] * 3
    assert [row.trigger for row in rows_of_it] == [TRIGGER, DIRECTIVE, DIRECTIVE]
    assert "chưa có mốc nào" in rows_of_it[1].why


def test_a_preview_shows_what_opens_and_changes_nothing(engine: Engine, waiting: Office) -> None:
    with writing(engine) as session:
        seen = preview(session, waiting, ISSUED, WAITING)
    assert seen.lines == ["I6-DIRECTIVE (năm 2014): mở từ 28/05/2014, tính trễ sau 31/12/2014, 1 hồ sơ"]
    assert occurrence(engine, DIRECTIVE).opens_on is None
    assert rows(engine, TriggerRecord) == []


def test_what_waits_opens_at_once_and_the_office_knows(engine: Engine, waiting: Office) -> None:
    with reading(engine) as session:
        before = mark(session)
    effects = record(engine, waiting)
    opened = occurrence(engine, DIRECTIVE)
    assert (opened.opens_on, opened.opened_at) == (date(2014, 5, 28), at("2014-05-30", "09:00"))
    assert [one.cases for one in effects.effects] == [1]
    with reading(engine) as session:
        assert mark(session) != before
        assert [one.fired_on for one in office_now(session, waiting).plan.triggers] == [date(2014, 5, 28)]
        assert a_case(session, waiting, "UBND", DIRECTIVE, "2014", WAITING).term.late_after == date(2014, 12, 31)


def test_a_new_version_of_the_plan_keeps_what_was_recorded(engine: Engine, waiting: Office) -> None:
    """Its own words are the default alone."""
    record(engine, waiting)
    with writing(engine) as session:
        load_plan(session, replace(waiting.plan, signer="Người khác"), at("2014-06-02"))
        plan_ahead(session, waiting, at("2014-06-02"))
        assert [one.fired_on for one in office_now(session, waiting).plan.triggers] == [date(2014, 5, 28)]


def test_the_regulation_and_the_measures_open_when_the_directive_has_come(engine: Engine, waiting: Office) -> None:
    record(engine, waiting)
    now = at("2014-07-15", "10:00")
    an_answer(engine, waiting, now, "UBND", DIRECTIVE, "2014", document_date=date(2014, 7, 10))
    tick(engine, waiting, at("2014-07-16"))
    for code in (REGULATION, MEASURES):
        opened = occurrence(engine, code)
        assert (opened.opens_on, opened.target_day) == (date(2014, 7, 10), date(2015, 1, 9))
        assert (opened.late_after, opened.soft, opened.opened_at) == (None, True, at("2014-07-16"))
    receipt = an_answer(engine, waiting, at("2014-09-12"), "CTK", REGULATION, "2014")
    assert receipt.status is Status.RECEIVED


def test_a_plan_is_compared_without_what_was_recorded_and_a_new_one_keeps_what_it_opened(
    engine: Engine, waiting: Office
) -> None:
    record(engine, waiting)
    an_answer(engine, waiting, at("2014-07-15", "10:00"), "UBND", DIRECTIVE, "2014")
    now = at("2014-07-16")
    tick(engine, waiting, now)
    with writing(engine) as session:
        office = office_now(session, waiting)
        assert office.plan.triggers != waiting.plan.triggers
        assert plan_as_loaded(session, office) == waiting.plan
        assert affected(session, office, replace(waiting.plan, signer="Người khác"), now) == []


def test_a_new_version_with_another_day_moves_nothing_that_a_record_has_dated(engine: Engine, waiting: Office) -> None:
    """By the day in its file the directive would have a target in 2015 and no last day."""
    record(engine, waiting)
    late = replace(waiting.plan, triggers=(replace(waiting.plan.triggers[0], fired_on=date(2015, 2, 1)),))
    with writing(engine) as session:
        assert affected(session, office_now(session, waiting), late, WAITING) == []


def test_a_directive_that_was_returned_is_none_yet(engine: Engine, waiting: Office) -> None:
    record(engine, waiting)
    receipt = an_answer(engine, waiting, at("2014-07-15"), "UBND", DIRECTIVE, "2014")
    with writing(engine) as session:
        case = session.get_one(Case, receipt.case_id)
        case.returned_at = at("2014-07-15", "11:00")
        session.add(case)
    tick(engine, waiting, at("2014-07-16"))
    assert occurrence(engine, REGULATION).opens_on is None


def test_what_is_open_keeps_its_days_when_the_directive_is_returned_later(engine: Engine, waiting: Office) -> None:
    record(engine, waiting)
    receipt = an_answer(engine, waiting, at("2014-07-15"), "UBND", DIRECTIVE, "2014")
    tick(engine, waiting, at("2014-07-16"))
    with writing(engine) as session:
        case = session.get_one(Case, receipt.case_id)
        case.returned_at = at("2014-07-17")
        session.add(case)
    with writing(engine) as session:
        move_dates(session, office_now(session, waiting), at("2014-07-18"))
    opened = occurrence(engine, REGULATION)
    assert (opened.opens_on, opened.target_day) == (date(2014, 7, 15), date(2015, 1, 15))


def test_the_day_is_corrected_while_nobody_has_answered(engine: Engine, waiting: Office) -> None:
    record(engine, waiting)
    record(engine, waiting, replace(ISSUED, on=date(2014, 5, 26), reason="Ghi nhầm ngày"))
    assert occurrence(engine, DIRECTIVE).opens_on == date(2014, 5, 26)
    assert [row.fired_on for row in rows(engine, TriggerRecord)] == [date(2014, 5, 28), date(2014, 5, 26)]


def test_it_is_taken_back_while_nothing_is_open(engine: Engine, office: Office) -> None:
    """The plan's own day lies ahead of this office; somebody knows better."""
    tick(engine, office, at("2014-05-05"))
    with pytest.raises(Refused, match="lý do"):
        record(engine, office, Issued(TRIGGER, None), "2014-05-06")
    record(engine, office, Issued(TRIGGER, None, reason="Bộ lùi ngày ban hành"), "2014-05-06")
    assert occurrence(engine, DIRECTIVE).opens_on is None
    tick(engine, office, at("2014-06-10"))
    assert occurrence(engine, DIRECTIVE).opened_at is None


REFUSED = {
    "unknown": (replace(ISSUED, trigger="KHONG-CO"), "Gần đúng: BKHDT-REGULATION"),
    "ahead": (replace(ISSUED, on=date(2014, 8, 2)), "tương lai"),
    "answered": (replace(ISSUED, on=date(2014, 5, 27), reason="Nhầm"), "I6-DIRECTIVE 2014"),
    "open": (replace(ISSUED, on=None, reason="Nhầm"), "I6-DIRECTIVE 2014"),
    "unexplained": (replace(ISSUED, on=date(2014, 5, 27)), "lý do"),
}


@pytest.mark.parametrize(("issued", "why"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused(engine: Engine, waiting: Office, issued: Issued, why: str) -> None:
    record(engine, waiting)
    an_answer(engine, waiting, at("2014-07-15"), "UBND", DIRECTIVE, "2014")
    with pytest.raises(Refused, match=why):
        record(engine, waiting, issued, "2014-08-01")
    assert len(rows(engine, TriggerRecord)) == 1
