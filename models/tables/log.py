"""The log: append-only, each entry sealed with the one before it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.columns import UtcMoment


class LogEntry(SQLModel, table=True):
    __tablename__ = "log_entry"

    seq: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcMoment)
    actor: str
    action: str
    subject: str = Field(index=True)
    details: str  # canonical JSON
    previous: str
    digest: str
