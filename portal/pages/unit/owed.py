"""What a unit owes, and what its people ask a coordinator for."""

from __future__ import annotations

from typing import Annotated, Any
from unicodedata import normalize
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from models.database import reading, writing
from models.queries.cases import owed as owed_queries
from portal.pages.unit.hand_in import OWN, OwnCase, is_head
from portal.pages.work.case import CaseParam, day_of
from portal.rendering import AnyPage, Page
from portal.visitor import AnyVisitor, Visitor, may
from rules.access import Action
from rules.answers import Answer
from rules.deadlines import local_day
from services.cases.case_file import CasePage
from services.cases.decisions import UNANSWERED, DecisionRefused
from services.cases.extension_request import ask_for_time, waits
from services.cases.unit_hand_in import nothing_to_report
from services.errors import Refused
from services.files import empty_forms
from services.forms import unit_forms
from services.plan.amendments import may_propose
from services.views.owed import what_we_owe

router = APIRouter()

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Reason = Annotated[str, Form(max_length=4000)]


@router.get("/phai-nop", dependencies=[Depends(may(Action.HAND_IN))])
def show_owed(page: AnyPage, visitor: AnyVisitor) -> HTMLResponse:
    own = visitor.reach(Action.HAND_IN) or frozenset()
    with reading(page.context.engine) as session:
        owed = what_we_owe(session, page.context.office, own, page.now)
        proposes = bool(own & may_propose(session, page.context.office.plan))
    units = {item.unit.id: item.unit for group in owed.groups.values() for item in group}
    units |= {item.unit.id: item.unit for item in owed.coming}
    return page.render(
        "unit/owed.html",
        owed=owed,
        forms=unit_forms.with_forms(page.context.office, local_day(page.now)),
        proposes=proposes,
        units=sorted(units.values(), key=lambda unit: unit.id),
        here="/phai-nop",
    )


@router.get("/ho-so/{case_id}/mau", dependencies=[Depends(may(Action.READ_CASES))])
def empty_form(page: AnyPage, case: CaseParam) -> Response:
    """The table to fill in, with the unit's name in it."""
    office, code, period = page.context.office, case.obligation.code, case.occurrence.period
    try:
        content = empty_forms.empty_form(office, code, case.unit_name, period, local_day(page.now))
    except Refused as refused:
        raise HTTPException(404) from refused
    if content is None:
        raise HTTPException(404)
    name = quote(f"Mẫu {code} {case.organisation.key} {case.occurrence.period}.xlsx")
    return Response(content, media_type=XLSX, headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"})


@router.get("/ho-so/{case_id}/de-nghi", dependencies=OWN)
def show_request(page: AnyPage, visitor: AnyVisitor, case: OwnCase) -> HTMLResponse:
    return _form(page, visitor, case)


def _form(page: Page, visitor: Visitor, case: CasePage, **extra: object) -> HTMLResponse:
    """`extra`: what went wrong, and what was typed before."""
    with reading(page.context.engine) as session:
        requests = owed_queries.asked(session, [case.id]).get(case.id, [])
    facts: dict[str, Any] = {"problem": "", "until": "", "reason": "", "kind": "", **extra}
    return page.render(
        "unit/request.html",
        status_code=422 if facts["problem"] else 200,
        file=case,
        requests=requests,
        unanswered=case.status in UNANSWERED,
        may_extend=case.term.late_after is not None and not waits(requests, Answer.EXTENSION),
        may_close=not waits(requests, Answer.NIL_RETURN),
        head=is_head(visitor, case),
        today=local_day(page.now),
        here="",
        **facts,
    )


@router.post("/ho-so/{case_id}/gia-han", dependencies=OWN)
def ask_extension(
    page: AnyPage,
    visitor: AnyVisitor,
    case: OwnCase,
    until: Annotated[str, Form(max_length=40)] = "",
    reason: Reason = "",
) -> Response:
    plain, known = normalize("NFC", " ".join(reason.split())), visitor.known
    try:
        with writing(page.context.engine) as session:
            ask_for_time(session, case.id, day_of(until), plain, known.person_id, visitor.name, page.now)
    except DecisionRefused as wrong:
        return _form(page, visitor, case, problem=wrong.problem, kind="extension", until=until, reason=reason)
    return RedirectResponse(page.url(f"/ho-so/{case.id}/de-nghi"), 303)


@router.post("/ho-so/{case_id}/khong-phat-sinh", dependencies=OWN)
def say_nothing_to_report(page: AnyPage, visitor: AnyVisitor, case: OwnCase, reason: Reason = "") -> Response:
    plain, head = normalize("NFC", reason.strip()), is_head(visitor, case)
    try:
        with writing(page.context.engine) as session:
            nothing_to_report(session, case.id, plain, visitor.known.person_id, visitor.name, page.now, head=head)
    except DecisionRefused as wrong:
        return _form(page, visitor, case, problem=wrong.problem, kind="nothing", reason=reason)
    return RedirectResponse(page.url(f"/ho-so/{case.id}" if head else f"/ho-so/{case.id}/de-nghi"), 303)
