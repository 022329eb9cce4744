"""Sign-in: by a link in a mail, a password with a code, the identity provider or, in a demonstration, from a list."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from models.database import reading, writing
from portal import oidc
from portal.context import PortalContext, Provider
from portal.cookies import Cookie, give, read, take
from portal.parameters import FormId
from portal.rendering import AnyPage, Page
from portal.sign_in_mails import on_its_way
from portal.visitor import AnyCaller, AnyVisitor, Visitor, may
from rules.access import EVERYWHERE, Action, Role
from rules.deadlines import local_day
from services.access import examples as access_examples
from services.access import identity_provider, links, passwords, sessions
from services.access.links import LinkInvalid, Purpose
from services.access.throttle import TooSoon, count_try
from services.delivery.dispatch import dispatch
from services.errors import Refused
from services.seals import kept
from services.units import all_units

router = APIRouter()

MAIL = re.compile(r"[^@\s<>,;]{1,64}@[^@\s<>,;]{1,190}")
INSIDE = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")  # an address of ours; «//else.where» would lead away
AT_ONCE = (Purpose.SIGN_IN.value, Purpose.INVITATION.value)
MOST_AT_ONCE = 20

Word = Annotated[str, Form(max_length=300)]
Then = Annotated[str, Form(max_length=2000)]


def inside(path: str) -> str:
    return path if INSIDE.fullmatch(path) and not path.startswith(("/dang-nhap", "/vao/")) else "/"


def sign_in_page(page: Page, then: str, status_code: int = 200, **extra: object) -> HTMLResponse:
    """`extra`: what went wrong, and what was typed before."""
    facts = {"problem": "", "email": "", "minutes": 0, **extra}
    return page.render(
        "door/sign_in.html",
        status_code=status_code,
        then=then,
        outside=page.context.provider is not None,
        examples=_examples(page),
        here="",
        **facts,
    )


def _examples(page: Page) -> list[tuple[str, list[tuple[int, str]]]]:
    """(unit, [(person id, label)]); empty where this is no demonstration."""
    if not page.context.demo:
        return []
    with reading(page.context.engine) as session:
        people = access_examples.example_people(session, page.now)
        units = all_units(session, local_day(page.now)) if people else {}
    groups: dict[str, list[tuple[int, str]]] = {}
    for row in people:
        unit = units.get(row.organisation_id or 0)
        group = "" if Role(row.role) in EVERYWHERE or unit is None else unit.name
        name = row.name.removesuffix(" (ví dụ)")
        label = " · ".join(part for part in (unit.abbreviation if unit and group else "", row.title, name) if part)
        groups.setdefault(group, []).append((row.person_id, label))
    return list(groups.items())


@router.get("/dang-nhap")
def show_sign_in(page: AnyPage, tiep: str = "/") -> Response:
    if page.visitor is not None:
        return RedirectResponse(page.url(inside(tiep)), 303)
    return sign_in_page(page, inside(tiep))


# --- by a link ------------------------------------------------------------------------------------------------------


@router.post("/dang-nhap/lien-ket")
def ask_for_link(
    page: AnyPage, caller: AnyCaller, later: BackgroundTasks, email: Word = "", tiep: Then = "/"
) -> HTMLResponse:
    """Says the same whether or not somebody has this address."""
    email, then = email.strip(), inside(tiep)
    if not MAIL.fullmatch(email):
        return sign_in_page(page, then, 422, problem="email", email=email)
    try:
        count_try(page.context.engine, links.ASKED, email, caller, page.now)
    except TooSoon as soon:
        return sign_in_page(page, then, 429, problem="soon", minutes=soon.minutes, email=email)
    with writing(page.context.engine) as session:
        written = links.send_link(session, page.context.office, email, page.now, then)
    if written:
        send_soon(page.context, later)
    return page.render("door/sign_in_sent.html", email=email, here="")


def send_soon(context: PortalContext, later: BackgroundTasks) -> None:
    """Sends this mail at once, because somebody waits for it, instead of in the next dispatch."""
    outgoing = context.outgoing
    if outgoing is None:
        return

    def send() -> bool:
        done = dispatch(context.engine, context.office, outgoing(), context.clock(), MOST_AT_ONCE, AT_ONCE)
        return done.retried > 0

    later.add_task(on_its_way, context.sign_in_mails.wake(send))


@router.get("/vao/{token}")
def look_at_link(page: AnyPage, token: str) -> HTMLResponse:
    """Asks for a confirmation: mail programs open links by themselves."""
    try:
        with reading(page.context.engine) as session:
            opened = links.look_at(session, token, page.now)
    except LinkInvalid:
        return page.render("door/link_spent.html", status_code=410, here="")
    return _link_page(page, token, opened)


def _link_page(page: Page, token: str, opened: links.LinkPreview, **extra: object) -> HTMLResponse:
    facts = {"problem": "", "name": "", "email": "", **extra}
    status = 422 if facts["problem"] else 200
    return page.render(
        "door/link.html", status_code=status, opened=opened, Purpose=Purpose, token=token, here="", **facts
    )


@router.post("/vao/{token}")
def redeem_link(page: AnyPage, caller: AnyCaller, token: str, name: Word = "", email: Word = "") -> Response:
    try:
        with reading(page.context.engine) as session:
            opened = links.look_at(session, token, page.now)
        if opened.purpose is Purpose.FIRST_ADMINISTRATOR:
            return _first_administrator(page, caller, token, opened, " ".join(name.split()), email.strip())
        with writing(page.context.engine) as session:
            entered = links.redeem(session, token, caller, page.now)
    except LinkInvalid:
        return page.render("door/link_spent.html", status_code=410, here="")
    return let_in(page, entered.token, entered.then)


def _first_administrator(
    page: Page, caller: AnyCaller, token: str, opened: links.LinkPreview, name: str, email: str
) -> Response:
    if not name or not MAIL.fullmatch(email):
        return _link_page(page, token, opened, problem="name" if not name else "email", name=name, email=email)
    try:
        with writing(page.context.engine) as session:
            entered = links.become_first_administrator(session, token, name, email, caller, page.now)
    except LinkInvalid:
        raise
    except Refused:
        return _link_page(page, token, opened, problem="example", name=name, email=email)
    return let_in(page, entered, "/tai-khoan")


# --- by password and code -------------------------------------------------------------------------------------------


@router.post("/dang-nhap/mat-khau")
def sign_in_by_password(
    page: AnyPage, caller: AnyCaller, email: Word = "", password: Word = "", code: Word = "", tiep: Then = "/"
) -> Response:
    context, then = page.context, inside(tiep)
    try:
        token = passwords.sign_in(context.engine, context.office, email, password, code, caller, page.now)
    except TooSoon as soon:
        return sign_in_page(page, then, 429, problem="soon", minutes=soon.minutes, email=email)
    except passwords.WrongProof:
        return sign_in_page(page, then, 403, problem="proof", email=email)
    return let_in(page, token, then)


# --- by the identity provider ---------------------------------------------------------------------------------------


def provider(page: AnyPage) -> Provider:
    if page.context.provider is None:
        raise HTTPException(404)
    return page.context.provider


AnyProvider = Annotated[Provider, Depends(provider)]


@router.get("/dang-nhap/oidc")
def go_outside(page: AnyPage, provider: AnyProvider, tiep: str = "/") -> Response:
    try:
        url, carried = oidc.begin(page.context, provider, inside(tiep))
    except oidc.NotProven:
        return sign_in_page(page, inside(tiep), 502, problem="provider")
    response = RedirectResponse(url, 303)
    give(page.context, response, Cookie.ABROAD, carried)
    return response


@router.get(oidc.ANSWERED_AT)
def come_back(
    request: Request, page: AnyPage, provider: AnyProvider, caller: AnyCaller, state: str = "", code: str = ""
) -> Response:
    brought = read(request, Cookie.ABROAD)
    try:
        who, then = oidc.finish(page.context, provider, brought, state, code, page.now)
        with writing(page.context.engine) as session:
            token = identity_provider.enter_from_outside(session, who.issuer, who.subject, who.email, caller, page.now)
    except oidc.NotProven:
        return sign_in_page(page, "/", 403, problem="provider")
    except identity_provider.UnknownIdentity:
        return sign_in_page(page, "/", 403, problem="unverified" if who.unverified else "unknown")
    except identity_provider.AnotherAccount as another:
        with writing(page.context.engine) as session:
            identity_provider.note_another_account(session, another.person_id, who.issuer, caller, page.now)
        return sign_in_page(page, "/", 403, problem="another")
    response = let_in(page, token, then)
    take(page.context, response, Cookie.ABROAD)
    return response


# --- in a demonstration ---------------------------------------------------------------------------------------------


@router.post("/dang-nhap/vi-du")
def sign_in_as_example(page: AnyPage, caller: AnyCaller, person: FormId, tiep: Then = "/") -> RedirectResponse:
    if not page.context.demo:
        raise HTTPException(404)
    try:
        with writing(page.context.engine) as session:
            token = access_examples.enter_as_example(session, person, caller, page.now)
    except Refused:
        raise HTTPException(404) from None
    return let_in(page, token, inside(tiep))


# --- in and out -----------------------------------------------------------------------------------------------------


def let_in(page: Page, token: str, then: str) -> RedirectResponse:
    response = RedirectResponse(page.url(_first_page(page, token, inside(then))), 303)
    give(page.context, response, Cookie.SESSION, token)
    give(page.context, response, Cookie.KNOWN, kept(token))
    take(page.context, response, Cookie.FORM)
    return response


def _first_page(page: Page, token: str, then: str) -> str:
    """A leader without another page to go to begins with what waits for a decision."""
    if then != "/":
        return then
    with reading(page.context.engine) as session:
        known = sessions.who(session, token, page.now)
    decides = known is not None and (came := Visitor(known)).may(Action.APPROVE) and not came.may(Action.REGISTER)
    return "/cho-quyet-dinh" if decides else then


@router.post("/dang-xuat", dependencies=[Depends(may(Action.OWN_ACCOUNT))])
def sign_out(page: AnyPage, visitor: AnyVisitor) -> RedirectResponse:
    with writing(page.context.engine) as session:
        sessions.leave(session, visitor.known, page.now)
    response = RedirectResponse(page.url("/dang-nhap"), 303)
    take(page.context, response, Cookie.SESSION)
    return response
