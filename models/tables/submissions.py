"""What units hand in, in numbered versions, and what named persons decide about it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.columns import UtcMoment


class Submission(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("case_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="unit_case.id")
    version: int
    via: str  # paper, mail, portal, api
    document_number: str
    document_date: date | None = None
    received_at: datetime = Field(sa_type=UtcMoment)
    registered_at: datetime = Field(sa_type=UtcMoment)
    registered_by: str
    changed: str = Field(default="", sa_column_kwargs={"server_default": text("''")})  # as in Decision
    taken_back_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class SubmissionFile(SQLModel, table=True):
    __tablename__ = "submission_file"

    id: int | None = Field(default=None, primary_key=True)
    submission_id: int = Field(foreign_key="submission.id", index=True)
    name: str
    sha256: str = Field(index=True)
    size: int


class Decision(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="unit_case.id", index=True)
    submission_id: int | None = Field(default=None, foreign_key="submission.id")
    kind: str  # accept, return, waive, extend, nil_return, not_applicable, reopen
    by: str
    reason: str
    until: date | None = None
    decided_at: datetime = Field(sa_type=UtcMoment)
    # JSON: how its case stood before and after; "": made before this was kept
    changed: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    taken_back_at: datetime | None = Field(default=None, sa_type=UtcMoment)  # it counts no more, and stays for the log
