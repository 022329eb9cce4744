"""The engine's screen: one status run per occurrence, moved by API. It can be wiped and drawn again at any time."""

from __future__ import annotations

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
from prefect.states import Cancelled, Completed, Failed, Scheduled, to_state_create
from sqlalchemy import Engine

from flows import engine_cleanup
from flows.lease import turn
from flows.markdown import literal, literal_rows
from flows.names import name_of
from models.database import reading, writing
from models.queries.operations.watch import screens
from rules.office import Office
from rules.status import OCCURRENCE_LABELS, OccurrenceStatus
from rules.text.wording import day_vi
from services.views.dashboard_projection import (
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

INFO, LOG_BATCH = 20, 200
WAIT_FOR_TURN = 30.0
MISSED = (httpx.HTTPError, PrefectHTTPStatusError)
MOVED = frozenset({OccurrenceStatus.WAITING, OccurrenceStatus.SOON, OccurrenceStatus.OVERDUE})
DESCRIPTIONS = {"tong-quan": "Tổng quan và liên kết", "tien-do": "Tỷ lệ đã nộp", "don-vi": "Từng đơn vị"}

log = structlog.get_logger()


def _yellow(name: str, text: str, at: datetime) -> State[Any]:
    return Scheduled(name=name, message=text, scheduled_time=at)


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
    OccurrenceStatus.SOON: _yellow,
    OccurrenceStatus.WAITING: _yellow,
    OccurrenceStatus.OVERDUE: _red,
    OccurrenceStatus.DONE: _green,
    OccurrenceStatus.LATE_DONE: _green,
    OccurrenceStatus.WAIVED: _dark_grey,
    OccurrenceStatus.WAITING_FOR_TRIGGER: _light_grey,
}


@dataclass(frozen=True)
class WriteResult:
    drawn: int = 0
    missed: int = 0


def show(
    engine: Engine, office: Office, now: datetime, duty: str | None = None, ids: Collection[int] | None = None
) -> WriteResult:
    """Draw what the screen does not show as it is: of one duty, of these occurrences, or all."""
    with turn(engine, "screen", WAIT_FOR_TURN) as mine:
        if not mine:
            return WriteResult()  # whoever draws now is followed by the engine's own look a moment later
        with reading(engine) as session:
            waiting = stale(session, now, duty, ids)
        if not waiting:
            return WriteResult()
        with get_client(sync_client=True) as client:
            pen = DashboardWriter(client, engine, office, now)
            done = [pen.draw(picture) for picture in waiting]
        return WriteResult(sum(done), len(done) - sum(done))


def show_whole(engine: Engine, office: Office, now: datetime) -> WriteResult:
    """Draw everything that differs, and what the server has lost: its database was replaced, a run was deleted."""
    with reading(engine) as session:
        known = screens(session)
    with get_client(sync_client=True) as client:
        lost = known - {str(run.id) for run in engine_cleanup.on_screen(client)}
    if lost:
        log.warning("the dashboard lost occurrences", lost=len(lost))
        with writing(engine) as session:
            forget(session, lost)
    return show(engine, office, now)


