"""The versions of the plan: which is in force, what changed from one to the next."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from models.database import reading
from models.queries.plan import occurrences as plan_queries
from models.queries.plan import versions as version_queries
from models.tables.plan import PlanVersion
from portal.pages.office.plan_files import files_of, zipped_files
from portal.parameters import Id
from portal.rendering import AnyPage, Page
from portal.stored_files import made_attachment
from portal.visitor import may
from rules.access import Action
from services.plan.changes import PlanContent, changes
from services.plan.load import restore_plan
from services.plan.stored import forms_of

router = APIRouter(prefix="/quan-tri/ke-hoach", dependencies=[Depends(may(Action.SEE_OFFICE))])

Number = Annotated[int | None, Query(ge=1)]


@router.get("")
def show_plans(page: AnyPage, tu: Number = None, den: Number = None) -> HTMLResponse:
    """All versions; with two of them named, what changes between them."""
    with reading(page.context.engine) as session:
        versions = plan_queries.versions(session)
        open_cases = plan_queries.open_cases(session)
        coming = version_queries.coming(session)
        kept = {one.id for one in versions if one.source or files_of(session, one)}
    by_id = {version.id: version for version in versions}
    if any(id is not None and id not in by_id for id in (tu, den)):
        raise HTTPException(404)
    diff = None
    if tu and den:
        diff = changes(*(_content(page, by_id[id]) for id in (tu, den)))
    return page.render(
        "office/plans.html",
        versions=versions,
        numbers=[(version.id, version.version) for version in versions],
        before=by_id.get(tu),
        after=by_id.get(den),
        changes=diff,
        open_cases=open_cases,
        coming=coming,
        kept=kept,
        here="/quan-tri",
    )


@router.get("/{id}/tep")
def download(page: AnyPage, id: Id) -> Response:
    """The files of this version as one zip; taken back by the upload they say that nothing changes."""
    with reading(page.context.engine) as session:
        version = session.get(PlanVersion, id)
        files = files_of(session, version) if version else None
    if version is None or files is None:
        raise HTTPException(404)
    return made_attachment(f"{version.code}-phien-ban-{version.version}.zip", zipped_files(files))


def _content(page: Page, version: PlanVersion) -> PlanContent:
    """Ladders belong to the office, whatever the version."""
    office = page.context.office
    return PlanContent(restore_plan(version), dict(forms_of(version, office.forms)), office.ladders)
