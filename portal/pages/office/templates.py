"""The Word templates of the office: what each may use, a changed one tried, put in use, and the way back."""

from __future__ import annotations

from tempfile import NamedTemporaryFile
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from models.database import reading, writing
from models.queries.people import roles
from models.tables.templates import TemplateVersion
from portal.pages.work.index import Word, tidy
from portal.parameters import Id
from portal.rendering import AnyPage, Page
from portal.stored_files import made_attachment
from portal.uploads import UploadRoute, uploads, word
from portal.visitor import AnyVisitor, Visitor, may
from reports.as_page import Block, blocks_of
from reports.word_templates.kinds import KINDS, DocumentKind, fields_of
from reports.word_templates.package import LARGEST
from rules.access import Action, Role
from rules.documents.form_rules import RULES
from services import templates
from services.errors import Refused
from services.files.hand_in_files import UploadedFile
from services.templates import DOCUMENT, LONGEST_NOTE
from services.views import document_templates
from services.views.document_templates import TriedTemplate

PATH = "/quan-tri/mau-van-ban"


class TemplateRoute(UploadRoute):
    action = Action.MANAGE


router = APIRouter(prefix=PATH, route_class=TemplateRoute, dependencies=[Depends(may(Action.SEE_OFFICE))])
CHANGED = [Depends(may(Action.MANAGE))]
Done = Annotated[str, Query(max_length=20)]


def load_kind(kind: str) -> DocumentKind:
    if kind not in KINDS:
        raise HTTPException(404)
    return KINDS[kind]


Kind = Annotated[DocumentKind, Depends(load_kind)]


def load_version(page: AnyPage, kind: Kind, number: Id) -> TemplateVersion:
    with reading(page.context.engine) as session:
        try:
            return templates.version(session, DOCUMENT, kind.name, number)
        except Refused as error:
            raise HTTPException(404) from error


Version = Annotated[TemplateVersion, Depends(load_version)]


@router.get("")
def show_kinds(page: AnyPage) -> HTMLResponse:
    with reading(page.context.engine) as session:
        used = document_templates.in_use(session)
    return page.render("documents/kinds.html", kinds=KINDS.values(), used=used, here="/quan-tri")


@router.get("/{kind}")
def show_kind(page: AnyPage, kind: Kind, xong: Done = "") -> HTMLResponse:
    return _kind_page(page, kind, done=xong)


def _kind_page(page: Page, kind: DocumentKind, **more: object) -> HTMLResponse:
    with reading(page.context.engine) as session:
        used = templates.in_use(session, DOCUMENT, kind.name)
        versions = templates.versions(session, DOCUMENT, kind.name)
        changers = roles.names_with(session, Role.ADMINISTRATOR)
    facts: dict[str, object] = {"problem": None, "faults": (), "done": "", "note": "", **more}
    return page.render(
        "documents/kind.html",
        status_code=422 if facts["problem"] or facts["faults"] else 200,
        kind=kind,
        used=used,
        versions=versions,
        fields=fields_of(kind),
        changers=changers,
        longest_note=LONGEST_NOTE,
        largest=LARGEST >> 20,
        here="/quan-tri",
        **facts,
    )


@router.post("/{kind}", dependencies=CHANGED)
async def take(request: Request, page: AnyPage, visitor: AnyVisitor, kind: Kind) -> Response:
    async with request.form() as form:
        note = tidy(word(form, "note", LONGEST_NOTE))
        return await run_in_threadpool(_take, page, visitor, kind, note, uploads(request, form))


def _take(page: Page, visitor: Visitor, kind: DocumentKind, note: str, files: list[UploadedFile]) -> Response:
    """A changed template is kept only when it could be filled in."""
    context = page.context
    if not files:
        return _kind_page(page, kind, problem="Chưa chọn tệp. / No file was chosen.", note=note)
    content = files[0].stream.read(LARGEST + 1)  # one byte more, so that a larger one is refused
    try:
        tried = document_templates.try_out(context.engine, context.office, kind, content, page.now)
        if tried.trial.faults:
            return _kind_page(page, kind, faults=tried.trial.faults, note=note)
        with writing(context.engine) as session:
            number = templates.take(session, DOCUMENT, kind.name, content, note, visitor.name, page.now).number
    except Refused as error:
        return _kind_page(page, kind, problem=str(error), note=note)
    return RedirectResponse(page.url(f"{PATH}/{kind.name}/{number}"), 303)


@router.get("/{kind}/goc")
def download_shipped(kind: Kind) -> Response:
    return made_attachment(f"mau-goc-{kind.name}.docx", kind.template.read_bytes())


@router.post("/{kind}/goc", dependencies=CHANGED)
def back_to_shipped(page: AnyPage, visitor: AnyVisitor, kind: Kind) -> Response:
    with writing(page.context.engine) as session:
        templates.back_to_shipped(session, DOCUMENT, kind.name, visitor.name, page.now)
    return RedirectResponse(page.url(f"{PATH}/{kind.name}", xong="goc"), 303)


@router.get("/{kind}/{number}")
def show_version(page: AnyPage, kind: Kind, version: Version) -> HTMLResponse:
    return _version_page(page, kind, version, _tried(page, kind, version))


def _tried(page: Page, kind: DocumentKind, version: TemplateVersion) -> TriedTemplate:
    context = page.context
    return document_templates.try_out(context.engine, context.office, kind, version.content, page.now)


def _version_page(
    page: Page, kind: DocumentKind, version: TemplateVersion, tried: TriedTemplate, problem: str = ""
) -> HTMLResponse:
    return page.render(
        "documents/version.html",
        status_code=409 if problem else 200,
        kind=kind,
        version=version,
        tried=tried,
        departures=tried.verdict.departures if tried.verdict else (),
        form_rules=RULES,
        blocks=_blocks(tried.trial.document),
        problem=problem,
        here="/quan-tri",
    )


def _blocks(document: bytes) -> list[Block]:
    if not document:
        return []
    with NamedTemporaryFile(suffix=".docx") as file:
        file.write(document)
        file.flush()
        return blocks_of(file.name)


@router.get("/{kind}/{number}/tep")
def download_version(kind: Kind, version: Version) -> Response:
    return made_attachment(f"mau-{kind.name}-{version.number}.docx", version.content)


@router.get("/{kind}/{number}/thu")
def download_trial(page: AnyPage, kind: Kind, version: Version) -> Response:
    """The document this version makes of the newest facts."""
    document = _tried(page, kind, version).trial.document
    if not document:
        raise HTTPException(404)
    return made_attachment(f"xem-thu-{kind.name}-{version.number}.docx", document)


@router.post("/{kind}/{number}/dung", dependencies=CHANGED)
def use(page: AnyPage, visitor: AnyVisitor, kind: Kind, version: Version, despite: Word = "") -> Response:
    tried = _tried(page, kind, version)
    try:
        document_templates.need_agreed_form(tried, bool(despite))
        with writing(page.context.engine) as session:
            templates.use(session, DOCUMENT, kind.name, version.number, visitor.name, page.now)
    except Refused as error:
        return _version_page(page, kind, version, tried, str(error))
    return RedirectResponse(page.url(f"{PATH}/{kind.name}", xong="dung"), 303)
