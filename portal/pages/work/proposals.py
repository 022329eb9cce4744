"""Proposals to amend the plan: registered, put together, submitted, decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from pydantic import StringConstraints
from sqlmodel import Session
from starlette.exceptions import HTTPException

from models.database import reading, writing
from models.tables.amendments import Proposal
from portal.pages.unit.proposals import Line, Long, SentFiles, letter_of, tidy
from portal.pages.work.chasing import XLSX
from portal.pages.work.index import ids, work_page
from portal.parameters import LARGEST_ID, Id, OptionalFormDay
from portal.rendering import AnyPage, Page
from portal.stored_files import attachment
from portal.uploads import UploadRoute
from portal.visitor import AnyVisitor, may
from rules.access import Action
from rules.deadlines import PROVINCE, local_day
from services.errors import Refused
from services.plan.amendments import Draft, clauses_of, consolidate, decide, may_propose, propose, submit
from services.units import units_of
from services.views.amendments import (
    STATES,
    AmendmentLine,
    amendment_line,
    amendment_lines,
    table_of,
    waiting_lines,
)

PATH = "/viec/de-xuat"


class ProposalRoute(UploadRoute):
    action = Action.DECIDE


router = APIRouter(prefix=PATH, route_class=ProposalRoute, dependencies=[Depends(may(Action.DECIDE))])

Chosen = Annotated[list[int] | None, Form()]
Opinions = Annotated[list[Annotated[str, StringConstraints(max_length=2000)]] | None, Form()]
WAYS = ("paper", "mail")
CLOSING = time(17)  # of an office: what came on a day was there by then


@router.get("")
def show_list(page: AnyPage) -> HTMLResponse:
    return _list(page)


def _list(page: Page, draft: Draft | None = None, problem: str = "") -> HTMLResponse:
    office = page.context.office
    with reading(page.context.engine) as session:
        waiting = waiting_lines(session, page.now)
        amendments = amendment_lines(session, page.now)
        units = units_of(session, local_day(page.now), may_propose(session, office.plan))
    answer = work_page(
        page,
        "amendments/proposals.html",
        waiting=waiting,
        amendments=amendments,
        states=STATES,
        units=[(unit.id, unit.name) for unit in units.values()],
        clauses=clauses_of(office.plan),
        draft=draft or Draft("", "", ""),
        today=local_day(page.now),
        problem=problem,
    )
    answer.status_code = 422 if problem else 200
    return answer


@router.post("")
def put_together(
    page: AnyPage, visitor: AnyVisitor, chon: Chosen = None, de_xuat: Chosen = None, opinion: Opinions = None
) -> Response:
    """`opinion`: one for each proposal on the page, in the order of `de_xuat`."""
    written = dict(zip(ids(de_xuat), opinion or [], strict=False))
    opinions = {id: tidy(written.get(id, "")) for id in ids(chon)}
    try:
        with writing(page.context.engine) as session:
            id = consolidate(session, opinions, visitor.name, page.now).id
    except Refused as refused:
        return _list(page, problem=str(refused))
    return RedirectResponse(page.url(f"{PATH}/{id}"), 303)


@router.post("/vao-so", dependencies=[Depends(may(Action.REGISTER))])
def register(
    page: AnyPage,
    visitor: AnyVisitor,
    files: SentFiles,
    unit: Annotated[int, Form(ge=1, le=LARGEST_ID)],
    via: Annotated[str, Form(max_length=20)] = "paper",
    clause: Annotated[str, Form(max_length=20)] = "",
    difficulty: Long = "",
    content: Long = "",
    number: Line = "",
    day: OptionalFormDay = None,
    received: OptionalFormDay = None,
) -> Response:
    """What came on paper or by mail, in the unit's place."""
    if via not in WAYS:
        raise HTTPException(422)
    draft = Draft(clause, tidy(difficulty), tidy(content), tidy(number), day, via)
    came = _came(received, page.now)
    try:
        letter = letter_of(page, files)
        with writing(page.context.engine) as session:
            propose(session, page.context.office, unit, replace(draft, file=letter), visitor.name, page.now, came)
    except Refused as refused:
        return _list(page, draft, str(refused))
    return RedirectResponse(page.url(PATH), 303)


def _came(day: date | None, now: datetime) -> datetime:
    if day is None or day == local_day(now):
        return now
    return datetime.combine(day, CLOSING, PROVINCE)


@router.get("/tep/{id}")
def download_letter(page: AnyPage, id: Id) -> FileResponse:
    with reading(page.context.engine) as session:
        proposal = session.get(Proposal, id)
    if proposal is None or not proposal.file_sha256:
        raise HTTPException(404)
    return attachment(page.context.office.folder, proposal.file_name, proposal.file_sha256)


@router.get("/{id}")
def show_amendment(page: AnyPage, id: Id) -> HTMLResponse:
    return _amendment(page, _line(page, id))


def _line(page: Page, id: int) -> AmendmentLine:
    with reading(page.context.engine) as session:
        line = amendment_line(session, id, page.now)
    if line is None:
        raise HTTPException(404)
    return line


def _amendment(
    page: Page, line: AmendmentLine, problem: str = "", typed: tuple[str, date | None] = ("", None)
) -> HTMLResponse:
    facts = {"line": line, "states": STATES, "problem": problem, "number": typed[0], "day": typed[1]}
    answer = work_page(page, "amendments/amendment.html", **facts)  # type: ignore[arg-type]
    answer.status_code = 422 if problem else 200
    return answer


@router.get("/{id}/xlsx")
def download(page: AnyPage, id: Id) -> Response:
    line = _line(page, id)
    name = quote(f"Tổng hợp đề xuất {line.amendment.id}.xlsx")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(table_of(page.context.office, line, page.now), media_type=XLSX, headers=headers)


@router.post("/{id}/trinh")
def record_submission(
    page: AnyPage, visitor: AnyVisitor, id: Id, number: Line = "", day: OptionalFormDay = None
) -> Response:
    def act(session: Session, day: date) -> None:
        submit(session, id, tidy(number), day, visitor.name, page.now)

    return _step(page, id, number, day, act)


@router.post("/{id}/quyet-dinh")
def record_decision(
    page: AnyPage, visitor: AnyVisitor, id: Id, chon: Chosen = None, number: Line = "", day: OptionalFormDay = None
) -> Response:
    """`chon`: the proposals that are accepted; the others are refused."""
    accepted, line = set(ids(chon)), _line(page, id)
    verdicts = {one.proposal.id: one.proposal.id in accepted for one in line.proposals if one.proposal.id}

    def act(session: Session, day: date) -> None:
        decide(session, id, verdicts, tidy(number), day, visitor.name, page.now)

    return _step(page, id, number, day, act)


def _step(page: Page, id: int, number: str, day: date | None, act: Callable[[Session, date], None]) -> Response:
    try:
        if day is None:
            raise Refused("Cần ghi ngày của văn bản. / The day of the document is needed.")
        with writing(page.context.engine) as session:
            act(session, day)
    except Refused as refused:
        return _amendment(page, _line(page, id), str(refused), (number, day))
    return RedirectResponse(page.url(f"{PATH}/{id}"), 303)
