"""The same mail by other ways: another round at once, a mailbox begun anew, a folder with a huge file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import DOMAIN, FIRST_REMINDER, minutes, rows, together
from fakes.mailbox_letters import KEY, PDF, Sent, Tray, a_reply, a_sent_reminder, one, with_inbox
from fakes.mailbox_server import MailboxServer, an_imap_server, available
from sqlalchemy import Engine

from models.tables.inbound import InboundMail
from models.tables.submissions import Submission
from notifications.email.imap import ImapSource
from notifications.email.source import LARGEST, MaildirSource, MailSource
from rules.office import Office
from services.inbound.receive import ReceiveResult, receive

LATER = FIRST_REMINDER + minutes(30)


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    return with_inbox(sqlite_engine)


@pytest.fixture
def sent(engine: Engine, office: Office) -> Sent:
    return a_sent_reminder(engine, office)


@pytest.fixture
def dovecot() -> Iterator[MailboxServer]:
    if not available():
        pytest.skip("Dovecot is not installed")
    with an_imap_server() as server:
        yield server


def take_in(engine: Engine, office: Office, source: MailSource) -> ReceiveResult:
    return receive(engine, office, source, Path(office.folder) / "files", LATER, key=KEY, domain=DOMAIN)


def test_two_rounds_at_once_register_a_mail_once(engine: Engine, office: Office, sent: Sent) -> None:
    tray = Tray().put(a_reply(sent.reply_to, sent.address))
    with together(*[lambda: take_in(engine, office, tray)] * 2) as _:
        assert len(rows(engine, Submission)) == 1


def test_a_hundred_megabytes_on_disk_wait_for_a_person_and_are_kept(
    engine: Engine, office: Office, sent: Sent, tmp_path: Path
) -> None:
    box = tmp_path / "mail"
    with MaildirSource(box).open():
        huge = box / "new" / "1.huge"
    huge.write_bytes(a_reply(sent.reply_to, sent.address, []))
    os.truncate(huge, 100 << 20)
    assert take_in(engine, office, MaildirSource(box)).quarantined == 1
    row = one(rows(engine, InboundMail))
    assert (row.size, row.sender, row.subject) == (
        100 << 20,
        sent.address,
        "Re: [Nhắc việc] Lịch phổ biến thông tin thống kê",
    )
    assert (box / ".Rejected" / "cur" / "1.huge").stat().st_size == 100 << 20


@pytest.mark.imap
def test_a_mailbox_begun_anew_loses_nothing_and_registers_nothing_twice(
    engine: Engine, office: Office, sent: Sent, dovecot: MailboxServer
) -> None:
    """Its first mail may get the number that another had before."""
    source, mail = ImapSource(dovecot.address()), a_reply(sent.reply_to, sent.address)
    dovecot.deliver(mail)
    assert take_in(engine, office, source).registered == 1
    dovecot.empty()
    dovecot.deliver(a_reply(sent.reply_to, sent.address, [("v2.pdf", PDF + b"2")], message_id="<2@skhdt.example.vn>"))
    dovecot.deliver(mail)
    assert take_in(engine, office, source).registered == 1
    assert [row.version for row in rows(engine, Submission)] == [1, 2]
    with source.open() as mailbox:
        assert mailbox.waiting() == []


@pytest.mark.imap
def test_of_what_is_too_large_only_the_beginning_is_fetched(
    engine: Engine, office: Office, sent: Sent, dovecot: MailboxServer
) -> None:
    dovecot.deliver(a_reply(sent.reply_to, sent.address, []) + b"x" * 70 * ((LARGEST // 70) + 1))
    assert take_in(engine, office, ImapSource(dovecot.address())).quarantined == 1
    row = one(rows(engine, InboundMail))
    assert row.size > LARGEST
    assert row.note.startswith("Kính gửi Cục Thống kê")
    assert (
        sum(
            path.stat().st_size
            for path in Path(office.folder).rglob("*")
            if path.is_file() and path.parent.parent.name == "files"
        )
        < 1 << 20
    )
