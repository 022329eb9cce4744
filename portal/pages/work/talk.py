"""The thread of a case, and the coordinators' own notes."""

from __future__ import annotations

from typing import Annotated
from unicodedata import normalize

from fastapi import APIRouter, Depends, Form
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from models.database import writing
from models.queries.cases import case_file as case_file_queries
from portal.pages.work.case import CaseParam, case_answer
from portal.rendering import AnyPage
from portal.visitor import AnyVisitor, may
from rules.access import Action
from services.cases.conversation import LONGEST, NewMessage, note, say
from services.cases.decisions import DecisionRefused

router = APIRouter(prefix="/ho-so/{case_id}")

Words = Annotated[str, Form(max_length=LONGEST * 4)]  # a longer text is refused in words


@router.post("/tin-nhan", dependencies=[Depends(may(Action.CONVERSE))])
def write_message(page: AnyPage, visitor: AnyVisitor, case: CaseParam, text: Words = "") -> Response:
    if not visitor.may(Action.CONVERSE, case.organisation_id):
        raise HTTPException(403)
    line = NewMessage(plain(text), visitor.name, from_unit=not visitor.may(Action.DECIDE, case.organisation_id))
    try:
        with writing(page.context.engine) as session:
            file = case_file_queries.whole_case(session, case.id)
            assert file is not None
            say(session, page.context.office, file, line, page.now)
    except DecisionRefused as wrong:
        typed = {"kind": "message", "reason": text}
        return case_answer(page, visitor, case, status_code=422, problem=wrong.problem, typed=typed)
    return RedirectResponse(page.url(f"/ho-so/{case.id}") + "#trao-doi", 303)


@router.post("/ghi-chu", dependencies=[Depends(may(Action.CHASE))])
def write_note(page: AnyPage, visitor: AnyVisitor, case: CaseParam, text: Words = "") -> Response:
    try:
        with writing(page.context.engine) as session:
            note(session, case.id, plain(text), visitor.name, page.now)
    except DecisionRefused as wrong:
        typed = {"kind": "note", "reason": text}
        return case_answer(page, visitor, case, status_code=422, problem=wrong.problem, typed=typed)
    return RedirectResponse(page.url(f"/ho-so/{case.id}") + "#ghi-chu", 303)


def plain(given: str) -> str:
    """In NFC, with one kind of line ends."""
    return normalize("NFC", given.replace("\r\n", "\n").strip())
