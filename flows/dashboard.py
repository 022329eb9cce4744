"""Prefect's dashboard: one status run per occurrence, moved by API. It can be wiped and written again at any time."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import structlog
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate, FlowCreate, LogCreate
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from prefect.client.schemas.objects import State, StateType
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.states import Cancelled, Completed, Failed, Running, Scheduled, to_state_create
from sqlalchemy import Engine

from config import clock
from flows import engine_cleanup, timeline
from flows.lease import hold_lease
from flows.names import name_of
from models.database import reading, writing
from models.queries.operations.watch import status_run_ids
from rules.office import Office
from rules.status import OccurrenceStatus
from rules.text.markdown import literal, literal_rows
from rules.text.wording import day_vi
from services.views.dashboard_projection import (
    MOVING,
    OccurrenceView,
    StoryLine,
    forget,
    mark_failed,
    mark_shown,
    occurrence_url,
    stale,
    story,
    unit_rows,
)
from services.views.unit_timeline import Bar, bars

INFO, LOG_BATCH = 20, 200
LEASE, WAIT_FOR_LEASE = "screen", 30.0
UNREACHABLE = (httpx.HTTPError, PrefectHTTPStatusError)
DESCRIPTIONS = {"tong-quan": "Tổng quan và liên kết", "tien-do": "Tỷ lệ đã nộp", "don-vi": "Từng đơn vị"}

log = structlog.get_logger()


def _yellow(name: str, text: str, at: datetime) -> State[Any]:
    return Scheduled(name=name, message=text, scheduled_time=at)


def _blue(name: str, text: str, _: datetime) -> State[Any]:
    return Running(name=name, message=text)


def _red(name: str, text: str, _: datetime) -> State[Any]:
    return Failed(name=name, message=text)


def _green(name: str, text: str, _: datetime) -> State[Any]:
    return Completed(name=name, message=text)


def _dark_grey(name: str, text: str, _: datetime) -> State[Any]:
    return Cancelled(name=name, message=text)


def _light_grey(name: str, text: str, _: datetime) -> State[Any]:
    return State(type=StateType.PAUSED, name=name, message=text)


COLOURS: Mapping[OccurrenceStatus, Callable[[str, str, datetime], State[Any]]] = {
    OccurrenceStatus.NOT_DUE: _yellow,
    OccurrenceStatus.SOON: _blue,
    OccurrenceStatus.WAITING: _blue,
    OccurrenceStatus.OVERDUE: _red,
    OccurrenceStatus.STEPS_WAITING: _blue,
    OccurrenceStatus.STEPS_PAST_TARGET: _blue,
    OccurrenceStatus.DONE: _green,
    OccurrenceStatus.LATE_DONE: _green,
    OccurrenceStatus.WAIVED: _dark_grey,
    OccurrenceStatus.WAITING_FOR_TRIGGER: _light_grey,
}


@dataclass(frozen=True)
class WriteResult:
    written: int = 0
    missed: int = 0


def write(
    engine: Engine, office: Office, now: datetime, flow: str | None = None, ids: Collection[int] | None = None
) -> WriteResult:
    """Write what the dashboard does not show as it is: of one flow, of these occurrences, or all."""
    with hold_lease(engine, LEASE, WAIT_FOR_LEASE) as mine:
        if not mine:
            return WriteResult()  # whoever writes now is followed by the engine's own look a moment later
        with reading(engine) as session:
            views = stale(session, now, flow, ids)
        if not views:
            return WriteResult()
        with get_client(sync_client=True) as client:
            writer = DashboardWriter(client, engine, office, now)
            done = [writer.write(view) for view in views]
        return WriteResult(sum(done), len(done) - sum(done))


def write_whole(engine: Engine, office: Office, now: datetime) -> WriteResult:
    """Write everything that differs, and what the server has lost: its database was replaced, a run was deleted."""
    with reading(engine) as session:
        ours = status_run_ids(session)
    with get_client(sync_client=True) as client:
        lost = ours - {str(run.id) for run in engine_cleanup.status_runs(client)}
    if lost:
        log.warning("the dashboard lost occurrences", lost=len(lost))
        with writing(engine) as session:
            forget(session, lost)
    return write(engine, office, now)


@dataclass(frozen=True)
class DashboardWriter:
    client: SyncPrefectClient
    engine: Engine
    office: Office
    now: datetime

    def write(self, view: OccurrenceView) -> bool:
        """One view that cannot be written does not keep back the others; the next look tries it again."""
        drawn = self._bars(view)
        try:
            run_id, anew = self._place(view, drawn)
            reached = self._attach(view, run_id, 0 if anew else view.log_seq)
        except UNREACHABLE as problem:
            log.warning("dashboard missed", occurrence=view.occurrence, problem=repr(problem))
            with writing(self.engine) as session:
                mark_failed(session, view, repr(problem), self.now)
            return False
        with writing(self.engine) as session:
            mark_shown(session, view, str(run_id), reached, self.now)
        return True

    def _bars(self, view: OccurrenceView) -> list[Bar]:
        if COLOURS[view.status] in (_yellow, _light_grey):  # nobody is asked yet
            return []
        with reading(self.engine) as session:
            return bars(session, view.occurrence, self.now)

    def _place(self, view: OccurrenceView, drawn: list[Bar]) -> tuple[UUID, bool]:
        """The id of its run, and whether that was made anew."""
        state = COLOURS[view.status](view.label, view.text, view.at)
        if view.run_id is not None:
            try:
                run_id = UUID(view.run_id)
                self._move(run_id, view, state)
                if self._draw(run_id, view, drawn) or self._stands_today(run_id, view):
                    return run_id, False
                self.client.delete_flow_run(run_id)
            except ObjectNotFound:  # cleared away by the server, or a new server
                pass
        run_id = self._create(view, state)
        self._draw(run_id, view, drawn)
        return run_id, True

    def _draw(self, run_id: UUID, view: OccurrenceView, drawn: list[Bar]) -> bool:
        """The units on its time axis. Returns whether it now stands where the view wants it."""
        if not drawn:
            return False
        placed = timeline.place(self.client, run_id, drawn, view.at if view.status in MOVING else None)
        timeline.draw(self.client, run_id, drawn, None if placed else clock.now())
        return placed

    def _stands_today(self, run_id: UUID, view: OccurrenceView) -> bool:
        """On a server that is not ours it stays where it was first running; a new day needs a new one."""
        if view.status not in MOVING:
            return True
        started = self.client.read_flow_run(run_id).start_time
        return started is None or started >= view.at

    def _move(self, run_id: UUID, view: OccurrenceView, state: State[Any]) -> None:
        self.client.set_flow_run_state(run_id, state, force=True)
        self.client.update_flow_run(run_id, name=view.name, tags=view.tags)

    def _create(self, view: OccurrenceView, state: State[Any]) -> UUID:
        """Without a deployment: nobody takes it for work. The key lets a second call find the first one's."""
        carrier = FlowCreate(name=name_of(self.office, view.flow))
        flow_id = self.client.request("POST", "/flows/", json=carrier.model_dump(mode="json")).json()["id"]
        body = {
            "flow_id": flow_id,
            "name": view.name,
            "tags": list(view.tags),
            "state": to_state_create(state).model_dump(mode="json"),
            "idempotency_key": f"occurrence-{view.occurrence}",
        }
        made = self.client.request("POST", "/flow_runs/", json=body).json()
        run_id = UUID(made["id"])
        if (made["name"], made["state"]["name"]) != (view.name, state.name):
            self._move(run_id, view, state)
        return run_id

    def _attach(self, view: OccurrenceView, run_id: UUID, after: int) -> int:
        """Its story into the log, its units and links into the artifacts. Returns the entry it reaches to."""
        with reading(self.engine) as session:
            lines, reached = story(session, view.occurrence, after, self.now)
            units = unit_rows(session, view.occurrence, self.now)
        self._log(run_id, lines)
        self._replace_artifacts(run_id, view, units)
        return reached

    def _log(self, run_id: UUID, lines: list[StoryLine]) -> None:
        entries = [
            LogCreate(name="kyhan", level=INFO, message=line.text, timestamp=line.at, flow_run_id=run_id)
            for line in lines
        ]
        for start in range(0, len(entries), LOG_BATCH):
            self.client.create_logs(entries[start : start + LOG_BATCH])

    def _replace_artifacts(self, run_id: UUID, view: OccurrenceView, units: list[dict[str, str]]) -> None:
        """Replace what is there, so that a long life leaves three artifacts and not three hundred."""
        here = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run_id]))
        known = {artifact.key: artifact.id for artifact in self.client.read_artifacts(artifact_filter=here)}
        for part, kind, data in self._artifacts(view, units):
            key = f"ky-{view.occurrence}-{part}"
            description = DESCRIPTIONS[part]
            if key in known:
                self.client.update_artifact(known[key], ArtifactUpdate(data=data, description=description))
            else:
                made = ArtifactCreate(key=key, type=kind, data=data, description=description, flow_run_id=run_id)
                self.client.create_artifact(made)

    def _artifacts(self, view: OccurrenceView, units: list[dict[str, str]]) -> list[tuple[str, str, Any]]:
        """(last part of the key, type, data); the page of a table reads text."""
        overview = ("tong-quan", "markdown", self._overview(view))
        progress = ("tien-do", "progress", view.progress)
        if not units:
            return [overview, progress]
        return [overview, progress, ("don-vi", "table", json.dumps(literal_rows(units), ensure_ascii=False))]

    def _overview(self, view: OccurrenceView) -> str:
        portal = occurrence_url(self.office.base_url, view.occurrence)
        parts = (
            f"## {literal(view.name)}",
            f"**{view.label}** – {literal(view.text)}",
            literal(view.why),
            f"Phải nộp: {literal(view.hand_in)}" if view.hand_in else "",
            self._reminders(view),
            f"[Mở trong cổng Kỳ Hạn]({portal})",
        )
        return "\n\n".join(part for part in parts if part)

    def _reminders(self, view: OccurrenceView) -> str:
        lines = [
            f"- {day_vi(item.day)} · {literal(self.office.step_title(item.step).vi)}: {item.count} lượt"
            for item in view.reminders
        ]
        return "\n".join(("### Đã nhắc\n", *lines)) if lines else ""
