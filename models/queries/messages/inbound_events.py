"""Named queries about what services tell by webhook: what is not processed yet, receipts, and what is forgotten."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, literal, select, update
from sqlmodel import Session, col

from models.columns import UtcMoment
from models.tables.answers import InboundEvent

RECEIPT = "user_received_message"  # the kind that says a message was delivered


def waiting_receipts(session: Session, most: int) -> Sequence[InboundEvent]:
    """The oldest first."""
    return _waiting(session, col(InboundEvent.kind) == RECEIPT, most)


def waiting_events(session: Session, most: int) -> Sequence[InboundEvent]:
    """All but receipts, the oldest first."""
    return _waiting(session, col(InboundEvent.kind) != RECEIPT, most)


def _waiting(session: Session, kind: ColumnElement[bool], most: int) -> Sequence[InboundEvent]:
    query = select(InboundEvent).where(col(InboundEvent.processed_at).is_(None), kind)
    return session.execute(query.order_by(col(InboundEvent.id)).limit(most)).scalars().all()


def set_result(session: Session, events: Collection[int | None], result: str, now: datetime) -> None:
    values = {"processed_at": now, "result": result}
    session.connection().execute(update(InboundEvent).where(col(InboundEvent.id).in_(events)).values(**values))


def mark_unmatched_events_seen(session: Session, up_to: int) -> int:
    """Those with ids up to this one; returns how many."""
    unmatched = (col(InboundEvent.result) == "unmatched", col(InboundEvent.id) <= up_to)
    return int(session.connection().execute(update(InboundEvent).where(*unmatched).values(result="seen")).rowcount)


def newest_events_but_receipts(session: Session, source: str, most: int) -> Sequence[InboundEvent]:
    theirs = (col(InboundEvent.source) == source, col(InboundEvent.kind) != RECEIPT)
    query = select(InboundEvent).where(*theirs).order_by(col(InboundEvent.id).desc()).limit(most)
    return session.execute(query).scalars().all()


def events_processed_since(
    session: Session, kinds: Collection[str], since: datetime, look_back: int
) -> Sequence[InboundEvent]:
    """Of these kinds and among the `look_back` newest of all, the oldest first."""
    newest = select(func.max(col(InboundEvent.id))).scalar_subquery()
    query = select(InboundEvent).where(
        col(InboundEvent.id) > newest - look_back,
        col(InboundEvent.kind).in_(kinds),
        col(InboundEvent.processed_at) > literal(since, UtcMoment()),
    )
    return session.execute(query.order_by(col(InboundEvent.id))).scalars().all()


def blank_processed_events(session: Session, before: datetime) -> int:
    """That an event came before then stays, its words go; returns how many."""
    old = (col(InboundEvent.received_at) < literal(before, UtcMoment()), col(InboundEvent.processed_at).is_not(None))
    blank = update(InboundEvent).where(*old, col(InboundEvent.raw) != b"").values(raw=b"", headers="{}")
    return int(session.connection().execute(blank).rowcount)
