"""Writes the log and proves that nobody changed it since."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, text
from sqlmodel import Session, col, select

from models.database import table
from models.tables.log import LogEntry
from rules.text.control_characters import without_controls, without_controls_inside
from services.errors import ConcurrentAction

GENESIS = "0" * 64
CHAIN_LOCK = 7_002_013  # PostgreSQL advisory lock: one writer at a time extends the chain
PAGE = 2_000


@dataclass(frozen=True)
class Verification:
    entries: int
    head: str
    broken_at: int | None  # the first entry whose seal does not fit


def append(
    session: Session, now: datetime, actor: str, action: str, subject: str, details: dict[str, Any] | None = None
) -> LogEntry:
    """Seal one entry to the end of the chain, inside the caller's transaction."""
    hold(session)
    entry = LogEntry(**_next(*_end(session), now, actor, action, subject, details or {}))
    session.add(entry)
    session.flush()
    return entry


def append_all(
    session: Session, now: datetime, actor: str, action: str, acts: Iterable[tuple[str, dict[str, Any]]]
) -> None:
    """An entry for each (subject, details), in one statement however many there are."""
    hold(session)
    seq, digest = _end(session)
    entries = []
    for subject, details in acts:
        entries.append(_next(seq, digest, now, actor, action, subject, details))
        seq, digest = entries[-1]["seq"], entries[-1]["digest"]
    if entries:
        session.execute(insert(table(LogEntry)), entries)


def _end(session: Session) -> tuple[int, str]:
    """Number and seal of the newest entry."""
    query = select(LogEntry.seq, LogEntry.digest).order_by(col(LogEntry.seq).desc()).limit(1)
    return session.exec(query).first() or (0, GENESIS)


def _next(
    seq: int, digest: str, now: datetime, actor: str, action: str, subject: str, details: dict[str, Any]
) -> dict[str, Any]:
    details = without_controls_inside(details)  # JSON would write some of them in other letters
    told = json.dumps(details, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    actor, subject = without_controls(actor), without_controls(subject)  # sealed as the database will keep them
    sealed = _seal(digest, seq + 1, now, actor, action, subject, told)
    return {
        "seq": seq + 1,
        "at": now,
        "actor": actor,
        "action": action,
        "subject": subject,
        "details": told,
        "previous": digest,
        "digest": sealed,
    }


def overtaken(session: Session, subject: str) -> ConcurrentAction:
    """To be raised at whoever comes second: what was done with it last."""
    query = select(LogEntry).where(LogEntry.subject == subject).order_by(col(LogEntry.seq).desc()).limit(1)
    last = session.exec(query).first()
    if last is None:
        return ConcurrentAction("", "", None)
    return ConcurrentAction(last.action, last.actor, last.at, str(json.loads(last.details).get("reason", "")))


def hold(session: Session) -> None:
    """Be the only one who writes the log until this transaction ends.

    Whoever writes many rows before logging takes it first: two who took it last would wait for each other's rows.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": CHAIN_LOCK})


def seal(entry: LogEntry) -> str:
    """SHA-256 over the entry before it and every field of this one."""
    return _seal(entry.previous, entry.seq, entry.at, entry.actor, entry.action, entry.subject, entry.details)


def _seal(previous: str, seq: int, at: datetime, *told: str) -> str:
    return sha256(json.dumps([previous, seq, _stamp(at), *told], ensure_ascii=False).encode()).hexdigest()


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def verify(session: Session) -> Verification:
    """Walk the whole chain, a page at a time."""
    previous, expected = GENESIS, 1
    while page := session.exec(
        select(LogEntry).where(col(LogEntry.seq) >= expected).order_by(col(LogEntry.seq)).limit(PAGE)
    ).all():
        for entry in page:
            if entry.seq != expected or entry.previous != previous or entry.digest != seal(entry):
                return Verification(expected - 1, previous, expected)
            previous, expected = entry.digest, expected + 1
        session.expunge_all()
    return Verification(expected - 1, previous, None)
