"""What a coordinator does with a mail that waits for a person: put it to a case, or lay it aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from models import queries_inbound
from models.database import reading, writing
from models.inbound import InboundMail
from rules.office import Office
from services import log
from services.errors import Refused
from services.hand_in import HandIn, Receipt, hand_in
from services.receive_files import keep, refusals
from services.receive_mail import ReceivedMail

GONE = "Thư này không còn chờ xem. / This mail no longer waits."


def waiting_for_a_person(session: Session) -> Sequence[InboundMail]:
    """Quarantined mails nobody has looked at yet, the oldest first."""
    return queries_inbound.to_be_seen(session)


def lay_aside(session: Session, mail: int, by: str, now: datetime) -> None:
    """Looked at, and nothing to register. Raises Refused when somebody was quicker."""
    row = _waiting(session, mail)
    row.seen_by, row.seen_at = by, now
    session.add(row)
    log.append(session, now, by, "mail.laid_aside", f"mail:{mail}")


def assign(engine: Engine, office: Office, files: Path, mail: int, arrival: HandIn, now: datetime) -> Receipt:
    """Register its files as `arrival` says; received is when the mail came in. Raises Refused."""
    with reading(engine) as session:
        sha256 = _waiting(session, mail).sha256
    attached = ReceivedMail((files / sha256[:2] / sha256).read_bytes()).attachments
    if refused := refusals(attached):
        raise Refused(f"Tệp không được nhận: {'; '.join(refused)}. / These files are not taken.")
    if not attached:
        raise Refused("Thư không kèm tệp nào. / The mail has no files.")
    stored = keep(files, attached)
    with writing(engine) as session:
        row = _waiting(session, mail)
        told = replace(arrival, via="mail", files=stored, received_at=row.received_at)
        receipt = hand_in(session, office, told, now)
        row.verdict, row.case_id, row.submission_id = "registered", receipt.case_id, receipt.submission_id
        row.seen_by, row.seen_at = arrival.registered_by, now
        session.add(row)
    return receipt


def _waiting(session: Session, mail: int) -> InboundMail:
    row = session.get(InboundMail, mail, with_for_update=True)
    if row is None or row.verdict != "quarantined" or row.seen_at is not None:
        raise Refused(GONE)
    return row
