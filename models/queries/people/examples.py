"""Named queries about the made-up people of a demonstration: whether they count, and what they still have."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Exists, Select, and_, exists, literal, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.columns import UtcMoment
from models.conditions import holds_post_on, is_example
from models.queries.people.ways_in import Ways, count, end, ways_in
from models.tables.access import SignInLink
from models.tables.api import ApiToken
from models.tables.people import Person, Tenure

MOMENT = UtcMoment()


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
        .where(~is_example(person), holds_post_on(day, tenure))
    )


def has_real_holder(session: Session, day: date) -> bool:
    return bool(session.execute(select(real_holder(literal(day)))).scalar_one())


def examples_count(session: Session, day: date) -> bool:
    """In a demonstration alone: then made-up people hold posts, come in and are written to."""
    return in_demonstration(session) and not has_real_holder(session, day)


def made_by_example(token: Any = ApiToken) -> ColumnElement[bool]:
    """What names its maker only; the log knows people by name too."""
    return col(token.created_by).in_(select(col(Person.name)).where(is_example()))


def ids() -> Select[tuple[int | None]]:
    return select(col(Person.id)).where(is_example())


def _all(now: datetime, day: date) -> Ways:
    """What an example may still have: ways in, posts, and what was made in its name."""
    moment = literal(now, MOMENT)
    lasting = and_(col(Tenure.person_id).in_(ids()), or_(col(Tenure.to_day).is_(None), col(Tenure.to_day) > day))
    token = and_(made_by_example(), col(ApiToken.revoked_at).is_(None), col(ApiToken.expires_at) > moment)
    unused = and_(col(SignInLink.used_at).is_(None), col(SignInLink.expires_at) > moment)
    return ways_in(ids(), now) | {
        "posts": (Tenure, lasting, {"to_day": day}),
        "invitations": (SignInLink, and_(made_by_example(SignInLink), unused), {"used_at": now}),
        "tokens": (ApiToken, token, {"revoked_at": now, "revoked_by": "kyhan"}),
    }


def still_have(session: Session, now: datetime, day: date) -> dict[str, int]:
    """How much of each kind made-up people still have; kinds of which there is nothing are left out."""
    return count(session, _all(now, day))


def end_all(session: Session, now: datetime, day: date) -> dict[str, int]:
    """End all of it; the same answer as `still_have` gave before."""
    return end(session, _all(now, day))


def tokens_of_examples(session: Session) -> list[int]:
    found = select(col(ApiToken.id)).where(made_by_example(), col(ApiToken.revoked_at).is_(None))
    return [id or 0 for id in session.execute(found).scalars()]
