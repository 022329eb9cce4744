"""The posts of a unit: who holds them, and who is invited to take one over."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from models.database import reading, writing
from models.queries.people import absences as absence_queries
from models.queries.people import access as access_queries
from models.tables.people import Post
from portal.pages.door.sign_in import MAIL, send_soon
from portal.parameters import FormDay, Id
from portal.rendering import AnyPage, Page
from portal.visitor import AnyVisitor, Visitor, may
from rules.access import Action, Role, may_fill
from rules.deadlines import local_day
from services.errors import Refused
from services.people import posts as access_posts
from services.units import Unit, unit_named

SEEN = [Depends(may(Action.SEE_POSTS))]
router = APIRouter(prefix="/don-vi/{key}/vi-tri", dependencies=SEEN)

Word = Annotated[str, Form(max_length=200)]


def asked_unit(page: AnyPage, visitor: AnyVisitor, key: str) -> Unit:
    """The unit of this address; for whoever may not see it, it is as if it were not there."""
    with reading(page.context.engine) as session:
        found = unit_named(session, local_day(page.now), key)
    if found is None or not visitor.may(Action.SEE_POSTS, found.id):
        raise HTTPException(404)
    return found


AskedUnit = Annotated[Unit, Depends(asked_unit)]


@router.get("")
def show_posts(page: AnyPage, visitor: AnyVisitor, unit: AskedUnit) -> HTMLResponse:
    return posts_page(page, visitor, unit)


def posts_page(page: Page, visitor: Visitor, unit: Unit, **told: object) -> HTMLResponse:
    with reading(page.context.engine) as session:
        today = local_day(page.now)
        posts = access_queries.posts_of(session, unit.id, today)
        waiting = access_queries.open_invitations(session, unit.id, page.now)
        away = absence_queries.absences_from(session, [row.person_id for row in posts if row.person_id], today)
        deputy = absence_queries.deputy_of(session, unit.id, today)
    typed = {"name": "", "email": "", "away": 0, "first": "", "last": "", "reason": ""}
    facts = {"problem": "", "asked": 0, **typed, **told}
    return page.render(
        "unit/posts.html",
        status_code=422 if facts["problem"] else 200,
        unit=unit,
        posts=posts,
        waiting={row.post_id: row for row in waiting},
        fillable={row.post_id for row in posts if may_fill(visitor, Role(row.role), unit.id)},
        absences=away,
        deputy=deputy,
        tells_absence={row.person_id for row in posts if may_fill(visitor, Role(row.role), unit.id)}
        | {visitor.known.person_id},
        today=local_day(page.now),
        here="",
        **facts,
    )


@router.post("/{post}/moi")
def invite(
    page: AnyPage,
    visitor: AnyVisitor,
    unit: AskedUnit,
    later: BackgroundTasks,
    post: Id,
    from_day: FormDay,
    name: Word = "",
    email: Word = "",
) -> Response:
    name, email = " ".join(name.split()), email.strip()
    typed = {"asked": post, "name": name, "email": email}
    if not name or not MAIL.fullmatch(email):
        return posts_page(page, visitor, unit, problem="email" if name else "name", **typed)
    try:
        with writing(page.context.engine) as session:
            found = _fillable(session, visitor, unit, post)
            access_posts.invite(session, page.context.office, found, name, email, from_day, visitor.name, page.now)
    except Refused:
        problem = "past" if from_day < local_day(page.now) else "example"
        return posts_page(page, visitor, unit, problem=problem, **typed)
    send_soon(page.context, later)
    return RedirectResponse(page.url(f"/don-vi/{unit.key}/vi-tri"), 303)


@router.post("/{post}/thu-hoi")
def withdraw(page: AnyPage, visitor: AnyVisitor, unit: AskedUnit, post: Id) -> RedirectResponse:
    with writing(page.context.engine) as session:
        found = _fillable(session, visitor, unit, post)
        access_posts.withdraw(session, found, visitor.name, page.now)
    return RedirectResponse(page.url(f"/don-vi/{unit.key}/vi-tri"), 303)


def _fillable(session: Session, visitor: Visitor, unit: Unit, post: int) -> Post:
    found = session.get(Post, post)
    if found is None or found.organisation_id != unit.id:
        raise HTTPException(404)
    if not access_posts.may_hand_over(visitor, found):
        raise HTTPException(403)
    return found
