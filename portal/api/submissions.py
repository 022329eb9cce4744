"""Submissions: list, register with files, download."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, Response
from pydantic import Field, ValidationError
from sqlmodel import Session
from starlette.datastructures import FormData, UploadFile

from models.database import reading, writing
from models.queries.cases import api_lists as queries
from models.queries.cases import case_file as case_file_queries
from models.queries.cases.api_lists import CaseSelection
from models.tables.submissions import SubmissionFile
from portal.api.caller import AnyCall, ApiRoute, Call, Key, needs
from portal.api.cases import load_case
from portal.api.decisions import as_api_problems
from portal.api.fields import Code, Id, Line, Moment, Paged, PageOf, RequestBody, Words, cursor, page_of, place
from portal.api.problems import ApiProblem, from_pydantic, invalid
from portal.api.submitted import SubmissionOut, with_files
from portal.api.writes import write
from portal.stored_files import as_attachment, made_attachment
from portal.uploads import uploads
from rules.deadlines import local_day
from rules.intake import Verdict
from rules.systems.scopes import Scope
from services import log
from services.cases.hand_in import HandIn, find
from services.cases.unit_hand_in import hand_in_files
from services.content.marked import marked_copy_of
from services.content.rows import keep_rows_of
from services.files.hand_in_files import REFUSED, FileRefused, KeptFile, keep_all
from services.files.store import STORE, place_of
from services.forms.content_check import TableCheck, table_check

router = APIRouter(route_class=ApiRoute, tags=["submissions"])
READ = needs(Scope.CASES_READ)
FILES = "files"
PLACE = "/submissions/{id}"
A_DAY = date(2000, 1, 1)  # cursors of this list hold an id alone


class SubmissionIn(RequestBody):
    document_number: Line = Field("", description="Số, ký hiệu văn bản. / Its number.", examples=["15/KH-SYT"])
    document_date: date | None = Field(None, description="Ngày văn bản. / Its date.", examples=["2014-01-06"])
    received_at: Moment | None = Field(
        None,
        description="Lúc cơ quan đầu mối nhận, nếu trước bây giờ; không dành cho khóa của một đơn vị. / "
        "When it was received, if earlier than now; not for the token of one unit.",
    )
    note: Words = ""
    by: Line = Field("", description="Người gửi. / Who hands it in.", examples=["Trần Văn Hùng"])


class SubmissionByCodes(SubmissionIn):
    unit: Code = Field(examples=["SYT"])
    obligation: Code = Field(examples=["I5-CALENDAR"])
    period: Code = Field(examples=["2014"])


class SubmissionsQuery(Paged):
    unit: Code | None = Field(None, examples=["SYT"])
    obligation: Code | None = None
    period: Code | None = None


def form_schema(kind: type[RequestBody]) -> dict[str, Any]:
    """The multipart form in OpenAPI, as FastAPI would document it if it parsed the form."""
    schema = kind.model_json_schema()
    files = {"type": "array", "items": {"type": "string", "format": "binary"}, "maxItems": 20}
    schema["properties"][FILES] = {**files, "description": "Các tệp, mỗi tệp tối đa 100 MB. / Files, 100 MB each."}
    content = {"multipart/form-data": {"schema": schema, "encoding": {FILES: {"contentType": "*/*"}}}}
    return {"requestBody": {"required": True, "content": content}}


@router.get("/submissions", response_model=PageOf[SubmissionOut], summary="Văn bản đã gửi / Submissions", **READ)
def submissions(call: AnyCall, query: Annotated[SubmissionsQuery, Query()]) -> PageOf[SubmissionOut]:
    """In the order of registration, so a client that keeps the last cursor misses none."""
    after = place(query.cursor)
    with reading(call.context.engine) as session:
        selection = CaseSelection(call.system.reach, query.unit, query.obligation, query.period)
        rows = queries.submissions(session, selection, after[1] if after else 0, query.limit + 1)
        shown, following = page_of(rows, query.limit, lambda row: cursor(A_DAY, row.id))
        return PageOf(items=with_files(session, shown), next=following)


@router.get("/submissions/{id}", response_model=SubmissionOut, summary="Một văn bản / One submission", **READ)
def submission(call: AnyCall, id: Id) -> SubmissionOut:
    with reading(call.context.engine) as session:
        rows = with_files(
            session, queries.submissions(session, CaseSelection(call.system.reach), 0, 1, queries.with_id(id))
        )
    if not rows:
        raise ApiProblem("not_found")
    return rows[0]


ALREADY = {"model": SubmissionOut, "description": "Đã đăng ký từ trước. / It was registered before."}
REGISTER: dict[str, Any] = {"status_code": 201, "response_model": SubmissionOut, "responses": {200: ALREADY}}


@router.post(
    "/submissions",
    summary="Đăng ký văn bản / Register a document",
    **REGISTER,
    **needs(Scope.SUBMISSIONS_WRITE, **form_schema(SubmissionByCodes)),
)
async def register(request: Request, call: AnyCall, key: Key) -> Response:
    """By unit, obligation and period. The same files under the same number are registered once: 200 instead of 201."""
    return await _read(request, call, key, SubmissionByCodes, None)


@router.post(
    "/cases/{case_id}/submissions",
    summary="Đăng ký văn bản cho một hồ sơ / Register a document for a case",
    **REGISTER,
    **needs(Scope.SUBMISSIONS_WRITE, **form_schema(SubmissionIn)),
)
async def register_for_case(request: Request, call: AnyCall, case_id: Id, key: Key) -> Response:
    """The same, for the case of this id."""
    return await _read(request, call, key, SubmissionIn, case_id)


Form = TypeVar("Form", bound=RequestBody)


async def _read(request: Request, call: Call, key: str, kind: type[SubmissionIn], case_id: int | None) -> Response:
    async with multipart(request) as form:
        body = read_form(form, kind)
        return await run_in_threadpool(_register, request, call, key, body, form, case_id)


@asynccontextmanager
async def multipart(request: Request) -> AsyncIterator[FormData]:
    """Raises ApiProblem for any other content."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise ApiProblem("media_type", "Cần multipart/form-data. / multipart/form-data is needed.")
    form = await request.form()
    try:
        yield form
    finally:
        await form.close()


