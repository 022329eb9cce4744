"""Named queries behind the figures operators watch; each is one statement and tells of no person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import Session, col

from models.queries.cases.status import standing_case
from models.tables.api import Webhook, WebhookDelivery
from models.tables.cases import Case
from models.tables.messages import Message
from models.tables.plan import Term
from models.tables.projection import Heartbeat

Rows = Sequence[Row[Any]]


def cases(session: Session, now: datetime) -> Rows:
    """(status, number)"""
    status = standing_case(now).label("status")
    query = select(status, func.count()).select_from(Case).join(Term, col(Term.id) == col(Case.term_id))
    return session.execute(query.group_by(status)).all()


def messages(session: Session) -> Rows:
    """(channel, state, number, the earliest moment one of them may leave)"""
    columns = (col(Message.channel), col(Message.state))
    return session.execute(select(*columns, func.count(), func.min(col(Message.not_before))).group_by(*columns)).all()


def beats(session: Session) -> Rows:
    """(name, when it was last heard)"""
    return session.execute(select(col(Heartbeat.name), col(Heartbeat.at)).order_by(col(Heartbeat.name))).all()


def deliveries(session: Session) -> Rows:
    """(state, number) of what other systems are told."""
    state = col(WebhookDelivery.state)
    return session.execute(select(state, func.count()).group_by(state)).all()


def disabled_webhooks(session: Session) -> int:
    return int(session.execute(select(func.count()).where(col(Webhook.disabled_at).is_not(None))).scalar_one())
