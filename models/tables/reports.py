"""The periodic reports on their road from a draft to an issued document, and the words people wrote into them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import UtcMoment


class ReportDraft(SQLModel, table=True):
    """One document of a period; a later version corrects the issued one before it."""

    __tablename__ = "report_draft"
    __table_args__ = (UniqueConstraint("occurrence_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    occurrence_id: int = Field(foreign_key="occurrence.id")
    version: int = 1
    as_of: date  # its numbers are counted at the end of this day
    drafted_at: datetime = Field(sa_type=UtcMoment)  # with these numbers
    drafted_by: str = ""
    file: str  # below the office's folder; "" where it is not known any more
    sha256: str = ""  # of the issued file, which never changes again
    state: str = "draft"  # content_checked, form_checked, submitted, approved, signed, issued
    document_number: str = ""
    issued_on: date | None = None
    changed_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    changed_by: str = ""


class ReportWords(SQLModel, table=True):
    """What a person wrote into a slot of a period's report; the newest counts, the earlier ones are kept."""

    __tablename__ = "report_words"

    id: int | None = Field(default=None, primary_key=True)
    occurrence_id: int = Field(foreign_key="occurrence.id", index=True)
    version: int  # of the document it was written for
    slot: str
    words: str
    written_at: datetime = Field(sa_type=UtcMoment)
    written_by: str
