"""Named queries about sign-in links: each opens once, and can be withdrawn."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, select

from models.tables.access import SignInLink


def link_by_token(session: Session, digest: str) -> SignInLink | None:
    return session.exec(select(SignInLink).where(SignInLink.token == digest)).first()


def spend(session: Session, link_id: int, now: datetime) -> bool:
    """False for the second of two who come at once."""
    return _use(session, now, col(SignInLink.id) == link_id) == 1


def withdraw_links_of(session: Session, person_id: int, now: datetime) -> int:
    """Returns how many were unused, as the others do."""
    return _use(session, now, col(SignInLink.person_id) == person_id)


def withdraw_links_for(session: Session, purpose: str, now: datetime) -> int:
    return _use(session, now, col(SignInLink.purpose) == purpose)


def withdraw_invitations(session: Session, post_id: int, now: datetime) -> int:
    return _use(session, now, col(SignInLink.post_id) == post_id)


def _use(session: Session, now: datetime, which: ColumnElement[bool]) -> int:
    unused = update(SignInLink).where(which, col(SignInLink.used_at).is_(None))
    return int(session.connection().execute(unused.values(used_at=now)).rowcount)
