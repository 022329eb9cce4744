"""What a coordinator does with a mail that waits for a person: put it to a case or a register, or lay it aside."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from models.database import reading, writing
from models.queries.messages import inbound as inbound_queries
from models.tables.inbound import InboundMail
from rules.activities import Entry
from rules.deadlines import local_day
from rules.intake import Intake
from rules.office import Office
from rules.systems.mail_trust import Authentication
from services import log
from services.cases.activities import add, check
from services.cases.hand_in import HandIn, Receipt, hand_in, hold
from services.content.rows import keep_rows_of
from services.errors import Refused
from services.files.hand_in_files import KeptFile
from services.files.names import harmless_name
from services.forms.content_check import table_check
from services.inbound.answers import document_number
from services.inbound.attachments import keep, look_into, refusals
from services.inbound.large_mails import is_large
from services.inbound.mail_parts import LETTERS, Attached, PartRole
from services.inbound.parse import ReceivedMail

MOST_LETTERS = 20  # shown of the mails in a mail
NO_FILES = "Thư không kèm tệp nào, hoặc chưa chọn tệp nào. / The mail has no files, or none was chosen."


@dataclass(frozen=True)
class Enclosed:
    number: int
    name: str
    size: int
    refusal: str  # why an office does not take it; empty: it does
    reason: str = ""  # why it is no document, as far as can be told
    suggested: bool = True  # to be registered


@dataclass(frozen=True)
class EnclosedLetter:
    """A mail inside the mail, in plain words."""

    sender: str
    subject: str
    excerpt: str


@dataclass(frozen=True)
class ReadableMail:
    """What can be shown of a stranger's mail: plain words, and files to be fetched, never run."""

    excerpt: str
    files: tuple[Enclosed, ...]
    suspicious: bool  # our own relay found that its sender's domain did not send it
    readable: bool = True
    signed: bool = False  # the signature was not verified
    number: str = ""  # of a document, that the subject seems to name
    letters: tuple[EnclosedLetter, ...] = ()


UNREADABLE = ReadableMail("", (), False, False)


def waiting_for_a_person(session: Session) -> Sequence[InboundMail]:
    """Quarantined mails nobody has looked at yet, the oldest first."""
    return inbound_queries.to_be_seen(session)


def raw_mail(files: Path, sha256: str) -> bytes | None:
    """As it came; None when it is gone from the store."""
    path = files / sha256[:2] / sha256
    return path.read_bytes() if path.is_file() else None


def opened(raw: bytes, office: Office, whole: bool = True) -> ReadableMail:
    """`whole`: False where only its beginning is here, so that no file of it can be used."""
    try:
        mail = ReceivedMail(raw)
        files = tuple(_enclosed(item, number, mail, office.intake) for number, item in enumerate(mail.files))
        suspicious = mail.authentication(office.mail_trust) is Authentication.REFUTED
        number = document_number(office, mail.subject)
        return ReadableMail(
            mail.excerpt, files if whole else (), suspicious, True, mail.signed, number, tuple(_letters(mail))
        )
    except Exception:  # strangers wrote it to trip us over: it stays downloadable, and a person reads it elsewhere
        return UNREADABLE


def _letters(mail: ReceivedMail) -> Iterator[EnclosedLetter]:
    for file in islice((file for file in mail.files if file.media_type in LETTERS), MOST_LETTERS):
        inner = ReceivedMail(file.content)
        yield EnclosedLetter(inner.sender, inner.subject, inner.excerpt)


def _enclosed(item: Attached, number: int, mail: ReceivedMail, intake: Intake) -> Enclosed:
    problems = refusals(look_into([item], intake, None), intake)
    suggested = item.role is not PartRole.LEFT_OUT and (item.role is not PartRole.FORWARDED or not mail.attachments)
    name = harmless_name(item.name, number + 1)
    return Enclosed(number, name, len(item.content), problems[0] if problems else "", item.reason, suggested)


def enclosed_file(raw: bytes, number: int) -> tuple[str, bytes] | None:
    """Its harmless name and what is in it."""
    try:
        attached = ReceivedMail(raw).files
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


@dataclass(frozen=True)
class Assignment:
    """The case a coordinator puts a mail to, and the document that came with it."""

    mail: int
    unit: str
    obligation: str
    period: str
    by: str
    document_number: str = ""
    document_date: date | None = None

    @property
    def codes(self) -> tuple[str, str, str]:
        return self.unit, self.obligation, self.period


