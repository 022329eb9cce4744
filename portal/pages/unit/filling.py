"""What happens on the page of a table that is filled in, whichever door somebody came by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from models.database import reading, writing
from portal.pages.unit.hand_in import LONGEST, arrival_of
from portal.pages.work.case import day_of
from portal.rendering import Page
from portal.table_fields import NUMBER, ORDER, after_order, rows_from, sheets_of
from portal.uploads import word
from rules.content.drafts import LONGEST_CELL, MOST_ROWS, Rows, counted_rows, is_empty, merge_drafts, proposals_left
from rules.deadlines import local_day
from rules.forms import SheetForm
from services.access.links import LinkInvalid
from services.cases.hand_in import HandIn
from services.content.draft_check import DraftCheck, check_draft
from services.content.filling import Draft, DraftConflict, Place, draft_for, save, workbook_of
from services.content.rows import keep_rows_of
from services.errors import Refused
from services.files.hand_in_files import FileRefused, UploadedFile, keep_all
from services.forms.content_check import TableCheck

SEND, SEND_ALL_THE_SAME = "gui", "van-gui"
EMPTY = {"number": "", "day": "", "note": ""}


@dataclass(frozen=True)
class Door:
    """Who fills in what, and how it is handed in."""

    table: TableCheck
    place: Place
    by: str
    title: str
    address: str  # of the page itself
    back: str
    needs_note: bool  # an answer to a return says what was mended
    send: Callable[[HandIn], str]  # returns the address that is shown then
    form_key: str | None = None  # where there is no session

    @property
    def form(self) -> SheetForm:
        return self.table.form


def wants_json(request: Request) -> bool:
    return request.headers.get("Accept") == "application/json"


def show(page: Page, door: Door) -> HTMLResponse:
    with reading(page.context.engine) as session:
        draft = draft_for(session, page.context.office, door.form, door.place)
    return _render(page, door, draft)


def take(page: Page, door: Door, fields: FormData, *, as_json: bool) -> Response:
    """The draft is saved whatever else was asked for. Raises what `door.send` raises, but for Refused."""
    order = word(fields, ORDER, 20)
    rows = after_order(door.form, rows_from(door.form, fields), order, door.place.unit_name)
    typed = {name: word(fields, name, longest) for name, longest in LONGEST.items()}
    seen = word(fields, NUMBER, 9)
    number = int(seen) if seen.isascii() and seen.isdigit() else 0
    try:
        with writing(page.context.engine) as session:
            draft = save(session, door.form, door.place, number, rows, door.by, page.now)
    except DraftConflict as conflict:
        return _conflict(page, door, rows, conflict.current, typed, as_json=as_json)
    except Refused:
        return _render(page, door, Draft(rows, number), problem="long", **typed)
    if as_json:
        return JSONResponse(_as_json(page, door, draft))
    if order in (SEND, SEND_ALL_THE_SAME):
        return _send(page, door, draft, typed, anyway=order == SEND_ALL_THE_SAME)
    return RedirectResponse(page.url(door.address) + _anchor(order), 303)


def _anchor(order: str) -> str:
    name, _, at = order.partition(".")
    if name == "them":
        return f"#them-{at}"
    return f"#dong-{int(at) + (1 if name == 'xuong' else -1)}" if name in ("len", "xuong") and at.isdecimal() else ""


def _conflict(page: Page, door: Door, mine: Rows, current: Draft, typed: dict[str, str], *, as_json: bool) -> Response:
    if as_json:
        return JSONResponse({"conflict": current.changed_by}, 409)
    rows, clashes = merge_drafts(door.form, mine, current.rows, current.changed_by)
    merged = Draft(rows, current.number, current.changed_at, current.changed_by)
    return _render(page, door, merged, problem="conflict", clashes=clashes, **typed)


def _send(page: Page, door: Door, draft: Draft, typed: dict[str, str], *, anyway: bool) -> Response:
    check = check_draft(door.table, draft.rows)
    if problem := _problem(page, door, draft.rows, typed):
        return _render(page, door, draft, problem=problem, **typed)
    if not anyway and (check.count or proposals_left(draft.rows)):
        return _render(page, door, draft, problem="findings", **typed)
    office = page.context.office
    book = workbook_of(office, door.form, door.place, draft.rows)
    upload = UploadedFile(book.name, BytesIO(book.content))
    sent = {**typed, "note": " ".join(filter(None, (typed["note"], book.note)))}
    try:
        kept = keep_all(office.folder / "files", [upload], office.intake, door.table)
        address = door.send(arrival_of(page, sent, kept, door.by))
    except LinkInvalid:
        raise
    except (FileRefused, Refused):
        return _render(page, door, draft, problem="closed", **typed)
    keep_rows_of(page.context.engine, office, door.place.case_id, page.now)
    return RedirectResponse(page.url(address), 303)


def _problem(page: Page, door: Door, rows: Rows, typed: dict[str, str]) -> str:
    if all(is_empty(door.form, row) for row in counted_rows(door.form, rows)):
        return "none"
    if door.needs_note and not typed["note"]:
        return "note"
    day = day_of(typed["day"])
    if typed["day"] and day is None:
        return "day"
    return "future" if day and day > local_day(page.now) else ""


def _render(page: Page, door: Door, draft: Draft, **extra: Any) -> HTMLResponse:
    facts: dict[str, Any] = {**EMPTY, "problem": "", "clashes": (), **extra}
    problem = facts["problem"]
    check = check_draft(door.table, draft.rows) if problem != "long" else DraftCheck()
    own_key = {} if door.form_key is None else {"form_key": door.form_key}
    return page.render(
        "unit/fill_in.html",
        status_code=409 if problem == "conflict" else 422 if problem else 200,
        door=door,
        draft=draft,
        sheets=sheets_of(door.form, draft.rows),
        check=check,
        proposals=proposals_left(draft.rows),
        longest=LONGEST_CELL,
        most_rows=MOST_ROWS,
        here="",
        **own_key,
        **facts,
    )


def _as_json(page: Page, door: Door, draft: Draft) -> dict[str, Any]:
    """Each finding with its row and the place of its column among those that are filled in; None: the row."""
    check = check_draft(door.table, draft.rows)
    ids = [[column.id for column in sheet.columns] for sheet in sheets_of(door.form, draft.rows)]
    cells = [
        [row, own.index(column) if column in own else None, "; ".join(map(page_text(page), texts))]
        for (row, column), texts in check.cells.items()
        for own in (ids[draft.rows[row].sheet],)
    ]
    return {"number": draft.number, "cells": cells, "whole": list(map(page_text(page), check.whole))}


def page_text(page: Page) -> Callable[..., str]:
    return lambda text: text.vi if page.language == "vi" or not text.en else text.en
