"""The steps after a hand-in, recorded by whoever owes them; and whether a review found something to adjust."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated
from unicodedata import normalize

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from models.database import reading, writing
from models.tables.messages import OfficeDocument
from portal.pages.work.case import CaseParam, Word, Words, case_answer, day_of, load_case, seen_again
from portal.parameters import LARGEST_ID
from portal.rendering import AnyPage, Page
from portal.visitor import AnyVisitor, Visitor, may
from rules.access import Action, is_of
from rules.plan import Proof, Text
from rules.step_records import StepProblem, StepRecord, same_day_steps
from services.cases.case_file import CasePage, CaseStep, LogLine
from services.cases.decisions import ConcurrentDecision, as_seen
from services.cases.steps import Recorder, StepRefused, answer_review, record_step, take_back
from services.content.approval import freeze_after_step
from services.papers.road import issued_about
from services.views.waiting_steps import steps_waiting

router = APIRouter(dependencies=[Depends(may(Action.RECORD_STEP))])

Seen = Annotated[int, Form(ge=0, le=LARGEST_ID)]
FIELD_OF = {  # problem: the field it is shown at; the others are of the case as a whole
    StepProblem.NO_DAY: "done_on",
    StepProblem.FUTURE: "done_on",
    StepProblem.BEFORE_DOCUMENT: "done_on",
    StepProblem.BEFORE_STEP: "done_on",
    StepProblem.AFTER_STEP: "done_on",
    StepProblem.OTHER_DAY: "reason",
    StepProblem.NO_REASON: "reason",
    StepProblem.NO_NUMBER: "number",
    StepProblem.NO_ADDRESS: "place",
}


@dataclass(frozen=True)
class Outcome:
    """What became of a form that was sent."""

    status_code: int = 200
    wrong: Mapping[str, Text] = field(default_factory=dict)  # field, or empty → why it was refused
    meanwhile: Sequence[LogLine] = ()


FRESH = Outcome()


@router.get("/buoc")
def show_waiting(page: AnyPage, visitor: AnyVisitor) -> HTMLResponse:
    with reading(page.context.engine) as session:
        waiting = steps_waiting(session, page.context.office, visitor, page.now)
    return page.render("work/steps_to_record.html", waiting=waiting, here="/buoc")


def own_step(visitor: AnyVisitor, case: CaseParam, step: str) -> CaseStep:
    """A step the visitor may record. Raises 404, 403."""
    known = case.step(step)
    if known is None or not known.row.applicable:
        raise HTTPException(404)
    if not visitor.may(Action.RECORD_STEP, known.owner_id):
        raise HTTPException(403)
    return known


OwnStep = Annotated[CaseStep, Depends(own_step)]


@router.get("/ho-so/{case_id}/buoc/{step}")
def show_step(page: AnyPage, visitor: AnyVisitor, case: CaseParam, known: OwnStep) -> HTMLResponse:
    return _form(page, visitor, case, known, {})


def _form(
    page: Page, visitor: Visitor, case: CasePage, step: CaseStep, typed: Mapping[str, str], outcome: Outcome = FRESH
) -> HTMLResponse:
    """`typed`: what the form held before; else it shows what is recorded."""
    row, proof = step.row, step.duty.proof if step.duty else ()
    recorded = {"done_on": row.done_on.isoformat() if row.done_on else "", "number": row.document_number}
    issued = None if row.done_on else _issued(page, case, row.code)
    if issued and issued.issued_on:
        recorded = {"done_on": issued.issued_on.isoformat(), "number": issued.document_number}
    twins = same_day_steps(row.code, page.context.office.obligations)
    return page.render(
        "work/step.html",
        status_code=outcome.status_code,
        file=case,
        step=step,
        typed={"act": "", "reason": "", "place": row.place, **recorded, **typed},
        wrong=outcome.wrong,
        meanwhile=outcome.meanwhile,
        on_behalf=not is_of(visitor, step.owner_id),
        needs_number=Proof.NUMBER in proof,
        needs_address=Proof.ADDRESS in proof,
        issued=issued,
        twins=[other for other in case.steps if other.row.code in twins and other.row.applicable],
        here="",
    )


def _issued(page: Page, case: CasePage, step: str) -> OfficeDocument | None:
    """The office's own document that proves the step, offered before anything is recorded."""
    with reading(page.context.engine) as session:
        return issued_about(session, case.id, step)


