"""The graph of a status run: one task run for each unit, from the opening to the hand-in, in the colour of its status.

Prefect records task runs from events, with the times they name: all units of an occurrence take one call. It costs only
the look when that fails.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import httpx
import structlog
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import StateType, TaskRun
from prefect.exceptions import PrefectHTTPStatusError

from config import clock
from flows.prefect_server import PLACES
from rules.status import Colour
from services.views.unit_timeline import Bar

SECONDS = 10.0  # for one call
SHORTEST = timedelta(hours=1)
TYPES: Mapping[Colour, StateType] = {
    Colour.GREEN: StateType.COMPLETED,
    Colour.YELLOW: StateType.RUNNING,
    Colour.RED: StateType.FAILED,
    Colour.GREY: StateType.CANCELLED,
}

log = structlog.get_logger()


def place(client: SyncPrefectClient, run: UUID, bars: Sequence[Bar], stands_on: datetime | None) -> bool:
    """Put the run on the day it stands on, or on the day it ended, and make it as long as what its bars show.

    Only a server of ours can: elsewhere a run stands where it was first running, and its graph begins there.
    """
    day = stands_on or max((bar.ends for bar in bars if bar.ends), default=clock.now())
    length = max(day - min(bar.begins for bar in bars), SHORTEST)
    body = {"run": str(run), "start": day.isoformat(), "end": (day + length).isoformat()}
    try:
        client.request("POST", f"/{PLACES}", json=body, timeout=SECONDS)  # type: ignore[arg-type]  # a route of ours
    except (httpx.HTTPError, PrefectHTTPStatusError):
        return False
    return True


def draw(client: SyncPrefectClient, run: UUID, bars: Sequence[Bar], begin: datetime | None) -> int:
    """Draw what differs; no bar begins before `begin`, where that is given. Returns how many were drawn."""
    try:
        drawn = _drawn(client, run)
        fresh = [event for bar in bars if (event := _event(run, bar, begin, drawn.get(bar.key))) is not None]
        if fresh:
            client.request("POST", "/events", json=fresh, timeout=SECONDS)
        for key in drawn.keys() - {bar.key for bar in bars}:
            client.request("DELETE", "/task_runs/{id}", path_params={"id": drawn[key].id}, timeout=SECONDS)
    except (httpx.HTTPError, PrefectHTTPStatusError) as problem:
        log.warning("units not drawn", run=str(run), problem=repr(problem))
        return 0
    return len(fresh)


def _drawn(client: SyncPrefectClient, run: UUID) -> dict[str, TaskRun]:
    of_run = FlowRunFilter(id=FlowRunFilterId(any_=[run]))
    return {item.dynamic_key: item for item in client.read_task_runs(flow_run_filter=of_run)}


def _event(run: UUID, bar: Bar, begin: datetime | None, drawn: TaskRun | None) -> dict[str, Any] | None:
    """What Prefect's own processes send of a task run that changed its state; None where it is drawn like that."""
    kind = TYPES[bar.colour]
    start = max(bar.begins, begin) if begin else bar.begins
    end = max(bar.ends, start) if bar.ends else None
    if drawn and (drawn.name, drawn.state_type, drawn.state_name, drawn.end_time) == (bar.name, kind, bar.label, end):
        return None
    return {
        "id": str(uuid4()),
        "occurred": clock.now().isoformat(),
        "event": f"prefect.task-run.{kind.value.capitalize()}",
        "resource": {
            "prefect.resource.id": f"prefect.task-run.{drawn.id if drawn else uuid5(run, bar.key)}",
            "prefect.resource.name": bar.name,
            "prefect.orchestration": "client",
        },
        "related": [{"prefect.resource.id": f"prefect.flow-run.{run}", "prefect.resource.role": "flow-run"}],
        "payload": {
            "validated_state": {"type": kind.value, "name": bar.label},
            "task_run": {
                "name": bar.name,
                "task_key": "unit",
                "dynamic_key": bar.key,
                "run_count": 1,
                "expected_start_time": start.isoformat(),
                "start_time": start.isoformat(),
                "end_time": end.isoformat() if end else None,
                "total_run_time": ((end or start) - start).total_seconds(),
            },
        },
    }
