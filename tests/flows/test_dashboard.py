"""The screen: one status an occurrence, moved in seconds, drawn again from our database when it is gone."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

import pytest
from builders import CALENDAR, DUE_SOON, IN_NOVEMBER, OVERDUE, an_answer, at
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId, LogFilter, LogFilterFlowRunId
from prefect.client.schemas.objects import FlowRun, StateType
from sqlalchemy import select

from bootstrap.home import Home
from flows import engine, engine_cleanup
from flows.dashboard import write
from models.database import reading
from models.queries.operations.dashboard import newest_entry
from models.tables.projection import Projection
from services.operations.tick import tick

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("server")]
FLOW = "release-calendar"


def draw(house: Home, now) -> None:
    tick(house.engine, house.office, now, CALENDAR)
    write(house.engine, house.office, now, FLOW)


def the_status(client: SyncPrefectClient) -> FlowRun:
    [run] = [run for run in client.read_flow_runs(limit=200) if "kỳ" in run.tags]
    return run


def test_one_status_goes_from_blue_to_red(house: Home, client: SyncPrefectClient) -> None:
    seen = []
    for now in (IN_NOVEMBER, DUE_SOON, OVERDUE):
        draw(house, now)
        run = the_status(client)
        seen.append((run.id, run.state_type, run.state_name))
    assert [(kind, name) for _, kind, name in seen] == [
        (StateType.RUNNING, "Đang chờ nộp"),
        (StateType.RUNNING, "Sắp đến hạn"),
        (StateType.FAILED, "Quá hạn"),
    ]
    assert len({run_id for run_id, _, _ in seen}) == 1


def test_a_late_answer_of_all_turns_red_into_green(house: Home, client: SyncPrefectClient) -> None:
    draw(house, OVERDUE)
    with house.engine.connect() as connection:
        units = connection.exec_driver_sql(
            "SELECT o.key FROM organisation o JOIN unit_case c ON c.organisation_id = o.id"
        ).scalars()
        owing = list(units)
    for unit in owing:
        an_answer(house.engine, house.office, OVERDUE, unit)
    with house.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE stage SET done_on = '2014-01-02'")
    draw(house, OVERDUE)
    assert (the_status(client).state_type, the_status(client).state_name) == (StateType.COMPLETED, "Nộp trễ")


def test_no_worker_can_take_a_status_for_work(house: Home, client: SyncPrefectClient) -> None:
    draw(house, IN_NOVEMBER)
    assert the_status(client).deployment_id is None


def test_what_opens_soon_is_yellow(house: Home, client: SyncPrefectClient) -> None:
    write(house.engine, house.office, at("2014-08-20"), "product-catalogue")
    tick(house.engine, house.office, at("2014-08-20"), "I4B-CATALOGUE")
    write(house.engine, house.office, at("2014-08-20"), "product-catalogue")
    [run] = [run for run in client.read_flow_runs(limit=200) if "I4B-CATALOGUE" in run.tags]
    assert (run.state_type, run.state_name, run.name[:5]) == (StateType.SCHEDULED, "Chưa đến hạn", "0/33 ")


def test_what_is_open_or_red_stands_on_every_new_day(house: Home, client: SyncPrefectClient) -> None:
    for now in (IN_NOVEMBER, at("2013-11-05"), OVERDUE, at("2014-01-03")):
        draw(house, now)
        midnight = now.replace(hour=0)
        run = the_status(client)
        assert (run.start_time, run.expected_start_time) == (midnight, midnight)
        assert told(client, run.id) == told_by_the_log(house)


def test_on_a_server_that_cannot_place_it_a_new_day_gets_a_new_one(
    house: Home, client: SyncPrefectClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its old place is in the past; still one status, with its whole story."""
    monkeypatch.setattr("flows.timeline.PLACES", "not/there")
    draw(house, OVERDUE)
    first = the_status(client)
    far = at("2126-01-02")  # after any moment at which the server can have set it red
    write(house.engine, house.office, far, FLOW)
    assert the_status(client).id != first.id
    assert told(client, the_status(client).id) == told_by_the_log(house)


