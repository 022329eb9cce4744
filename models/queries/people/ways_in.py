"""Named queries about everything by which a person comes in or is reached, and how all of it ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, literal, select, update
from sqlmodel import Session, SQLModel, col

from models.columns import UtcMoment
from models.tables.access import Credential, Grant, OutsideIdentity, SignInLink, WebSession
from models.tables.calendar import CalendarFeed
from models.tables.people import ContactAddress
from models.tables.zalo import LinkCode

MOMENT = UtcMoment()
DELETED: tuple[type[SQLModel], ...] = (Grant, Credential, OutsideIdentity, ContactAddress, LinkCode)

# kind → table, which rows, how they end; None: they are deleted
Ways = dict[str, tuple[type[SQLModel], ColumnElement[bool], dict[str, Any] | None]]


def ways_in(people: Any, now: datetime) -> Ways:
    """`people`: ids, or a query for them."""
    moment = literal(now, MOMENT)
    deleted: Ways = {str(model.__tablename__): (model, _theirs(model, people), None) for model in DELETED}
    unused = and_(col(SignInLink.used_at).is_(None), col(SignInLink.expires_at) > moment)
    live = and_(col(WebSession.revoked_at).is_(None), col(WebSession.expires_at) > moment)
    return deleted | {
        "sessions": (WebSession, and_(_theirs(WebSession, people), live), {"revoked_at": now}),
        "links": (SignInLink, and_(_theirs(SignInLink, people), unused), {"used_at": now}),
        "feeds": (
            CalendarFeed,
            and_(_theirs(CalendarFeed, people), col(CalendarFeed.revoked_at).is_(None)),
            {"revoked_at": now},
        ),
    }


def count(session: Session, ways: Ways) -> dict[str, int]:
    """Kinds of which there is nothing are left out."""
    found = {
        kind: int(session.execute(select(func.count()).select_from(model).where(which)).scalar_one())
        for kind, (model, which, _) in ways.items()
    }
    return {kind: number for kind, number in found.items() if number}


def end(session: Session, ways: Ways) -> dict[str, int]:
    """Returns how many of each kind, as `count` does."""
    found = {}
    for kind, (model, which, ended) in ways.items():
        statement = delete(model) if ended is None else update(model).values(ended)
        found[kind] = int(session.connection().execute(statement.where(which)).rowcount)
    return {kind: number for kind, number in found.items() if number}


def _theirs(model: Any, people: Any) -> ColumnElement[bool]:
    return col(model.person_id).in_(people)
