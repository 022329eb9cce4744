"""A unit proposes to change the plan, and sees what became of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated
from unicodedata import normalize

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from models.database import reading, writing
from models.tables.amendments import Proposal
from portal.parameters import LARGEST_ID, Id, OptionalFormDay
from portal.rendering import AnyPage, Page
from portal.stored_files import attachment
from portal.uploads import UploadRoute, uploads
from portal.visitor import AnyVisitor, Visitor, may
from rules.access import Action
from rules.deadlines import local_day
from services.errors import Refused
from services.files.hand_in_files import FileRefused, UploadedFile, keep_all, why_not_taken
from services.files.store import STORE, StoredFile
from services.plan.amendments import LONGEST, Draft, clauses_of, may_propose, propose
from services.units import units_of
from services.views.amendments import lines_of_units

router = APIRouter(prefix="/de-xuat", route_class=UploadRoute, dependencies=[Depends(may(Action.HAND_IN))])

Long = Annotated[str, Form(max_length=LONGEST * 4)]
Line = Annotated[str, Form(max_length=200)]


async def sent_files(request: Request) -> list[UploadedFile]:
    return uploads(request, await request.form())


SentFiles = Annotated[list[UploadedFile], Depends(sent_files)]


def letter_of(page: Page, files: list[UploadedFile]) -> StoredFile | None:
    """The official letter of a proposal, checked like what is handed in for a case. Raises Refused."""
    office = page.context.office
    try:
        return keep_all(office.folder / STORE, files[:1], office.intake, None)[0].file if files else None
    except FileRefused as error:
        raise Refused(why_not_taken(error.refusals[0])) from None


@router.get("")
def show_proposals(page: AnyPage, visitor: AnyVisitor) -> HTMLResponse:
    return _page(page, visitor)


def _page(page: Page, visitor: Visitor, draft: Draft | None = None, problem: str = "") -> HTMLResponse:
    own = visitor.reach(Action.HAND_IN) or frozenset()
    office = page.context.office
    with reading(page.context.engine) as session:
        bound = own & may_propose(session, office.plan)
        units = units_of(session, local_day(page.now), bound)
        lines = lines_of_units(session, own, page.now)
    return page.render(
        "unit/proposals.html",
        status_code=422 if problem else 200,
        units=sorted(units.values(), key=lambda unit: unit.id),
        lines=lines,
        clauses=clauses_of(office.plan),
        duty=office.plan.amendment,
        draft=draft or Draft("", "", ""),
        longest=LONGEST,
        problem=problem,
        here="/phai-nop",
    )


@router.post("")
def send_proposal(
    page: AnyPage,
    visitor: AnyVisitor,
    files: SentFiles,
    unit: Annotated[int, Form(ge=1, le=LARGEST_ID)],
    clause: Annotated[str, Form(max_length=20)] = "",
    difficulty: Long = "",
    content: Long = "",
    number: Line = "",
    day: OptionalFormDay = None,
) -> Response:
    if not visitor.may(Action.HAND_IN, unit):
        raise HTTPException(404)
    draft = Draft(clause, tidy(difficulty), tidy(content), tidy(number), day)
    try:
        letter = letter_of(page, files)
        with writing(page.context.engine) as session:
            propose(session, page.context.office, unit, replace(draft, file=letter), visitor.name, page.now)
    except Refused as refused:
        return _page(page, visitor, draft, str(refused))
    return RedirectResponse(page.url("/de-xuat"), 303)


@router.get("/{id}/tep")
def download(page: AnyPage, visitor: AnyVisitor, id: Id) -> FileResponse:
    with reading(page.context.engine) as session:
        proposal = session.get(Proposal, id)
    if proposal is None or not proposal.file_sha256 or not visitor.may(Action.HAND_IN, proposal.organisation_id):
        raise HTTPException(404)
    return attachment(page.context.office.folder, proposal.file_name, proposal.file_sha256)


def tidy(text: str) -> str:
    return normalize("NFC", text.strip())
