"""Tells the coordinators once a working day what waits for them; nothing when nothing does."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from notifications.kinds import MessageKind
from rules.deadlines import local_day
from rules.office import Office
from services.outbox.queue import Note, queue_for_coordinators
from services.views.waiting_tables import TableCounter
from services.views.worklist import LISTS, counts


def tell_what_waits(session: Session, office: Office, now: datetime) -> int:
    today = local_day(now)
    if not office.calendar.is_working_day(today):
        return 0
    waits = counts(session, office, now, TableCounter())
    number = sum(waits[item.name] for item in LISTS)
    if not number:
        return 0
    lines = [f"{item.title.vi}: {waits[item.name]}" for item in LISTS if waits[item.name]]
    note = Note(f"{number} việc đang chờ điều phối viên", lines, "/viec")
    return queue_for_coordinators(session, office, MessageKind.INBOX, f"inbox:{today}", note, now)