def read_form(form: FormData, kind: type[Form]) -> Form:
    values: dict[str, Any] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile) != (name == FILES) or name in values:
            raise invalid(name[:100], "không có trường này, hoặc có hai lần", "is unknown, or told twice")
        if not isinstance(value, UploadFile) and value != "":
            values[name] = value
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise from_pydantic(error.errors()) from None


def _register(
    request: Request, call: Call, key: str, body: SubmissionIn, form: FormData, case_id: int | None
) -> Response:
    table = _table(call, body, case_id)
    _check(call, body)
    office = call.context.office
    try:
        kept = keep_all(office.folder / "files", uploads(request, form), office.intake, table)
    except FileRefused as error:
        raise ApiProblem("files", errors=[(item.name or FILES, why(item)) for item in error.refusals]) from None
    if not kept and not body.document_number:
        raise invalid(FILES, "cần ít nhất một tệp hoặc số văn bản", "a file or the number of a document is needed")
    content = [body.model_dump(mode="json"), [[item.file.name, item.file.sha256] for item in kept]]
    answer = write(call, key, content, lambda session: _take(session, call, body, kept, case_id), PLACE)
    keep_rows_of(call.context.engine, office, SubmissionOut.model_validate_json(bytes(answer.body)).case_id, call.now)
    return answer


def _table(call: Call, body: SubmissionIn, case_id: int | None) -> TableCheck | None:
    """The table this obligation requires, None if any file will do. Raises ApiProblem for another unit's case."""
    if case_id is not None:
        case = load_case(call, case_id)
        codes = case.organisation.key, case.obligation.code, case.occurrence.period
    else:
        assert isinstance(body, SubmissionByCodes)
        _hold_to_unit(call, body.unit)
        codes = body.unit, body.obligation, body.period
    return table_check(call.context.engine, call.context.office, *codes, local_day(body.received_at or call.now))


