"""The work itself, run as flows on a real server: idempotent, one at a time, and honest about its own faults."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any

import pytest
from builders import IN_NOVEMBER, OVERDUE, a_home, an_office, at, together
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.exceptions import CrashedRun, FailedRun
from prefect.flow_engine import run_flow
from prefect.logging.loggers import flow_run_logger
from sqlalchemy import func, select, text

from bootstrap.home import Home
from flows import by_plan
from flows.lease import hold_lease
from models.database import table, writing
from models.tables.cases import Case
from models.tables.log import LogEntry
from models.tables.messages import Message, Notice
from models.tables.plan import Occurrence
from services.operations.tick import tick

pytestmark = pytest.mark.prefect
TABLES = (Occurrence, Case, Notice, Message, LogEntry)


def checked(flow: Any, as_of: Any) -> State[Any]:
    return flow(as_of=as_of, return_state=True)


def sizes(engine: Any) -> list[int]:
    with engine.connect() as connection:
        return [connection.execute(select(func.count()).select_from(table(model))).scalar_one() for model in TABLES]


def statuses(client: SyncPrefectClient) -> list[tuple[str, str]]:
    shown = [run for run in client.read_flow_runs(limit=200) if "kỳ" in run.tags]
    return sorted((run.name, run.state_name or "") for run in shown)


@pytest.mark.usefixtures("server")
def test_a_second_check_changes_nothing(house: Home, client: SyncPrefectClient) -> None:
    checked(by_plan.duty_release_calendar, OVERDUE)
    before = sizes(house.engine), statuses(client)
    checked(by_plan.duty_release_calendar, OVERDUE)
    assert (sizes(house.engine), statuses(client)) == before
    assert before[1] == [("0/33 · Lịch phổ biến thông tin thống kê · 2014", "Quá hạn")]


@pytest.mark.usefixtures("server")
def test_of_a_late_duty_the_occurrence_alone_is_red_and_the_check_says_how_many(
    house: Home, client: SyncPrefectClient
) -> None:
    run, errors = check_as_served(client, by_plan.duty_release_calendar, OVERDUE)
    assert (run.state_type, run.state_name) == (StateType.COMPLETED, "Có kỳ quá hạn")
    assert run.state is not None
    assert run.state.message == "I5-CALENDAR: 0/33 đã nộp, 33 quá hạn"
    red = [item for item in client.read_flow_runs(limit=200) if item.state_type is StateType.FAILED]
    with house.engine.connect() as connection:
        shown = connection.execute(text("SELECT screen_id FROM projection")).scalars().all()
    assert [str(item.id) for item in red] == shown
    assert errors == []


@pytest.mark.usefixtures("server")
def test_a_fault_is_logged_once_and_not_again_because_it_was_returned(house: Home, client: SyncPrefectClient) -> None:
    break_opening_of(house, "I4B-CATALOGUE")
    run, errors = check_as_served(client, by_plan.duty_product_catalogue, at("2014-09-02"))
    assert (run.state_type, run.state_name) == (StateType.CRASHED, "Lỗi kỹ thuật")
    assert len(errors) == 1
    assert "đĩa hỏng" in errors[0]


def check_as_served(client: SyncPrefectClient, flow: Any, as_of: Any) -> tuple[FlowRun, list[str]]:
    """As the runner's process does it. Returns the run as it ended and what was logged of errors."""
    planned = client.create_flow_run(flow, parameters={"as_of": as_of.isoformat()})
    errors = Errors(level=logging.ERROR)
    kinds = [logging.getLogger(f"prefect.{kind}_runs") for kind in ("flow", "task")]
    for kind in kinds:
        kind.addHandler(errors)
    try:
        with suppress(CrashedRun, FailedRun):
            run_flow(flow, flow_run=planned, parameters={"as_of": as_of}, error_logger=flow_run_logger(planned))
    finally:
        for kind in kinds:
            kind.removeHandler(errors)
    return client.read_flow_run(planned.id), errors.texts


class Errors(logging.Handler):
    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(logging.Formatter().format(record))


@pytest.mark.usefixtures("server", "house")
def test_a_duty_that_waits_is_green() -> None:
    state = checked(by_plan.duty_release_calendar, IN_NOVEMBER)
    assert (state.type, state.name) == (StateType.COMPLETED, "Đang chờ")


def test_a_missed_week_is_caught_up_by_one_check(
    house: Home, tmp_path_factory: pytest.TempPathFactory, server: Any
) -> None:
    steady = a_home(tmp_path_factory.mktemp("steady"))
    for day in range(4, 12):
        tick(steady, an_office(), at(f"2013-11-{day:02d}"), "I5-CALENDAR")
    tick(house.engine, house.office, at("2013-11-04"), "I5-CALENDAR")
    checked(by_plan.duty_release_calendar, at("2013-11-11"))
    assert sizes(house.engine)[:4] == sizes(steady)[:4]


@pytest.mark.usefixtures("server")
def test_a_check_leaves_the_work_to_the_one_that_holds_the_lease(house: Home) -> None:
    before = sizes(house.engine)
    with hold_lease(house.engine, "tick:release-calendar") as ours:
        state = checked(by_plan.duty_release_calendar, OVERDUE)
    assert (ours, state.name) == (True, "Bỏ qua")
    assert sizes(house.engine) == before


def test_two_checks_at_once_double_nothing(house: Home) -> None:
    def pass_() -> Any:
        return tick(house.engine, house.office, OVERDUE, "I5-CALENDAR")

    with together(pass_, pass_, pass_):
        pass
    once = sizes(house.engine)
    pass_()
    assert sizes(house.engine) == once
    assert once[1] == 33


def test_a_lease_whose_holder_died_is_taken_over(house: Home) -> None:
    with writing(house.engine) as session:
        session.execute(text("INSERT INTO lease VALUES ('tick:x', 'dead', '2013-01-01 00:00:00.000000')"))
    with hold_lease(house.engine, "tick:x") as ours:
        assert ours


def break_opening_of(house: Home, obligation: str) -> None:
    """From now on the database refuses every case of this obligation, as a broken disk would."""
    tick(house.engine, house.office, at("2014-08-20"))
    with writing(house.engine) as session:
        session.execute(
            text(
                "CREATE TRIGGER broken BEFORE INSERT ON unit_case WHEN NEW.occurrence_id IN"
                " (SELECT o.id FROM occurrence o"
                f" JOIN obligation b ON b.id = o.obligation_id WHERE b.code = '{obligation}')"
                " BEGIN SELECT RAISE(ABORT, 'đĩa hỏng'); END"
            )
        )


@pytest.mark.usefixtures("server")
def test_an_error_in_one_obligation_is_told_and_does_not_stop_the_other(house: Home) -> None:
    break_opening_of(house, "I4B-CATALOGUE")
    state = checked(by_plan.duty_product_catalogue, at("2014-09-02"))
    assert (state.type, state.name) == (StateType.CRASHED, "Lỗi kỹ thuật")
    assert "I4B-CATALOGUE" in (state.message or "")
    assert "I4B-COMPILE-PLAN" not in (state.message or "")
    assert opened(house, "I4B-COMPILE-PLAN") == 33


def opened(house: Home, obligation: str) -> int:
    with house.engine.connect() as connection:
        count = "SELECT count(*) FROM unit_case c JOIN occurrence o ON o.id = c.occurrence_id"
        return connection.execute(
            text(f"{count} JOIN obligation b ON b.id = o.obligation_id WHERE b.code = :code"), {"code": obligation}
        ).scalar_one()
