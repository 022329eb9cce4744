"""What this home is to know of itself: that it is a restored copy at rest, from which backup it came, its key."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, Session, SQLModel

from models.columns import UtcMoment


class HomeMark(SQLModel, table=True):
    __tablename__ = "home_mark"

    name: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcMoment)
    value: str = ""


def set_mark(session: Session, name: str, now: datetime, value: str = "") -> None:
    session.merge(HomeMark(name=name, at=now, value=value))


def drop_mark(session: Session, name: str) -> None:
    mark = session.get(HomeMark, name)
    if mark is not None:
        session.delete(mark)