def assign(
    engine: Engine,
    office: Office,
    files: Path,
    assignment: Assignment,
    now: datetime,
    chosen: Collection[int] | None = None,
) -> Receipt:
    """Register its files, or those `chosen`; received is when the mail came in. Raises Refused."""
    with reading(engine) as session:
        row = _waiting(session, assignment.mail)
    raw = raw_mail(files, row.sha256)
    if raw is None or is_large(row.size):
        raise Refused("Bản gốc của thư không còn trong kho. / The original of the mail is gone.")
    attached = _chosen(ReceivedMail(raw), chosen)
    table = table_check(engine, office, *assignment.codes, local_day(row.received_at))
    verdicts = look_into(attached, office.intake, table)
    if refused := refusals(verdicts, office.intake):
        raise Refused(f"Tệp không được nhận: {'; '.join(refused)}. / These files are not taken.")
    return assign_saved(engine, office, assignment, keep(files, attached, verdicts), now)


@dataclass(frozen=True)
class Outside:
    """A unit's document that belongs to no case, and the duty it is recorded under."""

    mail: int
    unit: int
    obligation: str
    entry: Entry
    by: str


def record_outside(
    engine: Engine, office: Office, files: Path, outside: Outside, now: datetime, chosen: Collection[int]
) -> None:
    """Each chosen file is one entry of the register of activities. Raises Refused, EntryRefused."""
    with reading(engine) as session:
        row = _waiting(session, outside.mail)
    raw = raw_mail(files, row.sha256)
    attached = _chosen(ReceivedMail(raw), chosen) if raw is not None and not is_large(row.size) else ()
    if not attached:
        raise Refused(NO_FILES)
    check(office, outside.obligation, outside.entry, now)
    verdicts = look_into(attached, office.intake, None)
    if refused := refusals(verdicts, office.intake):
        raise Refused(f"Tệp không được nhận: {'; '.join(refused)}. / These files are not taken.")
    kept = keep(files, attached, verdicts)
    with writing(engine) as session:
        row = _waiting(session, outside.mail)
        for item in kept:
            add(session, office, outside.obligation, outside.unit, outside.entry, outside.by, now, item.file)
        row.verdict, row.seen_by, row.seen_at = "recorded", outside.by, now
        row.reason = f"Văn bản ngoài kỳ, ghi vào sổ hoạt động của nhiệm vụ {outside.obligation}"
        session.add(row)
        details = {"obligation": outside.obligation, "unit": outside.unit, "sender": row.sender}
        log.append(session, now, outside.by, "mail.recorded", f"mail:{outside.mail}", details)


def _chosen(mail: ReceivedMail, numbers: Collection[int] | None) -> Sequence[Attached]:
    return mail.attachments if numbers is None else [file for n, file in enumerate(mail.files) if n in numbers]


def assign_saved(
    engine: Engine, office: Office, assignment: Assignment, kept: Sequence[KeptFile], now: datetime
) -> Receipt:
    """Register files that are in the store already as those of this mail."""
    if not kept:
        raise Refused(NO_FILES)
    with writing(engine) as session:
        row = _waiting(session, assignment.mail)
        arrival = HandIn(
            received_at=row.received_at,
            via="mail",
            document_number=assignment.document_number,
            document_date=assignment.document_date,
            files=kept,
            registered_by=assignment.by,
            on_behalf=True,
        )
        case = hold(
            session, office, assignment.unit, assignment.obligation, assignment.period, min(row.received_at, now)
        )
        receipt = hand_in(session, case, arrival, now)
        row.verdict, row.case_id, row.submission_id = "registered", receipt.case_id, receipt.submission_id
        row.seen_by, row.seen_at = assignment.by, now
        session.add(row)
        details = {"case": receipt.case_id, "version": receipt.version, "sender": row.sender}
        log.append(session, now, assignment.by, "mail.assigned", f"mail:{assignment.mail}", details)
    keep_rows_of(engine, office, receipt.case_id, now)
    return receipt


def _waiting(session: Session, mail: int) -> InboundMail:
    row = session.get(InboundMail, mail, with_for_update=True)
    if row is None or row.verdict != "quarantined" or row.seen_at is not None:
        raise log.overtaken(session, f"mail:{mail}")
    return row
