"""Cross-checks of one year's tables; a person says whether a product was only renamed."""

from __future__ import annotations

from itertools import groupby
from typing import Annotated
from unicodedata import normalize

from fastapi import APIRouter, Depends, Form, Path
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from models.database import reading, writing
from portal.pages.filters import A_SHEET
from portal.rendering import AnyPage, Page
from portal.visitor import AnyVisitor, may
from rules.access import Action
from rules.content.crosscheck import TITLES, CrossKind
from services.content.crosscheck import YearCheck, confirm_renamed, cross_check_year
from services.content.settle import Decided
from services.errors import Refused

PATH = "/noi-dung/doi-chieu"
router = APIRouter(prefix=PATH, dependencies=[Depends(may(Action.READ_BOARD))])
Year = Annotated[int, Path(ge=2000, le=2100)]


def _whole(page: Page, year: int) -> YearCheck:
    try:
        with page.context.in_turn(), reading(page.context.engine) as session:
            return cross_check_year(session, page.context.office, str(year), page.now)
    except Refused as refused:
        raise HTTPException(404) from refused


@router.get("/{year}")
def show(page: AnyPage, year: Year) -> HTMLResponse:
    return _show(page, _whole(page, year))


def _show(page: Page, whole: YearCheck, problem: str = "") -> HTMLResponse:
    order = list(CrossKind)
    ordered = sorted(whole.findings, key=lambda finding: order.index(finding.kind))
    return page.render(
        "content/crosscheck.html",
        status_code=422 if problem else 200,
        whole=whole,
        groups=[(kind, list(found)) for kind, found in groupby(ordered, key=lambda finding: finding.kind)],
        titles=TITLES,
        renamed=CrossKind.RENAMED,
        most=A_SHEET,
        problem=problem,
        path=f"{PATH}/{whole.year}",
        here="/noi-dung",
    )


@router.post("/{year}", dependencies=[Depends(may(Action.DECIDE))])
def confirm(
    page: AnyPage,
    visitor: AnyVisitor,
    year: Year,
    ve: Annotated[str, Form(max_length=4000)] = "",
    cung: Annotated[str, Form(max_length=10)] = "",
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """`ve`: this year's name of the product; `cung`: «co» if it is last year's under another name."""
    whole = _whole(page, year)
    try:
        decided = Decided(visitor.name, normalize("NFC", reason))
        with writing(page.context.engine) as session:
            confirm_renamed(session, whole, ve, cung == "co", decided, page.now)
    except Refused as refused:
        return _show(page, whole, str(refused))
    return RedirectResponse(page.url(f"{PATH}/{year}"), 303)
