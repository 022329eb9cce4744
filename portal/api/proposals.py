"""Proposals to amend the plan: list them with what became of each, and make one for a unit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy import Row
from sqlmodel import Session
from starlette.exceptions import HTTPException

from models.database import id_of, reading
from models.queries.plan import amendments as queries
from models.tables.amendments import Proposal
from portal.api.caller import AnyCall, ApiRoute, Call, Key, needs
from portal.api.fields import Code, Id, Line, Moment, Paged, PageOf, RequestBody, Words, cursor, page_of, place
from portal.api.problems import ApiProblem, invalid
from portal.api.submissions import FILES, form_schema, multipart, read_form, why
from portal.api.writes import write
from portal.stored_files import attachment
from portal.uploads import uploads
from rules.deadlines import local_day
from rules.systems.scopes import Scope
from services.errors import Refused
from services.files.hand_in_files import FileRefused, UploadedFile, keep_all
from services.files.store import STORE, StoredFile
from services.plan.amendments import Draft, propose
from services.units import unit_named

router = APIRouter(route_class=ApiRoute, tags=["plan"])


class ProposalIn(RequestBody):
    unit: Code = Field(examples=["SYT"])
    clause: Line = Field("", description="Mục của Kế hoạch; để trống: toàn Kế hoạch. / Empty: the whole plan.")
    difficulty: Words = Field(min_length=1, description="Khó khăn, vướng mắc. / The difficulty.")
    content: Words = Field(min_length=1, description="Nội dung đề xuất. / What is proposed.")
    document_number: Line = ""
    document_date: date | None = None
    received_at: Moment | None = Field(
        None,
        description="Lúc cơ quan đầu mối nhận, nếu trước bây giờ; không dành cho khóa của một đơn vị. / "
        "When it was received, if earlier than now; not for the token of one unit.",
    )
    by: Line = Field("", description="Người gửi. / Who sends it.", examples=["Trần Văn Hùng"])


class ProposalOut(BaseModel):
    id: int
    unit: str
    clause: str
    difficulty: str
    content: str
    document_number: str
    document_date: date | None
    file_name: str = Field(description="Công văn của đơn vị; trống: không có tệp. / Its letter; empty: no file.")
    file_size: int
    file_sha256: str
    received_at: datetime
    amendment: int | None = Field(description="Bản tổng hợp. / The amendment it was put into.")
    accepted: bool | None = Field(description="null: chưa quyết định. / null: not decided.")
    decision_number: str
    decided_on: date | None
    plan_version: int | None = Field(description="Phiên bản thực hiện đề xuất. / The version that carries it out.")


@router.get(
    "/proposals",
    response_model=PageOf[ProposalOut],
    summary="Đề xuất sửa đổi / Proposals",
    **needs(Scope.CASES_READ),
)
def proposals(call: AnyCall, query: Annotated[Paged, Query()]) -> PageOf[ProposalOut]:
    """In the order they were recorded."""
    after = place(query.cursor)
    with reading(call.context.engine) as session:
        rows = queries.page_of_proposals(session, call.system.reach, after[1] if after else 0, query.limit + 1)
    shown, following = page_of(rows, query.limit, lambda row: cursor(date(2000, 1, 1), row.id))
    return PageOf(items=[_proposal(row) for row in shown], next=following)


def _proposal(row: Row[tuple[object, ...]]) -> ProposalOut:
    return ProposalOut.model_validate(row._asdict())


@router.post(
    "/proposals",
    status_code=201,
    response_model=ProposalOut,
    summary="Đề xuất sửa đổi Kế hoạch / Propose an amendment",
    **needs(Scope.SUBMISSIONS_WRITE),
)
def make_proposal(call: AnyCall, key: Key, body: ProposalIn) -> Response:
    """For a unit that the plan binds to propose; it waits until the coordinating body puts proposals together."""
    return _make(call, key, body, None)


@router.post(
    "/proposals/with-letter",
    status_code=201,
    response_model=ProposalOut,
    summary="Đề xuất kèm công văn / Propose with the official letter",
    **needs(Scope.SUBMISSIONS_WRITE, **form_schema(ProposalIn)),
)
async def make_proposal_with_letter(request: Request, call: AnyCall, key: Key) -> Response:
    """The same with the file of the unit's letter, checked like what is handed in."""
    async with multipart(request) as form:
        return await run_in_threadpool(_with_letter, call, key, read_form(form, ProposalIn), uploads(request, form))


def _with_letter(call: Call, key: str, body: ProposalIn, files: list[UploadedFile]) -> Response:
    office = call.context.office
    if len(files) != 1:
        raise invalid(FILES, "cần đúng một tệp", "one file is needed")
    try:
        [kept] = keep_all(office.folder / STORE, files, office.intake, None)
    except FileRefused as error:
        raise ApiProblem("files", errors=[(item.name or FILES, why(item)) for item in error.refusals]) from None
    return _make(call, key, body, kept.file)


def _make(call: Call, key: str, body: ProposalIn, letter: StoredFile | None) -> Response:
    with reading(call.context.engine) as session:
        unit = unit_named(session, local_day(call.now), body.unit.upper())
    if unit is None or not call.system.sees(unit.id):
        raise ApiProblem("not_found")
    if body.received_at is not None and call.system.reach is not None:
        raise invalid("received_at", "không dành cho khóa của một đơn vị", "is not for the token of one unit")
    told = (body.clause, body.difficulty, body.content, body.document_number, body.document_date)
    draft = Draft(*told, via="api", file=letter)
    by = f"{body.by} ({call.system.name})" if body.by else call.system.name

    def act(session: Session) -> tuple[int, ProposalOut]:
        try:
            made = propose(session, call.context.office, unit.id, draft, by, call.now, body.received_at)
        except Refused as refused:
            vi, _, en = str(refused).partition(" / ")
            raise invalid("proposal", vi, en) from None
        [row] = queries.page_of_proposals(session, None, id_of(made) - 1, 1)
        return 201, _proposal(row)

    content = body.model_dump(mode="json")
    return write(call, key, [content, letter.sha256] if letter else content, act)


@router.get(
    "/proposals/{id}/letter",
    response_class=FileResponse,
    summary="Tải công văn của đề xuất / Download the letter of a proposal",
    responses={200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}},
    **needs(Scope.CASES_READ),
)
def download_letter(call: AnyCall, id: Id) -> FileResponse:
    with reading(call.context.engine) as session:
        proposal = session.get(Proposal, id)
    if proposal is None or not proposal.file_sha256:
        raise ApiProblem("not_found")
    call.hold_to(proposal.organisation_id)
    try:
        return attachment(call.context.office.folder, proposal.file_name, proposal.file_sha256)
    except HTTPException:
        raise ApiProblem("not_found") from None
