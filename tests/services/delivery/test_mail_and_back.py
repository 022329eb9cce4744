"""A letter goes out over a real server, and what comes back to it finds its way home."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from mailbox import Maildir
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from builders import CALENDAR, DOMAIN, FIRST_REMINDER, UNIT, at, body, by_mail, header, headers, holder, rows
from fakes.faulty_smtp import FaultySmtp, a_faulty_smtp
from fakes.mailbox_letters import KEY, PDF, a_reply, one
from fakes.mailbox_server import MailboxServer, an_imap_server, available
from mail_server import MailServer
from sqlalchemy import Engine
from sqlmodel import col

from config.forms import Forms
from models.database import reading, writing
from models.tables.inbound import AddressHealth, InboundMail
from models.tables.messages import Attempt, Message
from models.tables.submissions import Submission
from notifications.email.imap import ImapSource
from notifications.email.source import MaildirSource, MailSource
from notifications.email.verp import About, read_bounce_address, read_reply_address
from rules.office import Office
from services.delivery.dispatch import dispatch
from services.delivery.undelivered import undelivered
from services.inbound.receive import ReceiveResult, receive
from services.operations.tick import tick

MORNING = at("2013-12-10", "08:00")
LATER = MORNING + timedelta(hours=1)
RETURNS = "tra-loi.example.vn"


@pytest.fixture
def office(office: Office) -> Office:
    return replace(office, key=KEY, mailbox_read=True, return_domain=RETURNS)


@pytest.fixture
def due(sqlite_engine: Engine, office: Office) -> Engine:
    tick(sqlite_engine, office, FIRST_REMINDER, CALENDAR)
    return sqlite_engine


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultySmtp]:
    with a_faulty_smtp(tmp_path_factory.mktemp("smtp")) as server:
        yield server


@pytest.fixture
def relay(running: FaultySmtp, tmp_path: Path) -> FaultySmtp:
    running.change(dsn=False, own_sender="", says_so_late=False, most=0, report_folder=str(tmp_path / "returned"))
    running.ask("forget")
    return running


def post(engine: Engine, office: Office, port: int, now: Any = MORNING) -> None:
    dispatch(engine, office, by_mail(port), now)


def posted(relay: FaultySmtp) -> dict[str, Any]:
    """The unit's letter, with its envelope."""
    return one([mail for mail in relay.mails() if f".{UNIT.lower()}@" in mail["to"]])


def take_in(engine: Engine, office: Office, source: MailSource) -> ReceiveResult:
    return receive(engine, office, source, Path(office.folder) / "files", LATER, key=KEY, domain=DOMAIN)


def take_in_mails(engine: Engine, office: Office, *mails: bytes) -> ReceiveResult:
    box = Path(office.folder) / "box"
    for mail in mails:
        Maildir(box, create=True).add(mail)
    return take_in(engine, office, MaildirSource(box))


# --- what a letter carries --------------------------------------------------------------------------------------------


def test_each_letter_comes_back_to_an_address_of_its_own(due: Engine, office: Office, relay: FaultySmtp) -> None:
    post(due, office, relay.port)
    told = {(read_bounce_address(mail["mail_from"], KEY), mail["to"]) for mail in relay.mails()}
    assert len(told) == 33
    assert {(about.message, address) for about, address in told} == {
        (row.message_id, row.address) for row in rows(due, Attempt)
    }


def test_an_answer_goes_to_the_case_it_is_about(due: Engine, office: Office, relay: FaultySmtp) -> None:
    post(due, office, relay.port)
    to = header(posted(relay)["raw"], "Reply-To")
    token = read_reply_address(to, KEY)
    assert (to.rpartition("@")[2], token.about, token.issued_on) == (RETURNS, About.CASE, MORNING.date())


def test_a_digest_is_answered_for_the_unit(sqlite_engine: Engine, office: Office, mail: MailServer) -> None:
    tick(sqlite_engine, office, at("2013-12-26"))
    post(sqlite_engine, office, mail.port, at("2013-12-26", "08:00"))
    digest = next(one for one in mail.mails if "dau-moi.ctk@" in header(one, "To"))
    assert read_reply_address(header(digest, "Reply-To"), KEY).about is About.UNIT


def test_who_only_follows_the_work_of_others_is_asked_for_no_answer(
    due: Engine, office: Office, mail: MailServer
) -> None:
    tick(due, office, at("2014-01-08"))
    post(due, office, mail.port, at("2014-01-08", "08:00"))
    to_coordinator = [one for one in mail.mails if "dieu-phoi" in header(one, "To")]
    assert {header(one, "Reply-To") for one in to_coordinator} == {"None"}


