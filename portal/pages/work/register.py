"""A coordinator registers what a unit sent on paper, by telephone or through iOffice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from unicodedata import normalize

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from models.database import reading, writing
from portal.pages.unit.hand_in import check_of
from portal.pages.work.case import CaseParam, day_of
from portal.rendering import AnyPage, Page
from portal.uploads import UploadRoute, uploads, word
from portal.visitor import AnyVisitor, Visitor, may
from rules.access import Action
from rules.deadlines import PROVINCE, local_day
from rules.intake import Verdict
from services.cases.case_file import CasePage
from services.cases.decisions import DecisionRefused
from services.cases.hand_in import HandIn
from services.cases.register import WAYS, problem_of, register
from services.content.rows import keep_rows_of
from services.errors import Refused
from services.files.hand_in_files import FileRefused, UploadedFile, keep_all
from services.papers.road import issued_about


class RegisterRoute(UploadRoute):
    action = Action.REGISTER


router = APIRouter(
    prefix="/ho-so/{case_id}/vao-so", route_class=RegisterRoute, dependencies=[Depends(may(Action.REGISTER))]
)

LONGEST = {"via": 20, "received": 30, "number": 100, "day": 20, "note": 2_000}  # characters


@router.get("")
def show_form(page: AnyPage, case: CaseParam) -> HTMLResponse:
    local = page.now.astimezone(PROVINCE)
    with reading(page.context.engine) as session:
        issued = issued_about(session, case.id, case.obligation.code)
    own = {"number": issued.document_number, "day": str(issued.issued_on or "")} if issued else {}
    return _form(page, case, "", {"received": f"{local:%Y-%m-%dT%H:%M}", **own})


def _form(
    page: Page, case: CasePage, problem: str, typed: dict[str, str], refused: Sequence[Verdict] = ()
) -> HTMLResponse:
    facts: dict[str, Any] = {"typed": {**dict.fromkeys(LONGEST, ""), **typed}, "problem": problem, "refused": refused}
    facts["intake"] = page.context.office.intake
    status = 422 if problem else 200
    return page.render("work/register.html", status_code=status, file=case, ways=WAYS, here="", **facts)


@router.post("")
async def take(request: Request, page: AnyPage, visitor: AnyVisitor, case: CaseParam) -> Response:
    form = await request.form()
    try:
        return await run_in_threadpool(_take, page, visitor, case, form, uploads(request, form))
    finally:
        await form.close()


def _take(page: Page, visitor: Visitor, case: CasePage, form: FormData, files: list[UploadedFile]) -> Response:
    typed = {name: word(form, name, longest) for name, longest in LONGEST.items()}
    received_at, day = moment_of(typed["received"]), day_of(typed["day"])
    if received_at is None:
        return _form(page, case, "received" if typed["via"] in WAYS else "kind", typed)
    number, note = normalize("NFC", typed["number"]), normalize("NFC", typed["note"])
    arrival = HandIn(received_at, typed["via"], number, day, (), note, visitor.name)
    problem = problem_of(arrival, case.occurrence, page.now)
    problem = problem or ("day" if typed["day"] and day is None else "")
    if problem:
        return _form(page, case, problem, typed)
    try:
        version = _register(page, case, arrival, files)
    except FileRefused as error:
        return _form(page, case, "files", typed, error.refusals)
    except DecisionRefused as wrong:
        return _form(page, case, wrong.problem, typed)
    except Refused:
        return _form(page, case, "closed", typed)
    return RedirectResponse(page.url(f"/ho-so/{case.id}/bien-nhan/{version}"), 303)


def _register(page: Page, case: CasePage, arrival: HandIn, files: list[UploadedFile]) -> int:
    office = page.context.office
    table = check_of(page, case, local_day(arrival.received_at))
    kept = keep_all(office.folder / "files", files, office.intake, table) if files else []
    with writing(page.context.engine) as session:
        version = register(session, case.id, replace(arrival, files=kept), page.now)
    keep_rows_of(page.context.engine, office, case.id, page.now)
    return version


def moment_of(given: str) -> datetime | None:
    """Local time of the province, as the form field writes it."""
    try:
        return datetime.fromisoformat(given).replace(tzinfo=PROVINCE)
    except ValueError:
        return None
