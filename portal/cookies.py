"""The cookies of the portal: strict, and bound to this host where the way to it is safe."""

from __future__ import annotations

from enum import StrEnum

from fastapi import Request
from fastapi.responses import Response

from portal.context import Desk
from services.access.sessions import ENDED_KEPT, LONGEST


class Cookie(StrEnum):
    SESSION = "kyhan_session"
    FORM = "kyhan_form"  # of whoever is not signed in: what his forms are bound to
    KNOWN = "kyhan_known"  # which session began in this browser before: its tries are counted apart
    ABROAD = "kyhan_oidc"  # carried along while somebody signs in elsewhere


LASTS = {
    Cookie.SESSION: int(LONGEST.total_seconds()),
    Cookie.FORM: None,
    Cookie.ABROAD: 10 * 60,
    Cookie.KNOWN: int(ENDED_KEPT.total_seconds()),
}


def named(desk: Desk, cookie: Cookie) -> str:
    return f"__Host-{cookie}" if desk.secure else cookie.value


def read(request: Request, cookie: Cookie) -> str:
    return request.cookies.get(named(request.app.state.desk, cookie), "")


def give(desk: Desk, response: Response, cookie: Cookie, value: str) -> None:
    response.set_cookie(
        named(desk, cookie), value, max_age=LASTS[cookie], httponly=True, samesite="lax", secure=desk.secure, path="/"
    )


def take(desk: Desk, response: Response, cookie: Cookie) -> None:
    response.delete_cookie(named(desk, cookie), httponly=True, samesite="lax", secure=desk.secure, path="/")
