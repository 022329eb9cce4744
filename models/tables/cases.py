"""Cases: what one unit owes for one occurrence, as facts with their moments. No status is stored."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from models.columns import UtcMoment

CURRENT = text("superseded_at IS NULL")
OPEN = "outcome IS NULL AND (received_at IS NULL OR returned_at IS NOT NULL)"  # an answer is still owed
TO_REVIEW = "outcome IS NULL AND received_at IS NOT NULL AND accepted_at IS NULL AND returned_at IS NULL"


class Case(SQLModel, table=True):
    __tablename__ = "unit_case"
    __table_args__ = (
        UniqueConstraint("occurrence_id", "organisation_id"),
        Index("ix_unit_case_open", "term_id", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        Index("ix_unit_case_review", "id", sqlite_where=text(TO_REVIEW), postgresql_where=text(TO_REVIEW)),
        Index("ix_unit_case_organisation", "organisation_id"),
        Index("ix_unit_case_return_term", "return_term_id"),
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
    return_term_id: int | None = None  # the term by which it is reminded while it is returned
    accepted_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    outcome: str | None = None  # nil_return, waived, not_applicable, superseded
    outcome_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    adjusted: bool | None = None  # of a review: whether it found something to adjust; None: not answered
    adjusted_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    adjusted_by: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    adjusted_on_behalf: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class Stage(SQLModel, table=True):
    """A step that follows the hand-in: approval, reporting, publication; how it stood from one record to the next.

    A row is never rewritten: what changes supersedes it by another, so that any moment is seen as it was known then.
    `is_current_step` is the row that stands, `is_known_step` the one that stood at a moment.
    """

    __table_args__ = (
        Index("ix_stage_current", "case_id", "code", unique=True, sqlite_where=CURRENT, postgresql_where=CURRENT),
        Index("ix_stage_term", "term_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="unit_case.id", index=True)
    code: str  # "I5-APPROVE"
    position: int
    applicable: bool = True
    target_day: date | None = None
    term_id: int | None = Field(default=None, foreign_key="term.id")  # by which it is reminded of, once it counts
    done_on: date | None = None
    document_number: str = ""
    place: str = ""  # link or medium of a publication
    recorded_at: datetime | None = Field(default=None, sa_type=UtcMoment)  # this row; None: with the case
    recorded_by: str = ""
    on_behalf: bool = Field(default=False, sa_column_kwargs={"server_default": false()})  # by a coordinator
    reason: str = Field(default="", sa_column_kwargs={"server_default": text("''")})  # of another day, of a correction
    corrected_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    superseded_at: datetime | None = Field(default=None, sa_type=UtcMoment)  # corrected, taken back …; None: it stands
