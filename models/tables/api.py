"""Other systems: the tokens they call with, the answers they were given, and what they are told unasked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.columns import UtcMoment

WAITING = "state = 'waiting'"


class ApiToken(SQLModel, table=True):
    """Only the digest of a token is kept: whoever made it saw it once."""

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(unique=True)  # SHA-256
    name: str  # of the system that calls
    scopes: str  # words of rules.systems.scopes.Scope, a space between
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id")  # sees this unit alone
    created_at: datetime = Field(sa_type=UtcMoment)
    created_by: str
    expires_at: datetime = Field(sa_type=UtcMoment)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    revoked_by: str = ""


class ApiAnswer(SQLModel, table=True):
    """What a write was answered, so that the same request sent twice has one effect and one answer."""

    __tablename__ = "api_answer"
    __table_args__ = (UniqueConstraint("token_id", "key"), Index("ix_api_answer_at", "at"))

    id: int | None = Field(default=None, primary_key=True)
    token_id: int = Field(foreign_key="api_token.id")
    key: str
    fingerprint: str  # SHA-256 of what was asked
    at: datetime = Field(sa_type=UtcMoment)
    status: int = 0
    answer: str = ""  # encrypted: it may hold what is shown only once


class Webhook(SQLModel, table=True):
    """Where a system wants to be told. Its secret is derived from the salt and never kept."""

    id: int | None = Field(default=None, primary_key=True)
    token_id: int = Field(foreign_key="api_token.id", index=True)
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id")  # of the token: this unit alone
    url: str
    kinds: str  # words of rules.systems.scopes.Told, a space between
    salt: str
    created_at: datetime = Field(sa_type=UtcMoment)
    seen_seq: int  # the log is told up to this entry
    seen_until: datetime = Field(sa_type=UtcMoment)  # and what became overdue, up to this moment
    failing_since: datetime | None = Field(default=None, sa_type=UtcMoment)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    disabled_why: str = ""


class WebhookDelivery(SQLModel, table=True):
    """One thing to be told to one webhook, at least once."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event"),
        Index("ix_webhook_delivery_waiting", "not_before", sqlite_where=text(WAITING), postgresql_where=text(WAITING)),
    )

    id: int | None = Field(default=None, primary_key=True)
    webhook_id: int = Field(foreign_key="webhook.id")
    event: str  # «log-17», «overdue-3-8», «ping-1»: the same however often it is told
    kind: str
    case_id: int | None = Field(default=None, foreign_key="unit_case.id")
    what: str = ""  # accept, return …
    at: datetime = Field(sa_type=UtcMoment)
    state: str = "waiting"  # waiting, delivered, given_up
    attempts: int = 0
    not_before: datetime = Field(sa_type=UtcMoment)
    lease_until: datetime | None = Field(default=None, sa_type=UtcMoment)
    finished_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    outcome: str = ""  # of the last try: «HTTP 503», «timeout»
