"""Writes the log and proves that nobody changed it since."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlmodel import Session

from models.database import insert_rows
from models.queries.operations import log as queries
from models.queries.operations.log import LogFilter
from models.tables.log import LogEntry
from rules.text.control_characters import without_controls, without_controls_inside
from services.errors import ConcurrentAction

GENESIS = "0" * 64
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
    entry = LogEntry(**_next(*chain_end(session), now, actor, action, subject, details or {}))
    session.add(entry)
    session.flush()
    return entry


def append_all(
    session: Session, now: datetime, actor: str, action: str, acts: Iterable[tuple[str, dict[str, Any]]]
) -> None:
    """An entry for each (subject, details), in one statement however many there are."""
    hold(session)
    seq, digest = chain_end(session)
    entries = []
    for subject, details in acts:
        entries.append(_next(seq, digest, now, actor, action, subject, details))
        seq, digest = entries[-1]["seq"], entries[-1]["digest"]
    insert_rows(session, LogEntry, entries)


def chain_end(session: Session) -> tuple[int, str]:
    """Number and seal of the newest entry."""
    return queries.chain_end(session) or (0, GENESIS)


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
    last = queries.last_about(session, subject)
    if last is None:
        return ConcurrentAction("", "", None)
    return ConcurrentAction(last.action, last.actor, last.at, str(json.loads(last.details).get("reason", "")))


def hold(session: Session) -> None:
    """Be the only one who writes the log until this transaction ends.

    Whoever writes many rows before logging takes it first: two who took it last would wait for each other's rows.
    """
    queries.lock_chain(session)


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
    while page := queries.in_order(session, LogFilter(), expected - 1, PAGE):
        for entry in page:
            if entry.seq != expected or entry.previous != previous or entry.digest != seal(entry):
                return Verification(expected - 1, previous, expected)
            previous, expected = entry.digest, expected + 1
        session.expunge_all()
    return Verification(expected - 1, previous, None)
