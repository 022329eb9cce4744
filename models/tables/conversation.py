"""What the coordinators and a unit say to each other about a case, and what the coordinators keep to themselves."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from models.columns import UtcMoment

UNREAD = "read_at IS NULL"


class CaseMessage(SQLModel, table=True):
    """Of the two-way thread of a case. Plain text, whatever it looks like."""

    __tablename__ = "case_message"
    __table_args__ = (Index("ix_case_message_unread", "id", sqlite_where=text(UNREAD), postgresql_where=text(UNREAD)),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="unit_case.id", index=True)
    from_unit: bool
    author: str
    text: str
    written_at: datetime = Field(sa_type=UtcMoment)
    read_at: datetime | None = Field(default=None, sa_type=UtcMoment)  # by the first reader of the other side
    read_by: str = ""


class CaseNote(SQLModel, table=True):
    """For the coordinators alone: in a table of its own, so that no query for units can ever meet it."""

    __tablename__ = "case_note"

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="unit_case.id", index=True)
    author: str
    text: str
    written_at: datetime = Field(sa_type=UtcMoment)


class CaseContact(SQLModel, table=True):
    """A call or a visit a coordinator made about a case; what the system itself sent stands in the ledger."""

    __tablename__ = "case_contact"

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="unit_case.id", index=True)
    way: str  # phone, visit, letter
    spoke_with: str = ""
    told: str
    promised_on: date | None = None  # the day the unit said it would answer by
    by: str
    made_at: datetime = Field(sa_type=UtcMoment)
