"""Days the office itself gave off, or worked, beside those of calendar.yaml."""

from __future__ import annotations

from datetime import date, datetime

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
