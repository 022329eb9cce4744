"""The ledger: who was told what, when, by which channel, and what became of it; page by page."""

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
    """Without a day to begin with, the last month: the whole of it is asked for by clearing the field."""
    today = local_day(page.now)
    first: date | None = today - RECENT if tu is None else day_of(tu)
    wanted = LedgerFilter(
        unit=don_vi,
        obligation=nhiem_vu,
        person=nguoi.strip(),
        channel=kenh,
        fate=ket_qua,
        first=first,
        last=day_of(den),
    )
    with reading(page.context.engine) as session:
        lines = ledger(session, wanted, A_PAGE + 1, (trang - 1) * A_PAGE)
        total = ledger_queries.count(session, wanted)
        units = sorted(all_units(session, today).values(), key=lambda unit: vietnamese_key(unit.name))
    asked = {"don_vi": don_vi, "nhiem_vu": nhiem_vu, "nguoi": nguoi, "kenh": kenh, "ket_qua": ket_qua}
    asked |= {"tu": first.isoformat() if first else "", "den": wanted.last.isoformat() if wanted.last else ""}
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
        titles={step.id: step.title for ladder in office.ladders.values() for step in ladder.steps},
        asked=asked,
        here="/so-nhac",
    )


@router.get("/{message}")
def show_message(page: AnyPage, message: Id) -> HTMLResponse:
    with reading(page.context.engine) as session:
        found = told(session, message, page.now)
    if found is None:
        raise HTTPException(404)
    return page.render("work/ledger_message.html", told=found, here="/so-nhac")
