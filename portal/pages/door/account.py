"""The account page: one's own sessions, password and channels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from models.database import reading, writing
from models.tables.people import Person
from portal.parameters import Id
from portal.rendering import AnyPage, Page
from portal.visitor import AnyVisitor, Visitor, may
from rules.access import SHORTEST_PASSWORD, Action
from rules.channels import LINKED, entered_kinds
from rules.deadlines import local_day
from services.access import passwords
from services.access import sessions as access
from services.access.passwords import WeakPassword, WrongCode
from services.calendar import feeds as calendar_feed
from services.errors import Refused
from services.outbox import opt_out
from services.people.contacts import contacts_of, enter
from services.units import units_of
from services.zalo import links

router = APIRouter(prefix="/tai-khoan", dependencies=[Depends(may(Action.OWN_ACCOUNT))])

BOT, ACCOUNT = "bot", "oa"  # what a channel reaches people by
FRESH = timedelta(minutes=30)  # how recent a sign-in must be to change how one signs in

Secret = Annotated[str, Form(max_length=1000)]
Word = Annotated[str, Form(max_length=200)]


@router.get("")
def show_account(page: AnyPage, visitor: AnyVisitor) -> HTMLResponse:
    return _account_page(page, visitor)


def _account_page(
    page: Page, visitor: Visitor, code: str = "", problem: str = "", typed: Mapping[str, str] = MappingProxyType({})
) -> HTMLResponse:
    """`code`: for the bot, shown this once. `typed`: an address that was refused, by its kind."""
    person, family, by = visitor.known.person_id, _zalo_family(page), _linked_by(page)
    office, kinds = page.context.office, entered_kinds(page.context.office.channels)
    with reading(page.context.engine) as session:
        linked = max(filter(None, (links.linked_since(session, person, kind) for kind in by)), default=None)
        stopped, contacts = opt_out.stopped(session, person), contacts_of(session, person, kinds)
        sessions = access.sessions_of(session, visitor.known.person_id, page.now)
        feeds = calendar_feed.feeds_of(session, office, visitor.known.person_id)
        secured = passwords.has_password(session, visitor.known.person_id)
        own = {item.organisation_id for item in visitor.holdings if item.organisation_id}
        units = units_of(session, local_day(page.now), own)
    holdings = [(item.role, units[item.organisation_id] if item.organisation_id else None) for item in visitor.holdings]
    return page.render(
        "door/account.html",
        status_code=422 if problem else 200,
        problem=problem,
        kinds=kinds,
        contacts={**contacts, **typed},
        families={one: title for one, title in opt_out.refusable(office).items() if one != family},
        sessions=sessions,
        present=visitor.known.session_id,
        secured=secured,
        zalo=family,
        by_bot=BOT in by,
        may_link=bool(by),
        linked=linked,
        stopped=stopped,
        code=code,
        bot_name=page.context.bot_name,
        feeds=feeds,
        own=[units[item] for item in sorted(visitor.reach(Action.HAND_IN) or ()) if item in units],
        holdings=sorted(holdings, key=lambda item: item[0].value),
        here="/tai-khoan",
    )


def _zalo_family(page: Page) -> str:
    """Empty: there is no channel of Zalo."""
    channels = page.context.office.channels
    return next((one.family for one in channels if one.by_template or one.reaches_by in LINKED), "")


def _linked_by(page: Page) -> list[str]:
    """Where a code can be sent to: the bot, or an Official Account whose webhook tells us what people write."""
    channels = page.context.office.channels
    heard = page.context.hears_account and any(one.by_template for one in channels)
    return [*([BOT] if any(one.reaches_by == BOT for one in channels) else []), *([ACCOUNT] if heard else [])]


@router.post("/phien/{id}/thu-hoi")
def end_session(page: AnyPage, visitor: AnyVisitor, id: Id) -> RedirectResponse:
    with writing(page.context.engine) as session:
        if not access.revoke(session, visitor.known, id, page.now):
            raise HTTPException(404)
    return RedirectResponse(page.url("/tai-khoan"), 303)


@router.post("/phien/thu-hoi-khac")
def end_other_sessions(page: AnyPage, visitor: AnyVisitor) -> RedirectResponse:
    with writing(page.context.engine) as session:
        access.revoke_others(session, visitor.known, page.now)
    return RedirectResponse(page.url("/tai-khoan"), 303)


@router.post("/zalo/ma")
def offer_code(page: AnyPage, visitor: AnyVisitor) -> HTMLResponse:
    """Not by a redirect: the code stands in no address, and is shown once."""
    if not _linked_by(page):
        raise HTTPException(404)
    with writing(page.context.engine) as session:
        code = links.offer_code(session, page.context.office, visitor.known.person_id, page.now)
    return _account_page(page, visitor, f"{code[:3]} {code[3:]}")


@router.post("/zalo/huy")
def end_link(page: AnyPage, visitor: AnyVisitor) -> RedirectResponse:
    with writing(page.context.engine) as session:
        links.unlink_person(session, visitor.known.person_id, page.now, visitor.name)
    return RedirectResponse(page.url("/tai-khoan"), 303)


@router.post("/kenh/{family}/dung")
def stop_nudges(page: AnyPage, visitor: AnyVisitor, family: str) -> RedirectResponse:
    return _change_wish(page, visitor, family, opt_out.stop)


@router.post("/kenh/{family}/nhan-lai")
def ask_for_nudges_again(page: AnyPage, visitor: AnyVisitor, family: str) -> RedirectResponse:
    return _change_wish(page, visitor, family, opt_out.start_again)


def _change_wish(page: Page, visitor: Visitor, family: str, change: Callable[..., bool]) -> RedirectResponse:
    if family not in opt_out.refusable(page.context.office):
        raise HTTPException(404)
    with writing(page.context.engine) as session:
        change(session, visitor.known.person_id, family, page.now, visitor.name, "portal")
    return RedirectResponse(page.url("/tai-khoan"), 303)


@router.post("/dia-chi")
def enter_address(page: AnyPage, visitor: AnyVisitor, kind: Word = "", address: Word = "") -> Response:
    """One's own, of a kind some channel asks for; empty: none any more."""
    kinds, address = entered_kinds(page.context.office.channels), address.strip()
    if kind not in kinds:
        raise HTTPException(404)
    try:
        with writing(page.context.engine) as session:
            own = session.get_one(Person, visitor.known.person_id)
            enter(session, own, {kind: address}, kinds, visitor.name, page.now)
    except Refused as refused:
        return _account_page(page, visitor, problem=str(refused), typed={kind: address})
    return RedirectResponse(page.url("/tai-khoan"), 303)


