"""What the engine's screen last showed, when each duty last ticked, and who holds which lease."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.columns import UtcMoment


class Projection(SQLModel, table=True):
    occurrence_id: int = Field(primary_key=True, foreign_key="occurrence.id")
    screen_id: str | None = None  # id of the status shown in the engine
    shown: str = ""  # what was last shown, compared as a whole
    shown_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    log_seq: int = 0  # the story is written up to this log entry
    failed: str = ""  # last error while showing


class Heartbeat(SQLModel, table=True):
    name: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcMoment)


class Lease(SQLModel, table=True):
    name: str = Field(primary_key=True)
    owner: str
    until: datetime = Field(sa_type=UtcMoment)
