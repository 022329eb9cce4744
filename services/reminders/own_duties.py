"""What the body that runs the plan owes itself: no letter goes to oneself, its head is told instead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Engine
from sqlmodel import Session

from models.database import writing
from models.queries.cases import selection as cases_queries
from models.queries.messages import claiming as messages_queries
from models.queries.messages import urging_letters as letters_queries
from models.queries.messages.urging_letters import UrgedCase
from notifications.kinds import MessageKind
from rules.deadlines import local_day
from rules.office import Office
from rules.periods import period_title_vi
from rules.punctuality import days_late
from services import log
from services.outbox.queue import Note, keyed, queue_note

HEADS = ("head", "leader")  # of the lead: whoever answers for it


def tell_head(engine: Engine, office: Office, rows: Sequence[UrgedCase], now: datetime) -> int:
    """Instead of a letter of the office to itself: a mail to its head, once for each step; the log says so."""
    if not rows:
        return 0
    with writing(engine) as session:
        log.hold(session)
        return sum(_tell(session, office, row, now) for row in rows)


def _tell(session: Session, office: Office, row: UrgedCase, now: datetime) -> int:
    people = _heads(session, row.organisation_id, local_day(now))
    note = _note(session, office, row, local_day(now))
    key = f"own_overdue:{row.case_id}:{row.step}"
    new = queue_note(session, MessageKind.OWN_OVERDUE, keyed(key, people), note, now, case_id=row.case_id)
    if new:
        log.append(session, now, "kyhan", "letter.internal", f"case:{row.case_id}", {"step": row.step, "people": new})
    return new


def _heads(session: Session, lead: int, today: date) -> list[int]:
    return sorted({holder.person_id for holder in cases_queries.holders(session, [lead], HEADS, today)})


def _note(session: Session, office: Office, row: UrgedCase, today: date) -> Note:
    owed = messages_queries.owed(session, {row.term_id})[row.term_id]
    _, duty = letters_queries.subject_of(session, row.occurrence_id)
    late = days_late(today, owed.late_after, office.calendar)
    return Note(
        f"{duty.title_vi} ({period_title_vi(owed.period)})",
        [
            f"Thời hạn: {owed.held.words}; quá hạn {late} ngày làm việc.",
            "Không lập công văn đôn đốc, vì cơ quan thực hiện cũng là cơ quan ban hành công văn.",
        ],
        f"/ho-so/{row.case_id}",
    )
