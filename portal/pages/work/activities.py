"""The register of activities: what units did for a duty outside its cases, added, corrected and taken back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from unicodedata import normalize

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from models.database import reading, writing
from models.queries.cases import activities as queries
from models.queries.cases.activities import ActivitySelection
from models.queries.plan.bindings import bound_to
from models.tables.activities import Activity
from portal.pages.filters import PeriodParam
from portal.pages.work.case import day_of
from portal.parameters import Id
from portal.rendering import AnyPage, Page
from portal.stored_files import attachment
from portal.uploads import UploadRoute, uploads, word
from portal.visitor import AnyVisitor, Visitor, may
from rules.access import Action
from rules.activities import LONGEST, TITLES, ActivityKind, Entry, kinds_of
from rules.deadlines import local_day
from rules.plan import Obligation
from rules.text.collation import vietnamese_key
from services.cases import activities as register
from services.cases.activities import EntryRefused
from services.files.hand_in_files import FileRefused, UploadedFile, keep_all
from services.files.store import StoredFile
from services.units import Unit, all_units, units_of
from services.views.board import years
from services.views.case_counts import Period

MOST = 500  # entries shown
FIELDS = {"unit": 40, "kind": 20, "day": 20, "people": 12, **LONGEST}


class ActivityRoute(UploadRoute):
    action = Action.RECORD_ACTIVITY


router = APIRouter(route_class=ActivityRoute)
READ = [Depends(may(Action.READ_CASES))]
RECORDED = [Depends(may(Action.RECORD_ACTIVITY))]


def read_duty(page: AnyPage, code: str) -> Obligation:
    duty = page.context.office.obligations.get(code.upper())
    if duty is None:
        raise HTTPException(404)
    return duty


def read_entry(page: AnyPage, visitor: AnyVisitor, id: Id) -> Activity:
    """Raises 404 also for those who may not read of its unit."""
    with reading(page.context.engine) as session:
        row = session.get(Activity, id)
    if row is None or not visitor.may(Action.READ_CASES, row.organisation_id):
        raise HTTPException(404)
    return row


DutyParam = Annotated[Obligation, Depends(read_duty)]
EntryParam = Annotated[Activity, Depends(read_entry)]


@dataclass(frozen=True)
class DutyCount:
    duty: Obligation
    entries: int
    units: int
    people: int


@router.get("/hoat-dong", dependencies=READ)
def show_registers(page: AnyPage, visitor: AnyVisitor, period: PeriodParam) -> HTMLResponse:
    """The duties without a case, and how much was recorded of each."""
    own = visitor.reach(Action.READ_CASES)
    with reading(page.context.engine) as session:
        selection = ActivitySelection(None, own, period.first, period.last)
        found = queries.counts(session, selection)
        of_years = years(session, page.context.office, local_day(page.now))
    duties = [item for item in page.context.office.plan.obligations if item.register]
    duties += [item for item in page.context.office.obligations.values() if _only_documents(item, found)]
    return page.render(
        "activities/activity_registers.html",
        lines=[_count(item, [one for one in found if one.obligation == item.id]) for item in duties],
        period=period,
        years=of_years,
        here="/hoat-dong",
    )


def _only_documents(duty: Obligation, found: Sequence[queries.ActivityCount]) -> bool:
    return duty.register is None and any(one.obligation == duty.id for one in found)


def _count(duty: Obligation, found: Sequence[queries.ActivityCount]) -> DutyCount:
    real = [one for one in found if one.kind != ActivityKind.NOTHING]
    units = {one.organisation_id for one in found}
    return DutyCount(duty, sum(one.entries for one in real), len(units), sum(one.people for one in real))


@router.get("/nhiem-vu/{code}/hoat-dong", dependencies=READ)
def show_register(page: AnyPage, visitor: AnyVisitor, period: PeriodParam, duty: DutyParam) -> HTMLResponse:
    return _register_page(page, visitor, duty, period)


def _register_page(
    page: Page, visitor: Visitor, duty: Obligation, period: Period, problem: str = "", **typed: str
) -> HTMLResponse:
    today = local_day(page.now)
    with reading(page.context.engine) as session:
        own = visitor.reach(Action.READ_CASES)
        selection = ActivitySelection(duty.id, own, period.first, period.last, ended=True)
        entries = queries.activities(session, selection, MOST)
        units = units_of(session, today, {row.organisation_id for row in entries})
        bound = bound_to(session, page.context.office.plan.id, duty.id)
        choices = _choices(all_units(session, today).values(), visitor, bound)
        of_years = years(session, page.context.office, today)
    return page.render(
        "activities/activities.html",
        status_code=422 if problem else 200,
        duty=duty,
        entries=[row for row in entries if row.ended_at is None],
        ended=[row for row in entries if row.ended_at is not None],
        units=units,
        choices=choices,
        bound=bound,
        kinds=kinds_of(duty.register),
        period=period,
        years=of_years,
        here=f"/nhiem-vu/{duty.id}/hoat-dong",
        **_form_facts(page, problem, typed),
    )


def _choices(units: Collection[Unit], visitor: Visitor, bound: set[int]) -> list[Unit]:
    """Whom the visitor may record for: those who are bound stand first."""
    mine = [unit for unit in units if visitor.may(Action.RECORD_ACTIVITY, unit.id) and unit.dissolved_on is None]
    return sorted(mine, key=lambda unit: (unit.id not in bound, vietnamese_key(unit.name)))


def _form_facts(page: Page, problem: str, typed: dict[str, str]) -> dict[str, Any]:
    given = {**dict.fromkeys(FIELDS, ""), "day": local_day(page.now).isoformat(), **typed}
    return {"problem": problem, "typed": given, "titles": TITLES}


@router.post("/nhiem-vu/{code}/hoat-dong", dependencies=RECORDED)
async def take(request: Request, page: AnyPage, visitor: AnyVisitor, period: PeriodParam, duty: DutyParam) -> Response:
    async with request.form() as form:
        return await run_in_threadpool(_take, page, visitor, duty, period, _typed(form), uploads(request, form))


def _typed(form: FormData) -> dict[str, str]:
    return {name: normalize("NFC", word(form, name, longest)) for name, longest in FIELDS.items()}


def _entry(typed: dict[str, str]) -> Entry:
    people = int(typed["people"]) if typed["people"].isascii() and typed["people"].isdigit() else None
    wrong = -1 if typed["people"] and people is None else people
    return Entry(typed["kind"], day_of(typed["day"]), typed["summary"], typed["number"], wrong)


def _take(
    page: Page,
    visitor: Visitor,
    duty: Obligation,
    period: Period,
    typed: dict[str, str],
    files: list[UploadedFile],
) -> Response:
    office, entry = page.context.office, _entry(typed)
    try:
        with reading(page.context.engine) as session:
            units = {unit.key: unit for unit in all_units(session, local_day(page.now)).values()}
        unit = units.get(typed["unit"])
        if unit is None or not visitor.may(Action.RECORD_ACTIVITY, unit.id):
            raise EntryRefused("unit")
        register.check(office, duty.id, entry, page.now)
        file = _kept(page, files)
        with writing(page.context.engine) as session:
            register.add(session, office, duty.id, unit.id, entry, visitor.name, page.now, file)
    except FileRefused:
        return _register_page(page, visitor, duty, period, "file", **typed)
    except EntryRefused as wrong:
        return _register_page(page, visitor, duty, period, wrong.problem, **typed)
    assert entry.on_day is not None
    return RedirectResponse(page.url(f"/nhiem-vu/{duty.id}/hoat-dong", nam=entry.on_day.year), 303)


def _kept(page: Page, files: list[UploadedFile]) -> StoredFile | None:
    """Raises FileRefused."""
    office = page.context.office
    return keep_all(office.folder / "files", files[:1], office.intake, None)[0].file if files else None


@router.get("/hoat-dong/{id}", dependencies=RECORDED)
def show_entry(page: AnyPage, visitor: AnyVisitor, entry: EntryParam) -> HTMLResponse:
    day = entry.on_day.isoformat()
    people = str(entry.people or "")
    typed = {"kind": entry.kind, "day": day, "number": entry.document_number, "summary": entry.summary}
    return _entry_page(page, visitor, entry, **typed, people=people)


def _entry_page(page: Page, visitor: Visitor, entry: Activity, problem: str = "", **typed: str) -> HTMLResponse:
    duty = page.context.office.obligations.get(entry.obligation)
    if duty is None or not visitor.may(Action.RECORD_ACTIVITY, entry.organisation_id):
        raise HTTPException(404)
    with reading(page.context.engine) as session:
        units = units_of(session, local_day(page.now), {entry.organisation_id})
    return page.render(
        "activities/activity.html",
        status_code=422 if problem else 200,
        entry=entry,
        duty=duty,
        unit=units[entry.organisation_id],
        kinds=kinds_of(duty.register),
        here="/hoat-dong",
        **_form_facts(page, problem, typed),
    )


@router.post("/hoat-dong/{id}", dependencies=RECORDED)
async def correct(request: Request, page: AnyPage, visitor: AnyVisitor, entry: EntryParam) -> Response:
    async with request.form() as form:
        return await run_in_threadpool(_correct, page, visitor, entry, _typed(form), uploads(request, form))


def _correct(
    page: Page, visitor: Visitor, entry: Activity, typed: dict[str, str], files: list[UploadedFile]
) -> Response:
    if not visitor.may(Action.RECORD_ACTIVITY, entry.organisation_id):
        raise HTTPException(404)
    office, changed = page.context.office, _entry(typed)
    try:
        register.check(office, entry.obligation, changed, page.now)
        file = _kept(page, files)
        with writing(page.context.engine) as session:
            register.correct(session, office, entry.id or 0, changed, visitor.name, page.now, file)
    except FileRefused:
        return _entry_page(page, visitor, entry, "file", **typed)
    except EntryRefused as wrong:
        return _entry_page(page, visitor, entry, wrong.problem, **typed)
    assert changed.on_day is not None
    return _back(page, entry, changed.on_day.year)


@router.post("/hoat-dong/{id}/rut", dependencies=RECORDED)
async def withdraw(request: Request, page: AnyPage, visitor: AnyVisitor, entry: EntryParam) -> Response:
    async with request.form() as form:
        return await run_in_threadpool(_withdraw, page, visitor, entry, _typed(form))


def _withdraw(page: Page, visitor: Visitor, entry: Activity, typed: dict[str, str]) -> Response:
    if not visitor.may(Action.RECORD_ACTIVITY, entry.organisation_id):
        raise HTTPException(404)
    try:
        with writing(page.context.engine) as session:
            register.take_back(session, entry.id or 0, typed["reason"], visitor.name, page.now)
    except EntryRefused as wrong:
        return _entry_page(page, visitor, entry, wrong.problem, **{**typed, "day": entry.on_day.isoformat()})
    return _back(page, entry, entry.on_day.year)


def _back(page: Page, entry: Activity, year: int) -> RedirectResponse:
    return RedirectResponse(page.url(f"/nhiem-vu/{entry.obligation}/hoat-dong", nam=year), 303)


@router.get("/hoat-dong/{id}/tep", dependencies=READ)
def download(page: AnyPage, entry: EntryParam) -> FileResponse:
    if not entry.file_sha256:
        raise HTTPException(404)
    return attachment(page.context.office.folder, entry.file_name, entry.file_sha256)
