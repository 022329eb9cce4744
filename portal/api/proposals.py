"""Proposals to amend the plan: list them with what became of each, and make one for a unit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlalchemy import Row
from sqlmodel import Session

from models.database import id_of, reading
from models.queries.plan import amendments as queries
from portal.api.caller import AnyCall, ApiRoute, Key, needs
from portal.api.fields import Code, Line, Moment, Paged, PageOf, RequestBody, Words, cursor, page_of, place
from portal.api.problems import ApiProblem, invalid
from portal.api.writes import write
from rules.deadlines import local_day
from rules.systems.scopes import Scope
from services.errors import Refused
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
    with reading(call.context.engine) as session:
        unit = unit_named(session, local_day(call.now), body.unit.upper())
    if unit is None or not call.system.sees(unit.id):
        raise ApiProblem("not_found")
    if body.received_at is not None and call.system.reach is not None:
        raise invalid("received_at", "không dành cho khóa của một đơn vị", "is not for the token of one unit")
    draft = Draft(body.clause, body.difficulty, body.content, body.document_number, body.document_date, "api")
    by = f"{body.by} ({call.system.name})" if body.by else call.system.name

    def act(session: Session) -> tuple[int, ProposalOut]:
        try:
            made = propose(session, call.context.office, unit.id, draft, by, call.now, body.received_at)
        except Refused as refused:
            vi, _, en = str(refused).partition(" / ")
            raise invalid("proposal", vi, en) from None
        [row] = queries.page_of_proposals(session, None, id_of(made) - 1, 1)
        return 201, _proposal(row)

    return write(call, key, body.model_dump(mode="json"), act)
