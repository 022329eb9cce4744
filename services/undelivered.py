"""The operators' list: what no channel could deliver, or may have delivered without our knowing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models import queries_outbox
from models.messages import Message
from rules.channels import EMAIL
from services import log
from services.errors import Refused
from services.fall_back import is_covered


@dataclass(frozen=True)
class Undelivered:
    id: int
    person: str
    email: str
    channel: str
    kind: str
    state: str  # failed, exhausted, bounced
    attempts: int
    reason: str
    since: datetime | None


def undelivered(session: Session) -> list[Undelivered]:
    """Left out: what another channel has taken over, and a nudge whose mail is on its way or has left."""
    rows = queries_outbox.given_up(session)
    taken_over = queries_outbox.taken_over(session, [message.key for message, _ in rows])
    return [
        Undelivered(
            message.id or 0,
            person.name,
            person.email,
            message.channel,
            message.kind,
            message.state,
            message.attempts,
            message.reason,
            message.finished_at,
        )
        for message, person in rows
        if message.key not in taken_over and not is_covered(session, message, EMAIL.name)
    ]


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


def _of_the_list(session: Session, message: int) -> Message:
    row = session.get(Message, message)
    if row is None or row.state not in queries_outbox.GIVEN_UP:
        raise Refused(f"Tin số {message} không nằm trong danh sách chưa gửi được. / Not on the list.")
    return row
