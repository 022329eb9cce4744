"""The emergency brake: a person holds all sending, or one channel, and what waits is kept until it is released."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session

from models.database import insert_new
from models.queries.messages import holds as hold_queries
from models.tables.channels import SendingHold
from services import log
from services.errors import Refused, unknown
from services.outbox import gate

ALL = "*"
WEBHOOKS = "webhook"  # what other systems are told counts as a channel here


def hold(session: Session, channel: str, channels: Collection[str], by: str, now: datetime) -> bool:
    """`channel`: ALL, WEBHOOKS or one of `channels`. False: it was held already."""
    if channel not in (ALL, WEBHOOKS, *channels):
        raise unknown("kênh", "channel", channel, [*channels, WEBHOOKS])
    if not insert_new(session, SendingHold, [{"channel": channel, "since": now, "by": by}]):
        return False
    log.append(session, now, by, "sending.hold", f"channel:{channel}", {})
    return True


def release(session: Session, channel: str, by: str, now: datetime) -> list[str]:
    """Of ALL every hold is released; of one channel also the pause it made itself. Returns what sends again."""
    rows = held(session)
    if channel != ALL and any(row.channel == ALL for row in rows):
        raise Refused(
            "Toàn bộ việc gửi đang được giữ: chạy kyhan resume trước. / All sending is held: run kyhan resume first."
        )
    mine = [row for row in rows if channel in (ALL, row.channel)]
    for row in mine:
        session.delete(row)
        log.append(session, now, by, "sending.release", f"channel:{row.channel}", {"since": row.since})
    return sorted({*(row.channel for row in mine), *_unpaused(session, channel, by, now)})


def _unpaused(session: Session, channel: str, by: str, now: datetime) -> list[str]:
    paused = [row.channel for row in gate.paused(session) if channel in (ALL, row.channel)]
    for name in paused:
        gate.resume(session, name, by, now)
    return paused


def held(session: Session) -> Sequence[SendingHold]:
    return hold_queries.sending_holds(session)


def is_held(session: Session, channel: str) -> bool:
    return hold_queries.is_any_held(session, [ALL, channel])
