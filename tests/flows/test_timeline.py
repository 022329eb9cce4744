"""The graph of a status run: each unit from its opening to its hand-in, drawn when something changed and only then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from uuid import UUID

import pytest
from builders import CALENDAR, IN_NOVEMBER, OVERDUE, UNIT, an_answer, at
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import StateType, TaskRun
from prefect.settings import PREFECT_CLIENT_MAX_RETRIES, temporary_settings
from prefect_server import eventually

from bootstrap.home import Home
from flows import timeline
from flows.dashboard import write
from models.database import reading
from services.operations.tick import tick
from services.views.dashboard_projection import occurrence_views
from services.views.unit_timeline import bars

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("server")]
FLOW = "release-calendar"
OPENED = at("2013-10-23", "00:00")


def draw(house: Home, now) -> None:
    tick(house.engine, house.office, now, CALENDAR)
    write(house.engine, house.office, now, FLOW)


def the_run(client: SyncPrefectClient) -> UUID:
    [run] = [run for run in client.read_flow_runs(limit=200) if "kỳ" in run.tags]
    return run.id


def units(client: SyncPrefectClient) -> list[TaskRun]:
    of_run = FlowRunFilter(id=FlowRunFilterId(any_=[the_run(client)]))
    return client.read_task_runs(flow_run_filter=of_run)


def kinds(client: SyncPrefectClient) -> Counter[tuple[StateType | None, str | None]]:
    return Counter((unit.state_type, unit.state_name) for unit in units(client))


def shows(client: SyncPrefectClient, expected: dict[tuple[StateType, str], int]) -> bool:
    return eventually(lambda: kinds(client) == expected, 60)


def test_each_unit_is_a_bar_from_the_opening_to_its_hand_in(house: Home, client: SyncPrefectClient) -> None:
    received = at("2013-11-04", "10:00")
    draw(house, IN_NOVEMBER)
    an_answer(house.engine, house.office, received)
    draw(house, at("2013-11-05"))
    waiting, sent = (StateType.RUNNING, "Chưa gửi"), (StateType.RUNNING, "Đã nộp, còn bước sau khi nộp")
    assert shows(client, {waiting: 32, sent: 1}), kinds(client)
    [unit] = [unit for unit in units(client) if unit.end_time]
    assert (unit.name, unit.end_time) == ("Sở Kế hoạch và Đầu tư tỉnh Sóc Trăng", received)
    assert {item.start_time for item in units(client)} == {OPENED}
    with house.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE stage SET done_on = '2013-11-05'")
    draw(house, OVERDUE)
    late, done = (StateType.FAILED, "Quá hạn, chưa gửi"), (StateType.COMPLETED, "Đã gửi đúng hạn")
    assert shows(client, {late: 32, done: 1}), kinds(client)


def test_what_is_returned_goes_on(house: Home, client: SyncPrefectClient, returned: Callable[[str], None]) -> None:
    draw(house, IN_NOVEMBER)
    an_answer(house.engine, house.office, IN_NOVEMBER)
    draw(house, IN_NOVEMBER)
    assert eventually(lambda: any(unit.end_time for unit in units(client)), 60)
    returned(UNIT)
    draw(house, IN_NOVEMBER)
    assert shows(client, {(StateType.RUNNING, "Chưa gửi"): 32, (StateType.RUNNING, "Đề nghị bổ sung"): 1})
    assert not any(unit.end_time for unit in units(client))


@pytest.fixture
def returned(house: Home) -> Callable[[str], None]:
    def send_back(unit: str) -> None:
        with house.engine.begin() as connection:
            connection.exec_driver_sql(
                "UPDATE unit_case SET returned_at = received_at WHERE organisation_id ="
                f" (SELECT id FROM organisation WHERE key = '{unit}')"
            )

    return send_back


def test_nothing_is_drawn_where_nothing_changed(house: Home, client: SyncPrefectClient) -> None:
    draw(house, IN_NOVEMBER)
    assert eventually(lambda: len(units(client)) == 33, 60)
    with reading(house.engine) as session:
        [view] = occurrence_views(session, IN_NOVEMBER, FLOW)
        before = bars(session, view.occurrence, IN_NOVEMBER)
    assert timeline.draw(client, the_run(client), before, None) == 0
    an_answer(house.engine, house.office, IN_NOVEMBER)
    with reading(house.engine) as session:
        after = bars(session, view.occurrence, IN_NOVEMBER)
    assert timeline.draw(client, the_run(client), after, None) == 1


def test_a_wiped_graph_is_drawn_again(house: Home, client: SyncPrefectClient) -> None:
    draw(house, IN_NOVEMBER)
    client.delete_flow_run(the_run(client))
    draw(house, at("2013-11-05"))
    assert shows(client, {(StateType.RUNNING, "Chưa gửi"): 33})


def test_a_graph_that_cannot_be_drawn_costs_only_the_look(
    house: Home, client: SyncPrefectClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline, "SECONDS", 1e-6)
    tick(house.engine, house.office, IN_NOVEMBER, CALENDAR)
    with temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 1}):  # five times would only wait a minute for each call
        done = write(house.engine, house.office, IN_NOVEMBER, FLOW)
    assert (done.written, done.missed) == (1, 0)
    assert client.read_flow_run(the_run(client)).state_name == "Đang chờ nộp"
