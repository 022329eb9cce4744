"""Zalo: the tokens of an Official Account, and the codes that link a person to a Zalo id."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.columns import UtcMoment


class OaToken(SQLModel, table=True):
    """Both tokens are stored encrypted. Whoever changes them adds one to `version`."""

    __tablename__ = "oa_token"

    profile: str = Field(primary_key=True)
    access_token: str
    refresh_token: str  # works once
    obtained_at: datetime = Field(sa_type=UtcMoment)
    expires_at: datetime = Field(sa_type=UtcMoment)
    version: int = 1
    problem: str = ""  # why the last refresh failed; empty: it did not
    problem_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    consent_needed: bool = False  # the refresh token was refused: somebody must consent again


class LinkCode(SQLModel, table=True):
    """Shown to a signed-in person once, who sends it to the bot; only a keyed hash of it is kept."""

    __tablename__ = "zalo_link_code"

    code_hash: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    expires_at: datetime = Field(sa_type=UtcMoment)
    used_at: datetime | None = Field(default=None, sa_type=UtcMoment)
