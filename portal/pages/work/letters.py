"""Urging letters: fetched as drafts, signed on paper, and entered with the number and day the records office gave."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse, HTMLResponse, Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from models.database import reading, writing
from portal.headers import FOREIGN
from portal.pages.work.case import day_of
from portal.pages.work.index import Done, Word, Words, acted, tidy, work_page
from portal.parameters import Id
from portal.pdf_answer import pdf_answer
from portal.rendering import AnyPage, Page
from portal.visitor import AnyVisitor, Visitor, may
from rules.access import Action
from rules.deadlines import local_day
from services import log
from services.errors import Refused
from services.files.signed_copy import copies
from services.reminders import letter_numbers, urging_letters

router = APIRouter(prefix="/viec/cong-van", dependencies=[Depends(may(Action.DECIDE))])

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NO_DAY = "Cần ngày ban hành. / The day of issue is required."


@router.get("")
def showletters_page(page: AnyPage, xong: Done = 0) -> HTMLResponse:
    return letters_page(page, count=xong)


def letters_page(page: Page, **extra: object) -> HTMLResponse:
    office = page.context.office
    with reading(page.context.engine) as session:
        waiting = urging_letters.drafts_waiting(session, office)
        settled = urging_letters.drafts_settled(session, office, page.now)
        signed = copies(session, letters=[one.id for one in (*waiting, *settled)])
    facts = {"open_id": 0, "step": "", "typed": {}, **extra}
    today = local_day(page.now)
    return work_page(page, "work/letters.html", waiting=waiting, settled=settled, signed=signed, today=today, **facts)  # type: ignore[arg-type]


@router.get("/{draft}/tep")
def fetch(page: AnyPage, visitor: AnyVisitor, draft: Id) -> FileResponse:
    path = _file(page, visitor, draft)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(path.name, safe='')}",
        "Content-Security-Policy": FOREIGN,
    }
    return FileResponse(path, media_type=WORD, headers=headers)


@router.get("/{draft}/pdf")
def fetch_pdf(page: AnyPage, visitor: AnyVisitor, draft: Id) -> Response:
    return pdf_answer(page, _file(page, visitor, draft), "/viec/cong-van")


def _file(page: Page, visitor: Visitor, draft: int) -> Path:
    """Who fetched it is logged: there are names in it."""
    with reading(page.context.engine) as session:
        path = urging_letters.draft_file(session, page.context.office, draft)
    if path is None:
        raise HTTPException(404)
    with writing(page.context.engine) as session:
        log.append(session, page.now, visitor.name, "letter.read", f"letter:{draft}", {"file": path.name})
    return path


@router.post("/{draft}/ky")
def sign(page: AnyPage, visitor: AnyVisitor, draft: Id) -> Response:
    return _act(page, draft, "ky", {}, lambda session: urging_letters.sign(session, draft, visitor.name, page.now))


@router.post("/{draft}/cho")
def reopen(page: AnyPage, visitor: AnyVisitor, draft: Id) -> Response:
    return _act(page, draft, "cho", {}, lambda session: urging_letters.reopen(session, draft, visitor.name, page.now))


@router.post("/{draft}/so")
def issue(page: AnyPage, visitor: AnyVisitor, draft: Id, number: Word = "", issued_on: Word = "") -> Response:
    typed = {"number": tidy(number), "issued_on": issued_on}

    def act(session: Session) -> None:
        day = day_of(issued_on)
        if day is None:
            raise Refused(NO_DAY)
        urging_letters.issue(session, draft, typed["number"], day, visitor.name, page.now)

    return _act(page, draft, "so", typed, act)


@router.post("/{draft}/thu-hoi")
def take_back(page: AnyPage, visitor: AnyVisitor, draft: Id) -> Response:
    return _act(
        page,
        draft,
        "thu-hoi",
        {},
        lambda session: letter_numbers.take_back_number(session, draft, visitor.name, page.now),
    )


@router.post("/{draft}/sua")
def correct(
    page: AnyPage, visitor: AnyVisitor, draft: Id, number: Word = "", issued_on: Word = "", reason: Words = ""
) -> Response:
    typed = {"number": tidy(number), "issued_on": issued_on, "reason": tidy(reason)}

    def act(session: Session) -> None:
        day = day_of(issued_on)
        if day is None:
            raise Refused(NO_DAY)
        letter_numbers.correct_number(session, draft, typed["number"], day, visitor.name, typed["reason"], page.now)

    return _act(page, draft, "sua", typed, act)


@router.post("/{draft}/bo")
def drop(page: AnyPage, visitor: AnyVisitor, draft: Id, reason: Words = "") -> Response:
    typed = {"reason": tidy(reason)}
    return _act(
        page,
        draft,
        "bo",
        typed,
        lambda session: urging_letters.drop(session, draft, visitor.name, typed["reason"], page.now),
    )


def _act(page: Page, draft: int, step: str, typed: dict[str, str], act: Callable[[Session], object]) -> Response:
    try:
        with writing(page.context.engine) as session:
            act(session)
    except Refused as error:
        return letters_page(page, problems=[("", error)], open_id=draft, step=step, typed=typed)
    return acted(page, "/viec/cong-van", 1)
