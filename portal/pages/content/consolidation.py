"""The province's tables: how far each has come, what waits for a person, its versions, downloads."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any
from unicodedata import normalize
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from models.database import reading, writing
from models.queries.content import frozen as frozen_queries
from portal.pages.filters import A_SHEET, PageNumber, sheets
from portal.pages.work.chasing import XLSX
from portal.rendering import AnyPage, Page
from portal.visitor import AnyVisitor, may
from reports.province.book import matter_of
from reports.province.values import places_text, text_of, units_text
from rules.access import Action
from rules.content.texts import VERDICTS
from rules.deadlines import local_day
from services.content.approval import approval_of, freeze_approved, obstacle
from services.content.books import KINDS, write_book, write_frozen
from services.content.consolidation import Consolidated, consolidate, gathering_states
from services.content.crosscheck import further_sheets
from services.content.frozen import FrozenTable, changes_between, changes_since, freeze, frozen_table
from services.content.midyear import reviewed_forms
from services.content.settle import Decided, settle_names, settle_values
from services.errors import Refused

PATH = "/noi-dung"
router = APIRouter(prefix=PATH, dependencies=[Depends(may(Action.READ_BOARD))])
DECIDES = [Depends(may(Action.DECIDE))]
MEDIA = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}

Words = Annotated[str, Form(max_length=2000)]
Word = Annotated[str, Form(max_length=300)]
Number = Annotated[int, Query(ge=0, le=1_000_000)]


@router.get("")
def show_all(page: AnyPage) -> HTMLResponse:
    with reading(page.context.engine) as session:
        states = gathering_states(session, page.context.office, page.now)
    reviewed = reviewed_forms(page.context.office, local_day(page.now))
    return page.render("content/consolidations.html", states=states, reviewed=reviewed, here=PATH)


def _whole(page: Page, code: str, period: str) -> Consolidated:
    try:
        with page.context.in_turn(), reading(page.context.engine) as session:
            return consolidate(session, page.context.office, code, period, page.now)
    except Refused as refused:
        raise HTTPException(404) from refused


@router.get("/{code}/{period}")
def show(page: AnyPage, code: str, period: str, trang: PageNumber = 1) -> HTMLResponse:
    return _show(page, _whole(page, code, period), trang)


def _show(page: Page, whole: Consolidated, number: int = 1, problem: str = "", reason: str = "") -> HTMLResponse:
    sheet = sheets(len(whole.table.rows), number)
    with reading(page.context.engine) as session:
        versions = frozen_queries.versions(session, whole.form.obligation, whole.period)
        approval = approval_of(session, page.context.office, whole.form.obligation, whole.period)
    return page.render(
        "content/consolidation.html",
        status_code=422 if problem else 200,
        whole=whole,
        rows=whole.table.rows[sheet.offset : sheet.offset + A_SHEET],
        sheet=sheet,
        versions=versions,
        facts={version.number: json.loads(version.facts) for version in versions},
        approval=approval,
        lead_case=next((line.case_id for line in whole.units if line.unit.key == page.context.office.plan.lead), 0),
        obstacle=obstacle(whole),
        columns={column.id: column for column in whole.form.columns},
        problem=problem,
        reason=reason,
        kinds=KINDS,
        path=place_of(whole),
        here=PATH,
        **_words(whole),
    )


def _words(whole: Consolidated) -> dict[str, Any]:
    """What a template of tables writes with."""
    names = {line.unit.key: line.unit.name for line in whole.units}
    return {
        "text_of": text_of,
        "matter": lambda conflict: matter_of(whole.form, conflict),
        "units_of": lambda row: units_text(row.origins, names),
        "places_of": lambda row: places_text(row.origins),
        "verdicts": VERDICTS,
    }


def place_of(whole: Consolidated) -> str:
    return f"{PATH}/{whole.duty.id}/{whole.period}"


@router.get("/{code}/{period}/tep")
def download(page: AnyPage, code: str, period: str, kieu: str = "xlsx", ban: Number = 0) -> Response:
    """`ban`: the number of a frozen version; 0: as it is now."""
    if kieu not in KINDS:
        raise HTTPException(404)
    whole = _whole(page, code, period)
    if ban:
        content = write_frozen(page.context.office, whole, _frozen(page, whole, ban), kieu)
    else:
        with reading(page.context.engine) as session:
            further = further_sheets(session, page.context.office, whole, page.now) if kieu == "xlsx" else []
        content = write_book(page.context.office, whole, kieu, page.now, further)
    name = f"{whole.duty.id}-{whole.period}{f'-ban-{ban}' if ban else ''}.{kieu}"
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(content, media_type=MEDIA[kieu], headers=headers)


def _frozen(page: Page, whole: Consolidated, number: int) -> FrozenTable:
    with reading(page.context.engine) as session:
        table = frozen_table(session, whole.form.obligation, whole.period, number)
    if table is None:
        raise HTTPException(404)
    return table


@router.get("/{code}/{period}/so-sanh")
def compare(page: AnyPage, code: str, period: str, tu: Number = 1, den: Number = 0) -> HTMLResponse:
    """`den`: 0 is the table as it is now."""
    whole = _whole(page, code, period)
    before = _frozen(page, whole, tu)
    after = _frozen(page, whole, den) if den else None
    changes = changes_between(whole, before, after) if after else changes_since(whole, before)
    columns = {column.id: column for column in whole.form.columns}
    return page.render(
        "content/comparison.html",
        whole=whole,
        changes=changes,
        before=before,
        after=after,
        columns=columns,
        most=A_SHEET,
        text_of=text_of,
        path=place_of(whole),
        here=PATH,
    )


@router.post("/{code}/{period}/xu-ly", dependencies=DECIDES)
def settle(
    page: AnyPage,
    visitor: AnyVisitor,
    code: str,
    period: str,
    viec: Word = "",
    ve: Word = "",
    lay: Word = "",
    reason: Words = "",
) -> Response:
    """`viec`: «values» or «names»; `ve`: which conflict or pair; `lay`: what counts, empty: both stay."""
    whole = _whole(page, code, period)

    def act(session: Session) -> None:
        decided = Decided(visitor.name, normalize("NFC", reason))
        if viec == "values":
            settle_values(session, whole, ve, lay, decided, page.now)
        else:
            settle_names(session, whole, ve, lay, decided, page.now)

    return _done(page, whole, act, "#can-xu-ly", reason)


@router.post("/{code}/{period}/chot", dependencies=DECIDES)
def freeze_table(page: AnyPage, visitor: AnyVisitor, code: str, period: str, reason: Words = "") -> Response:
    whole = _whole(page, code, period)

    def act(session: Session) -> None:
        freeze(session, whole, visitor.name, normalize("NFC", reason), page.now)

    return _done(page, whole, act, "#ban-chot", reason)


def _done(page: Page, whole: Consolidated, act: Callable[[Session], None], anchor: str, reason: str) -> Response:
    try:
        with writing(page.context.engine) as session:
            act(session)
    except Refused as refused:
        return _show(page, whole, problem=str(refused), reason=reason)
    freeze_approved(page.context.engine, page.context.office, page.now)  # the last conflict may have stood in the way
    return RedirectResponse(page.url(place_of(whole)) + anchor, 303)
