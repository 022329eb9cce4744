"""The forms an office made itself: drafts, and the versions that units fill in."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import UtcMoment


class OfficeForm(SQLModel, table=True):
    """A draft while it has no version; as a version it changes no more, but that it may be retired."""

    __tablename__ = "office_form"
    __table_args__ = (UniqueConstraint("plan_code", "obligation", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_code: str
    obligation: str = ""  # "": not tied to a duty yet
    version: int | None = None  # from 1; the form shipped with the plan is 0
    from_day: date | None = None
    until: date | None = None  # the first day on which it is retired
    title: str
    sheets: str  # as JSON: columns, rows, and where they stand in the workbook
    file_name: str
    file_sha256: str
    file_size: int
    changed_at: datetime = Field(sa_type=UtcMoment)
    changed_by: str
    retired_by: str = ""
    retired_reason: str = ""


class FormDraft(SQLModel, table=True):
    """One for each case, whoever of the unit goes on with it; it stays after the hand-in, for a return."""

    __tablename__ = "form_draft"

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="unit_case.id", unique=True)
    number: int  # one more each time it is saved: who saves an older one is told
    rows: str  # JSON
    changed_at: datetime = Field(sa_type=UtcMoment)
    changed_by: str
