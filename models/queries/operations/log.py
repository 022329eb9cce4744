"""Named queries about the log: filtered, a page at a time by its own numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, select, text
from sqlmodel import Session, col

from models.tables.log import LogEntry
from rules.deadlines import start_of

CHAIN_LOCK = 7_002_013  # PostgreSQL advisory lock: one writer at a time extends the chain


@dataclass(frozen=True)
class LogFilter:
    """Which entries are wanted; what is empty asks nothing."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    first: date | None = None
    last: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.actor:
            found.append(col(LogEntry.actor).contains(self.actor, autoescape=True))
        if self.action:
            found.append(col(LogEntry.action) == self.action)
        if self.subject:
            found.append(col(LogEntry.subject).startswith(self.subject, autoescape=True))
        if self.first:
            found.append(col(LogEntry.at) >= start_of(self.first))
        if self.last:
            found.append(col(LogEntry.at) < start_of(self.last + timedelta(days=1)))
        return found


def newest(session: Session, asked: LogFilter, before: int | None, limit: int) -> Sequence[LogEntry]:
    """The newest first; of those older than entry `before`, when it is given."""
    query = select(LogEntry).where(*asked.conditions()).order_by(col(LogEntry.seq).desc()).limit(limit)
    if before is not None:
        query = query.where(col(LogEntry.seq) < before)
    return session.execute(query).scalars().all()


def in_order(session: Session, asked: LogFilter, after: int, limit: int) -> Sequence[LogEntry]:
    query = select(LogEntry).where(*asked.conditions(), col(LogEntry.seq) > after)
    return session.execute(query.order_by(col(LogEntry.seq)).limit(limit)).scalars().all()


def actions(session: Session) -> list[str]:
    return list(session.execute(select(col(LogEntry.action)).distinct().order_by(col(LogEntry.action))).scalars())


def count(session: Session) -> int:
    return int(session.execute(select(func.count()).select_from(LogEntry)).scalar_one())


def head(session: Session) -> str:
    """The seal of the newest entry: it changes with every act."""
    query = select(col(LogEntry.digest)).order_by(col(LogEntry.seq).desc()).limit(1)
    return session.execute(query).scalar() or ""


def chain_end(session: Session) -> tuple[int, str] | None:
    """Number and seal of the newest entry; None in an empty log."""
    query = select(col(LogEntry.seq), col(LogEntry.digest)).order_by(col(LogEntry.seq).desc()).limit(1)
    row = session.execute(query).first()
    return row._tuple() if row else None


def last_about(session: Session, subject: str) -> LogEntry | None:
    query = select(LogEntry).where(col(LogEntry.subject) == subject).order_by(col(LogEntry.seq).desc()).limit(1)
    return session.execute(query).scalars().first()


def lock_chain(session: Session) -> None:
    """Until the transaction ends. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": CHAIN_LOCK})
