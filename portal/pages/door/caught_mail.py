"""The mails of the mail catcher: only in a demonstration or in development, where mails do not leave."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.responses import HTMLResponse, Response

from models.database import reading
from models.queries.people.examples import examples_count
from notifications.email.mailbox import (
    CaughtMail,
    OpenedMail,
    count_mails,
    list_mails,
    read_attachment,
    read_mail,
    read_raw,
)
from portal.rendering import AnyPage, Page
from portal.visitor import AnyVisitor, may
from rules.access import Action
from rules.deadlines import local_day

router = APIRouter(dependencies=[Depends(may(Action.READ_MAILS))])

A_PAGE = 50
# a mail is foreign: its frame has no origin of its own, runs nothing and loads nothing
FOREIGN = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
FRAME = '<!doctype html><meta charset="utf-8"><base target="_blank"><title>–</title>'


PRIVATE = ("sign_in:", "invitation:")  # keys of mails with a sign-in link


def may_read(page: AnyPage, visitor: AnyVisitor) -> MayRead:
    """A mail with a sign-in link is shown to its receiver alone, except in a demonstration."""
    with reading(page.context.engine) as session:
        demonstration = page.context.demo and examples_count(session, local_day(page.now))

    def answer(mail: CaughtMail) -> bool:
        own = parseaddr(mail.recipient)[1].lower() == visitor.known.email.lower()
        return demonstration or own or not mail.key.startswith(PRIVATE)

    return answer


MayRead = Callable[[CaughtMail], bool]
Readable = Annotated[MayRead, Depends(may_read)]


def mail_folder(page: AnyPage) -> Path:
    if page.context.mail_folder is None:
        raise HTTPException(404)
    return page.context.mail_folder


Folder = Annotated[Path, Depends(mail_folder)]


@router.get("/thu")
def show_mails(
    page: AnyPage, folder: Folder, readable: Readable, trang: Annotated[int, Query(ge=1, le=100_000)] = 1
) -> HTMLResponse:
    total = count_mails(folder)
    mails = [mail for mail in list_mails(folder, A_PAGE, (trang - 1) * A_PAGE) if readable(mail)]
    more = trang * A_PAGE < total
    return page.render("door/mails.html", mails=mails, total=total, number=trang, more=more, here="/thu")


@router.get("/thu/{name}")
def show_mail(page: AnyPage, folder: Folder, readable: Readable, name: str) -> HTMLResponse:
    return _mail_page(page, _load(folder, readable, name))


@router.get("/thu/{name}/noi-dung")
def show_content(folder: Folder, readable: Readable, name: str) -> HTMLResponse:
    return HTMLResponse(FRAME + _load(folder, readable, name).html, headers={"Content-Security-Policy": FOREIGN})


@router.get("/thu/{name}/goc")
def show_raw(folder: Folder, readable: Readable, name: str) -> Response:
    _load(folder, readable, name)
    raw = read_raw(folder, name)
    headers = {"Content-Security-Policy": FOREIGN}
    return Response(raw, media_type="text/plain; charset=utf-8", headers=headers)


@router.get("/thu/{name}/tep/{number}")
def download(folder: Folder, readable: Readable, name: str, number: int) -> Response:
    _load(folder, readable, name)
    try:
        file, content = read_attachment(folder, name, number)
    except FileNotFoundError:
        raise HTTPException(404) from None
    disposition = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    headers = {"Content-Disposition": disposition, "Content-Security-Policy": FOREIGN}
    return Response(content, media_type="application/octet-stream", headers=headers)


def _load(folder: Path, readable: MayRead, name: str) -> OpenedMail:
    try:
        opened = read_mail(folder, name)
    except FileNotFoundError:
        raise HTTPException(404) from None
    if not readable(opened.mail):
        raise HTTPException(404)
    return opened


def _mail_page(page: Page, opened: OpenedMail) -> HTMLResponse:
    return page.render("door/mail.html", opened=opened, here="/thu")