def test_without_a_mailbox_of_its_own_an_office_writes_as_it_always_did(
    due: Engine, office: Office, relay: FaultySmtp
) -> None:
    relay.change(dsn=True)
    post(due, replace(office, mailbox_read=False, return_domain=""), relay.port)
    mail = posted(relay)
    assert (mail["mail_from"], header(mail["raw"], "Reply-To"), mail["told"]) == ("nhacviec@example.vn", "None", "")


def test_a_domain_that_takes_no_addresses_of_ours_still_tells_reports_apart(
    due: Engine, office: Office, relay: FaultySmtp
) -> None:
    relay.change(dsn=True)
    post(due, replace(office, return_domain=""), relay.port)
    mail = posted(relay)
    assert (mail["mail_from"], header(mail["raw"], "Reply-To")) == ("nhacviec@example.vn", "None")
    assert mail["told"].startswith("RET=HDRS ENVID=BOUNCE+2B")


def test_where_the_relay_offers_it_reports_are_asked_for(due: Engine, office: Office, relay: FaultySmtp) -> None:
    relay.change(dsn=True)
    post(due, office, relay.port)
    mail = posted(relay)
    told = mail["mail_from"].partition("@")[0].replace("+", "+2B")
    assert mail["told"] == f"RET=HDRS ENVID={told.upper()} NOTIFY=FAILURE,DELAY"


@pytest.mark.parametrize("late", [False, True], ids=["said at MAIL", "said at RCPT"])
def test_a_relay_that_wants_the_senders_own_address_gets_it(
    due: Engine, office: Office, relay: FaultySmtp, late: bool
) -> None:
    relay.change(own_sender="nhacviec@example.vn", says_so_late=late)
    post(due, office, relay.port)
    assert {mail["mail_from"] for mail in relay.mails()} == {"nhacviec@example.vn"}
    attempts = rows(due, Attempt)
    assert {(row.state, "địa chỉ người gửi" in row.detail) for row in attempts} == {("accepted", True)}
    assert len(attempts) == len(relay.mails()) == 33
    assert rows(due, AddressHealth) == []


# --- what comes back --------------------------------------------------------------------------------------------------


def move_away(engine: Engine) -> str:
    """The unit's focal point has an address nobody has any more."""
    with writing(engine) as session:
        person = holder(session)
        person.email = f"bounce.{UNIT.lower()}@{DOMAIN}"
        session.add(person)
        return person.email


def returned(folder: Path) -> MaildirSource:
    until = monotonic() + 60
    while not list((folder / "new").glob("*")) and monotonic() < until:
        sleep(0.02)
    return MaildirSource(folder)


@pytest.mark.parametrize("dsn", [False, True])
def test_a_returned_letter_is_written_down_and_its_address_left_in_peace(
    due: Engine, office: Office, relay: FaultySmtp, tmp_path: Path, dsn: bool
) -> None:
    address = move_away(due)
    relay.change(dsn=dsn)
    post(due, office, relay.port)
    assert take_in(due, office, returned(tmp_path / "returned")) == ReceiveResult(bounced=1)
    attempt = one(rows(due, Attempt, col(Attempt.address) == address))
    assert (attempt.state, attempt.code) == ("bounced", "5.1.1")
    assert one(rows(due, Message, col(Message.id) == attempt.message_id)).state == "bounced"
    assert [(row.address, row.state) for row in rows(due, AddressHealth)] == [(address, "dead")]
    with reading(due) as session:
        assert [(item.email, item.state) for item in undelivered(session)] == [(address, "bounced")]


def test_a_report_to_the_senders_own_address_is_known_by_the_envelopes_id(
    due: Engine, office: Office, relay: FaultySmtp, tmp_path: Path
) -> None:
    address = move_away(due)
    relay.change(dsn=True)
    plain = replace(office, return_domain="")
    post(due, plain, relay.port)
    assert take_in(due, plain, returned(tmp_path / "returned")) == ReceiveResult(bounced=1)
    assert [(row.address, row.state) for row in rows(due, AddressHealth)] == [(address, "dead")]


def an_answer_to(mail: dict[str, Any], **told: Any) -> bytes:
    """As a mail program writes it: to the Reply-To, citing what it answers."""
    sent = message_from_bytes(mail["raw"])
    return a_reply(sent["Reply-To"], mail["to"], In_Reply_To=sent["Message-ID"], **told)


def test_an_answer_with_a_file_is_registered_and_a_receipt_goes_back(
    due: Engine, office: Office, relay: FaultySmtp
) -> None:
    post(due, office, relay.port)
    assert take_in_mails(due, office, an_answer_to(posted(relay))) == ReceiveResult(registered=1)
    submission = one(rows(due, Submission))
    relay.ask("forget")
    post(due, office, relay.port, LATER)
    receipt = posted(relay)["raw"]
    assert header(receipt, "Subject").startswith("[Đã nhận]")
    assert read_reply_address(header(receipt, "Reply-To"), KEY).id == submission.case_id
    assert header(receipt, "Auto-Submitted") == "auto-generated"


