"""The versions of the plan: which is in force, what changed from one to the next."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from models.database import reading
from models.queries.plan import occurrences as plan_queries
from portal.rendering import AnyPage
from portal.visitor import may
from rules.access import Action
from services.plan.changes import changes
from services.plan.load import restore_plan

router = APIRouter(prefix="/quan-tri/ke-hoach", dependencies=[Depends(may(Action.SEE_OFFICE))])

Number = Annotated[int | None, Query(ge=1)]


@router.get("")
def show_plans(page: AnyPage, tu: Number = None, den: Number = None) -> HTMLResponse:
    """All versions; with two of them named, what changes between them."""
    with reading(page.context.engine) as session:
        versions = plan_queries.versions(session)
        open_cases = plan_queries.open_cases(session)
    by_id = {version.id: version for version in versions}
    if any(id is not None and id not in by_id for id in (tu, den)):
        raise HTTPException(404)
    diff = None
    if tu and den:
        diff = changes(restore_plan(by_id[tu]), restore_plan(by_id[den]))
    return page.render(
        "office/plans.html",
        versions=versions,
        numbers=[(version.id, version.version) for version in versions],
        before=by_id.get(tu),
        after=by_id.get(den),
        changes=diff,
        open_cases=open_cases,
        here="/quan-tri",
    )
