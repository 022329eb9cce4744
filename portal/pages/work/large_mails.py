"""A mail too large to be fetched: a person saves its files from the mailbox and registers them with its moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from portal.pages.work.mails import HeldMail, assignment_of, load_mail, mail_page
from portal.rendering import AnyPage, Page
from portal.uploads import UploadRoute, uploads, word
from portal.visitor import AnyVisitor, Visitor, may
from rules.access import Action
from rules.deadlines import local_day
from rules.intake import Verdict
from services.errors import Refused
from services.files.hand_in_files import FileRefused, UploadedFile, keep_all
from services.forms.content_check import table_check
from services.inbound import by_hand

NOT_TAKEN = "Chưa nhận tệp nào. / No file was taken."
FIELDS = {"unit": 100, "obligation": 100, "period": 100, "number": 100, "date": 30}  # the longest, in characters


class LargeMailRoute(UploadRoute):
    action = Action.REGISTER


router = APIRouter(prefix="/viec/thu-den", route_class=LargeMailRoute, dependencies=[Depends(may(Action.REGISTER))])


@router.post("/{mail}/gan-tep")
async def assign(
    request: Request, page: AnyPage, visitor: AnyVisitor, held: Annotated[HeldMail, Depends(load_mail)]
) -> Response:
    form = await request.form()
    try:
        return await run_in_threadpool(_assign, page, visitor, held, form, uploads(request, form))
    finally:
        await form.close()


def _assign(page: Page, visitor: Visitor, held: HeldMail, form: FormData, files: list[UploadedFile]) -> Response:
    typed = {name: word(form, name, longest) for name, longest in FIELDS.items()}
    context = page.context
    try:
        assignment = assignment_of(held, typed, visitor.name)
        table = table_check(context.engine, context.office, *assignment.codes, local_day(held.row.received_at))
        kept = keep_all(context.office.folder / "files", files, context.office.intake, table)
        receipt = by_hand.assign_saved(context.engine, context.office, assignment, kept, page.now)
    except FileRefused as error:
        return _again(page, held, typed, Refused(NOT_TAKEN), error.refusals)
    except Refused as error:
        return _again(page, held, typed, error)
    return RedirectResponse(page.url(f"/ho-so/{receipt.case_id}"), 303)


def _again(
    page: Page, held: HeldMail, typed: dict[str, str], error: Refused, refusals: Sequence[Verdict] = ()
) -> Response:
    return mail_page(page, held, problems=[("", error)], typed={"reason": "", **typed}, refusals=refusals)
