"""A unit's people answer for their case: files and a receipt, or the word that there is nothing to report."""

from __future__ import annotations

from typing import Annotated, Any
from unicodedata import normalize

from fastapi import APIRouter, Depends, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from models.database import writing
from portal.pages.case import AskedCase, day_of
from portal.rendering import AnyPage, Page
from portal.uploads import UploadRoute, uploads, word
from portal.visitor import AnyVisitor, Visitor, may
from rules.access import Action, Role
from rules.deadlines import local_day
from services.case_decisions import UNANSWERED, WrongOrder
from services.case_file import CasePage
from services.case_hand_in import CLOSED, Answer, Registered, hand_in_files, nothing_to_report
from services.errors import Refused
from services.file_kinds import TAKEN
from services.uploaded_files import NotTaken, Uploaded, keep_all

router = APIRouter(prefix="/ho-so/{case_id}")
upload_router = APIRouter(prefix="/ho-so/{case_id}", route_class=UploadRoute)
OWN = [Depends(may(Action.HAND_IN))]

LONGEST = {"number": 100, "day": 20, "note": 2000}  # letters


def own_case(visitor: AnyVisitor, case: AskedCase) -> CasePage:
    """A case the visitor answers for."""
    if not visitor.may(Action.HAND_IN, case.organisation_id):
        raise HTTPException(403)
    return case


OwnCase = Annotated[CasePage, Depends(own_case)]


@upload_router.get("/nop", dependencies=OWN)
def show_form(page: AnyPage, visitor: AnyVisitor, case: OwnCase) -> HTMLResponse:
    return _form(page, visitor, case)


def _form(page: Page, visitor: Visitor, case: CasePage, **told: object) -> HTMLResponse:
    """`told`: what went wrong, and what was typed before."""
    facts: dict[str, Any] = {"problem": "", "refusals": (), "number": "", "day": "", "note": "", "reason": "", **told}
    return page.render(
        "hand_in.html",
        status_code=422 if facts["problem"] else 200,
        file=case,
        closed=case.status in CLOSED,
        unanswered=case.status in UNANSWERED,
        head=_is_head(visitor, case),
        taken=sorted(TAKEN),
        intake=page.desk.office.intake,
        here="",
        **facts,
    )


def _is_head(visitor: Visitor, case: CasePage) -> bool:
    return any(item.role is Role.HEAD and item.organisation_id == case.organisation_id for item in visitor.holdings)


@upload_router.post("/nop", dependencies=OWN)
async def hand_in(request: Request, page: AnyPage, visitor: AnyVisitor, case: OwnCase) -> Response:
    form = await request.form()
    try:
        return await run_in_threadpool(_take, page, visitor, case, form, uploads(request, form))
    finally:
        await form.close()


def _take(page: Page, visitor: Visitor, case: CasePage, form: FormData, files: list[Uploaded]) -> Response:
    typed = {name: word(form, name, longest) for name, longest in LONGEST.items()}
    day = day_of(typed["day"])
    problem = _problem(page, files, typed["day"])
    if problem:
        return _form(page, visitor, case, problem=problem, **typed)
    try:
        kept = keep_all(page.desk.office.folder / "files", files, page.desk.office.intake)
        answer = Answer(kept, normalize("NFC", typed["number"]), day, normalize("NFC", typed["note"]))
        registered = _register(page, visitor, case, answer)
    except NotTaken as error:
        return _form(page, visitor, case, problem="files", refusals=error.refusals, **typed)
    except Refused:
        return _form(page, visitor, case, problem="closed", **typed)
    already = "roi" if registered.already else None
    return RedirectResponse(page.url(f"/ho-so/{case.id}/bien-nhan/{registered.version}", nop=already), 303)


def _problem(page: Page, files: list[Uploaded], typed_day: str) -> str:
    day = day_of(typed_day)
    if not files:
        return "none"
    if typed_day and day is None:
        return "day"
    return "future" if day and day > local_day(page.now) else ""


def _register(page: Page, visitor: Visitor, case: CasePage, answer: Answer) -> Registered:
    with writing(page.desk.engine) as session:
        return hand_in_files(session, page.desk.office, case.id, answer, visitor.name, page.now)


@router.post("/khong-phat-sinh", dependencies=OWN)
def say_nothing_to_report(
    page: AnyPage, visitor: AnyVisitor, case: OwnCase, reason: Annotated[str, Form(max_length=4000)] = ""
) -> Response:
    said, head = normalize("NFC", reason.strip()), _is_head(visitor, case)
    try:
        with writing(page.desk.engine) as session:
            nothing_to_report(session, case.id, said, visitor.name, page.now, head=head)
    except WrongOrder as wrong:
        return _form(page, visitor, case, problem=f"nothing-{wrong.problem}", reason=reason)
    return RedirectResponse(page.url(f"/ho-so/{case.id}"), 303)


@router.get("/bien-nhan/{version}", dependencies=[Depends(may(Action.READ_CASES))])
def show_receipt(page: AnyPage, case: AskedCase, version: int, nop: str = "") -> HTMLResponse:
    found = next((item for item in case.versions if item.row.version == version), None)
    if found is None:
        raise HTTPException(404)
    return page.render("hand_in_receipt.html", file=case, version=found, already=nop == "roi", here="")
