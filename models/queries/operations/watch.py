"""Named queries of the dead-man check: who has not ticked, which messages do not move, which leases are left over."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, func, literal, text, union_all
from sqlmodel import Session, col, select

from models.columns import UtcMoment
from models.tables.channels import ChannelHealth
from models.tables.messages import GIVEN_UP, WAITING, Message
from models.tables.people import ContactAddress
from models.tables.projection import Heartbeat, Lease, Projection


def last_beats(session: Session, names: Collection[str]) -> dict[str, datetime]:
    return {row.name: row.at for row in heartbeats(session, names)}


def heartbeats(session: Session, names: Collection[str]) -> Sequence[Heartbeat]:
    return session.exec(select(Heartbeat).where(col(Heartbeat.name).in_(names))).all()


def last_tick(session: Session) -> datetime | None:
    """When any obligation was last looked at; None before the first time."""
    return session.exec(select(func.max(col(Heartbeat.at))).where(col(Heartbeat.name).startswith("tick:"))).one()


def messages_by_state(session: Session) -> dict[str, int]:
    query = select(col(Message.state), func.count()).group_by(col(Message.state))
    return dict(session.exec(query).all())


def stuck_messages(session: Session, waiting_since: datetime, given_up_since: datetime) -> Sequence[tuple[str, int]]:
    """(state, number) of what should have left by now, and of what was given up lately."""
    count = select(col(Message.state), func.count()).group_by(col(Message.state))
    # the texts are the conditions of two indexes: without them every message ever sent is looked at
    waits = count.where(text(f"message.{WAITING}"), col(Message.not_before) < literal(waiting_since, UtcMoment()))
    given_up = count.where(
        text(f"message.{GIVEN_UP}"),
        col(Message.state).in_(("failed", "exhausted")),
        col(Message.finished_at) >= literal(given_up_since, UtcMoment()),
    )
    return [(state, number) for state, number in session.execute(union_all(waits, given_up))]


def channel_health(session: Session, channel: str) -> ChannelHealth | None:
    return session.get(ChannelHealth, channel)


def linked_people(session: Session, kind: str) -> int:
    return session.exec(select(func.count()).select_from(ContactAddress).where(ContactAddress.kind == kind)).one()


def undrawn(session: Session) -> int:
    """Occurrences the dashboard missed and still does not show."""
    return session.exec(select(func.count()).select_from(Projection).where(Projection.failed != "")).one()


def status_run_ids(session: Session) -> set[str]:
    """Ids of every run that belongs on the dashboard."""
    return {run_id for run_id in session.exec(select(Projection.screen_id)) if run_id}


def drop_ended_leases(session: Session, before: datetime) -> int:
    return session.connection().execute(delete(Lease).where(col(Lease.until) < before)).rowcount
