"""How people come in: roles granted to them, what they prove themselves with, and the sessions they hold."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import UtcMoment


class Grant(SQLModel, table=True):
    """A role that comes with no post."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("person_id", "role"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    role: str  # administrator, auditor


class Credential(SQLModel, table=True):
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    password: str  # argon2id
    totp: str  # the shared secret, encrypted with the office's key
    last_counter: int = 0  # of the last code accepted: a code counts once
    set_at: datetime = Field(sa_type=UtcMoment)


class OutsideIdentity(SQLModel, table=True):
    """Who a person is to an OpenID Connect provider."""

    __tablename__ = "outside_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: int | None = Field(default=None, primary_key=True)
    issuer: str
    subject: str
    person_id: int = Field(foreign_key="person.id")


class SignInLink(SQLModel, table=True):
    """A way in, open once. Only the digest of its token is kept; who mails it derives the token from the salt."""

    __tablename__ = "sign_in_link"

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(unique=True)  # SHA-256
    salt: str = ""
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    purpose: str  # sign_in, invitation, first_administrator
    post_id: int | None = Field(default=None, foreign_key="post.id", index=True)  # of an invitation
    from_day: date | None = None  # on which the invited takes over
    then: str = ""  # the page that was asked for before
    created_at: datetime = Field(sa_type=UtcMoment)
    created_by: str = ""
    expires_at: datetime = Field(sa_type=UtcMoment)
    used_at: datetime | None = Field(default=None, sa_type=UtcMoment)  # or withdrawn


class WebSession(SQLModel, table=True):
    __tablename__ = "web_session"

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(unique=True)  # SHA-256
    person_id: int = Field(foreign_key="person.id", index=True)
    via: str  # link, invitation, password, oidc, example, first_administrator
    created_at: datetime = Field(sa_type=UtcMoment)
    last_seen_at: datetime = Field(sa_type=UtcMoment)
    expires_at: datetime = Field(sa_type=UtcMoment)
    agent: str = ""
    network: str = ""  # the first part of the address only
    revoked_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class SignInAttempt(SQLModel, table=True):
    """Counted to slow guessing down; the address tried is kept as a digest."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_subject", "subject", "at"),
        Index("ix_sign_in_attempt_network", "network", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcMoment)
    kind: str  # link, password, token
    subject: str  # SHA-256 of the address tried
    network: str  # or «browser:» and the session by which a known browser came in before
    succeeded: bool = False
