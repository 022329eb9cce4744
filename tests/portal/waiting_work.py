"""What waits for a person in the province: requests of units, drafts, mails, messages nobody got."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from email.message import EmailMessage
from hashlib import sha256

from a_province import NOW
from sqlalchemy import update
from sqlmodel import Session, col, select

from models.database import reading, writing
from models.tables.answers import AnswerRequest
from models.tables.cases import Case
from models.tables.inbound import InboundMail
from models.tables.messages import Message
from models.tables.organisations import Organisation
from models.tables.people import Person
from models.tables.plan import Term
from portal.context import PortalContext

WHEN = NOW - timedelta(hours=2)


def open_cases(session: Session, most: int) -> list[Case]:
    """Unanswered, the districts' and departments' own; duties that can be late, as only they can be extended."""
    query = (
        select(Case)
        .join(Organisation, col(Organisation.id) == Case.organisation_id)
        .join(Term, col(Term.id) == Case.term_id)
        .where(col(Term.late_after).is_not(None))
        .where(col(Case.received_at).is_(None), col(Case.outcome).is_(None), Case.role == "each")
        .order_by(col(Case.id))
    )
    return list(session.exec(query.limit(most)))


def asked(context: PortalContext, most: int = 1, kind: str = "nil_return", until: date | None = None) -> list[int]:
    """Requests of units, each by its focal point."""
    with writing(context.engine) as session:
        made = [_request(session, case, kind, until) for case in open_cases(session, most)]
        session.flush()
        return [request.id or 0 for request in made]


def _request(session: Session, case: Case, kind: str, until: date | None) -> AnswerRequest:
    unit = session.get_one(Organisation, case.organisation_id)
    person = session.exec(select(Person).where(Person.email == f"dau-moi.{unit.key.lower()}@example.vn")).one()
    request = AnswerRequest(
        case_id=case.id or 0,
        person_id=person.id or 0,
        kind=kind,
        until=until,
        reason="Không phát sinh số liệu",
        at=WHEN,
    )
    session.add(request)
    return request


def given_up(
    context: PortalContext, number: int, state: str = "failed", reason: str = "550 hộp thư không tồn tại"
) -> list[int]:
    """The first so many digests were not delivered."""
    with writing(context.engine) as session:
        ids = session.exec(select(Message.id).where(Message.kind == "digest").order_by(col(Message.id)).limit(number))
        found = [id or 0 for id in ids]
        fate = {"state": state, "reason": reason, "finished_at": WHEN, "attempts": 2}
        session.execute(update(Message).where(col(Message.id).in_(found)).values(**fate))
        return found


def state_of(context: PortalContext, message: int) -> str:
    with reading(context.engine) as session:
        return session.get_one(Message, message).state


def moment(hour: int) -> datetime:
    return NOW.replace(hour=hour)


ARRIVED = NOW - timedelta(days=9)


PDF = b"%PDF-1.4 \xc4\x90"


HTML = '<p>Kính gửi Cục Thống kê</p><script>alert(1)</script><img src="http://evil.example/x">'


def a_letter(files: tuple[tuple[str, bytes], ...] = (("Báo cáo.pdf", PDF),)) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "la@evil.example", "nop@example.vn", "Nộp báo cáo <b>"
    mail.set_content(HTML, subtype="html")
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def waits(context: PortalContext, raw: bytes) -> int:
    digest = sha256(raw).hexdigest()
    path = context.office.folder / "files" / digest[:2] / digest
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
    row = InboundMail(
        dedupe_key=digest,
        sha256=digest,
        size=len(raw),
        received_at=ARRIVED,
        fetched_at=NOW,
        sender="la@evil.example",
        subject="Nộp báo cáo <b>",
        verdict="quarantined",
        reason="người gửi không có trong danh bạ",
    )
    with writing(context.engine) as session:
        session.add(row)
        session.flush()
        return row.id or 0
