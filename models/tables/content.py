"""What the tables that were handed in say: the verdict on each file, its rows, and what is put together from them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import UtcMoment


class ContentCheck(SQLModel, table=True):
    """The verdict on one file of a hand-in by one version of its form."""

    __tablename__ = "content_check"
    __table_args__ = (UniqueConstraint("submission_file_id", "form_version"),)

    id: int | None = Field(default=None, primary_key=True)
    submission_file_id: int = Field(foreign_key="submission_file.id")
    submission_id: int = Field(foreign_key="submission.id", index=True)
    case_id: int = Field(foreign_key="unit_case.id", index=True)
    form_version: int  # 0: as shipped with the plan
    verdict: str  # a ContentVerdict; "": it could not be judged
    findings: str  # JSON, not all of them where there are very many
    findings_count: int  # of all
    rows_taken: int
    tries: int
    fault: str  # why it could not be judged; "": it was
    checked_at: datetime = Field(sa_type=UtcMoment)


class ContentRow(SQLModel, table=True):
    """A row of data as it was handed in. Rows of older versions stay: `current` marks those of the newest."""

    __tablename__ = "content_row"
    __table_args__ = (
        Index("ix_content_row_obligation_period", "obligation", "period"),
        Index("ix_content_row_organisation", "organisation_id", "obligation"),
    )

    id: int | None = Field(default=None, primary_key=True)
    check_id: int = Field(foreign_key="content_check.id", index=True)
    case_id: int = Field(foreign_key="unit_case.id", index=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    obligation: str
    period: str
    version: int  # of the hand-in
    sha256: str  # of the file
    sheet: str | None = None  # None: a file without sheets
    row: int  # as Excel counts, from 1
    cells: str  # JSON: value by the id of the column
    search: str  # the text of all cells, lower case, without diacritics
    current: bool


class Settlement(SQLModel, table=True):
    """How a person settled a conflict between rows, or said whether two names mean the same; the newest one counts."""

    __tablename__ = "content_settlement"
    __table_args__ = (Index("ix_content_settlement_of", "obligation", "period"),)

    id: int | None = Field(default=None, primary_key=True)
    obligation: str
    period: str
    kind: str  # values, names, renamed
    subject: str  # what it is about: the key of the row, or both names
    choice: str  # JSON: the value that counts by column, or whether both are the same
    reason: str
    settled_at: datetime = Field(sa_type=UtcMoment)
    settled_by: str


class Consolidation(SQLModel, table=True):
    """A province-wide table that was frozen: numbered, sealed with a digest, never changed."""

    __table_args__ = (UniqueConstraint("obligation", "period", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    obligation: str
    period: str
    number: int
    form: str  # JSON: the columns it had
    facts: str  # JSON: units, conflicts left open, what was waiting
    rows_count: int
    sha256: str  # of its rows in canonical form
    reason: str
    frozen_at: datetime = Field(sa_type=UtcMoment)
    frozen_by: str


class ConsolidationRow(SQLModel, table=True):
    __tablename__ = "consolidation_row"
    __table_args__ = (UniqueConstraint("consolidation_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    consolidation_id: int = Field(foreign_key="consolidation.id")
    position: int
    cells: str  # JSON: value by the id of the column
    origins: str  # JSON: unit, version, digest of the file, sheet, row of each row it came from


class ConsolidationApproval(SQLModel, table=True):
    """By which record of a step a frozen table was approved; the record may be corrected or taken back later."""

    __tablename__ = "consolidation_approval"
    __table_args__ = (UniqueConstraint("consolidation_id", "stage_id"),)

    id: int | None = Field(default=None, primary_key=True)
    consolidation_id: int = Field(foreign_key="consolidation.id")
    stage_id: int = Field(foreign_key="stage.id", index=True)
