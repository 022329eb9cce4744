"""What the mail catcher caught: only where mails do not really leave, in a demonstration or in development."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.responses import HTMLResponse, Response

from notifications.mailbox import OpenedMail, count_mails, list_mails, read_attachment, read_mail, read_raw
from portal.rendering import AnyPage, Page
from portal.visitor import may
from rules.access import Action

router = APIRouter(dependencies=[Depends(may(Action.READ_MAILS))])

A_PAGE = 50
# a mail is foreign: its frame has no origin of its own, runs nothing and loads nothing
FOREIGN = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
FRAME = '<!doctype html><meta charset="utf-8"><base target="_blank"><title>–</title>'


def mail_folder(page: AnyPage) -> Path:
    if page.desk.mail_folder is None:
        raise HTTPException(404)
    return page.desk.mail_folder


Folder = Annotated[Path, Depends(mail_folder)]


@router.get("/thu")
def show_mails(page: AnyPage, folder: Folder, trang: Annotated[int, Query(ge=1, le=100_000)] = 1) -> HTMLResponse:
    total = count_mails(folder)
    mails = list_mails(folder, A_PAGE, (trang - 1) * A_PAGE)
    more = trang * A_PAGE < total
    return page.render("mails.html", mails=mails, total=total, number=trang, more=more, here="/thu")


@router.get("/thu/{name}")
def show_mail(page: AnyPage, folder: Folder, name: str) -> HTMLResponse:
    return _mail_page(page, _found(folder, name))


@router.get("/thu/{name}/noi-dung")
def show_content(folder: Folder, name: str) -> HTMLResponse:
    return HTMLResponse(FRAME + _found(folder, name).html, headers={"Content-Security-Policy": FOREIGN})


@router.get("/thu/{name}/goc")
def show_raw(folder: Folder, name: str) -> Response:
    try:
        raw = read_raw(folder, name)
    except FileNotFoundError:
        raise HTTPException(404) from None
    headers = {"Content-Security-Policy": FOREIGN}
    return Response(raw, media_type="text/plain; charset=utf-8", headers=headers)


@router.get("/thu/{name}/tep/{number}")
def download(folder: Folder, name: str, number: int) -> Response:
    try:
        file, content = read_attachment(folder, name, number)
    except FileNotFoundError:
        raise HTTPException(404) from None
    disposition = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    headers = {"Content-Disposition": disposition, "Content-Security-Policy": FOREIGN}
    return Response(content, media_type="application/octet-stream", headers=headers)


def _found(folder: Path, name: str) -> OpenedMail:
    try:
        return read_mail(folder, name)
    except FileNotFoundError:
        raise HTTPException(404) from None


def _mail_page(page: Page, opened: OpenedMail) -> HTMLResponse:
    return page.render("mail.html", opened=opened, here="/thu")
