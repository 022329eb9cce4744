"""The ledger of messages: recipient, moment, channel and outcome, page by page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from models.database import reading
from models.queries.messages import ledger as ledger_queries
from portal.pages.work.case import day_of
from portal.parameters import Id
from portal.rendering import AnyPage
from portal.visitor import may
from rules.access import Action
from rules.deadlines import local_day
from rules.text.collation import vietnamese_key
from services.delivery.ledger import FATES, LedgerFilter, ledger, told
from services.units import all_units

router = APIRouter(prefix="/so-nhac", dependencies=[Depends(may(Action.READ_BOARD))])

A_PAGE = 50
RECENT = timedelta(days=30)
Word = Annotated[str, Query(max_length=100)]


@router.get("")
def show_ledger(
    page: AnyPage,
    don_vi: Word = "",
    nhiem_vu: Word = "",
    nguoi: Word = "",
    kenh: Word = "",
    ket_qua: Word = "",
    tu: Word | None = None,
    den: Word = "",
    trang: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    """Without a day to begin with, the last month: clearing the field shows the whole of it."""
    today = local_day(page.now)
    first: date | None = today - RECENT if tu is None else day_of(tu)
    filter = LedgerFilter(
        unit=don_vi,
        obligation=nhiem_vu,
        person=nguoi.strip(),
        channel=kenh,
        fate=ket_qua,
        first=first,
        last=day_of(den),
    )
    with reading(page.context.engine) as session:
        lines = ledger(session, filter, A_PAGE + 1, (trang - 1) * A_PAGE)
        total = ledger_queries.count(session, filter)
        units = sorted(all_units(session, today).values(), key=lambda unit: vietnamese_key(unit.name))
    query = {"don_vi": don_vi, "nhiem_vu": nhiem_vu, "nguoi": nguoi, "kenh": kenh, "ket_qua": ket_qua}
    query |= {"tu": first.isoformat() if first else "", "den": filter.last.isoformat() if filter.last else ""}
    office = page.context.office
    return page.render(
        "work/ledger.html",
        lines=lines[:A_PAGE],
        more=len(lines) > A_PAGE,
        number=trang,
        total=total,
        units=units,
        names={unit.key: unit.name for unit in units},
        duties=office.plan.obligations,
        channels=[*(channel.name for channel in office.channels), ledger_queries.LETTER],
        fates=FATES,
        query=query,
        here="/so-nhac",
    )


@router.get("/{message}")
def show_message(page: AnyPage, message: Id) -> HTMLResponse:
    with reading(page.context.engine) as session:
        record = told(session, message, page.now)
    if record is None:
        raise HTTPException(404)
    return page.render("work/ledger_message.html", record=record, here="/so-nhac")
