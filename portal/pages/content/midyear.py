"""The review after half a year: the plan beside what the record knows of its releases."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from models.database import reading
from portal.rendering import AnyPage
from portal.visitor import may
from reports.province.values import text_of
from rules.access import Action
from rules.province.releases import STATES, ReleaseState
from services.content.midyear import midyear_review
from services.errors import Refused

PATH = "/noi-dung/ra-soat"
MOST = 200  # lines of a unit
router = APIRouter(prefix=PATH, dependencies=[Depends(may(Action.READ_BOARD))])


@router.get("/{year}")
def show(page: AnyPage, year: Annotated[int, Path(ge=2000, le=2100)]) -> HTMLResponse:
    try:
        with page.context.in_turn(), reading(page.context.engine) as session:
            whole = midyear_review(session, page.context.office, str(year), page.now)
    except Refused as refused:
        raise HTTPException(404) from refused
    return page.render(
        "content/midyear.html",
        whole=whole,
        states=STATES,
        marks_of={ReleaseState.RECORDED: "s-done", ReleaseState.NOT_RECORDED: "s-soon", ReleaseState.TO_COME: ""},
        text_of=text_of,
        most=MOST,
        here="/noi-dung",
    )
