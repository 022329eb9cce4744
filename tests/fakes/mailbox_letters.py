"""Mails as other servers and people write them, and the ledger of what they answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from email.message import EmailMessage
from textwrap import dedent
from typing import Any

from builders import CALENDAR, DOMAIN, FIRST_REMINDER, UNIT, YEAR, a_case, holder
from sqlalchemy import Engine
from sqlmodel import SQLModel

from models.database import table, writing
from models.tables import inbound
from models.tables.messages import Attempt, Message, Notice
from notifications.email.source import RawMail
from notifications.email.verp import About, bounce_address, reply_address
from notifications.keys import message_id, thread_id
from rules.office import Office

KEY = b"a key of thirty-two letters or more"
BOX = f"nhacviec@{DOMAIN}"
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def with_inbox(engine: Engine) -> Engine:
    """The tables of this floor, also where the migrations do not make them yet."""
    SQLModel.metadata.create_all(engine, tables=[table(inbound.InboundMail), table(inbound.AddressHealth)])
    return engine


# --- what we sent ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sent:
    message: int
    person: int
    case: int
    unit_id: int
    address: str
    message_id: str
    thread_id: str
    return_path: str
    reply_to: str
    unit_reply_to: str


def a_sent_reminder(engine: Engine, office: Office, duties: Sequence[str] = (CALENDAR,), unit: str = UNIT) -> Sent:
    """A digest that the relay has accepted, about one case or more."""
    day = FIRST_REMINDER.date()
    with writing(engine) as session:
        person = holder(session, unit)
        files = [a_case(session, office, unit, duty, PERIODS.get(duty, YEAR)) for duty in duties]
        cases = [file.case.id or 0 for file in files]
        key = f"digest:{person.id}:{day}:email"
        message = Message(
            key=key,
            person_id=person.id,
            channel="email",
            kind="digest",
            on_day=day,
            created_at=FIRST_REMINDER,
            not_before=FIRST_REMINDER,
            state="sent",
            attempts=1,
            finished_at=FIRST_REMINDER,
        )
        session.add(message)
        session.add_all(
            Notice(
                case_id=case,
                step="L1",
                person_id=person.id,
                level=1,
                message="reminder",
                on_day=day,
                written_at=FIRST_REMINDER,
            )
            for case in cases
        )
        session.flush()
        told = {"state": "accepted", "code": "250", "subject": "[Nhắc việc]", "started_at": FIRST_REMINDER}
        session.add(Attempt(message_id=message.id, number=1, address=person.email, **told))
        assert message.id is not None
        return Sent(
            message.id,
            person.id or 0,
            cases[0],
            files[0].case.organisation_id,
            person.email,
            message_id(key, KEY, DOMAIN),
            thread_id(f"case:{cases[0]}", KEY, DOMAIN),
            bounce_address(message.id, 1, KEY, DOMAIN),
            reply_address(About.CASE, cases[0], day, KEY, DOMAIN),
            reply_address(About.UNIT, files[0].case.organisation_id, day, KEY, DOMAIN),
        )


PERIODS = {"II1-PLAN": "2013"}


# --- what comes back ------------------------------------------------------------------------------------------------


def a_reply(
    to: str,
    sender: str,
    files: Sequence[tuple[str, bytes]] = (("Lịch phổ biến 2014.pdf", PDF),),
    text: str = "Kính gửi Cục Thống kê, đơn vị xin gửi văn bản.",
    subject: str = "Re: [Nhắc việc] Lịch phổ biến thông tin thống kê",
    message_id: str = "<tra-loi-1@skhdt.example.vn>",
    **headers: str,
) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = sender, to, subject, message_id
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def a_dsn(
    sent: Sent,
    *,
    to: str | None = None,
    action: str = "failed",
    status: str = "5.1.1",
    diagnostic: str = "smtp; 550 5.1.1 User unknown",
    recipient: str | None = None,
    envelope_id: str = "",
    enclosed: bool = True,
) -> bytes:
    """RFC 3464, as Postfix writes it."""
    original = (
        f"--B\nContent-Type: text/rfc822-headers\n\nMessage-ID: {sent.message_id}\nTo: {sent.address}\n\n"
        if enclosed
        else ""
    )
    return (
        dedent(
            f"""\
            Return-Path: <>
            From: MAILER-DAEMON@relay.example.vn (Mail Delivery System)
            To: {to if to is not None else sent.return_path}
            Subject: Undelivered Mail Returned to Sender
            Auto-Submitted: auto-replied
            Message-ID: <20131210.{action}@relay.example.vn>
            MIME-Version: 1.0
            Content-Type: multipart/report; report-type=delivery-status; boundary="B"

            --B
            Content-Type: text/plain; charset=us-ascii

            I'm sorry to have to inform you that your message could not be delivered.

            --B
            Content-Type: message/delivery-status

            Reporting-MTA: dns; relay.example.vn
            """
        )
        + (f"Original-Envelope-Id: {envelope_id}\n" if envelope_id else "")
        + dedent(
            f"""\

            Final-Recipient: rfc822; {recipient or sent.address}
            Action: {action}
            Status: {status}
            Diagnostic-Code: {diagnostic}

            """
        )
        + f"{original}--B--\n"
    ).encode()


# --- the mailbox they wait in ---------------------------------------------------------------------------------------


@dataclass
class Tray:
    """A mailbox in memory: hands out what lies in it and remembers what was filed where."""

    mails: dict[str, RawMail] = field(default_factory=dict)
    filed: dict[str, str] = field(default_factory=dict)
    stuck: bool = False  # filing does nothing, as when the connection breaks before

    def put(self, *contents: bytes, arrived: datetime | None = None, size: int | None = None) -> Tray:
        for content in contents:
            place = f"tray:{len(self.mails) + 1}"
            self.mails[place] = RawMail(place, content, size or len(content), arrived, size is None)
        return self

    @contextmanager
    def open(self) -> Iterator[Tray]:
        yield self

    def waiting(self) -> Sequence[str]:
        return [place for place in self.mails if place not in self.filed]

    def fetch(self, place: str) -> RawMail | None:
        return self.mails.get(place)

    def file(self, place: str, folder: str) -> None:
        if not self.stuck:
            self.filed[place] = folder


def on(day: str) -> date:
    return date.fromisoformat(day)


def one(found: Sequence[Any]) -> Any:
    [only] = found
    return only
