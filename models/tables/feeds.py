"""Calendars people subscribe to: the deadlines of their unit, at an address only they know."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import UtcMoment


class CalendarFeed(SQLModel, table=True):
    """One address. Only the digest of its secret is kept; whoever shows it derives the secret anew."""

    __tablename__ = "calendar_feed"
    __table_args__ = (UniqueConstraint("person_id", "organisation_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    number: int  # the first address of this person for this unit, the second …
    secret: str = Field(unique=True)  # SHA-256
    created_at: datetime = Field(sa_type=UtcMoment)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcMoment)
