"""The account page: one's own sessions, password and channels."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from models.database import reading, writing
from portal.parameters import Id
from portal.rendering import AnyPage, Page
from portal.visitor import AnyVisitor, Visitor, may
from rules.access import SHORTEST_PASSWORD, Action
from rules.deadlines import local_day
from services.access import passwords
from services.access import sessions as access
from services.access.passwords import WeakPassword, WrongCode
from services.calendar import feeds as calendar_feed
from services.outbox import opt_out
from services.units import units_of
from services.zalo import links

router = APIRouter(prefix="/tai-khoan", dependencies=[Depends(may(Action.OWN_ACCOUNT))])

BOT, ACCOUNT = "bot", "oa"  # what a channel reaches people by
PRIVATE = (BOT, ACCOUNT, "phone")
FRESH = timedelta(minutes=30)  # how recent a sign-in must be to change how one signs in

Secret = Annotated[str, Form(max_length=1000)]


@router.get("")
def show_account(page: AnyPage, visitor: AnyVisitor) -> HTMLResponse:
    return _account_page(page, visitor)


def _account_page(page: Page, visitor: Visitor, code: str = "") -> HTMLResponse:
    """`code`: for the bot, shown this once."""
    person, family, by = visitor.known.person_id, _family(page), _linked_by(page)
    with reading(page.context.engine) as session:
        linked = max(filter(None, (links.linked_since(session, person, kind) for kind in by)), default=None)
        stopped = opt_out.stopped_since(session, person, family) if family else None
        sessions = access.sessions_of(session, visitor.known.person_id, page.now)
        feeds = calendar_feed.feeds_of(session, page.context.office, visitor.known.person_id)
        secured = passwords.has_password(session, visitor.known.person_id)
        own = {item.organisation_id for item in visitor.holdings if item.organisation_id}
        units = units_of(session, local_day(page.now), own)
    holdings = [(item.role, units[item.organisation_id] if item.organisation_id else None) for item in visitor.holdings]
    return page.render(
        "door/account.html",
        sessions=sessions,
        present=visitor.known.session_id,
        secured=secured,
        nudged=bool(family),
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


def _family(page: Page) -> str:
    """Of the channels that reach a person's own telephone; empty: there are none."""
    return next(
        (
            channel.family
            for channel in page.context.office.channels
            if channel.reaches_by in PRIVATE and not channel.guaranteed
        ),
        "",
    )


def _linked_by(page: Page) -> list[str]:
    """Where a code can be sent to: the bot, or an Official Account whose webhook tells us what people write."""
    addresses = {channel.reaches_by for channel in page.context.office.channels}
    heard = page.context.hears_account and addresses & {ACCOUNT, "phone"}
    return [*([BOT] if BOT in addresses else []), *([ACCOUNT] if heard else [])]


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


@router.post("/zalo/dung")
def stop_nudges(page: AnyPage, visitor: AnyVisitor) -> RedirectResponse:
    family = _family(page)
    if not family:
        raise HTTPException(404)
    with writing(page.context.engine) as session:
        opt_out.stop(session, visitor.known.person_id, family, page.now, visitor.name, "portal")
    return RedirectResponse(page.url("/tai-khoan"), 303)


@router.post("/zalo/nhan-lai")
def ask_for_nudges_again(page: AnyPage, visitor: AnyVisitor) -> RedirectResponse:
    family = _family(page)
    if not family:
        raise HTTPException(404)
    with writing(page.context.engine) as session:
        opt_out.start_again(session, visitor.known.person_id, family, page.now, visitor.name, "portal")
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
