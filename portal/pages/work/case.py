"""One case: what is owed and why by then, what came in, who decided what; and a coordinator's decisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Annotated
from unicodedata import normalize

from fastapi import APIRouter, Depends, Form
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from models.database import id_of, reading, writing
from models.queries.cases import case_file as case_file_queries
from models.tables.submissions import SubmissionFile
from portal.pages.work.walk import after_decision, decided_by, walk
from portal.parameters import LARGEST_ID, Id, is_near
from portal.rendering import AnyPage, Page
from portal.stored_files import attachment, made_attachment
from portal.visitor import AnyVisitor, Visitor, may
from rules.access import Action, is_of
from rules.deadlines import local_day
from rules.due_day import moved_from_day_off
from rules.plan import Text
from rules.status import RETURNED
from services import log
from services.cases import conversation, taking_back
from services.cases.case_file import CasePage, LogLine, case_page, may_read
from services.cases.decisions import (
    NEEDS_DAY,
    RECEIVED,
    ConcurrentDecision,
    DecisionRefused,
    Order,
    choices,
    decide,
)
from services.cases.unit_hand_in import CLOSED
from services.content.approval import tables_of_case
from services.content.marked import marked_copy_of, marked_ids
from services.papers.gathering import PAPER_KINDS
from services.papers.road import offers

REVIEWED = RECEIVED | RETURNED  # what a review found is said while its case is open

router = APIRouter(dependencies=[Depends(may(Action.READ_CASES))])

TYPED = ("kind", "reason", "until", "stage", "number", "counted_to", "day_off")
Words = Annotated[str, Form(max_length=4000)]
Word = Annotated[str, Form(max_length=300)]


def load_case(page: AnyPage, visitor: AnyVisitor, case_id: Id) -> CasePage:
    """The case of this address. Raises 404 also for those who may not read of its unit."""
    with reading(page.context.engine) as session:
        case = case_page(session, page.context.office, page.now, case_id, with_notes=visitor.may(Action.CHASE))
    if case is None or not any(visitor.may(Action.READ_CASES, reader) for reader in case.readers):
        raise HTTPException(404)
    return case


CaseParam = Annotated[CasePage, Depends(load_case)]


@router.get("/ho-so/{case_id}")
def show_case(page: AnyPage, visitor: AnyVisitor, case: CaseParam) -> HTMLResponse:
    _note_reading(page, visitor, case)
    return case_answer(page, visitor, case, typed={"kind": page.query.get("mo", "")}, slug=page.query.get("viec", ""))


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
    said: Text | None = None,
    slug: str = "",
) -> HTMLResponse:
    """`typed`: what the form held before, shown again. `said`: the problem in words, where it has some of its own.
    `slug`: of the list of cases that is gone through."""
    decides = visitor.may(Action.DECIDE, case.organisation_id)
    at, decided = None, None
    if decides and (slug or "da" in page.query):
        with reading(page.context.engine) as session:
            at, decided = walk(session, page, visitor, case.id, slug), decided_by(session, page, visitor)
    with reading(page.context.engine) as session:
        steps = [step.row.code for step in case.steps if step.row.applicable]
        tables = tables_of_case(session, page.context.office, case.id, steps, case.occurrence.period, page.now)
        documents = offers(session, page.context.office, case) if decides else []
    return page.render(
        "work/case.html",
        tables=tables,
        documents=documents,
        paper_kinds=PAPER_KINDS,
        walk=at,
        decided=decided,
        status_code=status_code,
        file=case,
        choices=choices(case.status, case.term.late_after is None) if decides else (),
        needs_day=NEEDS_DAY,
        decides=decides,
        talks=visitor.may(Action.CONVERSE, case.organisation_id),
        chases=visitor.may(Action.CHASE),
        registers_here=visitor.may(Action.REGISTER),
        request_query=page.query,
        registers=visitor.may(Action.REGISTER) and case.status not in CLOSED,
        takes=visitor.may(Action.HAND_IN, case.organisation_id) and case.status not in CLOSED,
        problem=problem,
        said=said,
        meanwhile=meanwhile,
        typed={**dict.fromkeys(TYPED, ""), **(typed or {})},
        records_steps=case.case.received_at is not None and case.case.outcome is None,
        answers_review=case.status in REVIEWED and visitor.may(Action.RECORD_STEP, case.organisation_id),
        marked=marked_ids(page.context.office, case.obligation.code, case.versions),
        offered_until=partial(taking_back.offered_until, case=case.case, now=page.now),
        visitor_is_of_unit=is_of(visitor, case.organisation_id),
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
    tu: Word = "",
    seen: Annotated[int, Form(ge=0, le=LARGEST_ID)] = 0,
    tinh_den: Word = "",
) -> Response:
    order = Order(viec, normalize("NFC", reason.strip()), day_of(until), seen)
    typed = {"kind": viec, "reason": reason, "until": until}
    if order.kind == "extend" and order.until and order.reason:
        counted = page.context.office.calendar.on_or_after(order.until)
        if counted != order.until and tinh_den != counted.isoformat():
            typed["counted_to"] = counted.isoformat()
            typed["day_off"] = moved_from_day_off(order.until, page.context.office.calendar)
            return case_answer(page, visitor, case, status_code=422, problem="day_off", typed=typed, slug=tu)
    try:
        with writing(page.context.engine) as session:
            decide(session, page.context.office, case.id, order, visitor.name, page.now)
            session.flush()
            onward = after_decision(session, page, visitor, case.id, tu)
    except DecisionRefused as wrong:
        return case_answer(page, visitor, case, status_code=422, problem=wrong.problem, typed=typed, slug=tu)
    except ConcurrentDecision as change:
        return seen_again(page, visitor, case, change, typed)
    return RedirectResponse(onward, 303)


def seen_again(
    page: Page, visitor: Visitor, case: CasePage, change: ConcurrentDecision, typed: dict[str, str]
) -> HTMLResponse:
    """The page as it is now, what happened since, and what was typed."""
    fresh = load_case(page, visitor, case.id)
    return case_answer(page, visitor, fresh, status_code=409, meanwhile=change.told, typed=typed)


def _may_read(session: Session, page: Page, visitor: Visitor, case_id: int, owner: int) -> bool:
    """Of the unit, of those who follow every unit, or of the body that approves a step of the case."""
    if visitor.may(Action.READ_CASES, owner):
        return True
    own = visitor.reach(Action.READ_CASES) or ()
    return may_read(session, page.context.office, case_id, own, local_day(page.now))


FileRow = tuple[SubmissionFile, int, int]  # with its case, and whose it is


def load_file(page: AnyPage, visitor: AnyVisitor, file_id: Id) -> FileRow:
    """Raises 404 also for those who may not read it."""
    with reading(page.context.engine) as session:
        row = case_file_queries.file_with_owner(session, file_id)
        if row is None or not _may_read(session, page, visitor, *row[1:]):
            raise HTTPException(404)
    return row


AnyFile = Annotated[FileRow, Depends(load_file)]


@router.get("/tep/{file_id}")
def download(page: AnyPage, visitor: AnyVisitor, row: AnyFile) -> FileResponse:
    answer = attachment(page.context.office.folder, row[0].name, row[0].sha256)
    _note_file_read(page, visitor, row)
    return answer


@router.get("/tep/{file_id}/nhan-xet")
def download_marked(page: AnyPage, visitor: AnyVisitor, row: AnyFile) -> Response:
    """A copy of the table with what is wrong at each cell."""
    marked = marked_copy_of(page.context.engine, page.context.office, id_of(row[0]), page.language)
    if marked is None:
        raise HTTPException(404)
    _note_file_read(page, visitor, row)
    return made_attachment(marked.name, marked.content)


def _note_file_read(page: Page, visitor: Visitor, row: FileRow) -> None:
    """The unit reads its own files without an entry."""
    file, case_id, owner = row
    if all(holding.organisation_id != owner for holding in visitor.holdings):
        with writing(page.context.engine) as session:
            details = {"case": case_id, "name": file.name, "sha256": file.sha256}
            log.append(session, page.now, visitor.name, "file.read", f"file:{file.id}", details)