@router.get("/mat-khau")
def show_password(page: AnyPage, visitor: AnyVisitor) -> HTMLResponse:
    return _password_page(page, visitor)


def _password_page(page: Page, visitor: Visitor, sealed: str = "", problem: str = "") -> HTMLResponse:
    office = page.context.office
    secret = passwords.offered_again(office, sealed) if sealed else None
    if secret is None:
        secret, sealed = passwords.offered_secret(office)
    return page.render(
        "door/password.html",
        status_code=422 if problem else 200,
        fresh=_fresh(page, visitor),
        secret=secret,
        sealed=sealed,
        otpauth=passwords.otpauth(office, secret, visitor.known.email),
        problem=problem,
        shortest=SHORTEST_PASSWORD,
        here="/tai-khoan",
    )


def _fresh(page: Page, visitor: Visitor) -> bool:
    return page.now - visitor.known.entered_at < FRESH


@router.post("/mat-khau")
def set_password(
    page: AnyPage,
    visitor: AnyVisitor,
    password: Secret = "",
    again: Secret = "",
    code: Secret = "",
    sealed: Secret = "",
) -> Response:
    if not _fresh(page, visitor):
        raise HTTPException(403)
    if password != again:
        return _password_page(page, visitor, sealed, "differ")
    try:
        with writing(page.context.engine) as session:
            passwords.set_password(session, page.context.office, visitor.known, password, sealed, code, page.now)
    except WeakPassword as weak:
        return _password_page(page, visitor, sealed, weak.problem)
    except WrongCode:
        return _password_page(page, visitor, sealed, "code")
    return RedirectResponse(page.url("/tai-khoan", xong="mat-khau"), 303)
