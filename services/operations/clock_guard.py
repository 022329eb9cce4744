"""Asks whether the clock can be right before work is done by it: one slip would silence months of reminders."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from models.database import reading, writing
from models.queries.operations import watch as watch_queries
from notifications.kinds import MessageKind
from rules.deadlines import PROVINCE
from rules.office import Office
from services.outbox.queue import Note, queue_for_coordinators

FARTHEST = timedelta(days=31)  # for a command: a person typed it, and may have named the moment
FARTHEST_ALONE = timedelta(days=15)  # for the machine's own clock: no row of days off is as long


def too_far(now: datetime, last: datetime | None, limit: timedelta = FARTHEST) -> timedelta | None:
    """By how much, negative: back; None when the clock can be believed, or nothing is known to compare it with."""
    if last is None or abs(now - last) <= limit:
        return None
    return now - last


def last_work(session: Session) -> datetime | None:
    """Of ticks alone: all else is written by whatever clock there is."""
    return watch_queries.last_tick(session)


def doubt(session: Session, now: datetime, limit: timedelta = FARTHEST) -> str:
    """Why the clock cannot be believed, in words; nothing when it can."""
    last = last_work(session)
    distance = too_far(now, last, limit)
    if distance is None or last is None:
        return ""
    way_vi, way_en = ("sau", "after") if distance.days > 0 else ("trước", "before")
    days = abs(distance.days)
    return (
        f"Đồng hồ chỉ {_moment_vi(now)}, {way_vi} lượt làm việc gần nhất ({_moment_vi(last)}) {days} ngày. / "
        f"The clock says {now:%Y-%m-%d}, {days} days {way_en} the last work done ({last:%Y-%m-%d})."
    )


def may_work(engine: Engine, office: Office, now: datetime) -> str:
    """For who works unasked: the doubt, of which the coordinators are told once; nothing when all is well."""
    with reading(engine) as session:
        why, last = doubt(session, now, FARTHEST_ALONE), last_work(session)
    if why and last is not None:
        with writing(engine) as session:
            tell(session, office, now, last, why)
    return why


def tell(session: Session, office: Office, now: datetime, last: datetime, why: str) -> None:
    """One letter for each last moment of work, however often somebody looks."""
    lines = [
        why.partition(" / ")[0],
        "Hệ thống xử lý tự động tạm ngừng mở kỳ, nhắc việc và dọn dẹp; tự tiếp tục khi đồng hồ đúng trở lại.",
        "Nếu đồng hồ đúng (máy đã tắt lâu ngày), chạy một lần: kyhan tick --yes",
    ]
    note = Note("đồng hồ máy có thể sai", lines)
    queue_for_coordinators(session, office, MessageKind.WATCH, f"clock:{last.isoformat()}", note, now)


def _moment_vi(moment: datetime) -> str:
    return f"{moment.astimezone(PROVINCE):%H:%M %d/%m/%Y}"
