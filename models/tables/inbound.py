"""What came in by mail, whole and before anything was made of it; and which addresses no longer work."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.columns import UtcMoment

TO_BE_SEEN = "verdict = 'quarantined'"


class InboundMail(SQLModel, table=True):
    __tablename__ = "inbound_mail"
    __table_args__ = (
        Index("ix_inbound_mail_to_be_seen", "id", sqlite_where=text(TO_BE_SEEN), postgresql_where=text(TO_BE_SEEN)),
    )

    id: int | None = Field(default=None, primary_key=True)
    dedupe_key: str = Field(unique=True)  # Message-ID and SHA-256 of what it says: the same whichever way it came
    place: str = Field(default="", index=True)  # where the mailbox kept it: "imap:host/INBOX:validity:uid"
    sha256: str  # of the raw mail in the store of files
    size: int
    received_at: datetime = Field(sa_type=UtcMoment)  # when it reached the mailbox; counts for punctuality
    fetched_at: datetime = Field(sa_type=UtcMoment)
    sender: str = ""
    subject: str = ""
    verdict: str = "new"  # new, registered, recorded (outside any case), bounced, ignored, quarantined
    reason: str = ""
    note: str = ""  # a suggestion to whoever looks at it, such as a document number
    case_id: int | None = Field(default=None, foreign_key="unit_case.id", index=True)
    submission_id: int | None = Field(default=None, foreign_key="submission.id")
    message_id: int | None = Field(default=None, foreign_key="message.id")  # of ours, that it answers or returns
    seen_by: str = ""  # who looked at a quarantined mail
    seen_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class AddressHealth(SQLModel, table=True):
    """No row: nothing is known against the address."""

    __tablename__ = "address_health"
    __table_args__ = (UniqueConstraint("channel", "address"),)

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    address: str  # in small letters
    state: str  # dead, suspect
    reason: str
    since: datetime = Field(sa_type=UtcMoment)
    until: datetime | None = Field(default=None, sa_type=UtcMoment)  # None: until somebody revives it
