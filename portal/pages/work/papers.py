"""Documents about cases: drafted here, completed, approved, signed, numbered by the records office."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import FileResponse, HTMLResponse, Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from models.database import reading, writing
from portal.pages.work.case import day_of
from portal.pages.work.index import Done, Word, Words, acted, tidy, work_page
from portal.pages.work.letters import NO_DAY, WORD
from portal.parameters import LARGEST_ID, Id
from portal.pdf_answer import pdf_answer
from portal.rendering import AnyPage, Page
from portal.stored_files import as_attachment
from portal.visitor import AnyVisitor, Visitor, may
from rules.access import Action
from rules.deadlines import local_day
from services import log
from services.errors import Refused
from services.papers import road
from services.papers.gathering import PAPER_KINDS

PATH = "/viec/van-ban"
router = APIRouter(prefix=PATH, dependencies=[Depends(may(Action.DECIDE))])

CaseId = Annotated[int, Form(ge=1, le=LARGEST_ID)]
Act = Callable[[Session], object]


@router.get("")
def show_papers(page: AnyPage, xong: Done = 0) -> HTMLResponse:
    return _papers(page, count=xong)


def _papers(page: Page, **extra: object) -> HTMLResponse:
    with reading(page.context.engine) as session:
        waiting, settled = road.waiting(session), road.settled(session)
    facts = {"open_id": 0, "typed": {}, **extra}
    shown = {"kinds": PAPER_KINDS, "longest": road.LONGEST, "today": local_day(page.now), "path": PATH}
    return work_page(page, "papers/papers.html", waiting=waiting, settled=settled, **shown, **facts)  # type: ignore[arg-type]


@router.get("/{document}/tep")
def fetch(page: AnyPage, visitor: AnyVisitor, document: Id) -> FileResponse:
    path = _file(page, visitor, document)
    return FileResponse(path, media_type=WORD, headers=as_attachment(path.name))


@router.get("/{document}/pdf")
def fetch_pdf(page: AnyPage, visitor: AnyVisitor, document: Id) -> Response:
    return pdf_answer(page, _file(page, visitor, document), PATH)


def _file(page: Page, visitor: Visitor, document: int) -> Path:
    """Who fetched it is logged: there are names in it."""
    with reading(page.context.engine) as session:
        path = road.file_of(session, page.context.office, document)
    if path is None:
        raise HTTPException(404)
    with writing(page.context.engine) as session:
        log.append(session, page.now, visitor.name, "document.read", f"document:{document}", {"file": path.name})
    return path


@router.post("/lap")
def draft(page: AnyPage, visitor: AnyVisitor, case: CaseId, step: Word = "") -> Response:
    office = page.context.office
    return _act(page, 0, lambda session: road.draft(session, office, case, step, visitor.name, page.now))


@router.post("/{document}/lap-lai")
def redraft(page: AnyPage, visitor: AnyVisitor, document: Id) -> Response:
    office = page.context.office
    return _act(page, document, lambda session: road.redraft(session, office, document, visitor.name, page.now))


@router.post("/{document}/loi")
def write(
    page: AnyPage,
    visitor: AnyVisitor,
    document: Id,
    slot: Annotated[list[Word] | None, Form()] = None,
    words: Annotated[list[str] | None, Form()] = None,
) -> Response:
    office, told = page.context.office, dict(zip(slot or (), map(tidy, words or ()), strict=False))
    return _act(
        page,
        document,
        lambda session: road.write_words(session, office, document, told, visitor.name, page.now),
        told,
    )


@router.post("/{document}/duyet", dependencies=[Depends(may(Action.APPROVE))])
def approve(page: AnyPage, visitor: AnyVisitor, document: Id, despite: Word = "") -> Response:
    return _act(page, document, lambda session: road.approve(session, document, bool(despite), visitor.name, page.now))


@router.post("/{document}/ky")
def sign(page: AnyPage, visitor: AnyVisitor, document: Id) -> Response:
    return _act(page, document, lambda session: road.sign(session, document, visitor.name, page.now))


@router.post("/{document}/tra-lai")
def reopen(page: AnyPage, visitor: AnyVisitor, document: Id, reason: Words = "") -> Response:
    return _act(page, document, lambda session: road.reopen(session, document, tidy(reason), visitor.name, page.now))


@router.post("/{document}/bo")
def drop(page: AnyPage, visitor: AnyVisitor, document: Id, reason: Words = "") -> Response:
    return _act(page, document, lambda session: road.drop(session, document, tidy(reason), visitor.name, page.now))


@router.post("/{document}/so")
def issue(page: AnyPage, visitor: AnyVisitor, document: Id, number: Word = "", issued_on: Word = "") -> Response:
    office, typed = page.context.office, {"number": tidy(number), "issued_on": issued_on}

    def act(session: Session) -> None:
        day = day_of(issued_on)
        if day is None:
            raise Refused(NO_DAY)
        road.issue(session, office, document, typed["number"], day, visitor.name, page.now)

    return _act(page, document, act, typed)


def _act(page: Page, document: int, act: Act, typed: Mapping[str, str] | None = None) -> Response:
    try:
        with page.context.in_turn(), writing(page.context.engine) as session:
            act(session)
    except Refused as error:
        return _papers(page, problems=[("", error)], open_id=document, typed=typed or {})
    return acted(page, PATH, 1)
