"""Every form proves that a page of ours wrote it, for this very browser."""

from __future__ import annotations

from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from portal.cookies import Cookie, read

FIELD = "khoa_bieu_mau"
HEADER = "X-Kyhan-Form"  # the mark of what a script sends; no other site can set it
READS = frozenset({"GET", "HEAD", "OPTIONS"})
FROM_HERE = frozenset({"", "same-origin", "none"})  # what browsers say in Sec-Fetch-Site; old ones say nothing
ELSEWHERE = 419  # told as «the form is out of date»


def browsers_secret(request: Request) -> tuple[str, bool]:
    """What this browser alone knows, and whether it was made just now: its session, else a cookie for forms only."""
    known = read(request, Cookie.SESSION) or read(request, Cookie.FORM)
    return (known, False) if known else (token_urlsafe(24), True)


def key_for(secret: str) -> str:
    return sha256(f"form:{secret}".encode()).hexdigest()


async def genuine(request: Request) -> None:
    """Guards whatever changes something; 419 for a form that another site, or a page of an ended session, wrote."""
    if request.method in READS:
        return
    given = request.headers.get(HEADER) or (await request.form()).get(FIELD, "")
    secret, new = browsers_secret(request)
    foreign = request.headers.get("sec-fetch-site", "") not in FROM_HERE
    if foreign or new or isinstance(given, UploadFile) or not _equal(given, key_for(secret)):
        raise HTTPException(ELSEWHERE)


def _equal(given: str, expected: str) -> bool:
    return compare_digest(given.encode(), expected.encode())
