"""Answers by the link of a letter: nobody signs in, and opening the page changes nothing."""

from __future__ import annotations

from datetime import date
from hmac import compare_digest
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from models.database import reading, writing
from portal.forms import ELSEWHERE, FIELD, READS, from_elsewhere, key_for
from portal.rendering import AnyPage, Page
from portal.visitor import AnyCaller
from rules.answers import LONGEST_REASON, Answer
from services.access.links import LinkInvalid
from services.access.throttle import Caller, TooSoon, count_try, succeeded
from services.cases import answers
from services.cases.decisions import DecisionRefused

KIND = "answer"  # of tries that are counted


async def genuine_by_token(request: Request) -> None:
    """There is no session to bind the form to: it is bound to the link it was opened by."""
    if request.method in READS:
        return
    given = (await request.form()).get(FIELD, "")
    foreign = from_elsewhere(request)
    if foreign or isinstance(given, UploadFile) or not _fits(given, mark_of(request.path_params["token"])):
        raise HTTPException(ELSEWHERE)


def mark_of(token: str) -> str:
    return key_for(f"answer:{token}")


def _fits(given: str, expected: str) -> bool:
    return compare_digest(given.encode(), expected.encode())


router = APIRouter(prefix="/tra-loi", dependencies=[Depends(genuine_by_token)])

Word = Annotated[str, Form(max_length=40)]
Reason = Annotated[str, Form(max_length=LONGEST_REASON)]


@router.get("/{token}")
def ask(page: AnyPage, caller: AnyCaller, token: str) -> HTMLResponse:
    try:
        with reading(page.context.engine) as session:
            opened = answers.look_at(session, page.context.office, token, page.now)
    except LinkInvalid:
        return guessed(page, caller, token)
    return _page(page, token, opened)


@router.post("/{token}")
def say(
    page: AnyPage, caller: AnyCaller, token: str, tra_loi: Word = "", den_ngay: Word = "", ly_do: Reason = ""
) -> Response:
    choice = next((one for one in Answer if one == tra_loi), None)
    if choice is None:
        raise HTTPException(422)
    if choice is Answer.HAND_IN:  # asks for the files first: the link is spent when they are in
        return RedirectResponse(page.url(f"/tra-loi/{token}/nop"), 303)
    try:
        counted = count_try(page.context.engine, KIND, token, caller, page.now)
        with writing(page.context.engine) as session:
            answers.answer(session, page.context.office, token, choice, page.now, _day(den_ngay), ly_do)
            succeeded(session, counted)
    except TooSoon as soon:
        return slower(page, soon)
    except DecisionRefused as wrong:
        problem = "message" if choice is Answer.MESSAGE else wrong.problem
        return _again(page, token, problem=problem, until=den_ngay, reason=ly_do)
    except LinkInvalid:
        return _spent(page, token)
    return RedirectResponse(page.url(f"/tra-loi/{token}"), 303)


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written.strip())
    except ValueError:
        return None


def _again(page: Page, token: str, **extra: object) -> HTMLResponse:
    with reading(page.context.engine) as session:
        opened = answers.look_at(session, page.context.office, token, page.now)
    return _page(page, token, opened, status_code=422, **extra)


def _spent(page: Page, token: str) -> HTMLResponse:
    """Pressed twice, or another answer came first: what stands is shown; else it has run out."""
    try:
        with reading(page.context.engine) as session:
            opened = answers.look_at(session, page.context.office, token, page.now)
    except LinkInvalid:
        return gone(page)
    return _page(page, token, opened, status_code=409)


def guessed(page: Page, caller: Caller, token: str) -> HTMLResponse:
    """Good links may be opened as often as mail programs like; only what opens nothing is counted."""
    try:
        count_try(page.context.engine, KIND, token, caller, page.now)
    except TooSoon as soon:
        return slower(page, soon)
    return gone(page)


def gone(page: Page) -> HTMLResponse:
    return page.render("unit/answer_gone.html", status_code=410, here="", minutes=0)


def slower(page: Page, soon: TooSoon) -> HTMLResponse:
    return page.render("unit/answer_gone.html", status_code=429, here="", minutes=soon.minutes)


def _page(
    page: Page, token: str, opened: answers.AnswerPreview, status_code: int = 200, **extra: object
) -> HTMLResponse:
    facts = {"problem": "", "until": "", "reason": "", **extra}
    template = "unit/answer_given.html" if opened.used_at or opened.closed else "unit/answer.html"
    mark = mark_of(token)
    return page.render(template, status_code=status_code, opened=opened, token=token, here="", form_key=mark, **facts)
