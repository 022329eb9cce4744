"""People: list, posts and roles, and changes by an administrator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import StringConstraints
from sqlmodel import Session
from starlette.exceptions import HTTPException

from models.database import id_of, reading, writing
from models.queries.people import register
from models.tables.people import Person, Post
from portal.parameters import FormDay, FormId, Id
from portal.rendering import AnyPage, Page
from portal.visitor import AnyVisitor, may
from rules.access import GRANTED, Action, Role
from rules.channels import LINKED, entered_kinds
from rules.deadlines import local_day
from services import log
from services.access import identity_provider
from services.access import sessions as access
from services.errors import Refused
from services.people import administration
from services.people.contacts import contacts_of, enter
from services.people.import_people import export_people
from services.units import all_units

router = APIRouter(prefix="/quan-tri/nguoi", dependencies=[Depends(may(Action.SEE_OFFICE))])

A_PAGE = 50
MANAGED = [Depends(may(Action.MANAGE))]
Word = Annotated[str, Form(max_length=200)]
Words = Annotated[Sequence[Annotated[str, StringConstraints(max_length=200)]], Form(max_length=20)]


@router.get("")
def show_people(
    page: AnyPage,
    tim: Annotated[str, Query(max_length=200)] = "",
    trang: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> HTMLResponse:
    return _people_page(page, " ".join(tim.split()), trang)


def _people_page(page: Page, search: str = "", number: int = 1, problem: str = "", **typed: str) -> HTMLResponse:
    today = local_day(page.now)
    with reading(page.context.engine) as session:
        total = register.count_people(session, search, today)
        people = register.people(session, search, today, A_PAGE, (number - 1) * A_PAGE)
        ids = [id_of(one) for one in people]
        held = [one for one in register.held(session, ids) if one.from_day <= today < (one.to_day or date.max)]
        grants, seen = register.grants(session, ids), register.last_seen(session, ids)
    posts = {id: [one for one in held if one.person_id == id] for id in ids}
    return page.render(
        "office/people.html",
        status_code=422 if problem else 200,
        people=people,
        posts=posts,
        grants=grants,
        seen=seen,
        total=total,
        search=search,
        number=number,
        more=number * A_PAGE < total,
        problem=problem,
        typed={"name": "", "email": "", "phone": "", **typed},
        here="/quan-tri",
    )


@router.get("/xuat")
def export(page: AnyPage, visitor: AnyVisitor) -> Response:
    """The table holds everybody's addresses, so the log records who exported it."""
    today = local_day(page.now)
    with reading(page.context.engine) as session:
        content = export_people(session, today, entered_kinds(page.context.office.channels))
    with writing(page.context.engine) as session:
        log.append(session, page.now, visitor.name, "people.export", "people", {})
    headers = {"Content-Disposition": f'attachment; filename="nguoi-{today}.csv"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("", dependencies=MANAGED)
def add_person(page: AnyPage, visitor: AnyVisitor, name: Word = "", email: Word = "", phone: Word = "") -> Response:
    name, email, phone = (" ".join(word.split()) for word in (name, email, phone))
    try:
        with writing(page.context.engine) as session:
            person = administration.add_person(session, name, email, phone, visitor.name, page.now)
    except Refused as refused:
        return _people_page(page, problem=str(refused), name=name, email=email, phone=phone)
    return RedirectResponse(page.url(f"/quan-tri/nguoi/{person.id}"), 303)


# --- one person -----------------------------------------------------------------------------------------------------


@router.get("/{id}")
def show_person(page: AnyPage, id: Id) -> HTMLResponse:
    return _person_page(page, id)


def _person_page(
    page: Page, id: int, problem: str = "", contacts: Mapping[str, str] = MappingProxyType({}), **typed: str
) -> HTMLResponse:
    today, kinds = local_day(page.now), entered_kinds(page.context.office.channels)
    with reading(page.context.engine) as session:
        person = _load(session, id)
        held = register.held(session, [id])
        grants = register.grants(session, [id]).get(id, [])
        sessions = access.sessions_of(session, id, page.now)
        units = all_units(session, today)
        known = contacts_of(session, id, {*kinds, *LINKED})
        outside_account = identity_provider.has_outside_account(session, id)
    return page.render(
        "office/person.html",
        status_code=422 if problem else 200,
        person=person,
        typed={"name": person.name, "email": person.email, "phone": person.phone, **typed},
        kinds=kinds,
        contacts={**known, **contacts},
        linked=[kind for kind in LINKED if kind in known],
        held=held,
        units=units,
        today=today,
        grants=grants,
        grantable=sorted(role.value for role in GRANTED),
        sessions=sessions,
        outside_account=outside_account,
        problem=problem,
        here="/quan-tri",
    )


def _load(session: Session, id: int) -> Person:
    person = session.get(Person, id)
    if person is None:
        raise HTTPException(404)
    return person


@router.post("/{id}", dependencies=MANAGED)
def correct_person(
    page: AnyPage,
    visitor: AnyVisitor,
    id: Id,
    name: Word = "",
    email: Word = "",
    phone: Word = "",
    who: Word = "",
    kind: Words = (),
    address: Words = (),
) -> Response:
    name, email, phone = (" ".join(word.split()) for word in (name, email, phone))
    same, kinds = {"same": True, "other": False}.get(who), entered_kinds(page.context.office.channels)
    contacts = dict(zip(kind, map(str.strip, address), strict=False))
    try:
        with writing(page.context.engine) as session:
            person, before = _load(session, id), contacts_of(session, id, kinds)
            administration.correct_person(session, person, name, email, phone, visitor.name, page.now, same)
            own = {one: new for one, new in contacts.items() if new != before.get(one, "")}  # not of whoever was before
            enter(session, person, own, kinds, visitor.name, page.now)
    except Refused as refused:
        return _person_page(page, id, str(refused), contacts, name=name, email=email, phone=phone)
    return _back(page, id)


@router.post("/{id}/thoi", dependencies=MANAGED)
def end_tenure(page: AnyPage, visitor: AnyVisitor, id: Id, post: FormId, last: FormDay) -> Response:
    try:
        with writing(page.context.engine) as session:
            held = session.get(Post, post)
            if held is None:
                raise HTTPException(404)
            administration.end_tenure(session, _load(session, id), held, last, visitor.name, page.now)
    except Refused as refused:
        return _person_page(page, id, str(refused))
    return _back(page, id)


@router.post("/{id}/quyen", dependencies=MANAGED)
def change_role(
    page: AnyPage, visitor: AnyVisitor, id: Id, role: Annotated[Role, Form()], give: Annotated[bool, Form()]
) -> Response:
    change = administration.grant if give else administration.take_back
    try:
        with writing(page.context.engine) as session:
            change(session, _load(session, id), role, visitor.name, page.now)
    except Refused as refused:
        return _person_page(page, id, str(refused))
    return _back(page, id)


@router.post("/{id}/phien", dependencies=MANAGED)
def end_sessions(page: AnyPage, visitor: AnyVisitor, id: Id) -> Response:
    with writing(page.context.engine) as session:
        administration.end_sessions(session, _load(session, id), visitor.name, page.now)
    return _back(page, id)


@router.post("/{id}/tai-khoan-chung", dependencies=MANAGED)
def forget_outside_account(page: AnyPage, visitor: AnyVisitor, id: Id) -> Response:
    with writing(page.context.engine) as session:
        identity_provider.forget_outside_account(session, _load(session, id), visitor.name, page.now)
    return _back(page, id)


def _back(page: Page, id: int) -> RedirectResponse:
    return RedirectResponse(page.url(f"/quan-tri/nguoi/{id}"), 303)
