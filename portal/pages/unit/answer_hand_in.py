"""Handing in by the link of a letter: the same files are taken as after signing in, and a receipt goes out by mail."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.routing import APIRoute
from starlette.datastructures import FormData

from models.database import reading, writing
from portal.context import PortalContext
from portal.pages.unit.answer import KIND, genuine_by_token, gone, guessed, mark_of, slower
from portal.pages.unit.hand_in import LONGEST, arrival_of
from portal.pages.work.case import day_of
from portal.rendering import AnyPage, Page
from portal.uploads import MOST_FIELDS, CountedRequest, uploads, word
from portal.visitor import AnyCaller
from rules.deadlines import local_day
from services.access.answer_links import read_token
from services.access.links import LinkInvalid
from services.access.throttle import Caller, TooSoon, count_try, succeeded
from services.cases import answers
from services.cases.answers import AnswerPreview
from services.content.rows import keep_rows_of
from services.errors import Refused
from services.files.hand_in_files import FileRefused, UploadedFile, keep_all
from services.files.kinds import TAKEN
from services.forms.content_check import table_check
from services.forms.unit_forms import form_of


class LinkUploadRoute(APIRoute):
    """Checks the link before the body is read."""

    most_plain_fields = MOST_FIELDS

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def counted(request: Request) -> Response:
            context: PortalContext = request.app.state.context
            if request.method == "POST" and read_token(context.office.key, request.path_params["token"]) is None:
                return Response(status_code=410)
            taken = CountedRequest(request.scope, request.receive)
            taken.most_plain_fields = self.most_plain_fields
            return await handle(taken)

        return counted


router = APIRouter(prefix="/tra-loi", dependencies=[Depends(genuine_by_token)], route_class=LinkUploadRoute)


@router.get("/{token}/nop")
def show_form(page: AnyPage, caller: AnyCaller, token: str) -> HTMLResponse:
    try:
        with reading(page.context.engine) as session:
            opened = answers.look_at(session, page.context.office, token, page.now)
    except LinkInvalid:
        return guessed(page, caller, token)
    return _form(page, token, opened)


@router.post("/{token}/nop")
async def hand_in(request: Request, page: AnyPage, caller: AnyCaller, token: str) -> Response:
    form = await request.form()
    try:
        return await run_in_threadpool(_take, page, caller, token, form, uploads(request, form))
    finally:
        await form.close()


def _take(page: Page, caller: Caller, token: str, form: FormData, files: list[UploadedFile]) -> Response:
    typed = {name: word(form, name, longest) for name, longest in LONGEST.items()}
    try:
        with reading(page.context.engine) as session:
            opened = answers.look_at(session, page.context.office, token, page.now)
        counted = count_try(page.context.engine, KIND, token, caller, page.now)
        if problem := _problem(page, opened, files, typed["day"]):
            return _form(page, token, opened, problem=problem, **typed)
        office = page.context.office
        codes = opened.unit_key, opened.obligation, opened.period
        table = table_check(page.context.engine, office, *codes, local_day(page.now))
        kept = keep_all(office.folder / "files", files, office.intake, table)
        arrival = arrival_of(page, typed, kept, by="")
        with writing(page.context.engine) as session:
            answers.hand_in_by_link(session, page.context.office, token, arrival, page.now)
            succeeded(session, counted)
        keep_rows_of(page.context.engine, page.context.office, opened.case_id, page.now)
    except TooSoon as soon:
        return slower(page, soon)
    except FileRefused as error:
        return _form(page, token, opened, problem="files", refusals=error.refusals, **typed)
    except LinkInvalid:
        return gone(page)
    except Refused:
        return _form(page, token, opened, problem="closed", **typed)
    return RedirectResponse(page.url(f"/tra-loi/{token}"), 303)


def _problem(page: Page, opened: AnswerPreview, files: list[UploadedFile], typed_day: str) -> str:
    if not opened.may_hand_in:
        return "closed"
    day = day_of(typed_day)
    if not files:
        return "none"
    if typed_day and day is None:
        return "day"
    return "future" if day and day > local_day(page.now) else ""


def _form(page: Page, token: str, opened: AnswerPreview, **extra: object) -> HTMLResponse:
    facts: dict[str, Any] = {"problem": "", "refusals": (), "number": "", "day": "", "note": "", **extra}
    return page.render(
        "unit/answer_hand_in.html",
        status_code=422 if facts["problem"] else 200,
        opened=opened,
        token=token,
        taken=sorted(TAKEN),
        intake=page.context.office.intake,
        has_form=form_of(page.context.office, opened.obligation, on=local_day(page.now)) is not None,
        here="",
        form_key=mark_of(token),
        **facts,
    )
