"""Named queries about webhooks: who wants to be told, what there is to tell, what is to be delivered now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, delete, func, literal, or_, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from models.columns import UtcMoment
from models.database import id_of
from models.queries.cases.status import status_case
from models.tables.api import Webhook, WebhookDelivery
from models.tables.cases import Case
from models.tables.log import LogEntry
from models.tables.organisations import Organisation
from models.tables.plan import ObligationRow, Occurrence, Term
from rules.status import Status

MOMENT = UtcMoment()


def alive(session: Session) -> Sequence[Webhook]:
    return session.exec(select(Webhook).where(col(Webhook.disabled_at).is_(None)).order_by(col(Webhook.id))).all()


def of(session: Session, organisation_id: int | None, after: int = 0, limit: int = 1000) -> Sequence[Webhook]:
    """Those the token of this unit may see; None: every one."""
    query = select(Webhook).where(col(Webhook.id) > after).order_by(col(Webhook.id)).limit(limit)
    if organisation_id is not None:
        query = query.where(Webhook.organisation_id == organisation_id)
    return session.exec(query).all()


def webhooks_by_id(session: Session, ids: Collection[int]) -> dict[int, Webhook]:
    return {id_of(row): row for row in session.exec(select(Webhook).where(col(Webhook.id).in_(ids)))}


def deliveries_by_id(session: Session, ids: Collection[int]) -> Sequence[WebhookDelivery]:
    return session.exec(select(WebhookDelivery).where(col(WebhookDelivery.id).in_(ids))).all()


def newest_seq(session: Session) -> int:
    return session.exec(select(func.max(LogEntry.seq))).one() or 0


def told_by_log(session: Session, after: int, until: int, actions: Collection[str], limit: int) -> Sequence[LogEntry]:
    query = (
        select(LogEntry)
        .where(LogEntry.seq > after, LogEntry.seq <= until, col(LogEntry.action).in_(actions))
        .order_by(col(LogEntry.seq))
        .limit(limit)
    )
    return session.exec(query).all()


def owners(session: Session, cases: Collection[int]) -> dict[int, int]:
    query = select_columns(col(Case.id), col(Case.organisation_id)).where(col(Case.id).in_(cases))
    return dict(row._tuple() for row in session.execute(query))


def overdue_since(session: Session, since: datetime, now: datetime) -> Sequence[Row[Any]]:
    """(case, organisation, term, late_at) of what became overdue after `since` and still is."""
    query = (
        select_columns(col(Case.id), col(Case.organisation_id), col(Case.term_id), col(Term.late_at))
        .join(Term, col(Term.id) == col(Case.term_id))
        .where(
            col(Term.late_at) > literal(since, MOMENT),
            col(Term.late_at) <= literal(now, MOMENT),
            status_case(now) == Status.OVERDUE.value,
        )
        .order_by(col(Case.id))
    )
    return session.execute(query).all()


@dataclass(frozen=True)
class ClaimedDelivery:
    id: int
    webhook_id: int
    event: str
    kind: str
    case_id: int | None
    what: str
    at: datetime
    attempts: int  # this one counted


def claim(
    session: Session, now: datetime, until: datetime, limit: int, only: Collection[str] = ()
) -> list[ClaimedDelivery]:
    """What is due is held for this worker until then; two workers never hold the same."""
    free = and_(
        col(WebhookDelivery.state) == "waiting",
        col(WebhookDelivery.not_before) <= literal(now, MOMENT),
        or_(col(WebhookDelivery.lease_until).is_(None), col(WebhookDelivery.lease_until) <= literal(now, MOMENT)),
    )
    wanted = select_columns(col(Webhook.id)).where(col(Webhook.disabled_at).is_(None))
    if only:
        wanted = wanted.where(func.lower(col(Webhook.url)).in_(only))
    due = (
        select_columns(col(WebhookDelivery.id))
        .where(free, col(WebhookDelivery.webhook_id).in_(wanted))
        .order_by(col(WebhookDelivery.id))
        .limit(limit)
    )
    held = (
        update(WebhookDelivery)
        .where(col(WebhookDelivery.id).in_(due), free)
        .values(lease_until=until, attempts=col(WebhookDelivery.attempts) + 1)
        .returning(*CLAIMED)
        .execution_options(synchronize_session=False)
    )
    return sorted((ClaimedDelivery(*row) for row in session.execute(held)), key=lambda one: one.id)


CLAIMED = (
    col(WebhookDelivery.id),
    col(WebhookDelivery.webhook_id),
    col(WebhookDelivery.event),
    col(WebhookDelivery.kind),
    col(WebhookDelivery.case_id),
    col(WebhookDelivery.what),
    col(WebhookDelivery.at),
    col(WebhookDelivery.attempts),
)


def named_cases(session: Session, cases: Collection[int]) -> dict[int, dict[str, str]]:
    """The codes people know each case by."""
    query = (
        select_columns(col(Case.id), col(Organisation.key), col(ObligationRow.code), col(Occurrence.period))
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .where(col(Case.id).in_(cases))
    )
    return {
        id: {"unit": unit, "obligation": duty, "period": period} for id, unit, duty, period in session.execute(query)
    }


def deliveries(session: Session, webhook_id: int, limit: int) -> Sequence[WebhookDelivery]:
    """The newest first."""
    query = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook_id)
    return session.exec(query.order_by(col(WebhookDelivery.id).desc()).limit(limit)).all()


def forget_deliveries(session: Session, before: datetime) -> int:
    old = delete(WebhookDelivery).where(col(WebhookDelivery.finished_at) < literal(before, MOMENT))
    return int(session.connection().execute(old).rowcount)


def drop(session: Session, webhook_id: int) -> None:
    session.connection().execute(delete(WebhookDelivery).where(col(WebhookDelivery.webhook_id) == webhook_id))
    session.connection().execute(delete(Webhook).where(col(Webhook.id) == webhook_id))


def waits_no_longer(session: Session, webhook_id: int, now: datetime) -> None:
    """What is left over is tried at once."""
    left = update(WebhookDelivery).where(
        col(WebhookDelivery.webhook_id) == webhook_id, col(WebhookDelivery.state) == "waiting"
    )
    session.connection().execute(left.values(not_before=now, lease_until=None))
