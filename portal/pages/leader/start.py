"""A leader's start page: what waits for a decision, the numbers, the reports; each decided in two taps."""

from __future__ import annotations

from typing import Annotated
from unicodedata import normalize
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from models.database import reading, writing
from portal.pages.work.case import day_of
from portal.parameters import Id
from portal.rendering import AnyPage, Page
from portal.visitor import AnyVisitor, may
from reports.as_page import blocks_of
from rules.access import Action
from rules.deadlines import local_day
from services.cases.decisions import DecisionRefused
from services.views import leader
from services.views.leader import Report

router = APIRouter(prefix="/cho-quyet-dinh", dependencies=[Depends(may(Action.APPROVE))])
reports_router = APIRouter(prefix="/bao-cao", dependencies=[Depends(may(Action.READ_BOARD))])

Word = Annotated[str, Form(max_length=300)]
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@router.get("")
def show_start(page: AnyPage) -> HTMLResponse:
    with reading(page.context.engine) as session:
        waiting = leader.leaders_page(session, page.context.office, page.now)
    return page.render("leader/start.html", leader=waiting, here="/cho-quyet-dinh")


@router.get("/buoc/{id}")
def confirm_step(page: AnyPage, id: Id) -> Response:
    return _step(page, id)


def _step(page: Page, id: int, **extra: object) -> Response:
    """Back to the list when somebody else has decided the step meanwhile."""
    with reading(page.context.engine) as session:
        waiting = leader.steps_waiting(session, page.context.office, page.now)
    step = next((item for item in waiting if item.row.stage_id == id), None)
    if step is None:
        return RedirectResponse(page.url("/cho-quyet-dinh"), 303)
    facts = {"problem": "", "done_on": local_day(page.now).isoformat(), "number": "", "place": "", **extra}
    status = 422 if facts["problem"] else 200
    return page.render("leader/step.html", status_code=status, step=step, here="", **facts)


@router.post("/buoc/{id}")
def approve_step(
    page: AnyPage, visitor: AnyVisitor, id: Id, done_on: Word = "", number: Word = "", place: Word = ""
) -> Response:
    typed = {"done_on": done_on, "number": number, "place": place}
    plain = {name: normalize("NFC", " ".join(word.split())) for name, word in typed.items()}
    try:
        with writing(page.context.engine) as session:
            leader.approve_step(session, id, day_of(done_on), plain["number"], plain["place"], visitor.name, page.now)
    except DecisionRefused as wrong:
        return _step(page, id, problem=wrong.problem, **typed)
    return RedirectResponse(page.url("/cho-quyet-dinh", xong="buoc"), 303)


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
    approves = visitor.may(Action.APPROVE) and report.approved_at is None
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
