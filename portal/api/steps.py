"""The steps after a hand-in: approved, reported upward, published; recorded by whoever owes them, or in their place."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import Field
from sqlmodel import Session

from portal.api.caller import AnyCall, ApiRoute, Key, needs
from portal.api.cases import CaseWhole, readable_case
from portal.api.decisions import ByWhom, as_api_problems, as_it_stands
from portal.api.fields import Code, Id, Line, Number, RequestBody, Words
from portal.api.problems import ApiProblem, invalid
from portal.api.writes import write
from rules.step_records import StepProblem, StepRecord
from rules.systems.scopes import Scope
from services.cases.decisions import as_seen
from services.cases.steps import Recorder, StepRefused, record_step
from services.content.approval import freeze_after_step

router = APIRouter(route_class=ApiRoute, tags=["steps"])

FIELD_OF = {  # problem: the field it is about; the others are of the case as it stands
    StepProblem.FUTURE: "done_on",
    StepProblem.BEFORE_DOCUMENT: "done_on",
    StepProblem.BEFORE_STEP: "done_on",
    StepProblem.AFTER_STEP: "done_on",
    StepProblem.OTHER_DAY: "reason",
    StepProblem.NO_NUMBER: "document_number",
    StepProblem.NO_ADDRESS: "place",
}


class StepIn(RequestBody):
    by: ByWhom
    done_on: date
    document_number: Line = Field("", description="Khi Kế hoạch yêu cầu số văn bản. / Where the plan asks for one.")
    place: Line = Field("", description="Nơi công bố, liên kết. / Where it can be read.")
    reason: Words = Field("", description="Lý do sửa, hoặc khác ngày Kế hoạch yêu cầu. / Of a correction, another day.")
    seen: Number = Field(description="Như hồ sơ vừa đọc đã nói. / As the case said when it was read.", examples=[412])


@router.post(
    "/cases/{case_id}/steps/{step}",
    status_code=201,
    response_model=CaseWhole,
    summary="Ghi một bước sau khi nộp / Record a step",
    **needs(Scope.SUBMISSIONS_WRITE),
)
def record(
    call: AnyCall, case_id: Id, step: Annotated[Code, Field(examples=["I5-APPROVE"])], key: Key, body: StepIn
) -> Response:
    """Answers the case as it then stands. The token of one unit records the steps that this unit owes; that of the
    office records in anybody's place, and the case says so. A step that was recorded before is corrected."""
    known = readable_case(call, case_id).step(step)
    if known is None:
        raise ApiProblem("not_found")
    call.hold_to(known.owner_id)
    told = StepRecord(known.row.code, body.done_on, body.document_number, body.place, body.reason)
    by = Recorder(f"{body.by} ({call.system.name})", on_behalf=call.system.organisation_id is None)

    def act(session: Session) -> tuple[int, CaseWhole]:
        with as_api_problems():
            file = as_seen(session, case_id, body.seen)
            try:
                record_step(session, call.context.office, file, told, by, call.now)
            except StepRefused as wrong:
                raise _problem(wrong) from None
        return 201, as_it_stands(call, session, case_id)

    answer = write(call, key, body.model_dump(mode="json"), act)
    freeze_after_step(call.context.engine, call.context.office, known.row.code, call.now)
    return answer


def _problem(wrong: StepRefused) -> ApiProblem:
    name = FIELD_OF.get(wrong.problem)
    return invalid(name, wrong.text.vi, wrong.text.en) if name else ApiProblem("standing", str(wrong))
