"""Mails that could not be put to a case by themselves: looked at, registered for a case, or laid aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from models.database import id_of, reading, writing
from models.queries.cases import worklist as worklist_queries
from models.queries.messages import inbound as inbound_queries
from models.tables.inbound import InboundMail
from portal.headers import FOREIGN
from portal.pages.work.case import day_of
from portal.pages.work.index import ChosenRows, Done, Word, Words, acted, tidy, work_page
from portal.parameters import Id
from portal.rendering import AnyPage, Page
from portal.visitor import AnyVisitor, may
from rules.access import Action
from rules.activities import ActivityKind, Entry
from rules.deadlines import local_day
from services import log
from services.cases.activities import EntryRefused
from services.errors import Refused
from services.inbound import by_hand
from services.inbound.by_hand import Assignment, Outside, ReadableMail, enclosed_file, opened, raw_mail
from services.inbound.large_mails import is_large
from services.units import all_units

router = APIRouter(prefix="/viec/thu-den", dependencies=[Depends(may(Action.REGISTER))])

DAY = "Ngày văn bản chưa đúng. / The date of the document is no date."
REASON = "Cần ghi lý do. / A reason is required."


@dataclass(frozen=True)
class HeldMail:
    row: InboundMail
    raw: bytes | None
    mail: ReadableMail

    @property
    def large(self) -> bool:
        """Only its beginning is here; a person saves its files from the mailbox."""
        return is_large(self.row.size)


def load_mail(page: AnyPage, mail: Id) -> HeldMail:
    """An incoming mail that needed a person, or became a submission. Raises 404 for any other."""
    with reading(page.context.engine) as session:
        row = session.get(InboundMail, mail)
    if row is None or (row.verdict not in ("quarantined", "registered") and not row.seen_by):
        raise HTTPException(404)
    raw = raw_mail(_files(page), row.sha256)
    shown = opened(raw, page.context.office, not is_large(row.size)) if raw is not None else by_hand.UNREADABLE
    return HeldMail(row, raw, shown)


MailParam = Annotated[HeldMail, Depends(load_mail)]


def _files(page: Page) -> Path:
    return page.context.office.folder / "files"


@router.get("")
def show_mails(page: AnyPage, xong: Done = 0) -> HTMLResponse:
    with reading(page.context.engine) as session:
        waiting = by_hand.waiting_for_a_person(session)
        aside = inbound_queries.laid_aside(session, 10)
    return work_page(page, "work/mails.html", waiting=waiting, aside=aside, count=xong)


@router.get("/{mail}")
def show_mail(page: AnyPage, held: MailParam) -> HTMLResponse:
    return mail_page(page, held)


def mail_page(page: Page, held: HeldMail, typed: Mapping[str, str] | None = None, **extra: object) -> HTMLResponse:
    """`typed`: what the form held before, instead of what is suggested."""
    today = local_day(page.now)
    with reading(page.context.engine) as session:
        units = sorted(all_units(session, today).values(), key=lambda unit: unit.key)
        periods = worklist_queries.open_periods(session)
        suggested = _suggested(session, held.row, today)
    shown = {
        "unit": "",
        "obligation": "",
        "period": "",
        "number": held.mail.number,
        "date": "",
        "reason": "",
        "summary": held.row.subject,
        **suggested,
    }
    facts: dict[str, Any] = {
        "typed": {**shown, **(typed or {})},
        "chosen": None,
        "step": "",
        "refusals": (),
        "intake": page.context.office.intake,
        **extra,
    }
    every = page.context.office.plan.obligations
    duties = [duty for code, duty in page.context.office.obligations.items() if code in {code for code, _ in periods}]
    known = list(dict.fromkeys(period for _, period in periods))
    return work_page(page, "work/mail.html", held=held, units=units, duties=duties, every=every, periods=known, **facts)


def _suggested(session: Session, row: InboundMail, today: date) -> dict[str, str]:
    """The case the mail may be about, else the unit of its sender."""
    if row.case_id is not None:
        case = inbound_queries.case_codes(session, [row.case_id])[row.case_id]
        return {"unit": case.unit, "obligation": case.obligation, "period": case.period}
    units = inbound_queries.units_of_contact(session, row.sender, today) if row.sender else set()
    keys = {unit.id: unit.key for unit in all_units(session, today).values()}
    return {"unit": keys.get(next(iter(units)), "")} if len(units) == 1 else {}


@router.get("/{mail}/goc")
def fetch_original(page: AnyPage, visitor: AnyVisitor, held: MailParam) -> Response:
    if held.raw is None:
        raise HTTPException(404)
    return _handed_out(page, visitor.name, held, f"thu-{held.row.id}.eml", held.raw)


@router.get("/{mail}/tep/{number}")
def fetch_file(page: AnyPage, visitor: AnyVisitor, held: MailParam, number: int) -> Response:
    file = enclosed_file(held.raw, number) if held.raw is not None and not held.large else None
    if file is None:
        raise HTTPException(404)
    return _handed_out(page, visitor.name, held, *file)


def _handed_out(page: Page, by: str, held: HeldMail, name: str, content: bytes) -> Response:
    """As an attachment, never shown as a page; the download is logged."""
    with writing(page.context.engine) as session:
        log.append(session, page.now, by, "mail.read", f"mail:{held.row.id}", {"name": name})
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": FOREIGN,
    }
    return Response(content, media_type="application/octet-stream", headers=headers)


@router.post("/{mail}/gan")
def assign(
    page: AnyPage,
    visitor: AnyVisitor,
    held: MailParam,
    chon: ChosenRows = None,
    unit: Word = "",
    obligation: Word = "",
    period: Word = "",
    number: Word = "",
    date: Annotated[str, Form(max_length=30)] = "",
) -> Response:
    typed = {"unit": unit, "obligation": obligation, "period": period, "number": tidy(number), "date": date}
    try:
        assignment = assignment_of(held, typed, visitor.name)
        context = page.context
        receipt = by_hand.assign(context.engine, context.office, _files(page), assignment, page.now, chon or [])
    except Refused as error:
        return mail_page(
            page, held, problems=[("", error)], typed={"reason": "", "summary": "", **typed}, chosen=chon or []
        )
    return RedirectResponse(page.url(f"/ho-so/{receipt.case_id}"), 303)


def assignment_of(asked: HeldMail, typed: Mapping[str, str], by: str) -> Assignment:
    """What the form says. Raises Refused."""
    day = day_of(typed["date"])
    if typed["date"] and day is None:
        raise Refused(DAY)
    unit, obligation, period = (typed[name] for name in ("unit", "obligation", "period"))
    return Assignment(id_of(asked.row), unit, obligation, period, by, typed["number"], day)


@router.post("/{mail}/ngoai-ky")
def record_outside(
    page: AnyPage,
    visitor: AnyVisitor,
    held: MailParam,
    chon: ChosenRows = None,
    unit: Word = "",
    obligation: Word = "",
    number: Word = "",
    date: Annotated[str, Form(max_length=30)] = "",
    summary: Word = "",
) -> Response:
    """A document that belongs to no case."""
    typed = {"unit": unit, "obligation": obligation, "number": tidy(number), "date": date, "summary": tidy(summary)}
    context = page.context
    try:
        outside = _outside(page, held, typed, visitor.name)
        by_hand.record_outside(context.engine, context.office, _files(page), outside, page.now, chon or [])
    except EntryRefused as wrong:
        problem = OUTSIDE.get(wrong.problem, OUTSIDE["unit"])
    except Refused as error:
        problem = str(error)
    else:
        return RedirectResponse(page.url(f"/nhiem-vu/{outside.obligation}/hoat-dong"), 303)
    return mail_page(page, held, problems=[("", problem)], typed=typed, chosen=chon or [], step="ngoai-ky")


OUTSIDE = {
    "unit": "Cần chọn đơn vị và nhiệm vụ. / Choose the unit and the duty.",
    "day": "Cần ngày văn bản, không ở tương lai. / The date of the document is missing or lies ahead.",
    "summary": "Cần ghi nội dung văn bản. / Say what the document is about.",
}


def _outside(page: Page, held: HeldMail, typed: Mapping[str, str], by: str) -> Outside:
    """Raises EntryRefused."""
    with reading(page.context.engine) as session:
        units = {unit.key: unit.id for unit in all_units(session, local_day(page.now)).values()}
    if typed["unit"] not in units or typed["obligation"] not in page.context.office.obligations:
        raise EntryRefused("unit")
    entry = Entry(ActivityKind.DOCUMENT, day_of(typed["date"]), typed["summary"], typed["number"])
    return Outside(id_of(held.row), units[typed["unit"]], typed["obligation"], entry, by)


@router.post("/{mail}/bo-qua")
def lay_aside(page: AnyPage, visitor: AnyVisitor, held: MailParam, reason: Words = "") -> Response:
    reason = tidy(reason)
    try:
        if not reason:
            raise Refused(REASON)
        with writing(page.context.engine) as session:
            by_hand.lay_aside(session, id_of(held.row), visitor.name, page.now, reason)
    except Refused as error:
        return mail_page(page, held, problems=[("", error)], step="bo")
    return acted(page, "/viec/thu-den", 1)


@router.post("/{mail}/dua-lai")
def bring_back(page: AnyPage, visitor: AnyVisitor, held: MailParam) -> Response:
    try:
        with writing(page.context.engine) as session:
            by_hand.bring_back(session, id_of(held.row), visitor.name, page.now)
    except Refused as error:
        return mail_page(page, held, problems=[("", error)])
    return acted(page, "/viec/thu-den", 1)