CALENDAR_HEAD = (
    "Nội dung thông tin,Sản phẩm thông tin thống kê chủ yếu,Thời gian phổ biến,"
    "Hình thức phổ biến,Đơn vị chịu trách nhiệm phổ biến"
)


def test_the_receipt_of_a_table_says_what_is_wrong_in_which_cell_and_how_to_mend_it(
    due: Engine, office: Office, relay: FaultySmtp
) -> None:
    post(due, office, relay.port)
    own = replace(office, forms=Forms(Path("config/plans/70-KH-UBND")))
    rows_of_table = [f"CPI,Báo cáo,29/01/2014,Trang tin,{UNIT}", f"IIP,Báo cáo,31/02/2014,,{UNIT}"]
    table = "\n".join([CALENDAR_HEAD, *rows_of_table]).encode()
    assert take_in_mails(due, own, an_answer_to(posted(relay), files=[("lich.csv", table)])).registered == 1
    relay.ask("forget")
    post(due, office, relay.port, LATER)
    told = " ".join(body(posted(relay)["raw"]).split())
    assert 'Bảng "lich.csv": đạt một phần, dùng được 1 dòng.' in told
    assert "1. Dòng 3, cột «Thời gian phổ biến»: «31/02/2014» không phải là thời gian hợp lệ của cột này." in told
    assert "2. Dòng 3, cột «Hình thức phổ biến»: ô bắt buộc chưa ghi." in told


def test_an_answer_to_any_letter_of_the_thread_finds_its_case_without_the_address(
    due: Engine, office: Office, relay: FaultySmtp
) -> None:
    post(due, replace(office, return_domain=""), relay.port)
    mail = posted(relay)
    answer = a_reply("nhacviec@example.vn", mail["to"], In_Reply_To=header(mail["raw"], "Message-ID"))
    assert take_in_mails(due, office, answer) == ReceiveResult(registered=1)


def test_an_absence_note_is_nobodys_answer(due: Engine, office: Office, relay: FaultySmtp) -> None:
    post(due, office, relay.port)
    note = an_answer_to(posted(relay), files=(), Auto_Submitted="auto-replied", subject="Vắng mặt")
    assert take_in_mails(due, office, note) == ReceiveResult(ignored=1)


def test_a_stranger_who_names_no_case_waits_for_a_person(due: Engine, office: Office) -> None:
    assert take_in_mails(due, office, a_reply("nhacviec@example.vn", "ai-do@xa-la.vn")) == ReceiveResult(quarantined=1)


def test_a_stranger_who_got_hold_of_the_address_waits_for_a_person(
    due: Engine, office: Office, relay: FaultySmtp
) -> None:
    post(due, office, relay.port)
    reply_to = header(posted(relay)["raw"], "Reply-To")
    assert take_in_mails(due, office, a_reply(reply_to, "ai-do@xa-la.vn")) == ReceiveResult(quarantined=1)


@pytest.mark.imap
def test_through_a_real_mailbox_everything_is_sorted(
    due: Engine, office: Office, relay: FaultySmtp, tmp_path: Path, dovecot: MailboxServer
) -> None:
    move_away(due)
    post(due, office, relay.port)
    returned(tmp_path / "returned")
    reports = [bytes(mail) for mail in Maildir(tmp_path / "returned", create=False)]
    other = next(mail for mail in relay.mails() if "dau-moi.syt@" in mail["to"])
    dovecot.deliver(
        *reports,
        an_answer_to(other, files=[("Lịch 2014.pdf", PDF)]),
        an_answer_to(other, files=(), Auto_Submitted="auto-replied", message_id="<vang@x.vn>"),
        a_reply("nhacviec@example.vn", "ai-do@xa-la.vn", message_id="<la@x.vn>"),
    )
    source = ImapSource(dovecot.address(), timeout=30)
    assert take_in(due, office, source) == ReceiveResult(registered=1, bounced=1, ignored=1, quarantined=1)
    assert take_in(due, office, source) == ReceiveResult()
    assert sorted(row.verdict for row in rows(due, InboundMail)) == ["bounced", "ignored", "quarantined", "registered"]
    relay.ask("forget")
    post(due, office, relay.port, LATER)
    assert headers([mail["raw"] for mail in relay.mails()], "Subject")[0].startswith("[Đã nhận]")


@pytest.fixture
def dovecot() -> Iterator[MailboxServer]:
    if not available():
        pytest.skip("Dovecot is not installed")
    with an_imap_server() as server:
        yield server
