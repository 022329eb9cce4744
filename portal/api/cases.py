"""Cases: what one unit owes for one occurrence; their numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from sqlmodel import Session

from models.database import reading
from models.queries.cases import api_lists as queries
from models.queries.cases.api_lists import CaseSelection
from models.queries.cases.selection import names_on
from portal.api.caller import AnyCall, ApiRoute, Call, needs
from portal.api.fields import (
    BilingualText,
    Code,
    Id,
    Moment,
    Paged,
    PageOf,
    RequestBody,
    bilingual,
    cursor,
    page_of,
    place,
)
from portal.api.problems import ApiProblem
from portal.api.submitted import SubmissionOut, of_version
from rules.deadlines import local_day
from rules.due_day import due_day
from rules.status import LABELS, RETURNED, Status
from rules.steps import ORDER, StepState
from rules.systems.scopes import Scope
from services.cases.case_file import CasePage, case_page
from services.views.overview import cases_as_of, four_numbers

router = APIRouter(route_class=ApiRoute, tags=["cases"])
READ = needs(Scope.CASES_READ)
Out = TypeVar("Out", bound=BaseModel)


class UnitNamed(BaseModel):
    key: str = Field(examples=["SYT"])
    name: str = Field(examples=["Sở Y tế tỉnh Sóc Trăng"])


class ObligationNamed(BaseModel):
    code: str = Field(examples=["I5-CALENDAR"])
    clause: str = Field(examples=["I.5"])
    title: BilingualText


class CaseOut(BaseModel):
    id: int
    unit: UnitNamed
    obligation: ObligationNamed
    period: str = Field(examples=["2014"])
    role: str = Field(description="lead, contributor, each")
    target_day: date
    late_after: date | None = Field(description="null: không tính quá hạn. / null: never overdue.")
    due_day: date = Field(description="Quá hạn sau ngày này, hoặc mốc phấn đấu. / Late after it, or the target.")
    agreed_until: date | None = Field(description="Ngày đã gia hạn. / The day agreed in an extension.")
    status: Status = Field(description="Của việc nộp. / Of the hand-in.")
    status_label: BilingualText
    standing: Status = Field(
        description="Của cả hồ sơ: còn bước phê duyệt, báo cáo, công bố thì chưa xong. / Of the case with its steps."
    )
    steps: StepState = Field(description="Các bước sau khi nộp. / Of all steps that follow the hand-in.")
    received_at: datetime | None
    returned_at: datetime | None
    return_by: date | None
    accepted_at: datetime | None
    outcome: str | None = Field(description="nil_return, waived, not_applicable, superseded")
    outcome_at: datetime | None
    url: str = Field(description="Trang hồ sơ cho người dùng. / The page for people.")


class StageOut(BaseModel):
    code: str
    applicable: bool
    state: StepState
    target_day: date | None
    done_on: date | None
    document_number: str
    place: str
    recorded_at: datetime | None
    recorded_by: str
    on_behalf: bool = Field(description="Ghi thay cơ quan có trách nhiệm. / In the place of whoever owes it.")
    reason: str = Field(description="Của ngày khác, hoặc của lần sửa. / Of another day, or of the correction.")
    corrected_at: datetime | None


class DecisionOut(BaseModel):
    id: int
    kind: str
    by: str
    reason: str
    until: date | None
    decided_at: datetime


class CaseWhole(CaseOut):
    why: str = Field(description="Vì sao là các ngày này. / Why these days.")
    statutory_target_day: date
    statutory_late_after: date | None
    stages: list[StageOut]
    submissions: list[SubmissionOut]
    decisions: list[DecisionOut]
    adjusted: bool | None = Field(
        description="Kết luận rà soát: có điều chỉnh, bổ sung; null: chưa trả lời. / Of a review: something changes."
    )
    seen: int = Field(description="Gửi kèm quyết định; hồ sơ đã đổi thì bị từ chối (409). / Sent with a decision.")


class CasesQuery(Paged):
    unit: Code | None = Field(None, description="Mã đơn vị. / Key of the unit.", examples=["SYT"])
    obligation: Code | None = Field(None, examples=["I5-CALENDAR"])
    period: Code | None = Field(None, examples=["2014"])
    status: list[Status] = Field([], max_length=len(Status), description="Một hay nhiều. / One or several.")
    standing: list[Status] = Field([], max_length=len(Status), description="Một hay nhiều. / One or several.")
    due_from: date | None = None
    due_to: date | None = None


@router.get("/cases", response_model=PageOf[CaseOut], summary="Hồ sơ / Cases", **READ)
def cases(call: AnyCall, query: Annotated[CasesQuery, Query()]) -> PageOf[CaseOut]:
    """Soonest due first; the token of one unit sees the cases of that unit alone."""
    selection = CaseSelection(
        organisations=call.system.reach,
        unit=query.unit,
        obligation=query.obligation,
        period=query.period,
        statuses=[status.value for status in query.status],
        standings=[standing.value for standing in query.standing],
        first=query.due_from,
        last=query.due_to,
    )
    with reading(call.context.engine) as session:
        rows = queries.cases(session, selection, call.now, place(query.cursor), query.limit + 1)
        names = names_on(session, {row.organisation_id for row in rows}, local_day(call.now))
    shown, following = page_of(rows, query.limit, lambda row: cursor(row.target_day, row.id))
    return PageOf(items=[_line(call, row, names[row.organisation_id].name) for row in shown], next=following)


def _line(call: Call, row: Any, name: str) -> CaseOut:
    status = Status(row.status)
    return CaseOut(
        **{field: getattr(row, field) for field in SAME},
        unit=UnitNamed(key=row.unit, name=name),
        obligation=_obligation(row.obligation, row.clause, row.title_vi, row.title_en),
        due_day=due_day(row.target_day, row.late_after, row.return_by if status in RETURNED else None),
        agreed_until=date.fromisoformat(row.agreed) if row.agreed else None,
        status=status,
        status_label=bilingual(LABELS[status]),
        standing=Status(row.standing),
        steps=ORDER[row.steps],
        url=_url(call, row.id),
    )


SAME = (
    "id",
    "period",
    "role",
    "target_day",
    "late_after",
    "received_at",
    "returned_at",
    "return_by",
    "accepted_at",
    "outcome",
    "outcome_at",
)


def _obligation(code: str, clause: str, vi: str, en: str) -> ObligationNamed:
    return ObligationNamed(code=code, clause=clause, title=BilingualText(vi=vi, en=en))


def _url(call: Call, case_id: int) -> str:
    return f"{call.context.office.base_url.rstrip('/')}/ho-so/{case_id}"


@router.get("/cases/{case_id}", response_model=CaseWhole, summary="Một hồ sơ / One case", **READ)
def case(call: AnyCall, case_id: Id) -> CaseWhole:
    """With its steps, what was handed in, what was decided, and `seen`, which a decision must bring back."""
    return whole(call, readable_case(call, case_id))


def load_case(call: Call, case_id: int) -> CasePage:
    """Of the unit that the token is of. Raises ApiProblem."""
    case = readable_case(call, case_id)
    call.hold_to(case.organisation_id)
    return case


def readable_case(call: Call, case_id: int) -> CasePage:
    """Also for the body that approves a step of it. Raises ApiProblem."""
    with reading(call.context.engine) as session:
        case = case_page(session, call.context.office, call.now, case_id)
    if case is None:
        raise ApiProblem("not_found")
    if not any(call.system.sees(reader) for reader in case.readers):
        raise ApiProblem("not_found")
    return case


def whole(call: Call, file: CasePage) -> CaseWhole:
    case, term, duty = file.case, file.term, file.obligation
    english = file.duty.title.en if file.duty else duty.title_vi
    return CaseWhole(
        id=file.id,
        unit=UnitNamed(key=file.organisation.key, name=file.unit_name),
        obligation=_obligation(duty.code, duty.clause, duty.title_vi, english),
        period=file.occurrence.period,
        role=case.role,
        target_day=term.target_day,
        late_after=term.late_after,
        due_day=file.due_day,
        agreed_until=file.agreed_on,
        status=file.status,
        status_label=bilingual(LABELS[file.status]),
        standing=file.standing,
        steps=file.steps_state,
        received_at=case.received_at,
        returned_at=case.returned_at,
        return_by=case.return_by,
        accepted_at=case.accepted_at,
        outcome=case.outcome,
        outcome_at=case.outcome_at,
        url=_url(call, file.id),
        why=file.occurrence.why,
        statutory_target_day=file.statutory.target_day,
        statutory_late_after=file.statutory.late_after,
        stages=[StageOut.model_validate({**step.row.model_dump(), "state": step.state}) for step in file.steps],
        submissions=[of_version(file, version) for version in file.versions],
        decisions=_all(DecisionOut, file.decisions),
        adjusted=case.adjusted,
        seen=file.seen,
    )


def _all(kind: type[Out], rows: Sequence[object]) -> list[Out]:
    return [kind.model_validate(row, from_attributes=True) for row in rows]


# --- numbers --------------------------------------------------------------------------------------------------------


class Numbers(BaseModel):
    as_of: datetime
    unit: str | None = Field(description="null: mọi đơn vị. / null: every unit.")
    assigned: int = Field(description="Được giao. / Cases that apply.")
    due: int = Field(description="Đến hạn. / Of them, whose last day has come.")
    done: int = Field(description="Hoàn thành, kể cả các bước sau khi nộp. / Answered, and every step after it done.")
    overdue: int = Field(description="Quá hạn. / Overdue.")
    by_status: dict[Status, int] = Field(description="Theo `standing`. / By standing.")


class NumbersQuery(RequestBody):
    unit: Code | None = Field(None, examples=["SYT"])
    as_of: Moment | None = Field(None, description="Mặc định: bây giờ. / Now, unless told.")


@router.get("/status", response_model=Numbers, summary="Bốn con số / The four numbers", **READ)
def numbers(call: AnyCall, query: Annotated[NumbersQuery, Query()]) -> Numbers:
    now = query.as_of or call.now
    with reading(call.context.engine) as session:
        unit = _unit_of_query(call, session, query.unit)
        rows = cases_as_of(session, now, unit)
    counts = Counter(Status(row.standing) for row in rows)
    four = four_numbers(rows, now)
    return Numbers(as_of=now, unit=unit, by_status=dict(counts), **vars(four))


def _unit_of_query(call: Call, session: Session, unit: str | None) -> str | None:
    """The token of one unit sees that unit alone, whatever the query says. Raises ApiProblem for another unit."""
    if call.system.organisation_id is None:
        return unit
    own = queries.key_of(session, call.system.organisation_id)
    if unit is not None and unit.upper() != own:
        raise ApiProblem("not_found")
    return own