@router.post("/ho-so/{case_id}/buoc/{step}")
def record(
    page: AnyPage,
    visitor: AnyVisitor,
    case: CaseParam,
    known: OwnStep,
    done_on: Word = "",
    number: Word = "",
    place: Word = "",
    reason: Words = "",
    seen: Seen = 0,
) -> Response:
    typed = {"done_on": done_on, "number": number, "place": place, "reason": reason, "act": "record"}
    given = (" ".join(normalize("NFC", word).split()) for word in (number, place, reason))
    told = StepRecord(known.row.code, day_of(done_on), *given)
    try:
        with writing(page.context.engine) as session:
            file = as_seen(session, case.id, seen)
            record_step(session, page.context.office, file, told, _recorder(visitor, known.owner_id), page.now)
    except StepRefused as wrong:
        return _refused(page, visitor, case, known, typed, wrong)
    except ConcurrentDecision as change:
        return _changed(page, visitor, case, known, typed, change)
    freeze_after_step(page.context.engine, page.context.office, known.row.code, page.now)
    return _back(page, case)


@router.post("/ho-so/{case_id}/buoc/{step}/thu-hoi")
def undo(
    page: AnyPage, visitor: AnyVisitor, case: CaseParam, known: OwnStep, reason: Words = "", seen: Seen = 0
) -> Response:
    typed, why = {"reason": reason, "act": "take_back"}, " ".join(normalize("NFC", reason).split())
    try:
        with writing(page.context.engine) as session:
            file, by = as_seen(session, case.id, seen), _recorder(visitor, known.owner_id)
            take_back(session, page.context.office, file, known.row.code, why, by, page.now)
    except StepRefused as wrong:
        return _refused(page, visitor, case, known, typed, wrong)
    except ConcurrentDecision as change:
        return _changed(page, visitor, case, known, typed, change)
    return _back(page, case)


def _recorder(visitor: Visitor, owner: int) -> Recorder:
    return Recorder(visitor.name, on_behalf=not is_of(visitor, owner))


def _refused(
    page: Page, visitor: Visitor, case: CasePage, step: CaseStep, typed: Mapping[str, str], wrong: StepRefused
) -> HTMLResponse:
    return _form(page, visitor, case, step, typed, Outcome(422, {FIELD_OF.get(wrong.problem, ""): wrong.text}))


def _changed(
    page: Page, visitor: Visitor, case: CasePage, step: CaseStep, typed: Mapping[str, str], change: ConcurrentDecision
) -> HTMLResponse:
    """The step as it is now, what happened since, and what was typed."""
    fresh = load_case(page, visitor, case.id)
    now = fresh.step(step.row.code) or step
    return _form(page, visitor, fresh, now, typed, Outcome(409, meanwhile=change.told))


def _back(page: Page, case: CasePage) -> RedirectResponse:
    return RedirectResponse(page.url(f"/ho-so/{case.id}") + "#buoc", 303)


@router.post("/ho-so/{case_id}/ra-soat")
def answer(page: AnyPage, visitor: AnyVisitor, case: CaseParam, adjusted: Word = "", seen: Seen = 0) -> Response:
    """«có điều chỉnh, bổ sung» or not: said by the unit that reviewed, or in its place."""
    if not case.is_review:
        raise HTTPException(404)
    if not visitor.may(Action.RECORD_STEP, case.organisation_id) or adjusted not in ("co", "khong"):
        raise HTTPException(403)
    by = _recorder(visitor, case.organisation_id)
    try:
        with writing(page.context.engine) as session:
            file = as_seen(session, case.id, seen)
            answer_review(session, page.context.office, file, adjusted=adjusted == "co", by=by, now=page.now)
    except StepRefused as wrong:
        return case_answer(page, visitor, case, status_code=422, problem="said", said=wrong.text)
    except ConcurrentDecision as change:
        return seen_again(page, visitor, case, change, {})
    return _back(page, case)
