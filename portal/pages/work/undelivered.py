"""Undelivered messages, addresses that do not work, and the state of each channel."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from models.database import reading, writing
from models.queries.cases import worklist as worklist_queries
from portal.pages.work.index import ChosenRows, Done, Word, Words, acted, ids, one_by_one, tidy, work_page
from portal.parameters import LARGEST_ID, Id
from portal.rendering import AnyPage, Page
from portal.visitor import AnyVisitor, Visitor, may
from rules.access import Action
from rules.channels import LINKED
from rules.deadlines import local_day
from services.delivery import undelivered
from services.errors import Refused
from services.outbox import address_health, gate
from services.people import correct_address
from services.views import worklist

router = APIRouter(prefix="/viec", dependencies=[Depends(may(Action.TEND))])

A_PAGE = 200


# --- what nobody could deliver ----------------------------------------------------------------------------------------


@router.get("/chua-gui")
def show_undelivered(page: AnyPage, xong: Done = 0) -> HTMLResponse:
    return _undelivered(page, count=xong)


def _undelivered(page: Page, **extra: object) -> HTMLResponse:
    with reading(page.context.engine) as session:
        items = undelivered.undelivered(session, page.now)
        posts = worklist_queries.posts_of_people(session, [item.person_id for item in items], local_day(page.now))
        entries = worklist_queries.last_done(session, ["message.give_up"], 10)
        given_up = undelivered.still_given_up(session, entries)
    facts = {"chosen": [], "reason": "", "viec": "", **extra}
    more = max(len(items) - A_PAGE, 0)
    return work_page(
        page,
        "work/undelivered.html",
        items=items[:A_PAGE],
        more=more,
        posts=posts,
        given_up=given_up,
        **facts,  # type: ignore[arg-type]
    )


@router.post("/chua-gui")
def decide_undelivered(
    page: AnyPage, visitor: AnyVisitor, chon: ChosenRows = None, viec: Word = "", reason: Words = ""
) -> Response:
    if viec not in ("retry", "give_up", "bring_back"):
        raise HTTPException(422)
    chosen, reason = ids(chon), tidy(reason)
    with reading(page.context.engine) as session:
        names = {item.id: item.person for item in undelivered.undelivered(session, page.now)}

    def act(session: Session, id: int) -> None:
        if viec == "retry":
            undelivered.retry(session, id, visitor.name, page.now)
        elif viec == "give_up":
            undelivered.give_up(session, id, visitor.name, reason, page.now)
        else:
            undelivered.bring_back(session, id, visitor.name, page.now)

    problems = one_by_one(page, chosen, lambda id: names.get(id, ""), act)
    if problems:
        extra = {"chosen": chosen, "reason": reason, "viec": viec, "count": len(chosen) - len(problems)}
        return _undelivered(page, problems=problems, **extra)
    return acted(page, "/viec/chua-gui", len(chosen))


# --- addresses that do not work ---------------------------------------------------------------------------------------


@router.get("/dia-chi")
def show_addresses(page: AnyPage, visitor: AnyVisitor, xong: Done = 0) -> HTMLResponse:
    return _addresses(page, visitor, count=xong)


def _addresses(page: Page, visitor: Visitor, **extra: object) -> HTMLResponse:
    with reading(page.context.engine) as session:
        items = worklist.bad_addresses(session, page.now)
        correctable = correct_address.correctable(session, visitor, {item.row.person_id for item in items}, page.now)
    kinds = {one.name: one.reaches_by for one in page.context.office.channels if one.reaches_by not in LINKED}
    facts = {"open_id": 0, "typed": "", "kinds": kinds, **extra}
    return work_page(page, "work/addresses.html", items=items, correctable=correctable, **facts)  # type: ignore[arg-type]


@router.post("/dia-chi/{address}/dung-lai")
def revive(page: AnyPage, visitor: AnyVisitor, address: Id) -> Response:
    try:
        with writing(page.context.engine) as session:
            address_health.revive_by_id(session, address, visitor.name, page.now)
    except Refused as error:
        return _addresses(page, visitor, problems=[("", error)])
    return acted(page, "/viec/dia-chi", 1)


@router.post("/dia-chi/{address}/sua")
def correct(
    page: AnyPage,
    visitor: AnyVisitor,
    address: Id,
    person: Annotated[int, Form(gt=0, le=LARGEST_ID)] = 1,
    moi: Word = "",
) -> Response:
    try:
        with writing(page.context.engine) as session:
            correct_address.correct(session, visitor, address, person, tidy(moi), visitor.name, page.now)
    except Refused as error:
        return _addresses(page, visitor, problems=[("", error)], open_id=address, typed=tidy(moi))
    return acted(page, "/viec/dia-chi", 1)


# --- channels ---------------------------------------------------------------------------------------------------------


@router.get("/kenh")
def show_channels(page: AnyPage, xong: Done = 0) -> HTMLResponse:
    return _channels(page, count=xong)


def _channels(page: Page, **extra: object) -> HTMLResponse:
    with reading(page.context.engine) as session:
        channels = worklist.channels(session, page.context.office, page.now)
        events = worklist_queries.unmatched_events(session, A_PAGE)
    return work_page(page, "work/channels.html", channels=channels, events=events, **extra)  # type: ignore[arg-type]


@router.post("/kenh/{channel}/chay-lai")
def resume(page: AnyPage, visitor: AnyVisitor, channel: str) -> Response:
    try:
        with writing(page.context.engine) as session:
            gate.resume(session, channel, visitor.name, page.now)
    except Refused as error:
        return _channels(page, problems=[("", error)])
    return acted(page, "/viec/kenh", 1)


@router.post("/kenh-bien-nhan")
def see_events(page: AnyPage, visitor: AnyVisitor, den: Annotated[int, Form(ge=0, le=LARGEST_ID)] = 0) -> Response:
    """Those up to the last one the page showed."""
    with writing(page.context.engine) as session:
        seen = worklist.see_events(session, den, visitor.name, page.now)
    return acted(page, "/viec/kenh", min(seen, 10_000))
