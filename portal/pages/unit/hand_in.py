"""Submission by a unit: the form, its files, the receipt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from unicodedata import normalize

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from models.database import writing
from portal.pages.work.case import CaseParam, day_of
from portal.parameters import Id
from portal.rendering import AnyPage, Page
from portal.uploads import UploadRoute, word
from portal.uploads import uploads as files_of
from portal.visitor import AnyVisitor, Visitor, may
from rules.access import Action, Role
from rules.deadlines import local_day
from rules.intake import FileProblem, Verdict
from rules.status import RETURNED
from services.cases.case_file import CasePage
from services.cases.decisions import UNANSWERED
from services.cases.hand_in import HandIn
from services.cases.unit_hand_in import CLOSED, HandInResult, hand_in_files
from services.content.marked import marked_ids
from services.content.rows import keep_rows_of
from services.errors import Refused
from services.files import uploads
from services.files.hand_in_files import FileRefused, KeptFile, UploadedFile, keep_all
from services.files.kinds import TAKEN
from services.forms.content_check import TableCheck, table_check
from services.forms.unit_forms import form_of

router = APIRouter(prefix="/ho-so/{case_id}")
upload_router = APIRouter(prefix="/ho-so/{case_id}", route_class=UploadRoute)
OWN = [Depends(may(Action.HAND_IN))]

LONGEST = {"number": 100, "day": 20, "note": 2000}  # characters


def own_case(visitor: AnyVisitor, case: CaseParam) -> CasePage:
    """A case the visitor answers for."""
    if not visitor.may(Action.HAND_IN, case.organisation_id):
        raise HTTPException(403)
    return case


OwnCase = Annotated[CasePage, Depends(own_case)]


@upload_router.get("/nop", dependencies=OWN)
def show_form(page: AnyPage, case: OwnCase) -> HTMLResponse:
    return _form(page, case)


def _form(page: Page, case: CasePage, **extra: object) -> HTMLResponse:
    """`extra`: what went wrong, and what was typed before."""
    facts: dict[str, Any] = {"problem": "", "refusals": (), "number": "", "day": "", "note": "", **extra}
    return page.render(
        "unit/hand_in.html",
        status_code=422 if facts["problem"] else 200,
        file=case,
        closed=case.status in CLOSED,
        returned=case.status in RETURNED,
        unanswered=case.status in UNANSWERED,
        taken=sorted(TAKEN),
        intake=page.context.office.intake,
        has_form=form_of(page.context.office, case.obligation.code, on=local_day(page.now)) is not None,
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


def _take(page: Page, visitor: Visitor, case: CasePage, form: FormData, files: list[UploadedFile]) -> Response:
    typed = {name: word(form, name, longest) for name, longest in LONGEST.items()}
    tokens = [str(token)[:100] for token in form.getlist("tai_len") if isinstance(token, str)]
    if problem := _problem(page, case, len(files) + len(tokens), typed):
        return _form(page, case, problem=problem, **typed)
    try:
        kept = _keep(page, visitor, case, files, tokens)
        registered = _register(page, case, arrival_of(page, typed, kept, visitor.name), tokens)
    except FileRefused as error:
        return _form(page, case, problem="files", refusals=error.refusals, **typed)
    except uploads.UploadNotFound:
        return _form(page, case, problem="gone", **typed)
    except Refused:
        return _form(page, case, problem="closed", **typed)
    already = "roi" if registered.already else None
    return RedirectResponse(page.url(f"/ho-so/{case.id}/bien-nhan/{registered.version}", nop=already), 303)


def arrival_of(page: Page, typed: Mapping[str, str], kept: list[KeptFile], by: str) -> HandIn:
    """What the form of a unit says."""
    return HandIn(
        received_at=page.now,
        via="portal",
        document_number=normalize("NFC", typed["number"]),
        document_date=day_of(typed["day"]),
        files=kept,
        note=normalize("NFC", typed["note"]),
        registered_by=by,
    )


def _problem(page: Page, case: CasePage, files: int, typed: Mapping[str, str]) -> str:
    day = day_of(typed["day"])
    if not files:
        return "none"
    if case.status in RETURNED and not typed["note"]:
        return "note"
    if typed["day"] and day is None:
        return "day"
    return "future" if day and day > local_day(page.now) else ""


def _keep(page: Page, visitor: Visitor, case: CasePage, files: list[UploadedFile], tokens: list[str]) -> list[KeptFile]:
    """Files of the form are checked here; those uploaded in pieces were checked when complete."""
    office, person = page.context.office, visitor.known.person_id
    ready = uploads.take(page.context.engine, office.folder, case.id, person, tokens) if tokens else []
    if len(ready) + len(files) > office.intake.most_files:
        raise FileRefused([Verdict("", "", FileProblem.MANY)])
    table = check_of(page, case, local_day(page.now))
    return ready + keep_all(office.folder / "files", files, office.intake, table)


def check_of(page: Page, case: CasePage, on: date) -> TableCheck | None:
    codes = case.organisation.key, case.obligation.code, case.occurrence.period
    return table_check(page.context.engine, page.context.office, *codes, on)


def _register(page: Page, case: CasePage, arrival: HandIn, tokens: list[str]) -> HandInResult:
    with writing(page.context.engine) as session:
        registered = hand_in_files(session, case.id, arrival, page.now)
        if tokens:
            uploads.used(session, tokens, page.now)
    uploads.discard(page.context.office.folder, tokens)
    keep_rows_of(page.context.engine, page.context.office, case.id, page.now)
    return registered


@router.get("/bien-nhan/{version}", dependencies=[Depends(may(Action.READ_CASES))])
def show_receipt(page: AnyPage, case: CaseParam, version: Id, nop: str = "") -> HTMLResponse:
    submission = next((item for item in case.versions if item.row.version == version), None)
    if submission is None:
        raise HTTPException(404)
    marked = marked_ids(page.context.office, case.obligation.code, (submission,))
    already = nop == "roi"
    return page.render(
        "unit/hand_in_receipt.html", file=case, version=submission, already=already, marked=marked, here=""
    )
