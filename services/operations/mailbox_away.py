"""Whether the mailbox that is read can be used: told when it stops, and when it is back, not at every look between."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from models.tables.home_marks import HomeMark, drop_mark, set_mark

MARK = "mailbox_away"


def note_away(session: Session, now: datetime, why: str) -> bool:
    """True when that is news: at the last look it could be used."""
    mark = away(session)
    set_mark(session, MARK, mark.at if mark else now, why)
    return mark is None


def note_back(session: Session) -> datetime | None:
    """Since when it could not be used, if that is news: at the last look it could not."""
    mark = away(session)
    if mark is None:
        return None
    drop_mark(session, MARK)
    return mark.at


def away(session: Session) -> HomeMark | None:
    """Since when, and why."""
    return session.get(HomeMark, MARK)
