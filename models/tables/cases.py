"""Cases: what one unit owes for one occurrence, as facts with their moments. No status is stored."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from models.columns import UtcMoment

OPEN = "outcome IS NULL AND (received_at IS NULL OR returned_at IS NOT NULL)"  # an answer is still owed
TO_REVIEW = "outcome IS NULL AND received_at IS NOT NULL AND accepted_at IS NULL AND returned_at IS NULL"


class Case(SQLModel, table=True):
    __tablename__ = "unit_case"
    __table_args__ = (
        UniqueConstraint("occurrence_id", "organisation_id"),
        Index("ix_unit_case_open", "term_id", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        Index("ix_unit_case_review", "id", sqlite_where=text(TO_REVIEW), postgresql_where=text(TO_REVIEW)),
        Index("ix_unit_case_organisation", "organisation_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    occurrence_id: int = Field(foreign_key="occurrence.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    role: str
    statutory_term_id: int = Field(foreign_key="term.id")  # kept for ever
    term_id: int = Field(foreign_key="term.id")  # statutory, or agreed in an extension
    opened_at: datetime = Field(sa_type=UtcMoment)
    received_at: datetime | None = Field(default=None, sa_type=UtcMoment)  # first receipt; a return does not reset it
    returned_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    return_by: date | None = None
    accepted_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    outcome: str | None = None  # nil_return, waived, not_applicable, superseded
    outcome_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    adjusted: bool | None = None  # of a review: whether it found something to adjust; None: not answered
    adjusted_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    adjusted_by: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    adjusted_on_behalf: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class Stage(SQLModel, table=True):
    """A step that follows the hand-in: approval, reporting, publication."""

    __table_args__ = (UniqueConstraint("case_id", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="unit_case.id")
    code: str  # "I5-APPROVE"
    position: int
    applicable: bool = True
    target_day: date | None = None
    done_on: date | None = None
    document_number: str = ""
    place: str = ""  # link or medium of a publication
    recorded_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    recorded_by: str = ""
    on_behalf: bool = Field(default=False, sa_column_kwargs={"server_default": false()})  # by a coordinator
    reason: str = Field(default="", sa_column_kwargs={"server_default": text("''")})  # of another day, of a correction
    corrected_at: datetime | None = Field(default=None, sa_type=UtcMoment)
