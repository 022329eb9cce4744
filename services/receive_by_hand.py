"""What a coordinator does with a mail that waits for a person: put it to a case, or lay it aside."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from models import queries_inbound
from models.database import reading, writing
from models.inbound import InboundMail
from rules.intake import Intake
from rules.office import Office
from services import log
from services.errors import Refused
from services.file_names import harmless_name
from services.hand_in import HandIn, Receipt, hand_in
from services.receive_files import keep, refusals
from services.receive_mail import Attached, ReceivedMail

NO_FILES = "Thư không kèm tệp nào, hoặc chưa chọn tệp nào. / The mail has no files, or none was chosen."


@dataclass(frozen=True)
class Enclosed:
    number: int
    name: str
    size: int
    refusal: str  # why an office does not take it; empty: it does


@dataclass(frozen=True)
class OpenedMail:
    """What can be shown of a stranger's mail: plain words, and files to be fetched, never run."""

    excerpt: str
    files: tuple[Enclosed, ...]
    suspicious: bool  # our own relay found that its sender's domain did not send it
    readable: bool = True


UNREADABLE = OpenedMail("", (), False, False)


def waiting_for_a_person(session: Session) -> Sequence[InboundMail]:
    """Quarantined mails nobody has looked at yet, the oldest first."""
    return queries_inbound.to_be_seen(session)


def raw_mail(files: Path, sha256: str) -> bytes | None:
    """As it came; None when it is gone from the store."""
    path = files / sha256[:2] / sha256
    return path.read_bytes() if path.is_file() else None


def opened(raw: bytes, intake: Intake) -> OpenedMail:
    try:
        mail = ReceivedMail(raw)
        files = tuple(_enclosed(item, number, intake) for number, item in enumerate(mail.attachments))
        return OpenedMail(mail.excerpt, files, mail.fails_authentication)
    except Exception:  # strangers wrote it to trip us over: it stays downloadable, and a person reads it elsewhere
        return UNREADABLE


def _enclosed(item: Attached, number: int, intake: Intake) -> Enclosed:
    told = refusals([item], intake)
    return Enclosed(number, harmless_name(item.name, number + 1), len(item.content), told[0] if told else "")


def enclosed_file(raw: bytes, number: int) -> tuple[str, bytes] | None:
    """Its harmless name and what is in it."""
    try:
        attached = ReceivedMail(raw).attachments
        return (harmless_name(attached[number].name, number + 1), attached[number].content) if number >= 0 else None
    except Exception:  # as above, and for a number it does not have
        return None


def lay_aside(session: Session, mail: int, by: str, now: datetime, reason: str = "") -> None:
    """Looked at, and nothing to register. Raises Overtaken when somebody was quicker."""
    row = _waiting(session, mail)
    row.seen_by, row.seen_at = by, now
    session.add(row)
    log.append(session, now, by, "mail.laid_aside", f"mail:{mail}", {"sender": row.sender, "reason": reason})


def bring_back(session: Session, mail: int, by: str, now: datetime) -> None:
    """Onto the list again, after all."""
    row = session.get(InboundMail, mail, with_for_update=True)
    if row is None or row.verdict != "quarantined" or row.seen_at is None:
        raise log.overtaken(session, f"mail:{mail}")
    row.seen_by, row.seen_at = "", None
    session.add(row)
    log.append(session, now, by, "mail.brought_back", f"mail:{mail}")


def assign(
    engine: Engine,
    office: Office,
    files: Path,
    mail: int,
    arrival: HandIn,
    now: datetime,
    chosen: Collection[int] | None = None,
) -> Receipt:
    """Register its files, or those `chosen`, as `arrival` says; received is when the mail came in. Raises Refused."""
    with reading(engine) as session:
        sha256 = _waiting(session, mail).sha256
    raw = raw_mail(files, sha256)
    if raw is None:
        raise Refused("Bản gốc của thư không còn trong kho. / The original of the mail is gone.")
    attached = [item for n, item in enumerate(ReceivedMail(raw).attachments) if chosen is None or n in chosen]
    if refused := refusals(attached, office.intake):
        raise Refused(f"Tệp không được nhận: {'; '.join(refused)}. / These files are not taken.")
    if not attached:
        raise Refused(NO_FILES)
    stored = keep(files, attached)
    with writing(engine) as session:
        row = _waiting(session, mail)
        told = replace(arrival, via="mail", files=stored, received_at=row.received_at)
        receipt = hand_in(session, office, told, now)
        row.verdict, row.case_id, row.submission_id = "registered", receipt.case_id, receipt.submission_id
        row.seen_by, row.seen_at = arrival.registered_by, now
        session.add(row)
        details = {"case": receipt.case_id, "version": receipt.version, "sender": row.sender}
        log.append(session, now, arrival.registered_by, "mail.assigned", f"mail:{mail}", details)
    return receipt


def _waiting(session: Session, mail: int) -> InboundMail:
    row = session.get(InboundMail, mail, with_for_update=True)
    if row is None or row.verdict != "quarantined" or row.seen_at is not None:
        raise log.overtaken(session, f"mail:{mail}")
    return row
