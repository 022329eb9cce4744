"""Named queries of the dead-man check: who has not ticked, which messages do not move, which leases are left over."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, delete, func, literal, or_
from sqlmodel import Session, col, select

from models.channels import ChannelHealth
from models.columns import UtcMoment
from models.messages import Message
from models.projection import Heartbeat, Lease, Projection
from models.zalo import ZaloLink


def last_beats(session: Session, names: Collection[str]) -> dict[str, datetime]:
    return {row.name: row.at for row in session.exec(select(Heartbeat).where(col(Heartbeat.name).in_(names)))}


def stuck_messages(session: Session, waiting_since: datetime, given_up_since: datetime) -> Sequence[tuple[str, int]]:
    """(state, number) of what should have left by now, and of what was given up lately."""
    waits = and_(
        col(Message.state).in_(("pending", "leased")), col(Message.not_before) < literal(waiting_since, UtcMoment())
    )
    given_up = and_(
        col(Message.state).in_(("failed", "exhausted")),
        col(Message.finished_at) >= literal(given_up_since, UtcMoment()),
    )
    query = select(Message.state, func.count()).where(or_(waits, given_up)).group_by(Message.state)
    return session.exec(query).all()


def channel_health(session: Session, channel: str) -> ChannelHealth | None:
    return session.get(ChannelHealth, channel)


def linked_people(session: Session, kind: str) -> int:
    return session.exec(select(func.count()).select_from(ZaloLink).where(ZaloLink.kind == kind)).one()


def undrawn(session: Session) -> int:
    """Occurrences the screen missed and still does not show."""
    return session.exec(select(func.count()).select_from(Projection).where(Projection.failed != "")).one()


def screens(session: Session) -> set[str]:
    """Ids of everything that belongs on the screen."""
    return {screen for screen in session.exec(select(Projection.screen_id)) if screen}


def drop_ended_leases(session: Session, before: datetime) -> int:
    return session.connection().execute(delete(Lease).where(col(Lease.until) < before)).rowcount
