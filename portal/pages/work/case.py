"""One case: what is owed and why by then, what came in, who decided what; and a coordinator's decisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from unicodedata import normalize

from fastapi import APIRouter, Depends, Form
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from models.database import reading, writing
from models.queries.cases import case_file as case_file_queries
from portal.parameters import LARGEST_ID, Id, is_near
from portal.rendering import AnyPage, Page
from portal.stored_files import attachment
from portal.visitor import AnyVisitor, Visitor, may
from rules.access import Action
from rules.deadlines import local_day
from services import log
from services.cases import conversation
from services.cases.case_file import CasePage, LogLine, case_page
from services.cases.decisions import (
    NEEDS_DAY,
    ConcurrentDecision,
    DecisionRefused,
    Order,
    StageOrder,
    choices,
    decide,
    record_step,
)
from services.cases.unit_hand_in import CLOSED

router = APIRouter(dependencies=[Depends(may(Action.READ_CASES))])

Words = Annotated[str, Form(max_length=4000)]
Word = Annotated[str, Form(max_length=300)]


def load_case(page: AnyPage, visitor: AnyVisitor, case_id: Id) -> CasePage:
    """The case of this address. Raises 404 also for those who may not read of its unit."""
    with reading(page.context.engine) as session:
        case = case_page(session, page.context.office, page.now, case_id, with_notes=visitor.may(Action.CHASE))
    if case is None or not visitor.may(Action.READ_CASES, case.organisation_id):
        raise HTTPException(404)
    return case


CaseParam = Annotated[CasePage, Depends(load_case)]


@router.get("/ho-so/{case_id}")
def show_case(page: AnyPage, visitor: AnyVisitor, case: CaseParam) -> HTMLResponse:
    _note_reading(page, visitor, case)
    return case_answer(page, visitor, case)


def _note_reading(page: Page, visitor: Visitor, case: CasePage) -> None:
    """Marks messages of the other side as read, if the visitor is somebody who could answer them."""
    if not visitor.may(Action.CONVERSE, case.organisation_id):
        return
    by_unit = not visitor.may(Action.DECIDE, case.organisation_id)
    if any(row.read_at is None and row.from_unit != by_unit for row in case.messages):
        with writing(page.context.engine) as session:
            conversation.read(session, case.id, visitor.name, page.now, by_unit=by_unit)


def case_answer(
    page: Page,
    visitor: Visitor,
    case: CasePage,
    *,
    status_code: int = 200,
    problem: str = "",
    meanwhile: Sequence[LogLine] = (),
    typed: dict[str, str] | None = None,
) -> HTMLResponse:
    """`typed`: what the form held before, shown again."""
    decides = visitor.may(Action.DECIDE, case.organisation_id)
    return page.render(
        "work/case.html",
        status_code=status_code,
        file=case,
        choices=choices(case.status, case.term.late_after is None) if decides else (),
        needs_day=NEEDS_DAY,
        decides=decides,
        talks=visitor.may(Action.CONVERSE, case.organisation_id),
        chases=visitor.may(Action.CHASE),
        registers=visitor.may(Action.REGISTER) and case.status not in CLOSED,
        takes=visitor.may(Action.HAND_IN, case.organisation_id) and case.status not in CLOSED,
        problem=problem,
        meanwhile=meanwhile,
        typed={"kind": "", "reason": "", "until": "", "stage": "", "number": "", "place": "", **(typed or {})},
        today=local_day(page.now),
        here="",
    )


def day_of(given: str) -> date | None:
    try:
        day = date.fromisoformat(given)
    except ValueError:
        return None
    return day if is_near(day) else None


@router.post("/ho-so/{case_id}/quyet-dinh", dependencies=[Depends(may(Action.DECIDE))])
def decide_case(
    page: AnyPage,
    visitor: AnyVisitor,
    case: CaseParam,
    viec: Word = "",
    reason: Words = "",
    until: Word = "",
    seen: Annotated[int, Form(ge=0, le=LARGEST_ID)] = 0,
) -> Response:
    order = Order(viec, normalize("NFC", reason.strip()), day_of(until), seen)
    typed = {"kind": viec, "reason": reason, "until": until}
    try:
        with writing(page.context.engine) as session:
            decide(session, page.context.office, case.id, order, visitor.name, page.now)
    except DecisionRefused as wrong:
        return case_answer(page, visitor, case, status_code=422, problem=wrong.problem, typed=typed)
    except ConcurrentDecision as change:
        return _seen_again(page, visitor, case, change, typed)
    return RedirectResponse(page.url(f"/ho-so/{case.id}"), 303)


@router.post("/ho-so/{case_id}/buoc", dependencies=[Depends(may(Action.DECIDE))])
def record_stage(
    page: AnyPage,
    visitor: AnyVisitor,
    case: CaseParam,
    stage: Word = "",
    done_on: Word = "",
    number: Word = "",
    place: Word = "",
    seen: Annotated[int, Form(ge=0, le=LARGEST_ID)] = 0,
) -> Response:
    order = StageOrder(stage, day_of(done_on), normalize("NFC", number.strip()), normalize("NFC", place.strip()), seen)
    typed = {"kind": "stage", "stage": stage, "until": done_on, "number": number, "place": place}
    try:
        with writing(page.context.engine) as session:
            record_step(session, case.id, order, visitor.name, page.now)
    except DecisionRefused as wrong:
        return case_answer(page, visitor, case, status_code=422, problem=wrong.problem, typed=typed)
    except ConcurrentDecision as change:
        return _seen_again(page, visitor, case, change, typed)
    return RedirectResponse(page.url(f"/ho-so/{case.id}") + "#buoc", 303)


def _seen_again(
    page: Page, visitor: Visitor, case: CasePage, change: ConcurrentDecision, typed: dict[str, str]
) -> HTMLResponse:
    """The page as it is now, what happened since, and what was typed."""
    fresh = load_case(page, visitor, case.id)
    return case_answer(page, visitor, fresh, status_code=409, meanwhile=change.told, typed=typed)


@router.get("/tep/{file_id}")
def download(page: AnyPage, visitor: AnyVisitor, file_id: Id) -> FileResponse:
    with reading(page.context.engine) as session:
        file_row = case_file_queries.file_with_owner(session, file_id)
    if file_row is None or not visitor.may(Action.READ_CASES, file_row[2]):
        raise HTTPException(404)
    file, case_id, owner = file_row
    answer = attachment(page.context.office.folder, file.name, file.sha256)
    if all(holding.organisation_id != owner for holding in visitor.holdings):
        with writing(page.context.engine) as session:
            details = {"case": case_id, "name": file.name, "sha256": file.sha256}
            log.append(session, page.now, visitor.name, "file.read", f"file:{file_id}", details)
    return answer
