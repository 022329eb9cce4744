"""A new version of the plan, brought as a file: checked line by line, compared, confirmed, in force."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Annotated
from unicodedata import normalize

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import StringConstraints

from config.catalogue import PlanFolder
from config.problems import CatalogueError, Problem
from models.database import reading, writing
from models.queries.plan import amendments as amendment_queries
from models.queries.plan import occurrences as plan_queries
from models.queries.plan import versions as version_queries
from portal.pages.office.plan_files import MOST, files_of, packed, read_folder, sent_files
from portal.pages.office.table_import import BroughtTable, OfficeUpload, Seal
from portal.parameters import LARGEST_ID, Id, OptionalFormDay
from portal.rendering import AnyPage, Page
from portal.renewal import renew
from portal.visitor import AnyVisitor, Visitor, may
from rules.access import Action
from services import log
from services.cases.new_version import (
    TREATMENTS,
    AffectedDuty,
    NewVersion,
    adopt,
    affected,
    seal_of,
    treatments,
    withdraw,
)
from services.errors import Refused
from services.files.staging import done_with, stage, staged
from services.plan.changes import PlanChange, PlanContent, changes
from services.plan.in_force import plan_as_loaded
from services.plan.load import why_not
from services.plan.stored import Adoption, keep_files

KIND = "plan"
router = APIRouter(
    prefix="/quan-tri/ke-hoach/nap", dependencies=[Depends(may(Action.MANAGE))], route_class=OfficeUpload
)


SentFiles = Annotated[list[BroughtTable], Depends(sent_files)]
Words = Annotated[str, Form(max_length=200)]
Choice = Annotated[int, Form(ge=0, le=LARGEST_ID)]
Choices = Annotated[Sequence[Annotated[str, StringConstraints(max_length=80)]], Form(max_length=200)]
ADDRESS = "/quan-tri/ke-hoach/nap"


@dataclass(frozen=True)
class CheckedPlan:
    file: str
    folder: PlanFolder | None
    problems: Sequence[Problem] = ()
    changes: Sequence[PlanChange] = ()
    duties: Sequence[AffectedDuty] = ()  # whose open cases it touches
    seal: str = ""
    over: str = ""  # digest of the version it was compared with


@dataclass(frozen=True)
class Adopted:
    """How it is to come into force, as it was typed."""

    day: date | None = None
    decision: str = ""
    amendment: int = 0
    open_cases: Sequence[str] = ()
    problem: str = ""


@router.get("")
def show_form(page: AnyPage) -> HTMLResponse:
    return _form_page(page)


def _form_page(page: Page, problem: str = "") -> HTMLResponse:
    facts = {"problem": problem, "largest": MOST // 1_000_000, "here": "/quan-tri"}
    return page.render("office/plan_load.html", status_code=422 if problem else 200, looked=None, id=0, **facts)


@router.post("")
def take(page: AnyPage, visitor: AnyVisitor, sent: SentFiles) -> Response:
    if not sent:
        return _form_page(page, "none")
    name, content = packed(sent)
    if len(content) > MOST:
        return _form_page(page, "large")
    with writing(page.context.engine) as session:
        id = stage(session, KIND, name, content, visitor.known.person_id, page.now)
    return RedirectResponse(page.url(f"{ADDRESS}/{id}"), 303)


@router.get("/{id}")
def show_changes(page: AnyPage, visitor: AnyVisitor, id: Id) -> Response:
    looked = _looked(page, visitor, id)
    return _form_page(page, "gone") if looked is None else _looked_page(page, id, looked)


def _looked_page(
    page: Page, id: int, looked: CheckedPlan, *, again: bool = False, typed: Adopted | None = None
) -> HTMLResponse:
    typed = typed or Adopted()
    with reading(page.context.engine) as session:
        open_cases = plan_queries.open_cases(session)
        decided = amendment_queries.to_carry_out(session)
        coming = version_queries.coming(session)
    return page.render(
        "office/plan_load.html",
        status_code=422 if looked.problems or typed.problem else 200,
        id=id,
        looked=looked,
        open_cases=open_cases,
        decided=decided,
        coming=coming,
        typed=typed,
        treatments=TREATMENTS,
        again=again,
        problem="",
        here="/quan-tri",
    )


def _looked(page: Page, visitor: Visitor, id: int) -> CheckedPlan | None:
    """The staged files and the plan in force, compared; None when they are not there any more."""
    office = page.context.office
    with reading(page.context.engine) as session:
        file = staged(session, id, KIND, visitor.known.person_id)
        version = plan_queries.current_plan(session)
    if file is None or version is None:
        return None
    try:
        folder = read_folder(file.content)
    except CatalogueError as error:
        return CheckedPlan(file.name, None, [replace(one, file=Path(one.file.name)) for one in error.problems])
    with reading(page.context.engine) as session:
        reason, loaded = why_not(session, folder.plan), plan_as_loaded(session, office)
    if reason is not None:
        return CheckedPlan(file.name, None, [Problem(Path(file.name), 1, "id", reason.vi, reason.en)])
    in_force = PlanContent(loaded, dict(office.forms), office.ladders)
    diff = changes(in_force, PlanContent(folder.plan, folder.forms, office.ladders))
    with writing(page.context.engine) as session:
        duties = affected(session, office, folder.plan, page.now)
    seal = f"{version.sha256}:{sha256(file.content).hexdigest()}:{seal_of(duties)}"
    sealed = sha256(seal.encode()).hexdigest()
    return CheckedPlan(file.name, folder, changes=diff, duties=duties, seal=sealed, over=version.sha256)


@router.post("/{id}")
def put_in_force(
    request: Request,
    page: AnyPage,
    visitor: AnyVisitor,
    id: Id,
    seal: Seal = "",
    day: OptionalFormDay = None,
    decision: Words = "",
    amendment: Choice = 0,
    open_cases: Choices = (),
) -> Response:
    """Only what the preview showed, over the version it was compared with."""
    looked = _looked(page, visitor, id)
    if looked is None:
        return _form_page(page, "gone")
    typed = Adopted(day, normalize("NFC", " ".join(decision.split())), amendment, open_cases)
    if looked.folder is None or looked.seal != seal:
        return _looked_page(page, id, looked, again=True, typed=typed)
    try:
        overtaken = not _put_in_force(page, visitor, looked, looked.folder, id, typed)
    except Refused as refused:
        return _looked_page(page, id, looked, typed=replace(typed, problem=str(refused)))
    if overtaken:
        again = _looked(page, visitor, id)
        return _form_page(page, "gone") if again is None else _looked_page(page, id, again, again=True, typed=typed)
    renew(request.app)
    return RedirectResponse(page.url("/quan-tri/ke-hoach"), 303)


def _put_in_force(
    page: Page, visitor: Visitor, looked: CheckedPlan, folder: PlanFolder, id: int, typed: Adopted
) -> bool:
    """False where another version came first. Raises Refused."""
    forms = None if folder.forms == page.context.office.forms else folder.forms
    adoption = Adoption(visitor.name, typed.day, typed.decision, typed.amendment or None, folder.files)
    new = NewVersion(folder.plan, forms, adoption, treatments(typed.open_cases, looked.duties))
    with writing(page.context.engine) as session:
        log.hold(session)  # of two who put plans in force at once the second is shown what the first did
        version = plan_queries.current_plan(session)
        if version is None or version.sha256 != looked.over:
            return False
        version.source = version.source or keep_files(session, files_of(session, version))
        adopt(session, page.context.office, new, page.now)
        done_with(session, id)
    return True


@router.post("/cho/bo")
def withdraw_coming(page: AnyPage, visitor: AnyVisitor) -> Response:
    """The version that waits for its day; where it came into force meanwhile, the list shows that."""
    with suppress(Refused), writing(page.context.engine) as session:
        withdraw(session, visitor.name, page.now)
    return RedirectResponse(page.url("/quan-tri/ke-hoach"), 303)
