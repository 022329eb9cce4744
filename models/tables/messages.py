"""The ledger: notices (why), messages (one person, one day, one channel), attempts (one try over the network)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.columns import UtcMoment

WAITING = "state IN ('pending', 'leased')"
GIVEN_UP = "state IN ('failed', 'exhausted', 'bounced')"
LITE = "-lite"  # at the end of a key: the same letter once more, without the files a server found too big
OF_A_CASE = "case_id IS NOT NULL"  # a digest has none, and digests are most of what there is
URGING = "message = 'urging_letter' AND skipped IS NULL"


class Notice(SQLModel, table=True):
    """A due step of one case for one person, written once. Carried by that person's digest of `on_day`."""

    __table_args__ = (
        UniqueConstraint("case_id", "step", "person_id"),
        Index("ix_notice_digest", "person_id", "on_day"),
        Index("ix_notice_urging", "case_id", sqlite_where=text(URGING), postgresql_where=text(URGING)),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="unit_case.id")
    step: str
    person_id: int = Field(foreign_key="person.id")
    level: int
    message: str  # kind of message the step asks for
    on_day: date
    written_at: datetime = Field(sa_type=UtcMoment)
    skipped: str | None = None  # why it was never sent
    # families of channels, a space at both ends; empty: only recorded
    channels: str = Field(default=" email ", sa_column_kwargs={"server_default": " email "})


class Message(SQLModel, table=True):
    __table_args__ = (
        Index("ix_message_waiting", "not_before", sqlite_where=text(WAITING), postgresql_where=text(WAITING)),
        Index("ix_message_person", "person_id", "on_day"),
        Index("ix_message_case", "case_id", sqlite_where=text(OF_A_CASE), postgresql_where=text(OF_A_CASE)),
        Index("ix_message_given_up", "finished_at", sqlite_where=text(GIVEN_UP), postgresql_where=text(GIVEN_UP)),
    )

    id: int | None = Field(default=None, primary_key=True)
    # idempotency: "digest:{person}:{day}:{channel}", "receipt:{submission}"; "{key}>{channel}" and "{key}-lite" took
    # over from {key}
    key: str = Field(unique=True)
    person_id: int = Field(foreign_key="person.id")
    channel: str
    carries: str = Field(default="email", sa_column_kwargs={"server_default": "email"})  # notices of this family
    kind: str  # digest, receipt, returned, report_draft …
    on_day: date
    case_id: int | None = Field(default=None, foreign_key="unit_case.id")
    facts: str | None = None  # JSON, for kinds whose text does not depend on the day it is sent
    attachment: str | None = None  # storage name
    created_at: datetime = Field(sa_type=UtcMoment)
    not_before: datetime = Field(sa_type=UtcMoment)
    expires_at: datetime | None = Field(default=None, sa_type=UtcMoment)  # a nudge is of use on its day only
    state: str = "pending"  # pending, leased, sent, expired, suppressed, failed, exhausted, bounced, given_up
    attempts: int = 0
    lease_owner: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcMoment)
    finished_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    reason: str = ""


class Attempt(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("message_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id")
    number: int
    address: str
    subject: str
    state: str  # intent, accepted, rejected, malformed, put off, unknown, delivered, bounced
    code: str = ""
    detail: str = ""
    provider_ref: str = ""
    started_at: datetime = Field(sa_type=UtcMoment)
    finished_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class LetterDraft(SQLModel, table=True):
    """An official urging letter that waits to be signed and numbered; both are people's to give."""

    __tablename__ = "letter_draft"

    id: int | None = Field(default=None, primary_key=True)
    occurrence_id: int = Field(foreign_key="occurrence.id", index=True)
    step: str
    drafted_at: datetime = Field(sa_type=UtcMoment)
    units: int
    file: str  # below the office's folder
    sha256: str
    issued_from: str = Field(default="", sa_column_kwargs={"server_default": text("''")})  # its state before
    state: str = "waiting"  # waiting, signed, issued, dropped
    document_number: str = ""
    issued_on: date | None = None
    changed_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    changed_by: str = ""


class LetterCase(SQLModel, table=True):
    """Which case a letter urges; at each step a case is urged by one letter."""

    __tablename__ = "letter_case"

    case_id: int = Field(foreign_key="unit_case.id", primary_key=True)
    step: str = Field(primary_key=True)
    draft_id: int = Field(foreign_key="letter_draft.id", index=True)


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


class OfficeDocument(SQLModel, table=True):
    """One document about a case, from its draft to its issue; what it says is kept with it."""

    __tablename__ = "office_document"

    id: int | None = Field(default=None, primary_key=True)
    kind: str  # of rules.plan.DocumentKind
    case_id: int = Field(foreign_key="unit_case.id", index=True)
    step: str  # the duty it proves: that of the case, or a step after it
    as_of: date
    facts: str  # JSON
    words: str  # JSON: slot → what a person wrote
    drafted_at: datetime = Field(sa_type=UtcMoment)
    drafted_by: str
    file: str  # below the office's folder
    sha256: str = ""  # of the issued file, which never changes again
    state: str = "draft"  # approved, signed, issued, dropped
    document_number: str = ""
    issued_on: date | None = None
    changed_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    changed_by: str = ""


class SignedFile(SQLModel, table=True):
    """The PDF of a document that was signed, scanned or with digital signatures; the newest counts, none is deleted."""

    __tablename__ = "signed_file"
    __table_args__ = (CheckConstraint("(letter_id IS NULL) <> (report_id IS NULL)", name="of_one_document"),)

    id: int | None = Field(default=None, primary_key=True)
    letter_id: int | None = Field(default=None, foreign_key="letter_draft.id", index=True)
    report_id: int | None = Field(default=None, foreign_key="report_draft.id", index=True)
    name: str
    sha256: str
    size: int
    signatures: str | None = None  # JSON, as read when it was filed; None: they could not be read
    filed_at: datetime = Field(sa_type=UtcMoment)
    filed_by: str
