"""Tables that are being filled in on a page."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.columns import UtcMoment


class FormDraft(SQLModel, table=True):
    """One for each case, whoever of the unit goes on with it; it stays after the hand-in, for a return."""

    __tablename__ = "form_draft"

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="unit_case.id", unique=True)
    number: int  # one more each time it is saved: who saves an older one is told
    rows: str  # JSON
    changed_at: datetime = Field(sa_type=UtcMoment)
    changed_by: str
