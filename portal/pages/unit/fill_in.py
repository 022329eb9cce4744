"""Filling in the table of a duty on a page, instead of in Excel."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from models.database import writing
from portal.forms import key_for
from portal.pages.unit.filling import Door, show, take, wants_json
from portal.pages.unit.hand_in import OWN, OwnCase, check_of
from portal.rendering import AnyPage, Page
from portal.uploads import TableRoute
from portal.visitor import AnyVisitor
from rules.deadlines import local_day
from rules.status import RETURNED
from services.cases.case_file import CasePage
from services.cases.hand_in import HandIn
from services.cases.unit_hand_in import CLOSED, hand_in_files
from services.content.filling import Place

router = APIRouter(prefix="/ho-so/{case_id}/bang", route_class=TableRoute, dependencies=OWN)


@router.get("")
def show_table(request: Request, page: AnyPage, visitor: AnyVisitor, case: OwnCase) -> Response:
    """For the script of the page, the mark of its form: it changes with the session."""
    if wants_json(request):
        return JSONResponse({"mark": key_for(page.secret)})
    if case.status in CLOSED:
        return RedirectResponse(page.url(f"/ho-so/{case.id}/nop"), 303)  # which says that nothing more is taken
    return show(page, _door(page, case, visitor.name))


@router.post("")
async def take_table(request: Request, page: AnyPage, visitor: AnyVisitor, case: OwnCase) -> Response:
    if case.status in CLOSED:
        return RedirectResponse(page.url(f"/ho-so/{case.id}/nop"), 303)
    fields = await request.form()
    door, as_json = _door(page, case, visitor.name), wants_json(request)
    return await run_in_threadpool(partial(take, page, door, fields, as_json=as_json))


def _door(page: Page, case: CasePage, by: str) -> Door:
    """Raises 404 where the duty has no form."""
    table = check_of(page, case, local_day(page.now))
    if table is None:
        raise HTTPException(404)
    title = case.duty.short if case.duty and page.language == "vi" else case.obligation.title_vi
    return Door(
        table=table,
        place=Place(case.id, case.case.organisation_id, case.organisation.key, case.unit_name, case.occurrence.period),
        by=by,
        title=title,
        address=f"/ho-so/{case.id}/bang",
        back=f"/ho-so/{case.id}/nop",
        needs_note=case.status in RETURNED,
        send=partial(_hand_in, page, case),
    )


def _hand_in(page: Page, case: CasePage, arrival: HandIn) -> str:
    with writing(page.context.engine) as session:
        registered = hand_in_files(session, case.id, arrival, page.now)
    return f"/ho-so/{case.id}/bien-nhan/{registered.version}" + ("?nop=roi" if registered.already else "")
