"""The log: who did what to what, and the proof that nobody changed it since."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, StreamingResponse

from models.database import reading, writing
from models.queries.operations import log as log_queries
from models.queries.operations.log import LogFilter
from models.tables.log import LogEntry
from portal.parameters import OptionalDay
from portal.rendering import AnyPage
from portal.texts import Wording
from portal.visitor import AnyVisitor, may
from rules.access import Action
from rules.deadlines import local_day
from rules.log_words import action_title
from services import log
from services.operations.log_export import Form, exported

router = APIRouter(prefix="/quan-tri/nhat-ky", dependencies=[Depends(may(Action.READ_LOG))])

A_PAGE = 50
SHORT = 160  # characters of the details that are shown before they are opened
Word = Annotated[str, Query(max_length=200)]
MEDIA = {Form.CSV: "text/csv; charset=utf-8", Form.JSONL: "application/x-ndjson; charset=utf-8"}


def read_filter(
    nguoi: Word = "", viec: Word = "", doi_tuong: Word = "", tu: OptionalDay = None, den: OptionalDay = None
) -> LogFilter:
    return LogFilter(nguoi.strip(), viec.strip(), doi_tuong.strip(), tu, den)


LogFilterParam = Annotated[LogFilter, Depends(read_filter)]


@router.get("")
def show_log(
    page: AnyPage, filter: LogFilterParam, truoc: Annotated[int | None, Query(ge=1, le=1 << 53)] = None
) -> HTMLResponse:
    with reading(page.context.engine) as session:
        entries = log_queries.newest(session, filter, truoc, A_PAGE + 1)
        actions = log_queries.actions(session)
    text = Wording(page.language).text
    return page.render(
        "office/log.html",
        entries=[(entry, details_of(entry)) for entry in entries[:A_PAGE]],
        older=entries[A_PAGE - 1].seq if len(entries) > A_PAGE else None,
        newest=truoc is None,
        actions=[(code, text(action_title(code))) for code in actions],
        action_title=action_title,
        filter=filter,
        query=as_query(filter),
        here="/quan-tri",
    )


def details_of(entry: LogEntry) -> list[tuple[str, str]]:
    values: dict[str, Any] = json.loads(entry.details)
    return [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for name, value in values.items()
    ]


def as_query(filter: LogFilter) -> dict[str, str | date]:
    values = {
        "nguoi": filter.actor,
        "viec": filter.action,
        "doi_tuong": filter.subject,
        "tu": filter.first,
        "den": filter.last,
    }
    return {name: value for name, value in values.items() if value}


@router.get("/kiem-tra")
def verify_log(page: AnyPage) -> HTMLResponse:
    with reading(page.context.engine) as session:
        chain = log.verify(session)
        broken = session.get(LogEntry, chain.broken_at) if chain.broken_at else None
    return page.render(
        "office/log_verified.html", chain=chain, broken=broken, action_title=action_title, here="/quan-tri"
    )


@router.get("/xuat/{name}")
def export_log(page: AnyPage, visitor: AnyVisitor, filter: LogFilterParam, name: Form) -> StreamingResponse:
    with writing(page.context.engine) as session:
        log.append(session, page.now, visitor.name, "log.export", "log", {"form": name, **as_query(filter)})
    file = f"nhat-ky-{local_day(page.now)}.{name}"
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return StreamingResponse(exported(page.context.engine, filter, name), media_type=MEDIA[name], headers=headers)
