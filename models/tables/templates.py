"""What an office made of the templates that Kyhan brings along."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import UtcMoment


class TemplateVersion(SQLModel, table=True):
    """One changed template, never altered nor deleted. Where none of a name is in use, the shipped one is."""

    __tablename__ = "template_version"
    __table_args__ = (UniqueConstraint("family", "name", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    family: str  # "document": a Word file; "message": texts of a message; "ladder": steps of reminders
    name: str  # of the document or the message
    number: int  # from 1; the shipped one has none
    content: bytes
    sha256: str
    note: str = ""  # what was changed, in the words of whoever did
    created_at: datetime = Field(sa_type=UtcMoment)
    created_by: str
    in_use: bool = False  # at most one of a name
    fault: str = ""  # why the shipped one was taken in its stead the last time it was to be used; "": it works
