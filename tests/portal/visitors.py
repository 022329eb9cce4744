"""People at the door: each signed in with a browser of their own."""

from __future__ import annotations

import re
from dataclasses import replace

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select

from models.database import writing
from models.tables.people import Person
from portal.app import create_app
from portal.context import PortalContext
from portal.cookies import Cookie, named
from portal.forms import FIELD, key_for
from services.access.sessions import enter
from services.access.throttle import Caller

COORDINATOR = "dieu-phoi.ctk@example.vn"
LEADER = "lanh-dao.ctk@example.vn"
ADMINISTRATOR = "quan-tri@example.vn"
AUDITOR = "kiem-tra@example.vn"
FOCAL_POINT = "dau-moi.syt@example.vn"  # Sở Y tế
HEAD = "thu-truong.syt@example.vn"
DEPUTY = "pho-dau-moi.syt@example.vn"
STRANGER = "dau-moi.stc@example.vn"  # Sở Tài chính: must see nothing of Sở Y tế
EVERYBODY = (COORDINATOR, LEADER, ADMINISTRATOR, AUDITOR, FOCAL_POINT, HEAD, DEPUTY)


def a_browser(context: PortalContext, email: str | None = None, **options: object) -> TestClient:
    """Signed in as the person of this address; without one, as nobody."""
    client = TestClient(_app(context), **{"follow_redirects": False, **options})
    if email is not None:
        client.cookies.set(named(context, Cookie.SESSION), a_session(context, email))
    return client


def _app(context: PortalContext) -> FastAPI:
    """One for each context, as long as a test may want it: whatever is kept makes the collector of garbage slower."""
    if id(context) not in APPS:
        if len(APPS) == MANY:
            APPS.pop(next(iter(APPS)))
        APPS[id(context)] = (context, create_app(context))
    return APPS[id(context)][1]


MANY = 20
# The context is held beside its app: an app takes another one when the plan is renewed, and no id may come back.
APPS: dict[int, tuple[PortalContext, FastAPI]] = {}


def a_session(context: PortalContext, email: str) -> str:
    with writing(context.engine) as session:
        person = session.exec(select(Person).where(Person.email == email)).one()
        return enter(session, person, "link", Caller("203.0.113.0/24", "Firefox"), context.clock())


def form_key(client: TestClient) -> str:
    """As the hidden field of every form has it."""
    context = client.app.state.context
    secret = client.cookies.get(named(context, Cookie.SESSION)) or client.cookies.get(named(context, Cookie.FORM))
    return key_for(secret or "")


def post(client: TestClient, path: str, **fields: object):
    """Sends a form that a page of ours wrote."""
    if not client.cookies:
        client.get("/dang-nhap")
    return client.post(path, data={FIELD: form_key(client), **fields})


def links(page: str) -> list[str]:
    return re.findall(r'href="(/[^"#]*)', page)


def at(context: PortalContext, moment) -> PortalContext:
    return replace(context, clock=lambda: moment)


def calendar_address(context: PortalContext, email: str = FOCAL_POINT) -> str:
    client = a_browser(context, email)
    assert post(client, "/tai-khoan/lich/SYT/moi").status_code == 303
    return re.search(r"/lich/[\w-]+\.ics", client.get("/tai-khoan").text)[0]
