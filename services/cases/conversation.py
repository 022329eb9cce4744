"""The two-way thread of a case, and the coordinators' own notes beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import or_, update
from sqlmodel import Session, col, select

from models.database import insert_new
from models.queries.cases import case_file as case_file_queries
from models.queries.cases import conversation as queries
from models.queries.cases import selection as cases_queries
from models.queries.cases.selection import CaseFile, PostHolder
from models.tables.conversation import CaseMessage, CaseNote
from models.tables.messages import Message
from models.tables.organisations import Organisation
from rules.deadlines import local_day
from rules.office import Office
from rules.periods import period_title_vi
from services import log
from services.cases.decisions import DecisionRefused

LONGEST = 2_000  # letters
TWICE = timedelta(minutes=1)  # the same words of the same person within it are a form sent twice
KIND = "case_message"
SHOWN = 300  # letters of a message in the mail that tells of it
TO_THE_UNIT, TO_THE_LEAD = ("focal_point", "deputy"), ("coordinator",)


@dataclass(frozen=True)
class NewMessage:
    """What somebody writes."""

    text: str
    by: str
    from_unit: bool


def say(session: Session, office: Office, file: CaseFile, line: NewMessage, now: datetime) -> None:
    """Into the thread, and by mail to the other side; a form sent twice says it once. Raises DecisionRefused."""
    _check(line.text)
    case_file_queries.hold_case(session, file.case.id or 0)
    told = {"case_id": file.case.id, "author": line.by, "text": line.text}
    if queries.told_since(session, CaseMessage, col(CaseMessage.written_at), now - TWICE, **told):
        return
    row = CaseMessage(
        case_id=file.case.id or 0, from_unit=line.from_unit, author=line.by, text=line.text, written_at=now
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
    told = {"case_id": case_id, "author": by, "text": text}
    if queries.told_since(session, CaseNote, col(CaseNote.written_at), now - TWICE, **told):
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
    unread = _unread(session, case_id, from_unit=not by_unit)
    if not unread:
        return
    seen = update(CaseMessage).where(col(CaseMessage.id).in_(unread), col(CaseMessage.read_at).is_(None))
    session.execute(seen.values(read_at=now, read_by=by))
    told = or_(*(col(Message.key).like(f"{KIND}:{id}:%") for id in unread[:1]))
    waiting = update(Message).where(col(Message.case_id) == case_id, col(Message.state) == "pending", told)
    session.execute(waiting.values(state="expired", finished_at=now, reason="đã đọc trên trang hồ sơ"))


def _unread(session: Session, case_id: int, *, from_unit: bool) -> list[int]:
    query = select(CaseMessage.id).where(
        CaseMessage.case_id == case_id, CaseMessage.from_unit == from_unit, col(CaseMessage.read_at).is_(None)
    )
    return [id or 0 for id in session.exec(query.order_by(col(CaseMessage.id)))]


def _tell(session: Session, office: Office, file: CaseFile, row: CaseMessage, now: datetime) -> None:
    """Once for a run of unread messages: who has not read the first is not written to about the second."""
    first = _unread(session, row.case_id, from_unit=row.from_unit)[0]
    unit = cases_queries.names_on(session, [file.case.organisation_id], local_day(now))[file.case.organisation_id].name
    shown = row.text if len(row.text) <= SHOWN else f"{row.text[:SHOWN].rpartition(' ')[0]}…"
    matter = f"{file.obligation.title_vi} ({period_title_vi(file.occurrence.period)}), {unit}"
    told = {"matter": matter, "lines": [f"{row.author}: {shown}"], "path": f"/ho-so/{row.case_id}#trao-doi"}
    facts = json.dumps(told, ensure_ascii=False)
    insert_new(
        session,
        Message,
        [
            {
                "key": f"{KIND}:{first}:{reader.person_id}",
                "person_id": reader.person_id,
                "channel": "email",
                "kind": KIND,
                "on_day": local_day(now),
                "case_id": row.case_id,
                "facts": facts,
                "created_at": now,
                "not_before": now,
                "state": "pending",
                "attempts": 0,
                "reason": "",
            }
            for reader in _readers(session, office, file, now, of_the_unit=not row.from_unit)
        ],
    )


def _readers(session: Session, office: Office, file: CaseFile, now: datetime, *, of_the_unit: bool) -> list[PostHolder]:
    today = local_day(now)
    if of_the_unit:
        found = cases_queries.holders(session, [file.case.organisation_id], TO_THE_UNIT, today)
        return found or cases_queries.holders(session, [file.case.organisation_id], ["head"], today)
    lead = session.exec(select(Organisation.id).where(Organisation.key == office.plan.lead)).one()
    return cases_queries.holders(session, [lead or 0], TO_THE_LEAD, today)
