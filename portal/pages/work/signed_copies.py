"""Signed PDFs of reports and urging letters: taken, and handed back to who may read the document."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, Response
from starlette.exceptions import HTTPException

from models.database import reading, writing
from models.tables.messages import LetterDraft
from portal.pages.leader.reports import desk
from portal.pages.work.index import acted
from portal.pages.work.letters import letters_page
from portal.parameters import Id
from portal.rendering import AnyPage, Page
from portal.stored_files import attachment
from portal.uploads import UploadRoute, uploads
from portal.visitor import AnyVisitor, Visitor, may
from rules.access import Action
from services import log
from services.errors import Refused
from services.files.hand_in_files import UploadedFile
from services.files.signed_copy import FiledCopy, check_signed, copies, kept_copy
from services.reminders import urging_letters
from services.reports import road


class SignedRoute(UploadRoute):
    action = Action.DECIDE


router = APIRouter(route_class=SignedRoute)
DECIDING = [Depends(may(Action.DECIDE))]


@router.post("/bao-cao/{id}/ban-ky", dependencies=DECIDING)
async def take_report(request: Request, page: AnyPage, visitor: AnyVisitor, id: Id) -> Response:
    async with request.form() as form:
        return await run_in_threadpool(_take_report, page, visitor, id, uploads(request, form))


def _take_report(page: Page, visitor: Visitor, id: int, files: Sequence[UploadedFile]) -> Response:
    with reading(page.context.engine) as session:
        report = road.report_of(session, id)
    if report is None:
        raise HTTPException(404)
    try:
        check_signed(report.draft)
        copy = kept_copy(page.context.office, next(iter(files), None), page.now)
        with writing(page.context.engine) as session:
            road.file_signed(session, id, copy, visitor.name, page.now)
    except Refused as error:
        return desk(page, id, problems=[("", error)])
    return acted(page, f"/bao-cao/{id}", 1)


@router.post("/viec/cong-van/{draft}/ban-ky", dependencies=DECIDING)
async def take_letter(request: Request, page: AnyPage, visitor: AnyVisitor, draft: Id) -> Response:
    async with request.form() as form:
        return await run_in_threadpool(_take_letter, page, visitor, draft, uploads(request, form))


def _take_letter(page: Page, visitor: Visitor, draft: int, files: Sequence[UploadedFile]) -> Response:
    with reading(page.context.engine) as session:
        letter = session.get(LetterDraft, draft)
    try:
        check_signed(letter)
        copy = kept_copy(page.context.office, next(iter(files), None), page.now)
        with writing(page.context.engine) as session:
            urging_letters.file_signed(session, draft, copy, visitor.name, page.now)
    except Refused as error:
        return letters_page(page, problems=[("", error)])
    return acted(page, "/viec/cong-van", 1)


@router.get("/bao-cao/{id}/ban-ky/{copy}", dependencies=[Depends(may(Action.READ_BOARD))])
def fetch_report(page: AnyPage, id: Id, copy: Id) -> FileResponse:
    with reading(page.context.engine) as session:
        versions = [one.id or 0 for one in road.versions_of(session, id)]
        filed = copies(session, reports=versions)
    return _attached(page, [one for rows in filed.values() for one in rows], copy)


@router.get("/viec/cong-van/{draft}/ban-ky/{copy}", dependencies=DECIDING)
def fetch_letter(page: AnyPage, visitor: AnyVisitor, draft: Id, copy: Id) -> FileResponse:
    """Who fetched it is logged, as with the draft."""
    with reading(page.context.engine) as session:
        filed = copies(session, letters=[draft])
    answer = _attached(page, filed.get(draft, ()), copy)
    with writing(page.context.engine) as session:
        log.append(session, page.now, visitor.name, "letter.read", f"letter:{draft}", {"copy": copy})
    return answer


def _attached(page: Page, filed: Sequence[FiledCopy], id: int) -> FileResponse:
    row = next((one for one in filed if one.id == id), None)
    if row is None:
        raise HTTPException(404)
    return attachment(page.context.office.folder, row.name, row.sha256)
