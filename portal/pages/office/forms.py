"""The forms of the office: made from a workbook it already uses, corrected, looked at, put in force from a day on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any
from unicodedata import normalize
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from models.database import reading, writing
from models.queries.plan import office_forms as queries
from models.tables.forms import OfficeForm
from portal.pages.office import form_edits
from portal.parameters import Id, OptionalFormDay
from portal.rendering import AnyPage, Page
from portal.renewal import renew
from portal.stored_files import attachment
from portal.uploads import UploadRoute, uploads
from portal.visitor import AnyVisitor, Visitor, may
from reports.reading.workbook_outline import workbook_outline
from rules.access import Action
from rules.content.form_problems import form_problems
from rules.content.proposal import ProposedSheet, propose_sheet
from rules.deadlines import local_day
from rules.forms import ColumnKind, Shape
from services.errors import Refused
from services.files.hand_in_files import FileRefused, UploadedFile, keep_all, why_not_taken
from services.files.store import STORE, place_of
from services.forms.unit_forms import version_of, write_form
from services.plan import office_forms

PATH = "/quan-tri/bieu-mau"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_FIELDS = 6_000  # a form of three hundred rows and sixty columns


class FormRoute(UploadRoute):
    action = Action.MAKE_FORMS
    most_fields = MOST_FIELDS


router = APIRouter(prefix=PATH, route_class=FormRoute)
SEEN = [Depends(may(Action.SEE_OFFICE))]
MADE = [Depends(may(Action.MAKE_FORMS))]
Place = Annotated[int, Query(ge=0, le=100)]
Reason = Annotated[str, Form(max_length=1_000)]
Code = Annotated[str, Form(max_length=100)]
Row = Annotated[int | None, Form(ge=1, le=100_000)]


@dataclass(frozen=True)
class OpenForm:
    row: OfficeForm
    sheets: tuple[ProposedSheet, ...]


def load(page: AnyPage, id: Id) -> OpenForm:
    """A draft or a version. Raises 404."""
    with reading(page.context.engine) as session:
        row = session.get(OfficeForm, id)
    if row is None or row.plan_code != page.context.office.plan.id:
        raise HTTPException(404)
    return OpenForm(row, office_forms.read_sheets(row))


AnyForm = Annotated[OpenForm, Depends(load)]


def load_draft(form: AnyForm) -> OpenForm:
    if form.row.version is not None:
        raise HTTPException(404)
    return form


Draft = Annotated[OpenForm, Depends(load_draft)]


@router.get("", dependencies=SEEN)
def show_forms(page: AnyPage) -> HTMLResponse:
    return _list_page(page)


def _list_page(page: Page, problem: str = "") -> HTMLResponse:
    office, today = page.context.office, local_day(page.now)
    with reading(page.context.engine) as session:
        rows = queries.versions(session, office.plan.id)
        drafts = queries.drafts(session, office.plan.id)
    codes = [code for code in office.obligations if code in office.forms or any(row.obligation == code for row in rows)]
    in_force = {code: version.form.version for code in codes if (version := version_of(office, code, today))}
    return page.render(
        "forms/list.html",
        status_code=422 if problem else 200,
        codes=codes,
        versions={code: [row for row in reversed(rows) if row.obligation == code] for code in codes},
        in_force=in_force,
        drafts=drafts,
        today=today,
        problem=problem,
        here="/quan-tri",
    )


@router.post("", dependencies=MADE)
async def take(request: Request, page: AnyPage, visitor: AnyVisitor) -> Response:
    async with request.form() as form:
        return await run_in_threadpool(_take, page, visitor, uploads(request, form))


def _take(page: Page, visitor: Visitor, files: list[UploadedFile]) -> Response:
    if not files:
        return _list_page(page, "Chưa chọn tệp. / No file was chosen.")
    office, file = page.context.office, files[0]
    if office_forms.kind_of(file.name) not in office_forms.KINDS:
        return _list_page(page, "Cần tệp Excel, ví dụ .xlsx hoặc .xls. / An Excel file is needed, .xlsx or .xls.")
    try:
        sheets = office_forms.proposed(file.stream.read(), file.name)
        (kept,) = keep_all(office.folder / STORE, [file], office.intake, None)
        with writing(page.context.engine) as session:
            row = office_forms.begin(session, office, kept.file, sheets, visitor.name, page.now)
            id = row.id
    except FileRefused as error:
        return _list_page(page, "; ".join(map(why_not_taken, error.refusals)))
    except Refused as error:
        return _list_page(page, str(error))
    return RedirectResponse(page.url(f"{PATH}/{id}"), 303)


@router.get("/{id}", dependencies=SEEN)
def show_form(page: AnyPage, visitor: AnyVisitor, form: AnyForm, trang: Place = 0) -> HTMLResponse:
    if form.row.version is not None or not visitor.may(Action.MAKE_FORMS):
        return _preview_page(page, form)
    return _draft_page(page, form, trang)


def _draft_page(page: Page, form: OpenForm, place: int, problem: str = "", *, saved: bool = False) -> HTMLResponse:
    if place >= len(form.sheets):
        raise HTTPException(404)
    return page.render(
        "forms/draft.html",
        status_code=422 if problem else 200,
        form=form.row,
        sheets=form.sheets,
        place=place,
        sheet=form.sheets[place],
        kinds=list(ColumnKind),
        shapes=list(Shape),
        edits=form_edits,
        problem=problem,
        saved=saved,
        here="/quan-tri",
    )


@router.post("/{id}", dependencies=MADE)
async def correct(request: Request, page: AnyPage, visitor: AnyVisitor, draft: Draft, trang: Place = 0) -> Response:
    async with request.form() as typed:
        return await run_in_threadpool(_correct, page, visitor, draft, trang, typed)


def _correct(page: Page, visitor: Visitor, draft: OpenForm, place: int, typed: FormData) -> Response:
    if place >= len(draft.sheets):
        raise HTTPException(404)
    _save(page, visitor, draft, place, form_edits.edited(draft.sheets[place], typed))
    if typed.get("go") == "xem":
        return RedirectResponse(page.url(f"{PATH}/{draft.row.id}/xem"), 303)
    return RedirectResponse(page.url(f"{PATH}/{draft.row.id}", trang=place or None), 303)


def _save(page: Page, visitor: Visitor, draft: OpenForm, place: int, sheet: ProposedSheet) -> None:
    sheets = [sheet if at == place else one for at, one in enumerate(draft.sheets)]
    with writing(page.context.engine) as session:
        row = office_forms.draft(session, page.context.office, draft.row.id or 0)
        if row is None:
            raise HTTPException(404)
        office_forms.save(session, row, sheets, visitor.name, page.now)


@router.post("/{id}/doc-lai", dependencies=MADE)
def read_again(
    page: AnyPage,
    visitor: AnyVisitor,
    draft: Draft,
    trang: Place = 0,
    first: Row = None,
    last: Row = None,
    end: Annotated[str, Form(max_length=10)] = "",
    shape: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """The sheet, with its head, its last row and its shape where the person says that they are."""
    if trang >= len(draft.sheets):
        raise HTTPException(404)
    head = (first, max(first, last or first)) if first else None
    chosen = Shape(shape) if shape in set(Shape) else None
    sheet = _read_sheet(page, draft, trang, head, int(end) if end.isdecimal() else None, chosen)
    if sheet is None:
        problem = "Không thấy bảng nào ở các dòng này. / No table in these rows."
        return _draft_page(page, draft, trang, problem)
    _save(page, visitor, draft, trang, sheet)
    return RedirectResponse(page.url(f"{PATH}/{draft.row.id}", trang=trang or None), 303)


def _read_sheet(
    page: Page, draft: OpenForm, place: int, head: tuple[int, int] | None, end: int | None, shape: Shape | None
) -> ProposedSheet | None:
    path = place_of(page.context.office.folder / STORE, draft.row.file_sha256)
    if not path.is_file():
        raise HTTPException(404)
    outlines, _ = workbook_outline(path.read_bytes(), office_forms.kind_of(draft.row.file_name))
    name = draft.sheets[place].form.sheet
    outline = next((one for one in outlines if one.title == name), None)
    return propose_sheet(outline, head, end, shape) if outline else None


@router.get("/{id}/xem", dependencies=SEEN)
def show_preview(page: AnyPage, form: AnyForm) -> HTMLResponse:
    return _preview_page(page, form)


def _preview_page(page: Page, form: OpenForm, problem: str = "", typed: dict[str, Any] | None = None) -> HTMLResponse:
    office = page.context.office
    return page.render(
        "forms/preview.html",
        status_code=422 if problem else 200,
        form=form.row,
        sheets=[one for one in form.sheets if one.used],
        lacking=form_problems(form.sheets),
        duties=office.plan.obligations,
        duty=office.obligations.get(form.row.obligation),
        edits=form_edits,
        typed={"obligation": form.row.obligation, "day": local_day(page.now), "reason": "", **(typed or {})},
        today=local_day(page.now),
        problem=problem,
        here="/quan-tri",
    )


@router.post("/{id}/ap-dung", dependencies=MADE)
def publish(
    request: Request,
    page: AnyPage,
    visitor: AnyVisitor,
    draft: Draft,
    obligation: Code = "",
    day: OptionalFormDay = None,
) -> Response:
    try:
        if day is None:
            raise Refused("Cần ngày áp dụng. / A day is needed.")
        with writing(page.context.engine) as session:
            row = office_forms.draft(session, page.context.office, draft.row.id or 0)
            if row is None:
                raise HTTPException(404)
            office_forms.publish(session, page.context.office, row, obligation, day, visitor.name, page.now)
    except Refused as error:
        return _preview_page(page, draft, str(error), {"obligation": obligation, "day": day})
    renew(request.app)
    return RedirectResponse(page.url(PATH), 303)


@router.post("/{id}/bo", dependencies=MADE)
def discard(page: AnyPage, visitor: AnyVisitor, draft: Draft) -> Response:
    with writing(page.context.engine) as session:
        row = office_forms.draft(session, page.context.office, draft.row.id or 0)
        if row is not None:
            office_forms.discard(session, row, visitor.name, page.now)
    return RedirectResponse(page.url(PATH), 303)


@router.post("/{id}/ban-moi", dependencies=MADE)
def begin_again(page: AnyPage, visitor: AnyVisitor, form: AnyForm) -> Response:
    """A draft of the next version."""
    if form.row.version is None:
        raise HTTPException(404)
    with writing(page.context.engine) as session:
        id = office_forms.begin_again(session, form.row.id or 0, visitor.name, page.now).id
    return RedirectResponse(page.url(f"{PATH}/{id}"), 303)


@router.post("/{id}/thoi", dependencies=MADE)
def retire(
    request: Request,
    page: AnyPage,
    visitor: AnyVisitor,
    form: AnyForm,
    day: OptionalFormDay = None,
    reason: Reason = "",
    tat_ca: Annotated[str, Form(max_length=2)] = "",
) -> Response:
    """This version, or with `tat_ca` every version of its duty: then the plan's own form counts again."""
    on, why = day or local_day(page.now), normalize("NFC", " ".join(reason.split()))
    office, row = page.context.office, form.row
    try:
        with writing(page.context.engine) as session:
            if tat_ca:
                office_forms.back_to_shipped(session, office, row.obligation, on, why, visitor.name, page.now)
            else:
                office_forms.retire(session, row.id or 0, on, why, visitor.name, page.now)
    except Refused as error:
        return _preview_page(page, form, str(error), {"day": on, "reason": why})
    renew(request.app)
    return RedirectResponse(page.url(PATH), 303)


@router.get("/{id}/tep", dependencies=SEEN)
def download(page: AnyPage, form: AnyForm) -> FileResponse:
    return attachment(page.context.office.folder, form.row.file_name, form.row.file_sha256)


@router.get("/ke-hoach/{code}", dependencies=SEEN)
def download_shipped(page: AnyPage, code: str) -> Response:
    """The form that came with the plan."""
    office = page.context.office
    form = office.forms.get(code)
    if form is None:
        raise HTTPException(404)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'Mẫu {code}.xlsx')}"}
    return Response(write_form(office, replace(form, period=""), "", ""), media_type=XLSX, headers=headers)
