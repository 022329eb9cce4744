"""Named queries about the made-up people of a demonstration: whether they count, and what they still have."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Exists, Select, and_, delete, exists, func, literal, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, SQLModel, col

from models.access import Credential, Grant, OutsideIdentity, SignInLink, WebSession
from models.api import ApiToken
from models.columns import UtcMoment
from models.feeds import CalendarFeed
from models.people import Person, Tenure
from models.zalo import LinkCode, ZaloLink

MOMENT = UtcMoment()
DELETED: tuple[type[SQLModel], ...] = (Grant, Credential, OutsideIdentity, ZaloLink, LinkCode)


def in_demonstration(session: Session) -> bool:
    """Whether the settings this database was opened with are those of a demonstration."""
    options = session.get_bind().get_execution_options()
    return bool(options.get("kyhan_demonstration", True))


def real_holder(day: Any) -> Exists:
    """Whether a real person holds a post on that day."""
    tenure, person = aliased(Tenure), aliased(Person)
    return exists(
        select(literal(1))
        .select_from(tenure)
        .join(person, col(person.id) == col(tenure.person_id))
        .where(~col(person.example), col(tenure.from_day) <= day)
        .where(or_(col(tenure.to_day).is_(None), col(tenure.to_day) > day))
    )


def examples_count(session: Session, day: date) -> bool:
    """In a demonstration alone: then made-up people hold posts, come in and are written to."""
    return in_demonstration(session) and not session.execute(select(real_holder(literal(day)))).scalar_one()


def made_by_example(token: Any = ApiToken) -> ColumnElement[bool]:
    """What names its maker only; the log knows people by name too."""
    return col(token.created_by).in_(select(col(Person.name)).where(col(Person.example)))


def ids() -> Select[tuple[int | None]]:
    return select(col(Person.id)).where(col(Person.example))


def _open(now: datetime, day: date) -> dict[str, tuple[type[SQLModel], ColumnElement[bool], dict[str, Any]]]:
    """What an example may still have beyond its rows of DELETED → (table, which rows, how they end)."""
    moment = literal(now, MOMENT)
    mine = {model: col(model.person_id).in_(ids()) for model in (Tenure, WebSession, SignInLink, CalendarFeed)}
    unused = and_(col(SignInLink.used_at).is_(None), col(SignInLink.expires_at) > moment)
    lasting = or_(col(Tenure.to_day).is_(None), col(Tenure.to_day) > day)
    live = and_(col(WebSession.revoked_at).is_(None), col(WebSession.expires_at) > moment)
    token = and_(made_by_example(), col(ApiToken.revoked_at).is_(None), col(ApiToken.expires_at) > moment)
    feed = and_(mine[CalendarFeed], col(CalendarFeed.revoked_at).is_(None))
    links = and_(or_(mine[SignInLink], made_by_example(SignInLink)), unused)
    return {
        "posts": (Tenure, and_(mine[Tenure], lasting), {"to_day": day}),
        "sessions": (WebSession, and_(mine[WebSession], live), {"revoked_at": now}),
        "links": (SignInLink, links, {"used_at": now}),
        "feeds": (CalendarFeed, feed, {"revoked_at": now}),
        "tokens": (ApiToken, token, {"revoked_at": now, "revoked_by": "kyhan"}),
    }


def still_have(session: Session, now: datetime, day: date) -> dict[str, int]:
    """How much of each kind made-up people still have; kinds of which there is nothing are left out."""
    counted = {kind: (model, which) for kind, (model, which, _) in _open(now, day).items()}
    counted |= {str(model.__tablename__): (model, _of_examples(model)) for model in DELETED}
    found = {
        kind: int(session.execute(select(func.count()).select_from(model).where(which)).scalar_one())
        for kind, (model, which) in counted.items()
    }
    return {kind: number for kind, number in found.items() if number}


def end(session: Session, now: datetime, day: date) -> dict[str, int]:
    """End all of it; the same answer as `still_have` gave before."""
    execute = session.connection().execute
    found = {str(model.__tablename__): execute(delete(model).where(_of_examples(model))).rowcount for model in DELETED}
    for kind, (model, which, ended) in _open(now, day).items():
        found[kind] = execute(update(model).where(which).values(ended)).rowcount
    return {kind: number for kind, number in found.items() if number}


def tokens_of_examples(session: Session) -> list[int]:
    found = select(col(ApiToken.id)).where(made_by_example(), col(ApiToken.revoked_at).is_(None))
    return [id or 0 for id in session.execute(found).scalars()]


def _of_examples(model: Any) -> ColumnElement[bool]:
    return col(model.person_id).in_(ids())
