"""A restored copy rests: nothing leaves it, and nothing outside is read, until a person takes it into use."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from models.database import reading
from models.tables.home_marks import HomeMark, drop_mark, set_mark
from services import log

MARK = "at_rest"
VI = "Bản sao đang nghỉ, không gửi gì ra ngoài và không đọc hộp thư; đưa vào dùng bằng kyhan activate."
EN = "This copy is at rest: it sends nothing and reads no mailbox; kyhan activate takes it into use."


def resting_since(session: Session) -> datetime | None:
    mark = session.get(HomeMark, MARK)
    return mark.at if mark else None


def at_rest(engine: Engine) -> bool:
    """The one question whoever talks to the outside asks first."""
    with reading(engine) as session:
        return resting_since(session) is not None


def lay_to_rest(session: Session, now: datetime, by: str, why: str) -> None:
    set_mark(session, MARK, now)
    log.append(session, now, by, "home.rest", "home", {"why": why})


def take_into_use(session: Session, now: datetime, by: str) -> bool:
    """False: it was in use already."""
    if resting_since(session) is None:
        return False
    drop_mark(session, MARK)
    log.append(session, now, by, "home.activate", "home")
    return True
