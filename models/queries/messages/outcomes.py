"""Writes outcomes of attempts, and what becomes of messages that are still held by who claimed them.

Each claim counts a try, so the number of the try tells whose the message is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update
from sqlmodel import Session, col

from models.database import table
from models.tables.messages import Attempt, Message


@dataclass(frozen=True)
class AttemptEnd:
    """The names of the fields are bound into the statements below."""

    of_message: int
    of_number: int
    to_state: str
    to_code: str
    to_detail: str
    to_provider_ref: str
    at: datetime


@dataclass(frozen=True)
class MessageEnd:
    of_message: int
    of_number: int
    to_state: str
    to_reason: str
    at: datetime


@dataclass(frozen=True)
class MessageDelay:
    of_message: int
    of_number: int
    to_reason: str
    to_not_before: datetime
    tries_back: int  # taken off the count: 1 for what was never begun


_attempts, _messages = table(Attempt), table(Message)
_END_ATTEMPT = (
    update(_attempts)
    .where(_attempts.c.message_id == bindparam("of_message"), _attempts.c.number == bindparam("of_number"))
    .values(
        state=bindparam("to_state"),
        code=bindparam("to_code"),
        detail=bindparam("to_detail"),
        provider_ref=bindparam("to_provider_ref"),
        finished_at=bindparam("at"),
    )
)
_HELD = (
    _messages.c.id == bindparam("of_message"),
    _messages.c.attempts == bindparam("of_number"),
    _messages.c.state == "leased",
)
_FREE = {"lease_owner": None, "lease_until": None}
_END = (
    update(_messages)
    .where(*_HELD)
    .values(state=bindparam("to_state"), reason=bindparam("to_reason"), finished_at=bindparam("at"), **_FREE)
)
_DELAY = (
    update(_messages)
    .where(*_HELD)
    .values(
        state="pending",
        reason=bindparam("to_reason"),
        not_before=bindparam("to_not_before"),
        attempts=_messages.c.attempts - bindparam("tries_back"),
        **_FREE,
    )
)
_UNCLAIM = update(_messages).where(*_HELD).values(state="pending", attempts=_messages.c.attempts - 1, **_FREE)


def end_attempts(connection: Connection, ends: Sequence[AttemptEnd]) -> None:
    if ends:
        connection.execute(_END_ATTEMPT, [vars(end) for end in ends])


def end_messages(connection: Connection, ends: Sequence[MessageEnd]) -> None:
    if ends:
        connection.execute(_END, [vars(end) for end in ends])


def delay_messages(connection: Connection, delays: Sequence[MessageDelay]) -> None:
    if delays:
        connection.execute(_DELAY, [vars(delay) for delay in delays])


def unclaim_messages(connection: Connection, tries: Sequence[tuple[int, int]]) -> None:
    """As if they had never been claimed. `tries`: (message, number of the try)."""
    if tries:
        connection.execute(_UNCLAIM, [{"of_message": message, "of_number": number} for message, number in tries])


def last_codes_of_address(session: Session, address: str, most: int) -> list[str | None]:
    """Of the attempts to this address, the newest first."""
    query = select(col(Attempt.code)).where(col(Attempt.address) == address).order_by(col(Attempt.id).desc())
    return list(session.execute(query.limit(most)).scalars())
