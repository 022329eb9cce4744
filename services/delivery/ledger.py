"""The ledger of reminders: who was told what, when, by which channel, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.queries.cases.selection import unit_name
from models.queries.messages import ledger as ledger_queries
from models.queries.messages.ledger import FATES, MOST, LedgerFilter, LedgerLine, of_case
from models.queries.messages.outbox import PAST_ITS_DAY
from models.queries.people import access as access_queries
from models.tables.messages import Attempt, Message
from models.tables.people import Person
from rules.deadlines import local_day
from services.delivery.outcomes import IN_DOUBT

LedgerRow = LedgerLine
FATE_VI = {
    "sent": "đã gửi",
    "delivered": "đã đến nơi nhận",
    "bounced": "bị trả về",
    "failed": "không gửi được",
    "given_up": "ngừng gửi",
    "waiting": "đang chờ gửi",
    "skipped": "không gửi",
    "expired": "đã trả lời trước khi gửi",
    "suppressed": "không được phép gửi",
    "recorded": "chỉ ghi nhận",
    "issued": "đã ban hành",
}


def ledger(session: Session, ledger_filter: LedgerFilter, limit: int = MOST, offset: int = 0) -> list[LedgerLine]:
    """The newest first: each notice with the message that carries it and its last attempt; issued letters too."""
    return ledger_queries.lines(session, ledger_filter, limit, offset)


def result(line: LedgerLine) -> str:
    """What became of it, in one Vietnamese sentence, as the annex of the report says it."""
    why = line.skipped or (line.reason if line.fate in WHY else "")
    if line.fate == "failed" and why and why.startswith(IN_DOUBT):
        return why  # perhaps it arrived: «không gửi được» would say more than is known
    if line.fate == "expired" and line.reason == PAST_ITS_DAY:
        return line.reason
    sentence = FATE_VI.get(line.fate, line.fate)
    if line.number:
        sentence = f"{sentence}, số {line.number}"
    return f"{sentence}: {why}" if why else sentence


WHY = frozenset({"bounced", "failed", "given_up", "suppressed"})


@dataclass(frozen=True)
class LedgerMessage:
    """One message, with every try and every case it speaks of."""

    message: Message
    person: str
    unit: str
    attempts: list[Attempt]
    lines: list[LedgerLine]


def told(session: Session, message_id: int, now: datetime) -> LedgerMessage | None:
    message = session.get(Message, message_id)
    if message is None:
        return None
    person = session.get_one(Person, message.person_id)
    held = access_queries.roles_held(session, message.person_id, local_day(now))
    unit = next((body for _, body in held if body is not None), None)
    name = unit_name(session, unit, local_day(now)) if unit is not None else ""
    return LedgerMessage(
        message,
        person.name,
        name,
        ledger_queries.attempts(session, message_id),
        ledger_queries.of_message(session, message_id),
    )


__all__ = ["FATES", "FATE_VI", "LedgerFilter", "LedgerMessage", "LedgerRow", "ledger", "of_case", "result", "told"]
