"""Units: their dated names, groups and posts; renamed, merged and split, shown before it counts."""

from __future__ import annotations

import csv
from datetime import date, datetime
from io import StringIO
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from models.database import id_of, reading, writing
from models.queries.people import register
from models.queries.plan import occurrences as plan_queries
from models.tables.organisations import Organisation
from portal.rendering import AnyPage, Page
from portal.visitor import AnyVisitor, may
from rules.access import Action
from rules.deadlines import local_day
from rules.office import Office
from services.errors import Refused
from services.people import reorganise
from services.people.organisations_table import export_rows
from services.people.reorganise import Name, ReorganiseResult
from services.units import all_units

router = APIRouter(prefix="/quan-tri/don-vi", dependencies=[Depends(may(Action.SEE_OFFICE))])

MANAGED = [Depends(may(Action.MANAGE))]
Word = Annotated[str, Form(max_length=300)]


@router.get("")
def show_units(page: AnyPage, tim: Annotated[str, Query(max_length=200)] = "") -> HTMLResponse:
    search, today = " ".join(tim.split()), local_day(page.now)
    with reading(page.context.engine) as session:
        units = all_units(session, today)
        posts = register.post_counts(session, today)
    words = search.casefold()
    matching = [unit for unit in units.values() if words in f"{unit.key} {unit.name} {unit.abbreviation}".casefold()]
    return page.render("office/units.html", units=matching, posts=posts, search=search, today=today, here="/quan-tri")


@router.get("/xuat")
def export(page: AnyPage) -> Response:
    today, out = local_day(page.now), StringIO()
    with reading(page.context.engine) as session:
        csv.writer(out).writerows(export_rows(session, today))
    headers = {"Content-Disposition": f'attachment; filename="don-vi-{today}.csv"'}
    return Response("\ufeff" + out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/{key}")
def show_unit(page: AnyPage, key: str) -> HTMLResponse:
    return _unit_page(page, key)


def _unit_page(page: Page, key: str, problem: str = "", typed: ReorganiseForm | None = None) -> HTMLResponse:
    with reading(page.context.engine) as session:
        unit = _load(session, key)
        names = register.names_of(session, id_of(unit))
        events = register.events_of(session, unit.key)
        units = all_units(session, local_day(page.now))
    return page.render(
        "office/unit.html",
        status_code=422 if problem else 200,
        unit=unit,
        names=names,
        events=events,
        others=[(one.key, f"{one.key} · {one.name}") for one in units.values() if not one.dissolved_on],
        today=local_day(page.now),
        problem=problem,
        typed=typed,
        here="/quan-tri",
    )


def _load(session: Session, key: str) -> Organisation:
    unit = plan_queries.organisations_by_key(session).get(key)
    if unit is None:
        raise HTTPException(404)
    return unit


class ReorganiseForm:
    """Fields of the form. To confirm, it is sent again with the seal of the preview."""

    def __init__(
        self,
        kind: Annotated[Literal["rename", "merge", "split"], Form()],
        on: Annotated[date, Form()],
        basis: Word = "",
        name: Word = "",
        abbreviation: Word = "",
        head_title: Word = "",
        place: Word = "",
        into: Annotated[list[str] | None, Form(max_length=50)] = None,
        cases_to: Annotated[list[str] | None, Form(max_length=50)] = None,
    ) -> None:
        self.kind, self.on, self.basis = kind, on, " ".join(basis.split())
        self.name = Name(*(" ".join(word.split()) for word in (name, abbreviation, head_title, place)))
        self.into, self.cases_to = into or [], cases_to or []

    def act(self, session: Session, office: Office, key: str, by: str, now: datetime) -> ReorganiseResult:
        if self.kind == "rename":
            return reorganise.rename(session, key, self.name, self.on, self.basis, by, now)
        if not self.into:
            raise Refused("Chọn đơn vị nhận. / Choose the successor.")
        if self.kind == "merge":
            return reorganise.merge(session, office, [key], self.into[0], self.on, self.basis, by, now)
        return reorganise.split(session, office, key, self.into, self.on, self.basis, by, now, self.cases_to)


UnitChangeParam = Annotated[ReorganiseForm, Depends()]


@router.post("/{key}/xem-truoc", dependencies=MANAGED)
def preview_change(page: AnyPage, visitor: AnyVisitor, key: str, form: UnitChangeParam) -> HTMLResponse:
    return _preview_page(page, visitor.name, key, form)


def _preview_page(page: Page, by: str, key: str, form: ReorganiseForm, *, again: bool = False) -> HTMLResponse:
    try:
        done, _ = _tried(page, by, key, form, None)
    except Refused as refused:
        return _unit_page(page, key, str(refused), form)
    return page.render("office/unit_preview.html", key=key, done=done, form=form, again=again, here="/quan-tri")


def _tried(page: Page, by: str, key: str, form: ReorganiseForm, seal: str | None) -> tuple[ReorganiseResult, bool]:
    """What it does, and whether that was done: only with the seal of what was shown. Raises Refused."""
    with writing(page.context.engine) as session:
        _load(session, key)
        trial = session.begin_nested()
        done = form.act(session, page.context.office, key, by, page.now)
        if done.seal == seal:
            trial.commit()
            return done, True
        trial.rollback()
        return done, False


@router.post("/{key}/ghi", dependencies=MANAGED)
def make_change(
    page: AnyPage,
    visitor: AnyVisitor,
    key: str,
    form: UnitChangeParam,
    seal: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    try:
        done, made = _tried(page, visitor.name, key, form, seal)
    except Refused as refused:
        return _unit_page(page, key, str(refused), form)
    if not made:
        return _preview_page(page, visitor.name, key, form, again=True)
    return RedirectResponse(page.url(f"/quan-tri/don-vi/{done.to_keys[0]}"), 303)
