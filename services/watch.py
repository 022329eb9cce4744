"""Looks after the machine itself: what has fallen silent, what does not move."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from models import queries_watch
from rules.office import Office

SILENCE = timedelta(hours=26)  # one daily tick missed, with two hours of grace
STUCK = timedelta(hours=4)
LOOK_BACK = timedelta(days=1)
MESSAGE_STATES = {
    "pending": "chờ gửi quá lâu",
    "leased": "đang gửi dở quá lâu",
    "failed": "bị từ chối trong 24 giờ qua",
    "exhausted": "đã thử hết số lần trong 24 giờ qua",
}


def watch(session: Session, office: Office, now: datetime) -> list[str]:
    """One Vietnamese sentence for each thing that is wrong; an empty list when all is well."""
    return [*_silent(session, office, now), *_stuck(session, now), *_undrawn(session)]


def _silent(session: Session, office: Office, now: datetime) -> list[str]:
    names = [f"tick:{item.id}" for item in office.plan.obligations if item.when is not None and item.flow]
    beats = queries_watch.last_beats(session, names)
    told = []
    for name in names:
        beat = beats.get(name)
        if beat is None:
            told.append(f"{name.removeprefix('tick:')}: chưa chạy lần nào.")
        elif now - beat > SILENCE:
            hours = int((now - beat).total_seconds() // 3600)
            told.append(f"{name.removeprefix('tick:')}: ngừng chạy đã {hours} giờ.")
    return told


def _stuck(session: Session, now: datetime) -> list[str]:
    found = queries_watch.stuck_messages(session, now - STUCK, now - LOOK_BACK)
    return [f"{number} thư {MESSAGE_STATES[state]}." for state, number in found]


def _undrawn(session: Session) -> list[str]:
    missed = queries_watch.undrawn(session)
    return [f"{missed} kỳ chưa hiển thị được trên màn hình Prefect."] if missed else []
