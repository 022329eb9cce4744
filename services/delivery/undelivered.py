"""The operators' list: what no channel could deliver, or may have delivered without our knowing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from models.database import id_of
from models.queries.messages import changes as change_queries
from models.queries.messages import outbox as outbox_queries
from models.tables.log import LogEntry
from models.tables.messages import Message
from services import log
from services.delivery.outcomes import IN_DOUBT
from services.errors import Refused

BROUGHT_BACK = "exhausted"  # a message somebody gave up and thought better of
RECEIPT_MAY_COME = timedelta(minutes=10)


@dataclass(frozen=True)
class Undelivered:
    id: int
    person_id: int
    person: str
    email: str
    channel: str
    kind: str
    state: str  # failed, exhausted, bounced
    attempts: int
    reason: str
    since: datetime | None
    on_day: date


@dataclass(frozen=True)
class ClosedMessage:
    id: int
    person: str
    kind: str
    reason: str
    by: str
    at: datetime


def undelivered(session: Session, now: datetime | None = None) -> list[Undelivered]:
    """Left out: what another channel has taken over, a nudge whose mail is on its way or has left, and what was in
    doubt only a moment before `now`: its receipt may still come."""
    return [
        Undelivered(
            id_of(message),
            message.person_id,
            person.name,
            person.email,
            message.channel,
            message.kind,
            message.state,
            message.attempts,
            message.reason,
            message.finished_at,
            message.on_day,
        )
        for message, person in outbox_queries.given_up(session)
        if not _may_still_arrive(message, now)
    ]


def _may_still_arrive(message: Message, now: datetime | None) -> bool:
    if now is None or message.finished_at is None or not message.reason.startswith(IN_DOUBT):
        return False
    return now - message.finished_at < RECEIPT_MAY_COME


def retry(session: Session, message: int, by: str, now: datetime) -> None:
    """Send it once more, by the same channel. Of what may have arrived this makes a second one: a person decides."""
    row = _of_the_list(session, message)
    row.state, row.not_before, row.finished_at, row.reason = "pending", now, None, ""
    session.add(row)
    log.append(session, now, by, "message.retry", f"message:{message}", {"attempts": row.attempts})


def give_up(session: Session, message: int, by: str, reason: str, now: datetime) -> None:
    if not reason.strip():
        raise Refused("Cần ghi lý do. / A reason is required.")
    row = _of_the_list(session, message)
    row.state, row.reason = "given_up", reason.strip()
    session.add(row)
    log.append(session, now, by, "message.give_up", f"message:{message}", {"reason": reason.strip()})


def bring_back(session: Session, message: int, by: str, now: datetime) -> None:
    """Onto the list again, after all."""
    row = session.get(Message, message, with_for_update=True)
    if row is None or row.state != "given_up":
        raise log.overtaken(session, f"message:{message}")
    row.state = BROUGHT_BACK
    session.add(row)
    log.append(session, now, by, "message.bring_back", f"message:{message}", {"reason": row.reason})


def still_given_up(session: Session, entries: Sequence[LogEntry]) -> list[ClosedMessage]:
    """Of these entries of the log, those whose message nobody has brought back since."""
    ids = {int(entry.subject.partition(":")[2]): entry for entry in reversed(entries)}
    return [
        ClosedMessage(id_of(row), person.name, row.kind, row.reason, ids[id_of(row)].actor, ids[id_of(row)].at)
        for row, person in change_queries.given_up_with_ids(session, ids)
    ]


def _of_the_list(session: Session, message: int) -> Message:
    """Raises Overtaken for what somebody else has dealt with meanwhile."""
    row = session.get(Message, message, with_for_update=True)
    if row is None or row.state not in outbox_queries.GIVEN_UP:
        raise log.overtaken(session, f"message:{message}")
    return row
