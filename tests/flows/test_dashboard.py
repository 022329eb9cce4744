"""The screen: one status an occurrence, moved in seconds, drawn again from our database when it is gone."""

from __future__ import annotations

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


def test_one_status_goes_from_yellow_to_red(house: Home, client: SyncPrefectClient) -> None:
    seen = []
    for now in (IN_NOVEMBER, DUE_SOON, OVERDUE):
        draw(house, now)
        run = the_status(client)
        seen.append((run.id, run.state_type, run.state_name))
    assert [(kind, name) for _, kind, name in seen] == [
        (StateType.SCHEDULED, "Đang chờ nộp"),
        (StateType.SCHEDULED, "Sắp đến hạn"),
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
    draw(house, OVERDUE)
    assert (the_status(client).state_type, the_status(client).state_name) == (StateType.COMPLETED, "Nộp trễ")


def test_no_worker_can_take_a_status_for_work(house: Home, client: SyncPrefectClient) -> None:
    draw(house, IN_NOVEMBER)
    assert the_status(client).deployment_id is None


def test_what_is_red_stands_on_every_new_day(house: Home, client: SyncPrefectClient) -> None:
    """Its old place is in the past, so it gets a new one; still one status, with its whole story."""
    draw(house, OVERDUE)
    first = the_status(client)
    client.set_flow_run_state(first.id, first.state, force=True)
    far = at("2126-01-02")  # after any moment at which the server can have set it red
    write(house.engine, house.office, far, FLOW)
    assert the_status(client).id != first.id
    assert told(client, the_status(client).id) == told_by_the_log(house)


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


def test_an_answer_in_the_portal_is_on_the_screen_at_the_next_look(house: Home, client: SyncPrefectClient) -> None:
    now = at("2013-11-04")
    draw(house, now)
    with reading(house.engine) as session:
        seen = newest_entry(session)
    an_answer(house.engine, house.office, now)
    engine.write_changed(seen)
    assert the_status(client).name.endswith("· 1/33")


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
