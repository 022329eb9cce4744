"""A leader's start page: what waits for a decision, the numbers, the reports; each decided in two taps."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from models.database import reading, writing
from portal.parameters import Id
from portal.rendering import AnyPage, Page
from portal.visitor import AnyVisitor, may
from reports.as_page import blocks_of
from rules.access import Action
from services.cases.decisions import DecisionRefused
from services.views import leader
from services.views.leader import Report

router = APIRouter(prefix="/cho-quyet-dinh", dependencies=[Depends(may(Action.APPROVE))])
reports_router = APIRouter(prefix="/bao-cao", dependencies=[Depends(may(Action.READ_BOARD))])

Word = Annotated[str, Form(max_length=300)]
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@router.get("")
def show_start(page: AnyPage, visitor: AnyVisitor) -> HTMLResponse:
    with reading(page.context.engine) as session:
        waiting = leader.leaders_page(session, page.context.office, visitor, page.now)
    return page.render("leader/start.html", leader=waiting, here="/cho-quyet-dinh")


@router.post("/bao-cao/{id}")
def approve_report(page: AnyPage, visitor: AnyVisitor, id: Id) -> Response:
    try:
        with writing(page.context.engine) as session:
            leader.approve_report(session, id, visitor.name, page.now)
    except DecisionRefused:
        return RedirectResponse(page.url("/cho-quyet-dinh"), 303)
    return RedirectResponse(page.url("/cho-quyet-dinh", xong="bao-cao"), 303)


# --- the reports, for everybody who may read of every unit ----------------------------------------------------------


@reports_router.get("")
def show_reports(page: AnyPage) -> HTMLResponse:
    with reading(page.context.engine) as session:
        drafts = leader.reports(session)
    return page.render("leader/reports.html", reports=drafts, here="/bao-cao")


@reports_router.get("/{id}")
def show_report(page: AnyPage, visitor: AnyVisitor, id: Id) -> HTMLResponse:
    report = _report(page, id)
    path = leader.path_of(page.context.office, report)
    blocks = blocks_of(path) if path else []
    approves = visitor.may(Action.APPROVE) and report.approved_at is None and not report.handed_in
    return page.render(
        "leader/report.html", report=report, blocks=blocks, there=path is not None, approves=approves, here=""
    )


@reports_router.get("/{id}/tep")
def download_report(page: AnyPage, id: Id) -> FileResponse:
    report = _report(page, id)
    path = leader.path_of(page.context.office, report)
    if path is None:
        raise HTTPException(404)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(path.name, safe='')}"}
    return FileResponse(path, media_type=DOCX, headers=headers)


def _report(page: Page, id: int) -> Report:
    with reading(page.context.engine) as session:
        draft = leader.report_of(session, id)
    if draft is None:
        raise HTTPException(404)
    return draft
