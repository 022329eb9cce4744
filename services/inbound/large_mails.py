"""A mail too large to be carried home: a person sees its head, and its sender is told how to hand in."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from models.queries.messages import inbound as inbound_queries
from notifications.email.dsn import is_automatic
from notifications.email.source import LARGEST, REJECTED, RawMail
from notifications.kinds import MessageKind
from rules.deadlines import local_day
from rules.office import Office
from rules.systems.mail_trust import Authentication
from services.inbound.answers import cases_of
from services.inbound.message_ids import OwnMessageIds
from services.inbound.parse import ReceivedMail
from services.inbound.verdict import MailFinding
from services.outbox.queue import Note, queue_note

KIND = MessageKind.MAIL_TOO_LARGE
PAGE = "/phai-nop"  # where a unit's people hand in
LIST_HEADERS = ("List-Id", "List-Unsubscribe", "List-Post")


def is_large(size: int) -> bool:
    """Only its beginning was fetched and kept."""
    return size > LARGEST


def large_mail(session: Session, mail: ReceivedMail, raw: RawMail, ours: OwnMessageIds, key: bytes) -> MailFinding:
    megabytes = f"{raw.size / (1 << 20):.0f}"
    reason = f"thư {megabytes} MB, lớn hơn {LARGEST >> 20} MB; bản gốc nằm trong thư mục {REJECTED} của hộp thư"
    cases = list(cases_of(session, mail, ours, key))
    return MailFinding("quarantined", reason, mail.excerpt, cases[0] if len(cases) == 1 else None)


def answer_sender(session: Session, office: Office, mail: ReceivedMail, now: datetime) -> None:
    """A person who holds a post, once a day; never a machine, a list, or a sender our mail server calls forged."""
    if is_automatic(mail.message) or any(mail.message[name] is not None for name in LIST_HEADERS):
        return
    if mail.authentication(office.mail_trust) is Authentication.REFUTED:
        return
    today = local_day(now)
    person = inbound_queries.person_of_contact(session, mail.sender, today) if mail.sender else None
    if person is None:
        return
    subject = mail.subject[:200]
    lines = (
        f"{f'Thư «{subject}»' if subject else 'Thư không có tiêu đề'} lớn hơn {LARGEST >> 20} MB, mức nhận qua thư",
        f"Nộp trên trang của đơn vị thì mỗi tệp được tới {office.intake.largest >> 20} MB",
        "Thời hạn vẫn tính như cũ; văn bản chỉ vào sổ khi đã nộp xong các tệp",
    )
    note = Note(subject or "thư không có tiêu đề", lines, PAGE)
    queue_note(session, KIND, {f"{KIND}:{person}:{today}": person}, note, now)
