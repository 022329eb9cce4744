"""A unit's people hand in for their case: files, and a receipt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from unicodedata import normalize

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from models.database import writing
from portal.parameters import Id
from portal.pages.work.case import AskedCase, day_of
from portal.rendering import AnyPage, Page
from portal.uploads import UploadRoute, word
from portal.uploads import uploads as files_of
from portal.visitor import AnyVisitor, Visitor, may
from rules.access import Action, Role
from rules.deadlines import local_day
from rules.intake import Problem, Verdict
from rules.status import Status
from services.files import uploads
from services.cases.decisions import UNANSWERED
from services.cases.case_file import CasePage
from services.cases.unit_hand_in import CLOSED, Answer, Registered, hand_in_files
from services.errors import Refused
from services.files.kinds import TAKEN
from services.forms.unit_forms import form_of
from services.files.hand_in_files import Kept, NotTaken, Uploaded, keep_all

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
def show_form(page: AnyPage, case: OwnCase) -> HTMLResponse:
    return _form(page, case)


def _form(page: Page, case: CasePage, **told: object) -> HTMLResponse:
    """`told`: what went wrong, and what was typed before."""
    facts: dict[str, Any] = {"problem": "", "refusals": (), "number": "", "day": "", "note": "", **told}
    return page.render(
        "unit/hand_in.html",
        status_code=422 if facts["problem"] else 200,
        file=case,
        closed=case.status in CLOSED,
        returned=case.status is Status.RETURNED,
        unanswered=case.status in UNANSWERED,
        taken=sorted(TAKEN),
        intake=page.desk.office.intake,
        has_form=form_of(page.desk.office, case.code) is not None,
        here="",
        **facts,
    )


def is_head(visitor: Visitor, case: CasePage) -> bool:
    return any(item.role is Role.HEAD and item.organisation_id == case.organisation_id for item in visitor.holdings)


@upload_router.post("/nop", dependencies=OWN)
async def hand_in(request: Request, page: AnyPage, visitor: AnyVisitor, case: OwnCase) -> Response:
    form = await request.form()
    try:
        return await run_in_threadpool(_take, page, visitor, case, form, files_of(request, form))
    finally:
        await form.close()


def _take(page: Page, visitor: Visitor, case: CasePage, form: FormData, files: list[Uploaded]) -> Response:
    typed = {name: word(form, name, longest) for name, longest in LONGEST.items()}
    tokens = [str(token)[:100] for token in form.getlist("tai_len") if isinstance(token, str)]
    if problem := _problem(page, case, len(files) + len(tokens), typed):
        return _form(page, case, problem=problem, **typed)
    try:
        kept = _keep(page, visitor, case, files, tokens)
        answer = Answer(kept, normalize("NFC", typed["number"]), day_of(typed["day"]), normalize("NFC", typed["note"]))
        registered = _register(page, visitor, case, answer, tokens)
    except NotTaken as error:
        return _form(page, case, problem="files", refusals=error.refusals, **typed)
    except uploads.Gone:
        return _form(page, case, problem="gone", **typed)
    except Refused:
        return _form(page, case, problem="closed", **typed)
    already = "roi" if registered.already else None
    return RedirectResponse(page.url(f"/ho-so/{case.id}/bien-nhan/{registered.version}", nop=already), 303)


def _problem(page: Page, case: CasePage, files: int, typed: Mapping[str, str]) -> str:
    day = day_of(typed["day"])
    if not files:
        return "none"
    if case.status is Status.RETURNED and not typed["note"]:
        return "note"
    if typed["day"] and day is None:
        return "day"
    return "future" if day and day > local_day(page.now) else ""


def _keep(page: Page, visitor: Visitor, case: CasePage, files: list[Uploaded], tokens: list[str]) -> list[Kept]:
    """Those that came piece by piece were looked into when they were whole."""
    office, person = page.desk.office, visitor.known.person_id
    ready = uploads.take(page.desk.engine, office.folder, case.id, person, tokens) if tokens else []
    if len(ready) + len(files) > office.intake.most_files:
        raise NotTaken([Verdict("", "", Problem.MANY)])
    form = form_of(office, case.code, case.occurrence.period)
    return ready + keep_all(office.folder / "files", files, office.intake, form)


def _register(page: Page, visitor: Visitor, case: CasePage, answer: Answer, tokens: list[str]) -> Registered:
    with writing(page.desk.engine) as session:
        registered = hand_in_files(session, page.desk.office, case.id, answer, visitor.name, page.now)
        if tokens:
            uploads.used(session, tokens, page.now)
    uploads.discard(page.desk.office.folder, tokens)
    return registered


@router.get("/bien-nhan/{version}", dependencies=[Depends(may(Action.READ_CASES))])
def show_receipt(page: AnyPage, case: AskedCase, version: Id, nop: str = "") -> HTMLResponse:
    found = next((item for item in case.versions if item.row.version == version), None)
    if found is None:
        raise HTTPException(404)
    return page.render("unit/hand_in_receipt.html", file=case, version=found, already=nop == "roi", here="")
