"""What comes back without anybody signing in: answers by the links of letters, and what services tell us unasked."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.columns import UtcMoment

WAITING = "state = 'waiting'"
UNPROCESSED = "processed_at IS NULL"
UNMATCHED = "result = 'unmatched'"


class AnswerLink(SQLModel, table=True):
    """A link of a letter that was used to answer for one case. Only the digest of its token is kept."""

    __tablename__ = "answer_link"
    __table_args__ = (UniqueConstraint("case_id", "person_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(unique=True)  # SHA-256
    case_id: int = Field(foreign_key="unit_case.id")
    person_id: int = Field(foreign_key="person.id")
    number: int  # of the day it was issued: a reader gets one a day for a case
    issued_on: date
    expires_at: datetime = Field(sa_type=UtcMoment)
    used_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    answer: str = ""  # received, extension, nil_return, hand_in, message


class AnswerRequest(SQLModel, table=True):
    """What a unit asks for and a coordinator grants or refuses."""

    __tablename__ = "answer_request"
    __table_args__ = (
        Index("ix_answer_request_waiting", "id", sqlite_where=text(WAITING), postgresql_where=text(WAITING)),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="unit_case.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    kind: str  # extension, nil_return
    until: date | None = None
    reason: str
    at: datetime = Field(sa_type=UtcMoment)
    state: str = "waiting"  # waiting, granted, refused
    decided_by: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    decided_reason: str = ""


class InboundEvent(SQLModel, table=True):
    """What a service told us by a webhook, stored as it came; understood later."""

    __tablename__ = "inbound_event"
    __table_args__ = (
        Index(
            "ix_inbound_event_unprocessed",
            "kind",
            "id",
            sqlite_where=text(UNPROCESSED),
            postgresql_where=text(UNPROCESSED),
        ),
        Index("ix_inbound_event_unmatched", "id", sqlite_where=text(UNMATCHED), postgresql_where=text(UNMATCHED)),
    )

    id: int | None = Field(default=None, primary_key=True)
    dedupe_key: str = Field(unique=True)  # the same when it is told again
    source: str  # zalo_oa, zalo_bot
    kind: str  # as the service names it: user_received_message, follow …
    raw: bytes
    headers: str  # JSON, of those that matter and are no secret
    received_at: datetime = Field(sa_type=UtcMoment)
    processed_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    result: str = ""  # delivered, unmatched, seen