@pytest.mark.parametrize("now", [IN_NOVEMBER, OVERDUE], ids=["blue", "red"])
def test_no_cleanup_takes_a_status_for_a_run_that_lost_its_process(
    house: Home, client: SyncPrefectClient, now: datetime
) -> None:
    draw(house, now)
    before = the_status(client)
    far = at("2126-01-02")
    assert engine_cleanup.fail_lost_runs(client, far) == 0
    assert engine_cleanup.collapse(client, far) == 0
    assert engine_cleanup.clear_quiet(client) == 0
    after = the_status(client)
    assert (after.id, after.state_type, after.state_name) == (before.id, before.state_type, before.state_name)


def told(client: SyncPrefectClient, run: UUID) -> int:
    return len(client.read_logs(LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run]))))


def told_by_the_log(house: Home) -> int:
    with reading(house.engine) as session:
        return (
            session.connection()
            .exec_driver_sql(
                "SELECT count(*) FROM log_entry WHERE subject LIKE 'occurrence:%' OR subject LIKE 'case:%'"
            )
            .scalar_one()
        )


def test_its_log_grows_with_the_story_and_repeats_nothing(house: Home, client: SyncPrefectClient) -> None:
    draw(house, IN_NOVEMBER)
    an_answer(house.engine, house.office, IN_NOVEMBER)
    draw(house, IN_NOVEMBER)
    draw(house, DUE_SOON)
    assert told(client, the_status(client).id) == told_by_the_log(house) == 2


def test_table_progress_and_overview_hang_there_once(house: Home, client: SyncPrefectClient) -> None:
    for now in (IN_NOVEMBER, DUE_SOON, OVERDUE):
        draw(house, now)
    here = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[the_status(client).id]))
    hanging = {item.type: item.data for item in client.read_artifacts(artifact_filter=here)}
    assert set(hanging) == {"markdown", "progress", "table"}
    assert "33 quá hạn" in hanging["markdown"]
    assert "/occurrences/" in hanging["markdown"]
    assert len(json.loads(hanging["table"])) == 33  # text, as Prefect's page of a table reads it


def test_an_answer_in_the_portal_is_on_the_screen_at_the_next_look(house: Home, client: SyncPrefectClient) -> None:
    now = at("2013-11-04")
    draw(house, now)
    with reading(house.engine) as session:
        seen = newest_entry(session)
    an_answer(house.engine, house.office, now)
    engine.write_changed(seen)
    assert the_status(client).name.startswith("1/33 ·")


def test_a_wiped_screen_is_drawn_again_in_one_look(house: Home, client: SyncPrefectClient) -> None:
    draw(house, OVERDUE)
    gone = the_status(client)
    client.delete_flow_run(gone.id)
    write(house.engine, house.office, at("2014-01-03"), FLOW)
    assert (the_status(client).name, the_status(client).state_name) == (gone.name, "Quá hạn")


def test_a_look_that_broke_off_before_it_was_written_down_makes_no_second_status(
    house: Home, client: SyncPrefectClient
) -> None:
    draw(house, OVERDUE)
    with house.engine.begin() as connection:
        connection.execute(Projection.__table__.delete())  # type: ignore[attr-defined]
    write(house.engine, house.office, OVERDUE, FLOW)
    with reading(house.engine) as session:
        assert session.execute(select(Projection.screen_id)).scalar_one() == str(the_status(client).id)


def test_a_status_nobody_knows_any_more_is_cleared_away(house: Home, client: SyncPrefectClient) -> None:
    draw(house, OVERDUE)
    assert engine_cleanup.clear_orphans(client, {str(the_status(client).id)}) == 0
    assert engine_cleanup.clear_orphans(client, set()) == 1