@dataclass(frozen=True)
class DashboardWriter:
    client: SyncPrefectClient
    engine: Engine
    office: Office
    now: datetime

    def draw(self, picture: OccurrenceView) -> bool:
        """One picture that cannot be drawn does not keep back the others; the next look tries it again."""
        try:
            screen, anew = self._place(picture)
            reached = self._tell(picture, screen, 0 if anew else picture.log_seq)
        except MISSED as problem:
            log.warning("screen missed", occurrence=picture.occurrence, problem=repr(problem))
            with writing(self.engine) as session:
                mark_failed(session, picture, repr(problem), self.now)
            return False
        with writing(self.engine) as session:
            mark_shown(session, picture, str(screen), reached, self.now)
        return True

    def _place(self, picture: OccurrenceView) -> tuple[UUID, bool]:
        """The id on the screen, and whether it was made anew."""
        label = OCCURRENCE_LABELS[picture.status].vi
        state = COLOURS[picture.status](label, picture.text, picture.at)
        if picture.screen_id is not None:
            try:
                screen = UUID(picture.screen_id)
                if self._stands_today(screen, picture):
                    self._move(screen, picture, state)
                    return screen, False
                self.client.delete_flow_run(screen)
            except ObjectNotFound:  # cleared away by the server, or a new server
                pass
        return self._create(picture, state), True

    def _stands_today(self, screen: UUID, picture: OccurrenceView) -> bool:
        """Once it has been red or green its place on the time axis is fixed; a new day needs a new one."""
        if picture.status not in MOVED:
            return True
        started = self.client.read_flow_run(screen).start_time
        return started is None or started >= picture.at

    def _move(self, screen: UUID, picture: OccurrenceView, state: State[Any]) -> None:
        self.client.set_flow_run_state(screen, state, force=True)
        self.client.update_flow_run(screen, name=picture.name, tags=picture.tags)

    def _create(self, picture: OccurrenceView, state: State[Any]) -> UUID:
        """Without a deployment: nobody takes it for work. The key lets a second call find the first one's."""
        carrier = FlowCreate(name=name_of(self.office.plan, picture.flow))
        flow_id = self.client.request("POST", "/flows/", json=carrier.model_dump(mode="json")).json()["id"]
        wanted = {
            "flow_id": flow_id,
            "name": picture.name,
            "tags": list(picture.tags),
            "state": to_state_create(state).model_dump(mode="json"),
            "idempotency_key": f"occurrence-{picture.occurrence}",
        }
        made = self.client.request("POST", "/flow_runs/", json=wanted).json()
        screen = UUID(made["id"])
        if (made["name"], made["state"]["name"]) != (picture.name, state.name):
            self._move(screen, picture, state)
        return screen

    def _tell(self, picture: OccurrenceView, screen: UUID, after: int) -> int:
        """Its story into the log, its units and links into the artifacts. Returns the entry it reaches to."""
        with reading(self.engine) as session:
            lines, reached = story(session, picture.occurrence, after, self.now)
            units = unit_rows(session, picture.occurrence, self.now)
        self._log(screen, lines)
        self._hang(screen, picture, units)
        return reached

    def _log(self, screen: UUID, lines: list[StoryLine]) -> None:
        entries = [
            LogCreate(name="kyhan", level=INFO, message=line.text, timestamp=line.at, flow_run_id=screen)
            for line in lines
        ]
        for start in range(0, len(entries), LOG_BATCH):
            self.client.create_logs(entries[start : start + LOG_BATCH])

    def _hang(self, screen: UUID, picture: OccurrenceView, units: list[dict[str, str]]) -> None:
        """Replace what hangs there, so that a long life leaves three artifacts and not three hundred."""
        here = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[screen]))
        known = {artifact.key: artifact.id for artifact in self.client.read_artifacts(artifact_filter=here)}
        for part, kind, data in self._artifacts(picture, units):
            key = f"ky-{picture.occurrence}-{part}"
            told = DESCRIPTIONS[part]
            if key in known:
                self.client.update_artifact(known[key], ArtifactUpdate(data=data, description=told))
            else:
                made = ArtifactCreate(key=key, type=kind, data=data, description=told, flow_run_id=screen)
                self.client.create_artifact(made)

    def _artifacts(self, picture: OccurrenceView, units: list[dict[str, str]]) -> list[tuple[str, str, Any]]:
        """(last part of the key, type, data)"""
        overview = ("tong-quan", "markdown", self._overview(picture))
        progress = ("tien-do", "progress", picture.progress)
        return [overview, progress, ("don-vi", "table", literal_rows(units))] if units else [overview, progress]

    def _overview(self, picture: OccurrenceView) -> str:
        portal = occurrence_url(self.office.base_url, picture.occurrence)
        parts = (
            f"## {literal(picture.name)}",
            f"**{OCCURRENCE_LABELS[picture.status].vi}** – {literal(picture.text)}",
            literal(picture.why),
            f"Phải nộp: {literal(picture.hand_in)}" if picture.hand_in else "",
            self._reminders(picture),
            f"[Mở trong cổng Kỳ Hạn]({portal})",
        )
        return "\n\n".join(part for part in parts if part)

    def _reminders(self, picture: OccurrenceView) -> str:
        titles = {step.id: step.title.vi for ladder in self.office.ladders.values() for step in ladder.steps}
        told = [
            f"- {day_vi(item.day)} · {literal(titles.get(item.step) or item.step)}: {item.count} lượt"
            for item in picture.reminders
        ]
        return "\n".join(("### Đã nhắc\n", *told)) if told else ""
