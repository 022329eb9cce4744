"""Files on their way up: how much of each has safely come, so that a lost line costs nothing."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.columns import UtcMoment


class Upload(SQLModel, table=True):
    """Its bytes lie in a file of their own beside the store; `received` of them are on the disk for certain."""

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(unique=True)
    case_id: int = Field(foreign_key="unit_case.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    name: str  # made harmless
    size: int
    likeness: str = ""  # what the browser knows the file by, to go on after the page was closed
    received: int = 0
    touched_at: datetime = Field(sa_type=UtcMoment, index=True)
    sha256: str = ""  # once it is whole and was looked into
    verdict: str = ""  # JSON, with it
    used_at: datetime | None = Field(default=None, sa_type=UtcMoment)  # handed in
