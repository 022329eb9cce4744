"""What was done for a duty outside its cases: guidance, inspections, meetings, documents of no case."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.columns import UtcMoment


class Activity(SQLModel, table=True):
    """A correction is a row of its own and ends the one before it; nothing is deleted."""

    __table_args__ = (Index("ix_activity_obligation", "obligation", "on_day"),)

    id: int | None = Field(default=None, primary_key=True)
    obligation: str  # its code, whatever version of the plan it stood in
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    kind: str
    on_day: date
    document_number: str = ""
    summary: str
    people: int | None = None
    file_name: str = ""  # "": without a file
    file_sha256: str = ""
    file_size: int = 0
    recorded_at: datetime = Field(sa_type=UtcMoment)
    recorded_by: str
    corrects_id: int | None = Field(default=None, foreign_key="activity.id")
    ended_at: datetime | None = Field(default=None, sa_type=UtcMoment)  # corrected or taken back since
    ended_by: str = ""
    ended_reason: str = ""
