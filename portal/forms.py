"""Protection of forms against cross-site requests: a token derived from a secret of the browser."""

from __future__ import annotations

from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from portal.cookies import Cookie, read

FIELD = "khoa_bieu_mau"
HEADER = "X-Kyhan-Form"  # the mark of what a script sends; no other site can set it
READS = frozenset({"GET", "HEAD", "OPTIONS"})
HIDDEN = "null"  # what browsers give as the origin of our own forms, whose pages ask for «no-referrer»
FROM_HERE = frozenset({"", "same-origin", "none"})  # what browsers say in Sec-Fetch-Site; old ones say nothing
WRITTEN = frozenset({"reason", "text", "told", "note"})  # fields that people write sentences into
ELSEWHERE = 419  # shown as «the form is out of date»


def browsers_secret(request: Request) -> tuple[str, bool]:
    """The browser's secret and whether it is new: its session token, else a cookie for forms only."""
    known = read(request, Cookie.SESSION) or read(request, Cookie.FORM)
    return (known, False) if known else (token_urlsafe(24), True)


def from_elsewhere(request: Request) -> bool:
    """Whether Sec-Fetch-Site, Origin or Referer names another site; False without these headers."""
    if request.headers.get("sec-fetch-site", "") not in FROM_HERE:
        return True
    pages = (request.headers.get(name, "") for name in ("origin", "referer"))
    return any(page and page != HIDDEN and not _is_ours(request, page) for page in pages)


def _is_ours(request: Request, page: str) -> bool:
    hosts = request.app.state.context.hosts or {request.url.hostname}
    try:
        return urlsplit(page).hostname in hosts
    except ValueError:
        return False


def key_for(secret: str) -> str:
    return sha256(f"form:{secret}".encode()).hexdigest()


async def genuine(request: Request) -> None:
    """Dependency of every route that writes. Raises 419 for a form from another site or from an ended session."""
    if request.method in READS:
        return
    secret, new = browsers_secret(request)
    foreign = from_elsewhere(request)
    given: object = request.headers.get(HEADER)
    if not given:
        form = await request.form()
        given = form.get(FIELD, "")
        request.state.written = [] if foreign else _written(form)
    if foreign or new or not isinstance(given, str) or not _equal(given, key_for(secret)):
        raise HTTPException(ELSEWHERE)


def _written(form: FormData) -> list[str]:
    """The longer texts of the form, so that a refusal does not lose them."""
    return [value for name, value in form.multi_items() if name in WRITTEN and isinstance(value, str) and value.strip()]


def _equal(given: str, expected: str) -> bool:
    return compare_digest(given.encode(), expected.encode())
