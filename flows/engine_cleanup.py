"""Puts the engine in order: what nobody runs any more, what was missed, what says nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterTags,
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterNextScheduledStartTime,
    FlowRunFilterState,
    FlowRunFilterStateName,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, State, StateType

from flows.names import DISPATCH, RECEIVE, ZALO, run_name_of
from flows.time_limit import LONGEST

OURS = "kyhan"  # tag of every deployment made here
OCCURRENCE = "kỳ"  # tag of every status run
QUIET = "Không có thư"
PAGE = 200
LOST_AFTER = LONGEST + timedelta(minutes=10)
UNFINISHED = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]


def prune(client: SyncPrefectClient, keep: Collection[str]) -> int:
    """A deployment dropped from the plan would go on ticking for ever."""
    ours = DeploymentFilter(tags=DeploymentFilterTags(all_=[OURS]))
    gone = [item for item in client.read_deployments(deployment_filter=ours, limit=PAGE) if item.name not in keep]
    for item in gone:
        client.delete_deployment(item.id)
    return len(gone)


def fail_lost_runs(client: SyncPrefectClient, before: datetime) -> int:
    """What calls itself running since before this moment lost its process. A run of another host may well be alive."""
    filter_ = _in_types(UNFINISHED)
    lost = [run for run in _paged(client, filter_) if run.deployment_id is not None and _since(run) < before]
    for run in lost:
        crashed: State[object] = State(
            type=StateType.CRASHED, name="Crashed", message="Tiến trình đã mất khi bộ máy ngừng; lượt sau làm tiếp."
        )
        client.set_flow_run_state(run.id, crashed, force=True)
    return len(lost)


def collapse(client: SyncPrefectClient, now: datetime) -> int:
    """Of the checks missed while the engine was away only the newest is of use: each looks at everything anyway."""
    overdue = _in_types([StateType.SCHEDULED])
    overdue.next_scheduled_start_time = FlowRunFilterNextScheduledStartTime(before_=now)
    missed = [run for run in _paged(client, overdue) if run.auto_scheduled and run.deployment_id is not None]
    newest = {run.deployment_id: run.id for run in sorted(missed, key=_planned)}
    drop = [run.id for run in missed if newest[run.deployment_id] != run.id]
    for run_id in drop:
        client.delete_flow_run(run_id)
    return len(drop)


def name_scheduled(client: SyncPrefectClient) -> int:
    """What is scheduled gets the name it will run under; Prefect calls it by two English words."""
    ours = DeploymentFilter(tags=DeploymentFilterTags(all_=[OURS]))
    titles = {item.id: item.name for item in client.read_deployments(deployment_filter=ours, limit=PAGE)}
    names = {
        run.id: (run.name, run_name_of(titles[run.deployment_id], _planned(run)))
        for run in _paged(client, _in_types([StateType.SCHEDULED]))
        if run.auto_scheduled and run.deployment_id in titles
    }
    unnamed = {run_id: name for run_id, (now_called, name) in names.items() if now_called != name}
    for run_id, name in unnamed.items():
        client.update_flow_run(run_id, name=name)
    return len(unnamed)


def clear_quiet(client: SyncPrefectClient) -> int:
    """A look into an empty post box every five minutes would bury everything else."""
    quiet = FlowRunFilter(state=FlowRunFilterState(name=FlowRunFilterStateName(any_=[QUIET])))
    runs = _paged(client, quiet, FlowFilter(name=FlowFilterName(any_=[DISPATCH, RECEIVE, ZALO])))
    return _delete(client, runs)


def status_runs(client: SyncPrefectClient) -> list[FlowRun]:
    """The status runs the server has: one for each occurrence shown."""
    runs = _paged(client, FlowRunFilter(tags=FlowRunFilterTags(all_=[OCCURRENCE])))
    return [run for run in runs if run.deployment_id is None]


def has_deployments(client: SyncPrefectClient) -> bool:
    ours = DeploymentFilter(tags=DeploymentFilterTags(all_=[OURS]))
    return bool(client.read_deployments(deployment_filter=ours, limit=1))


def clear_orphans(client: SyncPrefectClient, known: Collection[str]) -> int:
    """Statuses of occurrences our database no longer knows: a new plan version, a restored backup."""
    return _delete(client, [run for run in status_runs(client) if str(run.id) not in known])


def _delete(client: SyncPrefectClient, runs: Collection[FlowRun]) -> int:
    for run in runs:
        client.delete_flow_run(run.id)
    return len(runs)


def _in_types(types: list[StateType]) -> FlowRunFilter:
    return FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=types)))


def _since(run: FlowRun) -> datetime:
    assert run.state is not None
    return run.state.timestamp


def _planned(run: FlowRun) -> datetime:
    assert run.expected_start_time is not None
    return run.expected_start_time


def _paged(client: SyncPrefectClient, runs: FlowRunFilter, of: FlowFilter | None = None) -> list[FlowRun]:
    return [run for page in _pages(client, runs, of) for run in page]


def _pages(client: SyncPrefectClient, runs: FlowRunFilter, of: FlowFilter | None) -> Iterator[list[FlowRun]]:
    offset = 0
    while page := client.read_flow_runs(flow_run_filter=runs, flow_filter=of, limit=PAGE, offset=offset):
        yield page
        offset += PAGE
