"""Days the office itself gave off, or worked, beside those of calendar.yaml; and calendars people subscribe to."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import UtcMoment


class CalendarOverride(SQLModel, table=True):
    __tablename__ = "calendar_override"

    day: date = Field(primary_key=True)
    working: bool
    reason: str
    document: str = ""
    pair: date | None = None  # the other day of a swap
    entered_by: str
    entered_at: datetime = Field(sa_type=UtcMoment)


class CalendarFeed(SQLModel, table=True):
    """An address at which a person subscribes to the deadlines of a unit.

    Only the digest of its secret is kept; whoever shows it derives the secret anew.
    """

    __tablename__ = "calendar_feed"
    __table_args__ = (UniqueConstraint("person_id", "organisation_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    number: int  # the first address of this person for this unit, the second …
    secret: str = Field(unique=True)  # SHA-256
    created_at: datetime = Field(sa_type=UtcMoment)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcMoment)