def why(verdict: Verdict) -> str:
    return " / ".join(REFUSED[verdict.problem]) if verdict.problem else ""


def _hold_to_unit(call: Call, unit: str) -> None:
    if call.system.organisation_id is not None:
        with reading(call.context.engine) as session:
            own = queries.key_of(session, call.system.organisation_id)
        if unit.upper() != own:
            raise ApiProblem("not_found")


def _check(call: Call, body: SubmissionIn) -> None:
    received = body.received_at or call.now
    if body.received_at is not None and call.system.organisation_id is not None:
        raise invalid("received_at", "đơn vị không tự khai lúc nhận", "a unit does not tell when it was received")
    if received > call.now:
        raise invalid("received_at", "ở tương lai", "lies in the future")
    if body.document_date is not None and body.document_date > local_day(received):
        raise invalid("document_date", "sau ngày nhận", "is later than the day it was received")


def _take(
    session: Session, call: Call, body: SubmissionIn, kept: list[KeptFile], case_id: int | None
) -> tuple[int, SubmissionOut]:
    if case_id is None:
        assert isinstance(body, SubmissionByCodes)
        case = find(session, call.context.office, body.unit, body.obligation, body.period, call.now)
        case_id = case.id
    arrival = HandIn(
        received_at=body.received_at or call.now,
        via="api",
        document_number=body.document_number,
        document_date=body.document_date,
        files=kept,
        note=body.note,
        registered_by=f"{body.by} ({call.system.name})" if body.by else call.system.actor,
    )
    with as_api_problems():
        registered = hand_in_files(session, case_id, arrival, call.now)
    only = (queries.of_case(case_id), queries.of_version(registered.version))
    rows = with_files(session, queries.submissions(session, CaseSelection(), 0, 1, *only))
    return 200 if registered.already else 201, rows[0]


@router.get(
    "/files/{id}",
    response_class=FileResponse,
    summary="Tải một tệp / Download a file",
    responses={200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}},
    **READ,
)
def download(call: AnyCall, id: Id) -> FileResponse:
    """As an attachment; downloads by others than the unit that submitted it are logged."""
    row = _file(call, id)
    file = row[0]
    path = place_of(call.context.office.folder / STORE, file.sha256)
    if not path.is_file():
        raise ApiProblem("not_found")
    _note_read(call, row)
    return FileResponse(path, media_type="application/octet-stream", headers=as_attachment(file.name))


@router.get(
    "/files/{id}/marked",
    response_class=Response,
    summary="Bảng đã nộp, nhận xét ghi tại từng ô / A table with what is wrong at each cell",
    responses={200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}},
    **READ,
)
def download_marked(call: AnyCall, id: Id) -> Response:
    """An Excel copy of the table that was handed in. 404 where the duty has no form, or the file is no table."""
    row = _file(call, id)
    marked = marked_copy_of(call.context.engine, call.context.office, id)
    if marked is None:
        raise ApiProblem("not_found")
    _note_read(call, row)
    return made_attachment(marked.name, marked.content)


FileRow = tuple[SubmissionFile, int, int]  # with its case, and whose it is


def _file(call: Call, id: int) -> FileRow:
    """Raises ApiProblem."""
    with reading(call.context.engine) as session:
        row = case_file_queries.file_with_owner(session, id)
    if row is None:
        raise ApiProblem("not_found")
    call.hold_to(row[2])
    return row


def _note_read(call: Call, row: FileRow) -> None:
    """Who reads a file of another unit."""
    file, case_id, owner = row
    if call.system.organisation_id != owner:
        with writing(call.context.engine) as session:
            details = {"case": case_id, "name": file.name, "sha256": file.sha256}
            log.append(session, call.now, call.system.actor, "file.read", f"file:{file.id}", details)
