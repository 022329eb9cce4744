"""Decisions about a case, by a person the calling system names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import Field
from sqlmodel import Session

from portal.api.caller import AnyCall, ApiRoute, Call, Key, needs
from portal.api.cases import CaseWhole, load_case, whole
from portal.api.fields import Id, Line, Number, RequestBody, Words
from portal.api.problems import ApiProblem, ConcurrentChange, invalid
from portal.api.writes import write
from rules.systems.scopes import Scope
from services.cases import decisions
from services.cases.case_file import LogLine, case_page
from services.cases.decisions import DecisionRefused, Order, decide
from services.cases.unit_hand_in import nothing_to_report

router = APIRouter(route_class=ApiRoute, tags=["decisions"])

ByWhom = Annotated[
    Line,
    Field(
        min_length=2,
        description="Người quyết định, theo hệ thống gọi; nhật ký ghi thêm tên hệ thống. / Who decides.",
        examples=["Nguyễn Thị Lan"],
    ),
]


class DecisionKind(StrEnum):
    ACCEPT = "accept"
    RETURN = "return"
    EXTEND = "extend"
    WAIVE = "waive"
    NIL_RETURN = "nil_return"
    NOT_APPLICABLE = "not_applicable"
    REOPEN = "reopen"


class DecisionIn(RequestBody):
    kind: DecisionKind
    by: ByWhom
    reason: Words = Field("", description="Bắt buộc, trừ khi chấp nhận. / Required, except to accept.")
    until: date | None = Field(None, description="Với return và extend. / With return and extend.")
    seen: Number = Field(description="Như hồ sơ vừa đọc đã nói. / As the case said when it was read.", examples=[412])


class NilReturnIn(RequestBody):
    by: ByWhom
    reason: Words = Field(min_length=1, examples=["Trong kỳ không phát sinh số liệu phải công bố"])


@router.post(
    "/cases/{case_id}/decisions",
    status_code=201,
    response_model=CaseWhole,
    summary="Quyết định / Decide",
    **needs(Scope.DECISIONS_WRITE),
)
def decide_case(call: AnyCall, case_id: Id, key: Key, body: DecisionIn) -> Response:
    """Accept, return, extend, waive, nil return, not applicable, reopen. Answers the case as it then stands.

    Of two who decide at once the first is heard; the other gets 409 `meanwhile` with what was decided.
    """
    load_case(call, case_id)
    order = Order(body.kind.value, body.reason, body.until, body.seen)

    def act(session: Session) -> tuple[int, CaseWhole]:
        with as_api_problems():
            decide(session, call.context.office, case_id, order, f"{body.by} ({call.system.name})", call.now)
        return 201, as_it_stands(call, session, case_id)

    return write(call, key, body.model_dump(mode="json"), act)


@router.post(
    "/cases/{case_id}/nothing-to-report",
    status_code=201,
    response_model=CaseWhole,
    summary="Báo không phát sinh / Nothing to report",
    **needs(Scope.SUBMISSIONS_WRITE),
)
def say_nothing_to_report(call: AnyCall, case_id: Id, key: Key, body: NilReturnIn) -> Response:
    """Statement of the unit that there is nothing to report; a coordinator has to confirm it."""
    load_case(call, case_id)

    def act(session: Session) -> tuple[int, CaseWhole]:
        with as_api_problems():
            by = f"{body.by} ({call.system.name})"
            nothing_to_report(session, case_id, body.reason, None, by, call.now, head=False)
        return 201, as_it_stands(call, session, case_id)

    return write(call, key, body.model_dump(mode="json"), act)


def as_it_stands(call: Call, session: Session, case_id: int) -> CaseWhole:
    file = case_page(session, call.context.office, call.now, case_id)
    assert file is not None
    return whole(call, file)


WRONG = {
    "reason": ("reason", "cần ghi lý do", "a reason is needed"),
    "day": ("until", "cần một ngày", "a day is needed"),
    "past": ("until", "không nhận ngày đã qua", "must not lie in the past"),
    "far": ("until", "quá xa", "is too far ahead"),
    "not_later": ("until", "phải sau thời hạn đang áp dụng", "must be later than the date in force"),
}


@contextmanager
def as_api_problems() -> Iterator[None]:
    try:
        yield
    except DecisionRefused as wrong:
        if wrong.problem in WRONG:
            raise invalid(*WRONG[wrong.problem]) from None
        raise ApiProblem("standing") from None
    except decisions.ConcurrentDecision as change:
        raise ApiProblem("meanwhile", meanwhile=[_concurrent_change(entry) for entry in change.told]) from None


def _concurrent_change(entry: LogLine) -> ConcurrentChange:
    at = entry.at.isoformat()
    return ConcurrentChange(seq=entry.seq, at=at, by=entry.actor, action=entry.action, details=dict(entry.details))
