"""Named queries about the calendars people subscribe to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from models.tables.calendar import CalendarFeed


def open_feeds(session: Session, person_id: int) -> Sequence[CalendarFeed]:
    query = select(CalendarFeed).where(CalendarFeed.person_id == person_id, col(CalendarFeed.revoked_at).is_(None))
    return session.exec(query).all()


def feeds_ever(session: Session, person_id: int, organisation_id: int) -> Sequence[CalendarFeed]:
    """Open and shut."""
    query = select(CalendarFeed).where(
        CalendarFeed.person_id == person_id, CalendarFeed.organisation_id == organisation_id
    )
    return session.exec(query).all()


def feed_by_secret(session: Session, digest: str) -> CalendarFeed | None:
    return session.exec(select(CalendarFeed).where(CalendarFeed.secret == digest)).first()


def revoke_feeds(session: Session, person_id: int, organisation_id: int, now: datetime) -> int:
    """Returns how many were open."""
    mine = (col(CalendarFeed.person_id) == person_id, col(CalendarFeed.organisation_id) == organisation_id)
    still_open = update(CalendarFeed).where(*mine, col(CalendarFeed.revoked_at).is_(None))
    return int(session.connection().execute(still_open.values(revoked_at=now)).rowcount)
