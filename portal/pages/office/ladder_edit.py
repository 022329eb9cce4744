"""A ladder is changed: its steps as a table, the drawing that follows, and what would move before anything does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from models.database import reading, writing
from portal.pages.office import ladder_edits as edits
from portal.pages.office.form_edits import Typed
from portal.pages.office.ladders import EDGE, ROOM, rungs, zero
from portal.rendering import AnyPage, Page
from portal.renewal import renew
from portal.uploads import UploadRoute
from portal.visitor import AnyVisitor, may
from rules.access import Action
from rules.plan import Ladder, Text
from services.errors import Refused
from services.plan.in_force import office_now
from services.plan.ladder_change import Effect, change_ladder, preview, use_version, version_of
from services.plan.ladder_versions import known_steps
from services.templates import LONGEST_NOTE

PATH = "/quan-tri/thang"
ROW_FIELDS = 24


class LadderRoute(UploadRoute):
    action = Action.MANAGE
    most_fields = most_plain_fields = ROW_FIELDS * (edits.MOST_STEPS + 10)


router = APIRouter(prefix=PATH, route_class=LadderRoute, dependencies=[Depends(may(Action.MANAGE))])


def load(page: AnyPage, thang: str) -> Ladder:
    """As it is now, whatever this process has read before. Raises 404."""
    with reading(page.context.engine) as session:
        office = office_now(session, page.context.office)
    if thang not in office.ladders:
        raise HTTPException(404)
    return office.ladders[thang]


InUse = Annotated[Ladder, Depends(load)]


@router.get("/{thang}/sua")
def show_editor(page: AnyPage, ladder: InUse) -> HTMLResponse:
    return _editor(page, ladder, edits.CheckedLadder(ladder, edits.rows_of(ladder)))


def _editor(page: Page, ladder: Ladder, typed: edits.CheckedLadder, note: str = "") -> HTMLResponse:
    wrong = typed.problems or any(row.problems for row in typed.rows)
    return page.render(
        "ladders/edit.html",
        status_code=422 if wrong else 200,
        ladder=ladder,
        typed=typed,
        note=note,
        wrong=wrong,
        roles=edits.ROLES,
        families=edits.families(),
        messages=edits.messages_for(ladder),
        most=edits.MOST_STEPS,
        **_picture(typed.ladder),
        here="/quan-tri",
    )


def _picture(ladder: Ladder | None) -> dict[str, object]:
    drawn = rungs(ladder, {}) if ladder else []
    return {
        "drawn": drawn,
        "due": zero(drawn) if drawn else 0,
        "width": ROOM[0],
        "height": ROOM[1],
        "edge": EDGE,
    }


@router.post("/{thang}/sua")
async def edit(request: Request, page: AnyPage, ladder: InUse) -> Response:
    async with request.form() as form:
        return await run_in_threadpool(_edit, page, ladder, form)


def _edit(page: Page, ladder: Ladder, form: FormData) -> Response:
    """`go`: draw, add, drop-3, see what would move."""
    rows, used = edits.typed_rows(form), _used(page, ladder)
    go, note = Typed(form, "").text("go", 20), Typed(form, "").text("note", LONGEST_NOTE)
    if go == "add" and len(rows) < edits.MOST_STEPS:
        rows.append(edits.new_row(ladder, rows, used))
        return _editor(page, ladder, edits.CheckedLadder(ladder, rows), note)
    if go.startswith("drop-"):
        rows = [row for place, row in enumerate(rows) if f"drop-{place}" != go]
    typed = edits.checked(page.context.office, ladder, rows, used)
    if go != "see" or typed.ladder is None:
        return _editor(page, ladder, typed, note)
    return _preview_page(page, Proposed(typed.ladder, note, typed.rows))


def _used(page: Page, ladder: Ladder) -> set[str]:
    """Codes of steps: of this ladder at any time, and of every other."""
    office = page.context.office
    with reading(page.context.engine) as session:
        return {*known_steps(session, office, ladder.id), *office.step_titles}


@dataclass(frozen=True)
class Proposed:
    ladder: Ladder
    note: str
    rows: list[edits.StepRow]
    number: int | None = None  # of an older version; 0: as shipped; None: the rows are


def _preview_page(page: Page, proposed: Proposed, problem: str = "", *, again: bool = False) -> HTMLResponse:
    with writing(page.context.engine) as session:
        seen = preview(session, office_now(session, page.context.office), proposed.ladder, page.now)
    return page.render(
        "ladders/preview.html",
        status_code=422 if problem else 200,
        proposed=proposed,
        ladder=proposed.ladder,
        seen=seen,
        effects=EFFECTS,
        problem=problem,
        again=again,
        **_picture(proposed.ladder),
        here="/quan-tri",
    )


EFFECTS: dict[Effect, Text] = {
    Effect.AT_ONCE: Text("gửi ngay ở lần nhắc tới", "sent at the next look"),
    Effect.EARLIER: Text("sớm hơn", "earlier"),
    Effect.LATER: Text("muộn hơn", "later"),
    Effect.NEW: Text("thêm", "new"),
    Effect.DROPPED: Text("không gửi nữa", "not sent any more"),
    Effect.OTHERWISE: Text("cùng ngày, đổi người nhận, kênh hoặc mẫu thư", "same day, other recipients, ways or words"),
}


@router.post("/{thang}/dung")
async def look_back(request: Request, page: AnyPage, ladder: InUse) -> Response:
    """An older version, or the one shipped: what would move if it were in use again."""
    async with request.form() as form:
        number = _number(form)
    return await run_in_threadpool(_look_back, page, ladder, number)


def _number(form: FormData) -> int:
    typed = Typed(form, "").text("number", 9)
    return int(typed) if typed.isascii() and typed.isdecimal() else -1


def _look_back(page: Page, ladder: Ladder, number: int) -> Response:
    return _preview_page(page, _older(page, ladder, number))


def _older(page: Page, ladder: Ladder, number: int) -> Proposed:
    """Raises 404."""
    try:
        with reading(page.context.engine) as session:
            older = version_of(session, page.context.office, ladder.id, number)
    except Refused as refused:
        raise HTTPException(404) from refused
    return Proposed(older, "", [], number)


@router.post("/{thang}/ghi")
async def make_change(request: Request, page: AnyPage, visitor: AnyVisitor, ladder: InUse) -> Response:
    async with request.form() as form:
        return await run_in_threadpool(_make_change, request, page, visitor.name, ladder, form)


def _make_change(request: Request, page: Page, by: str, ladder: Ladder, form: FormData) -> Response:
    """Only what the preview showed: when something has changed meanwhile, a new preview is shown."""
    typed = Typed(form, "")
    if "number" in form:
        proposed = _older(page, ladder, _number(form))
    else:
        checked = edits.checked(page.context.office, ladder, edits.typed_rows(form), _used(page, ladder))
        note = typed.text("note", LONGEST_NOTE)
        if checked.ladder is None:
            return _editor(page, ladder, checked, note)
        proposed = Proposed(checked.ladder, note, checked.rows)
    try:
        done = _done(page, proposed, typed.text("seal", 64), by)
    except Refused as refused:
        return _preview_page(page, proposed, str(refused))
    if not done:
        return _preview_page(page, proposed, again=True)
    renew(request.app)
    return RedirectResponse(page.url(f"{PATH}", xong=ladder.id), 303)


def _done(page: Page, proposed: Proposed, seal: str, by: str) -> bool:
    """False where it is not what was shown. Raises Refused."""
    ladder, now = proposed.ladder, page.now
    with writing(page.context.engine) as session:
        office = office_now(session, page.context.office)
        if preview(session, office, ladder, now).seal != seal:
            return False
        if proposed.number is None:
            change_ladder(session, office, ladder, proposed.note, by, now)
        else:
            use_version(session, office, ladder.id, proposed.number, by, now)
    return True
