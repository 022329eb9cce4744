"""Files somebody brought to be looked at before they count: shown, confirmed, gone."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.columns import UtcMoment


class StagedFile(SQLModel, table=True):
    __tablename__ = "staged_file"

    id: int | None = Field(default=None, primary_key=True)
    kind: str  # people, organisations, plan
    name: str
    content: bytes
    person_id: int = Field(foreign_key="person.id", index=True)
    created_at: datetime = Field(sa_type=UtcMoment)
