"""Takes back what was just done to a case, and corrects what was registered of a document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from unicodedata import normalize

from fastapi import APIRouter, Depends, Form, Path
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from models.database import writing
from portal.pages.work.case import CaseParam, Word, Words, case_answer, day_of
from portal.pages.work.register import moment_of
from portal.parameters import LARGEST_ID, Id
from portal.rendering import AnyPage, Page
from portal.visitor import AnyVisitor, Visitor, may
from rules.access import Action
from rules.deadlines import PROVINCE
from services.cases import taking_back
from services.cases.case_file import CasePage, Version
from services.cases.decisions import DecisionRefused

router = APIRouter(prefix="/ho-so/{case_id}", dependencies=[Depends(may(Action.READ_CASES))])

Number = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@router.post("/quyet-dinh/{decision}/thu-hoi", dependencies=[Depends(may(Action.DECIDE))])
def take_back_decision(page: AnyPage, visitor: AnyVisitor, case: CaseParam, decision: Id) -> Response:
    def act(session: Session) -> None:
        taking_back.take_back_decision(session, case.id, decision, visitor.name, page.now)

    return _done(page, visitor, case, act)


@router.post("/van-ban/{version}/thu-hoi", dependencies=[Depends(may(Action.REGISTER))])
def take_back_registration(page: AnyPage, visitor: AnyVisitor, case: CaseParam, version: Number) -> Response:
    def act(session: Session) -> None:
        taking_back.take_back_registration(session, case.id, version, visitor.name, page.now)

    return _done(page, visitor, case, act)


def _done(page: Page, visitor: Visitor, case: CasePage, act: Callable[[Session], None]) -> Response:
    try:
        with writing(page.context.engine) as session:
            act(session)
    except DecisionRefused as wrong:
        return case_answer(page, visitor, case, status_code=409, problem=wrong.problem)
    return RedirectResponse(page.url(f"/ho-so/{case.id}", thu_hoi=1), 303)


# --- afterwards -------------------------------------------------------------------------------------------------------


def load_version(case: CaseParam, version: Number) -> Version:
    """Raises 404 for what a unit handed in itself: only it can say what was meant."""
    found = next((one for one in case.versions if one.row.version == version and one.row.changed), None)
    if found is None:
        raise HTTPException(404)
    return found


VersionParam = Annotated[Version, Depends(load_version)]


@router.get("/van-ban/{version}/sua", dependencies=[Depends(may(Action.REGISTER))])
def show_form(page: AnyPage, case: CaseParam, version: VersionParam) -> HTMLResponse:
    row = version.row
    typed = {
        "number": row.document_number,
        "day": row.document_date.isoformat() if row.document_date else "",
        "received": f"{row.received_at.astimezone(PROVINCE):%Y-%m-%dT%H:%M}",
    }
    return _form(page, case, version, typed)


def _form(page: Page, case: CasePage, version: Version, typed: dict[str, str], problem: str = "") -> HTMLResponse:
    status = 422 if problem else 200
    whole = {"number": "", "day": "", "received": "", "reason": "", "what": "", **typed}
    return page.render(
        "corrections/document.html",
        status_code=status,
        file=case,
        version=version,
        typed=whole,
        problem=problem,
        here="",
    )


@router.post("/van-ban/{version}/sua", dependencies=[Depends(may(Action.REGISTER))])
def correct(
    page: AnyPage,
    visitor: AnyVisitor,
    case: CaseParam,
    version: VersionParam,
    number: Annotated[str, Form(max_length=100)] = "",
    day: Word = "",
    received: Word = "",
    reason: Words = "",
) -> Response:
    typed = {"number": normalize("NFC", number.strip()), "day": day, "received": received, "reason": reason}
    at = moment_of(received)
    if at is None or (day and day_of(day) is None):
        return _form(page, case, version, typed, "received" if at is None else "day")
    kept = version.row.received_at
    at = kept if kept.replace(second=0, microsecond=0) == at else at  # the field holds no seconds
    document = taking_back.Document(typed["number"], day_of(day), at)

    def act(session: Session) -> None:
        number = version.row.version
        taking_back.correct_document(session, case.id, number, document, visitor.name, page.now, tidy(reason))

    return _corrected(page, case, version, typed, act)


@router.post("/van-ban/{version}/rut", dependencies=[Depends(may(Action.REGISTER))])
def withdraw(
    page: AnyPage, visitor: AnyVisitor, case: CaseParam, version: VersionParam, reason: Words = ""
) -> Response:
    def act(session: Session) -> None:
        number = version.row.version
        taking_back.withdraw_registration(session, case.id, number, visitor.name, page.now, tidy(reason))

    return _corrected(page, case, version, {"reason": reason, "what": "rut"}, act)


def _corrected(
    page: Page, case: CasePage, version: Version, typed: dict[str, str], act: Callable[[Session], None]
) -> Response:
    try:
        with writing(page.context.engine) as session:
            act(session)
    except DecisionRefused as wrong:
        return _form(page, case, version, typed, wrong.problem)
    return RedirectResponse(page.url(f"/ho-so/{case.id}", sua=1), 303)


def tidy(text: str) -> str:
    return normalize("NFC", text.strip())
