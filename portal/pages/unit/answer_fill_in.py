"""Filling in a table by the link of a letter: the same page and the same draft as after signing in."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from models.database import reading, writing
from portal.pages.unit.answer import KIND, genuine_by_token, gone, guessed, mark_of, slower
from portal.pages.unit.answer_hand_in import LinkUploadRoute
from portal.pages.unit.filling import Door, show, take, wants_json
from portal.rendering import AnyPage, Page
from portal.uploads import MOST_CELLS
from portal.visitor import AnyCaller
from rules.deadlines import local_day
from services.access.links import LinkInvalid
from services.access.throttle import Caller, TooSoon, count_try, succeeded
from services.cases import answers
from services.cases.hand_in import HandIn
from services.content.filling import Place
from services.forms.content_check import table_check


class LinkTableRoute(LinkUploadRoute):
    most_plain_fields = MOST_CELLS


router = APIRouter(prefix="/tra-loi/{token}/bang", dependencies=[Depends(genuine_by_token)], route_class=LinkTableRoute)


@router.get("")
def show_table(page: AnyPage, caller: AnyCaller, token: str) -> Response:
    return _answer(page, caller, token, None, as_json=False)


@router.post("")
async def take_table(request: Request, page: AnyPage, caller: AnyCaller, token: str) -> Response:
    fields, as_json = await request.form(), wants_json(request)
    return await run_in_threadpool(partial(_answer, page, caller, token, fields, as_json=as_json))


def _answer(page: Page, caller: Caller, token: str, fields: FormData | None, *, as_json: bool) -> Response:
    try:
        with reading(page.context.engine) as session:
            opened = answers.look_at(session, page.context.office, token, page.now)
        if not opened.may_hand_in:
            return RedirectResponse(page.url(f"/tra-loi/{token}/nop"), 303)  # which says that nothing more is taken
        door = _door(page, caller, token, opened)
        return show(page, door) if fields is None else take(page, door, fields, as_json=as_json)
    except TooSoon as soon:
        return slower(page, soon)
    except LinkInvalid:
        return guessed(page, caller, token) if fields is None else gone(page)


def _door(page: Page, caller: Caller, token: str, opened: answers.AnswerPreview) -> Door:
    """Raises 404 where the duty has no form."""
    codes = opened.unit_key, opened.obligation, opened.period
    table = table_check(page.context.engine, page.context.office, *codes, local_day(page.now))
    if table is None:
        raise HTTPException(404)
    return Door(
        table=table,
        place=Place(opened.case_id, opened.organisation_id, opened.unit_key, opened.unit_name, opened.period),
        by=opened.reader,
        title=opened.title_vi if page.language == "vi" else opened.title_en,
        address=f"/tra-loi/{token}/bang",
        back=f"/tra-loi/{token}/nop",
        needs_note=opened.returned,
        send=partial(_hand_in, page, caller, token),
        form_key=mark_of(token),
    )


def _hand_in(page: Page, caller: Caller, token: str, arrival: HandIn) -> str:
    """Only the hand-in spends the link."""
    counted = count_try(page.context.engine, KIND, token, caller, page.now)
    with writing(page.context.engine) as session:
        answers.hand_in_by_link(session, page.context.office, token, arrival, page.now)
        succeeded(session, counted)
    return f"/tra-loi/{token}"
