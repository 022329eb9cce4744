"""Resumable uploads: files come in pieces; after a lost connection the upload goes on where it stopped."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from models.database import reading, writing
from models.tables.uploads import Upload
from portal.forms import key_for
from portal.pages.unit.hand_in import OWN, OwnCase, check_of
from portal.rendering import AnyPage, Page
from portal.uploads import TOO_MUCH
from portal.visitor import AnyVisitor
from rules.content.texts import table_words
from rules.deadlines import local_day
from rules.intake import Verdict
from services.files import uploads
from services.files.uploads import LARGEST_PIECE, UploadNotFound, WrongOffset

router = APIRouter(prefix="/ho-so/{case_id}/tai-len", dependencies=OWN)

GONE, NOT_THERE, REFUSED, NO_BYTES = 410, 409, 422, 415
BYTES = "application/octet-stream"
Word = Annotated[str, Form(max_length=400)]


@router.get("")
def show_uploads(page: AnyPage, visitor: AnyVisitor, case: OwnCase) -> JSONResponse:
    """Uploads that are unfinished or not yet handed in, and the form token, which changes with the session."""
    with reading(page.context.engine) as session:
        unfinished = uploads.open_uploads(session, case.id, visitor.known.person_id)
    return JSONResponse({"mark": key_for(page.secret), "uploads": [_as_json(page, item) for item in unfinished]})


@router.post("")
def begin(
    page: AnyPage,
    visitor: AnyVisitor,
    case: OwnCase,
    name: Word = "",
    size: Annotated[int, Form(ge=0, le=1 << 40)] = 0,
    likeness: Word = "",
) -> JSONResponse:
    intake, person = page.context.office.intake, visitor.known.person_id
    with writing(page.context.engine) as session:
        begun = uploads.begin(session, intake, case.id, person, name, size, likeness, page.now)
    if isinstance(begun, Verdict):
        return JSONResponse({"words": _words(page, begun)}, REFUSED)
    return JSONResponse(_as_json(page, begun))


@router.post("/{token}")
async def take_piece(
    request: Request, page: AnyPage, visitor: AnyVisitor, case: OwnCase, token: str, tu: int = 0
) -> JSONResponse:
    """`tu`: where the piece begins. Of a piece that was cut, what came is kept."""
    piece = await _piece(request)
    person = visitor.known.person_id

    def append() -> Upload:
        with writing(page.context.engine) as session:
            return uploads.append(session, page.context.office.folder, case.id, person, token, tu, piece, page.now)

    try:
        return JSONResponse(_as_json(page, await run_in_threadpool(append)))
    except WrongOffset as error:
        return JSONResponse({"received": error.received}, NOT_THERE)
    except UploadNotFound:
        return JSONResponse({}, GONE)


async def _piece(request: Request) -> bytes:
    if request.headers.get("Content-Type", "") != BYTES:
        raise HTTPException(NO_BYTES)  # a form was read already, in search of its mark
    length = request.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > LARGEST_PIECE:
        raise HTTPException(TOO_MUCH)
    piece = bytearray()
    try:
        async for some in request.stream():
            piece += some
            if len(piece) > LARGEST_PIECE:
                raise HTTPException(TOO_MUCH)
    except ClientDisconnect:
        pass
    return bytes(piece)


@router.post("/{token}/xong")
def finish(page: AnyPage, visitor: AnyVisitor, case: OwnCase, token: str, sha256: Word = "") -> JSONResponse:
    context, person = page.context, visitor.known.person_id
    try:
        table = check_of(page, case, local_day(page.now))
        verdict = uploads.finish(context.engine, context.office, table, case.id, person, token, sha256, page.now)
    except WrongOffset as error:
        return JSONResponse({"received": error.received}, NOT_THERE)
    except UploadNotFound:
        return JSONResponse({}, GONE)
    return JSONResponse({"words": _words(page, verdict)}, 200 if verdict.taken else REFUSED)


def _as_json(page: Page, upload: Upload) -> dict[str, Any]:
    facts = {"token": upload.token, "name": upload.name, "size": upload.size, "likeness": upload.likeness}
    whole = bool(upload.sha256)
    words = _words(page, uploads.verdict_of(upload)) if whole else ""
    return {**facts, "received": upload.received, "whole": whole, "words": words}


def _words(page: Page, verdict: Verdict) -> str:
    table = table_words(verdict.name, verdict.content) if verdict.content else None
    return page.words("unit/verdict.html", verdict=verdict, table=table, intake=page.context.office.intake)
