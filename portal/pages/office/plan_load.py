"""A new version of the plan, brought as a file: checked line by line, compared, confirmed, in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from config.catalogue import load_plan_file
from config.problems import CatalogueError, Problem
from config.yaml_file import MAX_BYTES
from models.database import reading, writing
from models.queries.plan import occurrences as plan_queries
from portal.pages.office.table_import import OfficeUpload, Seal, SentFile
from portal.parameters import Id
from portal.rendering import AnyPage, Page
from portal.renewal import renew
from portal.visitor import AnyVisitor, Visitor, may
from rules.access import Action
from rules.plan import Plan
from services import log
from services.files.staging import done_with, stage, staged
from services.plan.changes import PlanChange, changes
from services.plan.load import load_plan, plan_ahead, restore_plan, why_not

KIND = "plan"
router = APIRouter(
    prefix="/quan-tri/ke-hoach/nap", dependencies=[Depends(may(Action.MANAGE))], route_class=OfficeUpload
)


@dataclass(frozen=True)
class CheckedPlan:
    file: str
    plan: Plan | None
    problems: Sequence[Problem] = ()
    changes: Sequence[PlanChange] = ()
    seal: str = ""
    over: str = ""  # digest of the version it was compared with


@router.get("")
def show_form(page: AnyPage) -> HTMLResponse:
    return _form_page(page)


def _form_page(page: Page, problem: str = "") -> HTMLResponse:
    facts = {"problem": problem, "largest": MAX_BYTES // 1_000_000, "here": "/quan-tri"}
    return page.render("office/plan_load.html", status_code=422 if problem else 200, looked=None, id=0, **facts)


@router.post("")
def take(page: AnyPage, visitor: AnyVisitor, sent: SentFile) -> Response:
    if sent is None:
        return _form_page(page, "none")
    if len(sent.content) > MAX_BYTES:
        return _form_page(page, "large")
    with writing(page.context.engine) as session:
        id = stage(session, KIND, sent.name, sent.content, visitor.known.person_id, page.now)
    return RedirectResponse(page.url(f"/quan-tri/ke-hoach/nap/{id}"), 303)


@router.get("/{id}")
def show_changes(page: AnyPage, visitor: AnyVisitor, id: Id) -> Response:
    looked = _looked(page, visitor, id)
    return _form_page(page, "gone") if looked is None else _looked_page(page, id, looked)


def _looked_page(page: Page, id: int, looked: CheckedPlan, *, again: bool = False) -> HTMLResponse:
    with reading(page.context.engine) as session:
        open_cases = plan_queries.open_cases(session)
    return page.render(
        "office/plan_load.html",
        status_code=422 if looked.problems else 200,
        id=id,
        looked=looked,
        open_cases=open_cases,
        again=again,
        problem="",
        here="/quan-tri",
    )


def _looked(page: Page, visitor: Visitor, id: int) -> CheckedPlan | None:
    """The staged file and the plan in force, compared; None when the file is not there any more."""
    with reading(page.context.engine) as session:
        file = staged(session, id, KIND, visitor.known.person_id)
        version = plan_queries.current_plan(session)
    if file is None or version is None:
        return None
    try:
        plan = _plan_of(file.content)
    except CatalogueError as error:
        return CheckedPlan(file.name, None, [replace(one, file=Path(one.file.name)) for one in error.problems])
    with reading(page.context.engine) as session:
        reason = why_not(session, plan)
    if reason is not None:
        return CheckedPlan(file.name, None, [Problem(Path(file.name), 1, "id", reason.vi, reason.en)])
    diff = changes(restore_plan(version), plan)
    seal = sha256(f"{version.sha256}:{sha256(file.content).hexdigest()}".encode()).hexdigest()
    return CheckedPlan(file.name, plan, changes=diff, seal=seal, over=version.sha256)


def _plan_of(content: bytes) -> Plan:
    """The plan in this upload, read through a temporary folder. Raises CatalogueError."""
    with TemporaryDirectory(prefix="kyhan-") as folder:
        path = Path(folder) / "plan.yaml"
        path.write_bytes(content)
        return load_plan_file(path)


@router.post("/{id}")
def put_in_force(request: Request, page: AnyPage, visitor: AnyVisitor, id: Id, seal: Seal = "") -> Response:
    """Only what the preview showed, over the version it was compared with."""
    looked = _looked(page, visitor, id)
    if looked is None:
        return _form_page(page, "gone")
    if looked.plan is None or looked.seal != seal:
        return _looked_page(page, id, looked, again=True)
    with writing(page.context.engine) as session:
        log.hold(session)  # of two who put plans in force at once the second is shown what the first did
        version = plan_queries.current_plan(session)
        overtaken = version is None or version.sha256 != looked.over
        if not overtaken:
            _put_in_force(session, page, visitor, looked.plan, id)
    if overtaken:
        again = _looked(page, visitor, id)
        return _form_page(page, "gone") if again is None else _looked_page(page, id, again, again=True)
    renew(request.app)
    return RedirectResponse(page.url("/quan-tri/ke-hoach"), 303)


def _put_in_force(session: Session, page: Page, visitor: Visitor, plan: Plan, id: int) -> None:
    load_plan(session, plan, page.now, by=visitor.name)
    plan_ahead(session, replace(page.context.office, plan=plan), page.now)
    done_with(session, id)
