"""The cookies of the portal: HttpOnly, SameSite=Lax, and over https with the __Host- prefix."""

from __future__ import annotations

from enum import StrEnum

from fastapi import Request
from fastapi.responses import Response

from portal.context import PortalContext
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


def named(context: PortalContext, cookie: Cookie) -> str:
    return f"__Host-{cookie}" if context.secure else cookie.value


def read(request: Request, cookie: Cookie) -> str:
    return request.cookies.get(named(request.app.state.context, cookie), "")


def give(context: PortalContext, response: Response, cookie: Cookie, value: str) -> None:
    response.set_cookie(
        named(context, cookie),
        value,
        max_age=LASTS[cookie],
        httponly=True,
        samesite="lax",
        secure=context.secure,
        path="/",
    )


def take(context: PortalContext, response: Response, cookie: Cookie) -> None:
    response.delete_cookie(named(context, cookie), httponly=True, samesite="lax", secure=context.secure, path="/")
