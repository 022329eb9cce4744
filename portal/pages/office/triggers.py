"""Documents the plan waits for: which exist, and that one was issued; what opens with it is shown before it does."""

from __future__ import annotations

from datetime import date
from typing import Any
from unicodedata import normalize

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from models.database import reading, writing
from models.queries.plan import triggers as queries
from portal.pages.work.case import day_of
from portal.parameters import Id
from portal.rendering import AnyPage, Page
from portal.renewal import renew
from portal.stored_files import attachment
from portal.uploads import UploadRoute, uploads, word
from portal.visitor import AnyVisitor, Visitor, may
from rules.access import Action
from rules.deadlines import local_day
from services.cases.triggers import Effects, Issued, preview, record_issue
from services.errors import Refused
from services.files.hand_in_files import FileRefused, UploadedFile, keep_all
from services.plan.triggers import in_effect, newest

PATH = "/quan-tri/ke-hoach/dieu-kien"
LONGEST = {"trigger": 60, "on": 20, "number": 100, "reason": 1_000, "seal": 64}


class TriggerRoute(UploadRoute):
    action = Action.RECORD_TRIGGER


router = APIRouter(prefix=PATH, route_class=TriggerRoute)
SEEN = [Depends(may(Action.SEE_OFFICE))]
RECORDED = [Depends(may(Action.RECORD_TRIGGER))]


@router.get("", dependencies=SEEN)
def show_triggers(page: AnyPage) -> HTMLResponse:
    return _list_page(page)


def _list_page(page: Page, problem: str = "", **typed: str) -> HTMLResponse:
    plan = page.context.office.plan
    with reading(page.context.engine) as session:
        records = queries.records(session, plan.id)
        triggers = in_effect(session, plan).triggers
    waiting = {one: item for item in plan.obligations for one in item.conditions}
    facts: dict[str, Any] = {"typed": {**dict.fromkeys(LONGEST, ""), **typed}, "problem": problem}
    return page.render(
        "office/triggers.html",
        status_code=422 if problem else 200,
        triggers=[one for one in triggers if one.id not in {item.id for item in plan.obligations}],
        documents=[(code, plan.obligation(code)) for item in plan.obligations for code in item.waits_for],
        dependents={one: [item for item in plan.obligations if one in item.conditions] for one in waiting},
        fired={one.id: one.fired_on for one in triggers},
        records=records,
        newest=newest(records),
        today=local_day(page.now),
        here="/quan-tri",
        **facts,
    )


@router.post("/xem-truoc", dependencies=RECORDED)
async def show_effects(request: Request, page: AnyPage) -> Response:
    async with request.form() as form:
        return await run_in_threadpool(_show_effects, page, _typed(form))


def _typed(form: FormData) -> dict[str, str]:
    return {name: normalize("NFC", word(form, name, longest)) for name, longest in LONGEST.items()}


def _issued(typed: dict[str, str]) -> Issued:
    """Raises Refused for a day that is none; an empty one takes the record back."""
    day: date | None = day_of(typed["on"])
    if typed["on"] and day is None:
        raise Refused("Ngày ban hành chưa đúng. / The day of issue is no date.")
    return Issued(typed["trigger"], day, typed["number"], typed["reason"])


def _show_effects(page: Page, typed: dict[str, str], *, again: bool = False, refused: str = "") -> Response:
    try:
        issued = _issued(typed)
        with writing(page.context.engine) as session:
            effects = preview(session, page.context.office, issued, page.now)
    except Refused as error:
        return _list_page(page, str(error), **typed)
    return _effects_page(page, issued, effects, again=again, refused=refused)


def _effects_page(page: Page, issued: Issued, effects: Effects, *, again: bool, refused: str) -> HTMLResponse:
    plan = page.context.office.plan
    return page.render(
        "office/trigger_preview.html",
        status_code=422 if refused else 200,
        issued=issued,
        effects=effects,
        duties={one.code: plan.obligation(one.code) for one in effects.effects},
        again=again,
        refused=refused,
        here="/quan-tri",
    )


@router.post("/ghi", dependencies=RECORDED)
async def take(request: Request, page: AnyPage, visitor: AnyVisitor) -> Response:
    async with request.form() as form:
        return await run_in_threadpool(_take, request, page, visitor, _typed(form), uploads(request, form))


def _take(request: Request, page: Page, visitor: Visitor, typed: dict[str, str], files: list[UploadedFile]) -> Response:
    """Only what the preview showed: when something has changed meanwhile, a new preview is shown."""
    office = page.context.office
    try:
        issued = _issued(typed)
        kept = keep_all(office.folder / "files", files[:1], office.intake, None) if files else []
        issued = Issued(issued.trigger, issued.on, issued.number, issued.reason, kept[0].file if kept else None)
        with writing(page.context.engine) as session:
            seen = preview(session, office, issued, page.now)
            if seen.seal == typed["seal"]:
                record_issue(session, office, issued, visitor.name, page.now)
    except FileRefused:
        return _show_effects(page, typed, refused="file")
    except Refused as error:
        return _list_page(page, str(error), **typed)
    if seen.seal != typed["seal"]:
        return _show_effects(page, typed, again=True)
    renew(request.app)
    return RedirectResponse(page.url(PATH), 303)


@router.get("/{id}/tep", dependencies=SEEN)
def download(page: AnyPage, id: Id) -> FileResponse:
    with reading(page.context.engine) as session:
        record = next((one for one in queries.records(session, page.context.office.plan.id) if one.id == id), None)
    if record is None or not record.file_sha256:
        raise HTTPException(404)
    return attachment(page.context.office.folder, record.file_name, record.file_sha256)
