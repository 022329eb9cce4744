"""The two-way thread of a case, and the coordinators' own notes beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlmodel import Session, col

from models.database import id_of
from models.queries.cases import case_file as case_file_queries
from models.queries.cases import conversation as queries
from models.queries.cases import selection as cases_queries
from models.queries.cases.selection import CaseFile
from models.queries.messages import changes as message_queries
from models.tables.conversation import CaseMessage, CaseNote
from notifications.kinds import MessageKind
from rules.deadlines import local_day
from rules.office import Office
from rules.periods import period_title_vi
from services import log
from services.cases.decisions import DecisionRefused
from services.outbox.queue import Note, coordinators, keyed, queue_note

LONGEST = 2_000  # letters
TWICE = timedelta(minutes=1)  # the same words of the same person within it are a form sent twice
KIND = MessageKind.CASE_MESSAGE
SHOWN = 300  # letters of a message in the mail that tells of it
UNIT_READERS = ("focal_point", "deputy")  # its head, where it has neither


@dataclass(frozen=True)
class NewMessage:
    """What somebody writes."""

    text: str
    by: str
    from_unit: bool


def say(session: Session, office: Office, file: CaseFile, line: NewMessage, now: datetime) -> None:
    """Into the thread, and by mail to the other side; a form sent twice says it once. Raises DecisionRefused."""
    _check(line.text)
    case_file_queries.hold_case(session, id_of(file.case))
    same = {"case_id": file.case.id, "author": line.by, "text": line.text}
    if queries.told_since(session, CaseMessage, col(CaseMessage.written_at), now - TWICE, **same):
        return
    row = CaseMessage(
        case_id=id_of(file.case), from_unit=line.from_unit, author=line.by, text=line.text, written_at=now
    )
    session.add(row)
    session.flush()
    sealed = sha256(line.text.encode()).hexdigest()
    details = {"message": row.id, "from_unit": line.from_unit, "sha256": sealed}
    log.append(session, now, line.by, "case.message", f"case:{file.case.id}", details)
    _tell(session, office, file, row, now)


def note(session: Session, case_id: int, text: str, by: str, now: datetime) -> None:
    """Raises DecisionRefused. The log, which a unit reads on its page, tells nothing of it."""
    _check(text)
    case_file_queries.hold_case(session, case_id)
    same = {"case_id": case_id, "author": by, "text": text}
    if queries.told_since(session, CaseNote, col(CaseNote.written_at), now - TWICE, **same):
        return
    row = CaseNote(case_id=case_id, author=by, text=text, written_at=now)
    session.add(row)
    session.flush()
    log.append(session, now, by, "note.write", f"note:{row.id}", {"sha256": sha256(text.encode()).hexdigest()})


def _check(text: str) -> None:
    if not text:
        raise DecisionRefused("reason")
    if len(text) > LONGEST:
        raise DecisionRefused("long")


def read(session: Session, case_id: int, by: str, now: datetime, *, by_unit: bool) -> None:
    """Somebody of one side has seen what the other wrote; a mail that would tell of it is not needed any more."""
    unread = queries.unread_messages(session, case_id, from_unit=not by_unit)
    if not unread:
        return
    queries.mark_read(session, unread, by, now)
    key = f"{KIND}:{unread[0]}:"
    message_queries.expire_pending(session, case_id, key, "đã đọc trên trang hồ sơ", now)


def _tell(session: Session, office: Office, file: CaseFile, row: CaseMessage, now: datetime) -> None:
    """Once for a run of unread messages: who has not read the first is not written to about the second."""
    first = queries.unread_messages(session, row.case_id, from_unit=row.from_unit)[0]
    unit = cases_queries.names_on(session, [file.case.organisation_id], local_day(now))[file.case.organisation_id].name
    shown = row.text if len(row.text) <= SHOWN else f"{row.text[:SHOWN].rpartition(' ')[0]}…"
    matter = f"{file.obligation.title_vi} ({period_title_vi(file.occurrence.period)}), {unit}"
    note = Note(matter, [f"{row.author}: {shown}"], f"/ho-so/{row.case_id}#trao-doi")
    readers = _readers(session, office, file, now, of_the_unit=not row.from_unit)
    queue_note(session, KIND, keyed(f"{KIND}:{first}", readers), note, now, case_id=row.case_id)


def _readers(session: Session, office: Office, file: CaseFile, now: datetime, *, of_the_unit: bool) -> list[int]:
    today = local_day(now)
    if not of_the_unit:
        return coordinators(session, office, today)
    unit = [file.case.organisation_id]
    readers = cases_queries.holders(session, unit, UNIT_READERS, today)
    return [one.person_id for one in readers or cases_queries.holders(session, unit, ["head"], today)]
