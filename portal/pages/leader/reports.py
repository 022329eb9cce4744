"""The report desk: each period's report from its draft to the issued document, for everybody who follows every unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import FileResponse, HTMLResponse, Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from models.database import reading, writing
from portal.headers import FOREIGN
from portal.pages.work.index import Done, Word, Words, acted, tidy
from portal.parameters import LARGEST_ID, Id, OptionalFormDay
from portal.rendering import AnyPage, Page
from portal.visitor import AnyVisitor, may
from reports.as_page import blocks_of
from rules.access import Action
from rules.deadlines import local_day
from rules.documents.form_rules import RULES
from services.errors import Refused
from services.files.signed_copy import copies
from services.reports import road
from services.reports.documents import PROGRESS, fault_of
from services.reports.road import LONGEST, Report
from services.reports.suggestions import suggestions

router = APIRouter(prefix="/bao-cao", dependencies=[Depends(may(Action.READ_BOARD))])
deciding = [Depends(may(Action.DECIDE))]

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NO_DAY = "Cần ngày ban hành. / The day of issue is required."
Slots = Annotated[list[str] | None, Form()]
Act = Callable[[Session], object]


@router.get("")
def show_reports(page: AnyPage) -> HTMLResponse:
    with reading(page.context.engine) as session:
        found = road.reports(session)
    return page.render("leader/reports.html", reports=found, here="/bao-cao")


@router.get("/{id}")
def show_report(page: AnyPage, id: Id, xong: Done = 0) -> HTMLResponse:
    return desk(page, id, count=xong)


def desk(page: Page, id: int, **more: object) -> HTMLResponse:
    office = page.context.office
    with reading(page.context.engine) as session:
        report = _report(session, id)
        slots = road.written_slots(session, office, report) if report.draft.state not in ("signed", "issued") else ()
        versions = road.versions_of(session, id)
        newest = road.newest_words(session, id)
        proposed = suggestions(session, office, report) if report.draft.state == road.DRAFT else {}
        template_fault = fault_of(session, PROGRESS)
        signed = copies(session, reports=[one.id or 0 for one in versions])
    path, today = road.path_of(office, report.draft), local_day(page.now)
    facts: dict[str, object] = {"problems": (), "typed": {}, "count": 0, **more}
    return page.render(
        "leader/report.html",
        status_code=409 if facts["problems"] else 200,
        report=report,
        slots=slots,
        versions=versions,
        signed=signed,
        suggestions=proposed,
        newest=newest,
        empty=[one.slot.place for one in slots if not one.words.strip()],
        blocks=blocks_of(path) if path else [],
        there=path is not None,
        verdict=road.form_verdict(office, report.draft, today) if report.draft.state == "content_checked" else None,
        form_rules=RULES,
        template_fault=template_fault,
        today=today,
        longest=LONGEST,
        here="/bao-cao",
        **facts,
    )


@router.get("/{id}/tep")
def download_report(page: AnyPage, id: Id, ban: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0) -> FileResponse:
    """`ban`: an earlier version."""
    with reading(page.context.engine) as session:
        drafts = [one for one in road.versions_of(session, id) if ban in (0, one.version)]
    path = road.path_of(page.context.office, drafts[0]) if drafts else None
    if path is None:
        raise HTTPException(404)
    disposition = f"attachment; filename*=UTF-8''{quote(path.name, safe='')}"
    headers = {"Content-Disposition": disposition, "Content-Security-Policy": FOREIGN}
    return FileResponse(path, media_type=DOCX, headers=headers)


@router.post("/{id}/loi", dependencies=deciding)
def write(
    page: AnyPage,
    visitor: AnyVisitor,
    id: Id,
    slot: Slots = None,
    words: Slots = None,
    seen: Annotated[int, Form(ge=0, le=LARGEST_ID)] = 0,
    take: Word = "",
) -> Response:
    """`take`: the slot into which what is suggested for it is taken over."""
    office = page.context.office
    with reading(page.context.engine) as session:
        report = _report(session, id)
        known = {one.slot.key for one in road.written_slots(session, office, report)}
        taken = suggestions(session, office, report).get(take, ()) if take else ()
    written = {key: tidy(text.replace("\r\n", "\n")) for key, text in zip(slot or (), words or (), strict=False)}
    if not written.keys() <= known:
        raise HTTPException(422)
    if taken:
        written[take] = "\n".join((*filter(None, [written.get(take, "")]), *taken))
    return _act(
        page,
        id,
        lambda session: road.write_words(session, office, id, written, seen, visitor.name, page.now),
        typed=written,
    )


@router.post("/{id}/so-lieu", dependencies=deciding)
def redraft(page: AnyPage, visitor: AnyVisitor, id: Id, as_of: OptionalFormDay = None) -> Response:
    office = page.context.office
    return _act(page, id, lambda session: road.redraft(session, office, id, as_of, visitor.name, page.now))


@router.post("/{id}/buoc", dependencies=deciding)
def take_step(
    page: AnyPage,
    visitor: AnyVisitor,
    id: Id,
    state: Annotated[Literal["content_checked", "form_checked", "submitted", "signed"], Form()],
    despite: Word = "",
) -> Response:
    office = page.context.office

    def act(session: Session) -> None:
        if state == "form_checked":
            road.check_form_step(session, office, id, bool(despite), visitor.name, page.now)
        else:
            road.step(session, id, state, visitor.name, page.now)

    return _act(page, id, act)


@router.post("/{id}/tra-lai", dependencies=deciding)
def reopen(page: AnyPage, visitor: AnyVisitor, id: Id, reason: Words = "") -> Response:
    return _act(page, id, lambda session: road.reopen(session, id, tidy(reason), visitor.name, page.now))


@router.post("/{id}/duyet", dependencies=[Depends(may(Action.APPROVE))])
def approve(page: AnyPage, visitor: AnyVisitor, id: Id, despite: Word = "") -> Response:
    office = page.context.office
    return _act(page, id, lambda session: road.approve(session, office, id, bool(despite), visitor.name, page.now))


@router.post("/{id}/so", dependencies=deciding)
def issue(page: AnyPage, visitor: AnyVisitor, id: Id, number: Word = "", issued_on: OptionalFormDay = None) -> Response:
    office = page.context.office

    def act(session: Session) -> None:
        if issued_on is None:
            raise Refused(NO_DAY)
        road.issue(session, office, id, tidy(number), issued_on, visitor.name, page.now)

    return _act(page, id, act, typed={"number": tidy(number)})


@router.post("/{id}/thay-the", dependencies=deciding)
def correct(page: AnyPage, visitor: AnyVisitor, id: Id) -> Response:
    office = page.context.office
    return _act(page, id, lambda session: road.correct(session, office, id, visitor.name, page.now))


def _act(page: Page, id: int, act: Act, **more: object) -> Response:
    try:
        with writing(page.context.engine) as session:
            act(session)
    except Refused as error:
        return desk(page, id, problems=[("", error)], **more)
    return acted(page, f"/bao-cao/{id}", 1)


def _report(session: Session, id: int) -> Report:
    report = road.report_of(session, id)
    if report is None:
        raise HTTPException(404)
    return report
