"""Import of tables by an administrator: checked row by row, shown, confirmed; all rows or none."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import StringConstraints
from sqlmodel import Session
from starlette.datastructures import UploadFile

from models.database import writing
from models.tables.staging import StagedFile
from portal.parameters import Id
from portal.rendering import AnyPage, Page
from portal.uploads import UploadRoute
from portal.visitor import AnyVisitor, Visitor, may
from rules.access import Action
from rules.channels import entered_kinds
from rules.office import Office
from rules.text.cells import harmless
from services.errors import Refused
from services.files.staging import done_with, stage, staged
from services.forms.table_import import LARGEST, CellProblem, bare_name
from services.people import organisations_table
from services.people.import_people import import_people
from services.people.organisations_table import import_organisations, read_organisations
from services.people.people_table import COLUMNS, ROLES, SAME_PERSON, read_people

SHOWN = 200  # problems or changes on a page; the file of problems has all of them
PROBLEMS = ("file", "dong", "cot", "gia_tri", "can_lam", "english")


class OfficeUpload(UploadRoute):
    """Checks the administrator's permission before the body is read."""

    action = Action.MANAGE


router = APIRouter(prefix="/quan-tri/nhap", dependencies=[Depends(may(Action.MANAGE))], route_class=OfficeUpload)


@dataclass(frozen=True)
class BroughtTable:
    name: str
    content: bytes  # not more than one byte beyond what is taken


async def sent_file(request: Request) -> BroughtTable | None:
    """The first file of the form; None when none was chosen."""
    files = [item for _, item in (await request.form()).multi_items() if isinstance(item, UploadFile)]
    if not files or not files[0].filename:
        return None
    return BroughtTable(bare_name(files[0].filename), await files[0].read(LARGEST + 1))


SentFile = Annotated[BroughtTable | None, Depends(sent_file)]


@dataclass(frozen=True)
class ImportKind:
    """A kind of table: its name in addresses, its columns, and the function that reads and imports a file."""

    name: str  # of the address
    columns: tuple[str, ...]
    words: tuple[str, ...]
    bring: Callable[[Session, Office, StagedFile, str, Any], Any]


def _people(session: Session, office: Office, file: StagedFile, by: str, now: Any) -> Any:
    table = read_people(file.content, file.name, entered_kinds(office.channels))
    return import_people(session, table, office.plan.lead, by, now)


def _organisations(session: Session, office: Office, file: StagedFile, by: str, now: Any) -> Any:
    return import_organisations(session, office, read_organisations(file.content, file.name), by, now)


PEOPLE = ImportKind("nguoi", (*COLUMNS, SAME_PERSON), tuple(ROLES), _people)
ORGANISATIONS = ImportKind("don-vi", organisations_table.COLUMNS, organisations_table.KINDS, _organisations)


def _form_page(page: Page, kind: ImportKind, problem: str = "") -> HTMLResponse:
    contacts = entered_kinds(page.context.office.channels) if kind is PEOPLE else {}
    facts = {"kind": kind, "contacts": contacts, "problem": problem, "largest": LARGEST >> 20, "here": "/quan-tri"}
    return page.render("office/import.html", status_code=422 if problem else 200, **facts)


def _take(page: Page, visitor: Visitor, kind: ImportKind, sent: BroughtTable | None) -> Response:
    if sent is None:
        return _form_page(page, kind, "Chưa chọn tệp. / No file was chosen.")
    if len(sent.content) > LARGEST:
        return _form_page(page, kind, f"Tệp lớn hơn {LARGEST >> 20} MB. / Larger than {LARGEST >> 20} MB.")
    with writing(page.context.engine) as session:
        id = stage(session, kind.name, sent.name, sent.content, visitor.known.person_id, page.now)
    return RedirectResponse(page.url(f"/quan-tri/nhap/{kind.name}/{id}"), 303)


def _looked(
    page: Page, visitor: Visitor, kind: ImportKind, id: int, seal: str | None = None, confirmed: Sequence[str] = ()
) -> tuple[str, Any, bool]:
    """(file, what it would do, whether that was done). Raises Refused.

    Done only with the seal of what was shown, and where all that is to be confirmed apart was.
    """
    with writing(page.context.engine) as session:
        file = staged(session, id, kind.name, visitor.known.person_id)
        if file is None:
            raise Refused("Tệp không còn ở đây; hãy chọn lại. / The file is not here any more: choose it again.")
        trial = session.begin_nested()
        done = kind.bring(session, page.context.office, file, visitor.name, page.now)
        if done.problems or done.seal != seal or not done.to_confirm <= {*confirmed}:
            trial.rollback()
            return file.name, done, False
        trial.commit()
        done_with(session, id)
        return file.name, done, True


def _shown(
    page: Page, visitor: Visitor, kind: ImportKind, id: int, seal: str | None = None, confirmed: Sequence[str] = ()
) -> Response:
    try:
        name, done, made = _looked(page, visitor, kind, id, seal, confirmed)
    except Refused as refused:
        return _form_page(page, kind, str(refused))
    return page.render(
        f"office/import_{kind.name.replace('-', '_')}.html",
        status_code=422 if done.problems else 200,
        kind=kind,
        id=id,
        file=name,
        done=done,
        made=made,
        again=seal is not None and seal != done.seal and not made,
        unconfirmed=done.to_confirm - {*confirmed} if seal == done.seal and not made else (),
        confirmed=confirmed,
        shown=SHOWN,
        here="/quan-tri",
    )


def _problems(page: Page, visitor: Visitor, kind: ImportKind, id: int) -> Response:
    try:
        _, done, _ = _looked(page, visitor, kind, id)
    except Refused as refused:
        return _form_page(page, kind, str(refused))
    headers = {"Content-Disposition": f'attachment; filename="loi-{kind.name}.csv"'}
    return Response(problems_csv(done.problems), media_type="text/csv; charset=utf-8", headers=headers)


def problems_csv(problems: list[CellProblem]) -> bytes:
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(PROBLEMS)
    for one in problems:
        writer.writerow([harmless(cell) for cell in (one.file, one.line, one.column, one.value, one.vi, one.en)])
    return ("\ufeff" + out.getvalue()).encode()


Seal = Annotated[str, Form(max_length=64)]
Confirmed = Annotated[list[Annotated[str, StringConstraints(max_length=80)]] | None, Form(max_length=20)]


def _add_routes(kind: ImportKind) -> None:
    """The same five routes for each kind of table that can be imported."""

    @router.get(f"/{kind.name}")
    def show_form(page: AnyPage) -> HTMLResponse:
        return _form_page(page, kind)

    @router.post(f"/{kind.name}")
    def take(page: AnyPage, visitor: AnyVisitor, sent: SentFile) -> Response:
        return _take(page, visitor, kind, sent)

    @router.get(f"/{kind.name}/{{id}}")
    def show_changes(page: AnyPage, visitor: AnyVisitor, id: Id) -> Response:
        return _shown(page, visitor, kind, id)

    @router.post(f"/{kind.name}/{{id}}")
    def make_changes(page: AnyPage, visitor: AnyVisitor, id: Id, seal: Seal = "", trong: Confirmed = None) -> Response:
        return _shown(page, visitor, kind, id, seal, trong or ())

    @router.get(f"/{kind.name}/{{id}}/loi")
    def download_problems(page: AnyPage, visitor: AnyVisitor, id: Id) -> Response:
        return _problems(page, visitor, kind, id)


for each in (PEOPLE, ORGANISATIONS):
    _add_routes(each)
