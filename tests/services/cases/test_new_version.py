"""A version of the plan from its day on, and what becomes of the cases that are open then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from builders import CALENDAR, OVERDUE, an_answer, at, messages, rows
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from models.database import reading, writing
from models.queries.plan import occurrences as plan_queries
from models.queries.plan import versions as version_queries
from models.tables.cases import Case
from models.tables.log import LogEntry
from models.tables.plan import ComingVersion, ObligationRow, Occurrence, PlanVersion, Term
from rules.office import Office
from rules.plan import Plan
from services.cases.new_version import AffectedDuty, NewVersion, Treatment, adopt, affected, withdraw
from services.cases.opening import open_cases
from services.errors import Refused
from services.operations.tick import tick
from services.plan.in_force import office_now
from services.plan.stored import Adoption

NOW = at("2013-12-10")
DECISION = "15/QĐ-UBND"
DEMAND, REPORT = "I2A-DEMAND-LIST", "II2-REPORT"


def changed(plan: Plan, duty: str, **when: Any) -> Plan:
    item = plan.obligation(duty)
    other = replace(item, when=replace(item.when, **when))  # type: ignore[type-var]
    return replace(plan, obligations=tuple(other if one.id == duty else one for one in plan.obligations))


def without(plan: Plan, duty: str) -> Plan:
    return replace(plan, obligations=tuple(one for one in plan.obligations if one.id != duty))


@pytest.fixture
def opened(engine: Engine, office: Office) -> Engine:
    with writing(engine) as session:
        open_cases(session, office, NOW)
    return engine


def put(engine: Engine, office: Office, plan: Plan, day: str | None = None, **treatment: Treatment) -> None:
    codes = {code.replace("_", "-"): one for code, one in treatment.items()}
    adoption = Adoption("Lan", date.fromisoformat(day) if day else None, DECISION)
    with writing(engine) as session:
        adopt(session, office, NewVersion(plan, None, adoption, codes), NOW)


def last_days(session: Session, duty: str) -> set[date | None]:
    query = (
        select(Term.late_after)
        .join(Case, col(Case.term_id) == col(Term.id))
        .join(Occurrence, col(Occurrence.id) == col(Term.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(ObligationRow.code == duty)
    )
    return set(session.exec(query))


def seen(engine: Engine, office: Office, plan: Plan) -> dict[str, AffectedDuty]:
    with writing(engine) as session:
        return {one.id: one for one in affected(session, office, plan, NOW)}


def test_what_it_would_do_to_open_cases_is_shown_and_nothing_is_done(opened: Engine, office: Office) -> None:
    before = rows(opened, PlanVersion), rows(opened, Occurrence), rows(opened, Term), len(log_of(opened))
    duties = seen(opened, office, without(changed(office.plan, CALENDAR, quarter=3), DEMAND))
    assert duties.keys() == {CALENDAR, DEMAND}
    [term] = duties[CALENDAR].moved
    assert (term.old_late, term.new_late) == (date(2013, 12, 31), date(2013, 9, 30))
    assert duties[CALENDAR].cases == 33
    assert duties[DEMAND].choices == (Treatment.KEEP, Treatment.CLOSE)
    after = rows(opened, PlanVersion), rows(opened, Occurrence), rows(opened, Term), len(log_of(opened))
    assert after == before
    assert messages(opened) == []


def test_a_change_that_touches_no_open_case_asks_nothing(opened: Engine, office: Office) -> None:
    assert seen(opened, office, changed(office.plan, "I4B-CATALOGUE", month=8)) == {}


def test_open_cases_keep_their_dates_unless_something_else_is_chosen(opened: Engine, office: Office) -> None:
    put(opened, office, changed(office.plan, CALENDAR, quarter=3))
    with reading(opened) as session:
        assert last_days(session, CALENDAR) == {date(2013, 12, 31)}


def test_open_cases_can_be_dated_anew_and_everybody_is_told_once(opened: Engine, office: Office) -> None:
    put(opened, office, changed(office.plan, DEMAND, quarter=3), I2A_DEMAND_LIST=Treatment.REDATE)
    with reading(opened) as session:
        assert date(2013, 9, 30) in last_days(session, DEMAND)
        [version] = {
            session.get_one(ObligationRow, row.obligation_id).plan_id
            for row in session.exec(select(Occurrence).where(col(Occurrence.period) == "2014"))
            if session.get_one(ObligationRow, row.obligation_id).code == DEMAND
        }
        current = plan_queries.current_plan(session)
        assert current is not None
        assert version == current.id
    told = [row.person_id for row in messages(opened) if row.kind == "moved"]
    assert len(told) == len(set(told)) > 0


def test_an_open_period_that_the_new_version_does_not_have_can_be_kept_or_closed(
    opened: Engine, office: Office
) -> None:
    [duty] = seen(opened, office, changed(office.plan, "I3-FORMS", year=2015)).values()
    assert (duty.id, duty.gone, duty.choices) == ("I3-FORMS", ("2013",), (Treatment.KEEP, Treatment.CLOSE))


def test_what_was_answered_keeps_its_dates_when_the_others_are_dated_anew(opened: Engine, office: Office) -> None:
    an_answer(opened, office, at("2013-12-09"))
    put(opened, office, without(office.plan, CALENDAR), I5_CALENDAR=Treatment.CLOSE)
    cases = rows(opened, Case)
    assert sum(case.outcome == "not_applicable" for case in cases) == 32
    assert sum(case.received_at is not None and case.outcome is None for case in cases) == 1
    closed = [entry.details for entry in log_of(opened) if entry.action == "case.not_applicable"]
    assert len(closed) == 32
    assert all(DECISION in details for details in closed)


def log_of(engine: Engine) -> list[LogEntry]:
    with reading(engine) as session:
        return list(session.exec(select(LogEntry)).all())


def test_a_version_waits_for_its_day_and_then_holds(opened: Engine, office: Office) -> None:
    put(opened, office, changed(office.plan, REPORT, day=25), "2014-01-01")
    with reading(opened) as session:
        assert office_now(session, office).plan == office.plan
    tick(opened, office, at("2013-12-31"))
    assert len(rows(opened, PlanVersion)) == 1
    tick(opened, office, at("2014-01-01"))
    first, second = rows(opened, PlanVersion)
    assert (first.version, second.version, second.effective_from, second.decision) == (1, 2, date(2014, 1, 1), DECISION)
    assert rows(opened, ComingVersion) == []
    with reading(opened) as session:
        days = {row.period: row.nominal_last_day for row in session.exec(select(Occurrence)) if row.data_cutoff}
    assert days["2014-Q1"] == date(2014, 3, 25)


def test_what_was_chosen_is_done_on_the_day(opened: Engine, office: Office) -> None:
    put(opened, office, without(office.plan, CALENDAR), "2014-01-01", I5_CALENDAR=Treatment.CLOSE)
    an_answer(opened, office, at("2013-12-20"))
    tick(opened, office, at("2014-01-01"))
    assert sum(case.outcome == "not_applicable" for case in rows(opened, Case)) == 32


def test_two_passes_at_once_put_it_in_force_once(opened: Engine, office: Office) -> None:
    put(opened, office, changed(office.plan, REPORT, day=25), "2014-01-01")
    for _ in range(2):
        tick(opened, office, at("2014-01-01"))
    assert [row.version for row in rows(opened, PlanVersion)] == [1, 2]


def test_of_versions_that_wait_the_last_one_counts_and_can_be_withdrawn(opened: Engine, office: Office) -> None:
    put(opened, office, changed(office.plan, REPORT, day=25), "2014-01-01")
    put(opened, office, changed(office.plan, REPORT, day=26), "2014-02-01")
    with writing(opened) as session:
        coming = version_queries.coming(session)
        assert coming is not None
        assert coming.effective_from == date(2014, 2, 1)
        withdraw(session, "Lan", NOW)
    tick(opened, office, at("2014-02-01"))
    assert len(rows(opened, PlanVersion)) == 1
    with writing(opened) as session, pytest.raises(Refused, match="Không có phiên bản nào chờ"):
        withdraw(session, "Lan", NOW)


@pytest.mark.parametrize(
    ("treatment", "why"),
    [
        ({"I4B-CATALOGUE": Treatment.REDATE}, "không có hồ sơ đang mở bị ảnh hưởng"),
        ({CALENDAR: Treatment.REDATE}, "không tính lại được"),
    ],
    ids=["nothing open", "dropped"],
)
def test_what_cannot_be_done_to_open_cases_is_refused(
    opened: Engine, office: Office, treatment: dict[str, Treatment], why: str
) -> None:
    new = NewVersion(without(office.plan, CALENDAR), None, Adoption("Lan", None, DECISION), treatment)
    with writing(opened) as session, pytest.raises(Refused, match=why):
        adopt(session, office, new, NOW)


def test_cases_are_closed_by_a_decision_that_has_a_number(opened: Engine, office: Office) -> None:
    new = NewVersion(without(office.plan, CALENDAR), None, Adoption("Lan"), {CALENDAR: Treatment.CLOSE})
    with writing(opened) as session, pytest.raises(Refused, match="cần số quyết định"):
        adopt(session, office, new, NOW)


def test_a_version_that_cannot_come_into_force_is_told_and_stops_nothing(opened: Engine, office: Office) -> None:
    put(opened, office, changed(office.plan, REPORT, day=25), "2014-01-01")
    with writing(opened) as session:
        coming = version_queries.coming(session)
        assert coming is not None
        coming.document = coming.document.replace('"id":"70-KH-UBND"', '"id":"71-KH-UBND"', 1)
        session.add(coming)
    results = tick(opened, office, OVERDUE)
    assert "không phải phiên bản mới" in results[0].problems[0]
    assert sum(one.notices for one in results) > 0
