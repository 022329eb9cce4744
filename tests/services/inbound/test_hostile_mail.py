"""Bad input on the way out and on the way in: one bad row harms nobody else, and nothing blows up."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from mailbox import Maildir
from pathlib import Path

import pytest
from builders import CALENDAR, DOMAIN, FIRST_REMINDER, UNIT, at, body, by_mail, header, headers, holder, minutes, rows
from fakes.mailbox_letters import KEY, PDF, Sent, a_reply, a_sent_reminder, one, with_inbox
from mail_server import MailServer
from sqlalchemy import Engine
from sqlmodel import col

from models.database import writing
from models.tables.inbound import InboundMail
from models.tables.messages import Attempt, Message
from models.tables.submissions import Submission
from notifications.email.source import MaildirSource
from rules.office import Office
from services.delivery.dispatch import dispatch
from services.inbound.receive import ReceiveResult, receive
from services.operations.tick import tick

MORNING = at("2013-12-10", "08:00")
MB = 1 << 20


@pytest.fixture
def due(sqlite_engine: Engine, office: Office) -> Engine:
    tick(sqlite_engine, office, FIRST_REMINDER, CALENDAR)
    return sqlite_engine


@pytest.fixture
def sent(sqlite_engine: Engine, office: Office) -> Sent:
    return a_sent_reminder(with_inbox(sqlite_engine), office)


def rename(engine: Engine, **changed: str) -> None:
    with writing(engine) as session:
        person = holder(session)
        for name, value in changed.items():
            setattr(person, name, value)
        session.add(person)


def whole(mail: bytes) -> str:
    from email import message_from_bytes, policy

    page = message_from_bytes(mail, policy=policy.default).get_body(("html",))
    return str(page.get_content()) if page else ""


# --- on the way out ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\u2028", "\x00", "\x0b"])
def test_an_address_with_a_line_break_is_sent_nothing_and_stops_nobody(
    due: Engine, office: Office, mail: MailServer, break_: str
) -> None:
    rename(due, email=f"dau-moi@{DOMAIN}{break_}Bcc: ke-la@xa-la.vn")
    done = dispatch(due, office, by_mail(mail.port), MORNING)
    assert (done.sent, done.failed, len(mail.mails)) == (32, 1, 32)
    assert not [one for one in mail.mails if b"xa-la.vn" in one]
    assert one(rows(due, Attempt, Attempt.state == "rejected")).code.startswith("bad-")


@pytest.mark.parametrize("name", ['<script>alert(1)</script>"><b>Lan', "Lan\r\nBcc: ke-la@xa-la.vn", "\u202eLan\ue001"])
def test_a_name_is_only_a_name(due: Engine, office: Office, mail: MailServer, name: str) -> None:
    rename(due, name=name)
    dispatch(due, replace(office, key=KEY), by_mail(mail.port), MORNING)
    letter = next(one for one in mail.mails if f"dau-moi.{UNIT.lower()}@" in header(one, "To"))
    assert header(letter, "Bcc") == "None"
    assert "<script" not in whole(letter)
    assert "\u202e" not in body(letter)
    assert "/tra-loi/" in whole(letter)


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_an_hour_off_sends_nothing_twice(
    due: Engine, office: Office, mail: MailServer, hours: int
) -> None:
    dispatch(due, office, by_mail(mail.port), MORNING + minutes(60))
    dispatch(due, office, by_mail(mail.port), MORNING + minutes(60 + 60 * hours))
    assert len(mail.mails) == 33
    assert set(headers(mail, "Date")) == {"Tue, 10 Dec 2013 09:00:00 +0700"}


# --- on the way in ----------------------------------------------------------------------------------------------------


@pytest.fixture
def box(tmp_path: Path) -> Maildir:
    return Maildir(tmp_path / "box", create=True)


def take_in(engine: Engine, office: Office, box: Maildir, now=MORNING) -> tuple[ReceiveResult, float]:
    """What was made of it, and the most memory it took, in megabytes."""
    files = Path(office.folder) / "files"
    tracemalloc.start()
    done = receive(engine, office, MaildirSource(Path(box._path)), files, now, key=KEY, domain=DOMAIN)
    peak = tracemalloc.get_traced_memory()[1] / MB
    tracemalloc.stop()
    return done, peak


def a_large_mail(box: Maildir, sent: Sent, megabytes: int) -> None:
    """Written by pieces, as our own memory is not what is tried."""
    head, _, rest = a_reply(sent.reply_to, sent.address).partition(b"Content-Transfer-Encoding: base64\n")
    assert rest
    with (Path(box._path) / "new" / "1.large").open("wb") as file:
        file.write(head + b"Content-Transfer-Encoding: base64\n")
        line = b"QUJD" * 19 + b"\n"
        for _ in range(megabytes):
            file.write(line * (MB // len(line)))


def test_a_reply_of_a_hundred_megabytes_waits_for_a_person_without_being_read(
    sqlite_engine: Engine, office: Office, sent: Sent, box: Maildir
) -> None:
    a_large_mail(box, sent, 100)
    done, peak = take_in(sqlite_engine, office, box)
    assert done == ReceiveResult(quarantined=1)
    assert peak < 8
    assert "lớn hơn 25 MB" in one(rows(sqlite_engine, InboundMail)).reason


def test_the_largest_reply_that_is_taken_needs_a_few_times_its_size(
    sqlite_engine: Engine, office: Office, sent: Sent, box: Maildir
) -> None:
    a_large_mail(box, sent, 24)
    done, peak = take_in(sqlite_engine, office, box)
    assert done.problems == []
    assert peak < 12 * 24


def test_the_same_reply_twice_is_one_submission_and_one_receipt(
    sqlite_engine: Engine, office: Office, sent: Sent, box: Maildir
) -> None:
    reply = a_reply(sent.reply_to, sent.address)
    for _ in range(2):
        box.add(reply)
    done, _ = take_in(sqlite_engine, office, box)
    assert (done.registered, done.repeated) == (1, 1)
    assert len(rows(sqlite_engine, Submission)) == 1
    assert len(rows(sqlite_engine, Message, col(Message.kind) == "receipt")) == 1


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\windows\\win.pdf", "win.pdf"),
        ("báo\r\ncáo.pdf", "báocáo.pdf"),
        ("\u202efdp.exe.pdf", "fdp.exe.pdf"),
        ("<script>.pdf", "_script_.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("a" * 300 + ".pdf", None),
    ],
)
def test_a_file_keeps_a_harmless_name_and_lies_where_files_lie(
    sqlite_engine: Engine, office: Office, sent: Sent, box: Maildir, name: str, kept: str | None
) -> None:
    from models.tables.submissions import SubmissionFile

    mail = a_reply(sent.reply_to, sent.address, files=[("THE-NAME.pdf", PDF)])
    coded = "".join(f"%{byte:02X}" for byte in name.encode())
    mail = mail.replace(b'filename="THE-NAME.pdf"', f"filename*=UTF-8''{coded}".encode())
    box.add(mail)
    done, _ = take_in(sqlite_engine, office, box)
    assert done.registered == 1
    file = one(rows(sqlite_engine, SubmissionFile))
    assert len(file.name) <= 120
    assert kept is None or file.name == kept
    root = (Path(office.folder) / "files").resolve()
    assert (root / file.sha256[:2] / file.sha256).read_bytes() == PDF
    assert all(root in path.resolve().parents for path in root.rglob("*"))
