"""A mail that comes back: the message is bounced, its address dead or doubtful, and nobody can forge that."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from builders import DOMAIN, FIRST_REMINDER, minutes, rows
from fakes.faulty_smtp import a_faulty_smtp
from fakes.mailbox_letters import KEY, Sent, Tray, a_dsn, a_sent_reminder, one, with_inbox
from sqlalchemy import Engine, update

from models.database import reading, writing
from models.tables.inbound import AddressHealth, InboundMail
from models.tables.messages import Attempt, Message
from notifications.channel import Envelope, OutcomeKind
from notifications.email.smtp import SmtpAddress, SmtpChannel
from notifications.email.source import MaildirSource
from notifications.email.verp import bounce_address
from rules.office import Office
from services.inbound.receive import ReceiveResult, receive
from services.outbox import address_health

LATER = FIRST_REMINDER + minutes(30)


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    return with_inbox(sqlite_engine)


@pytest.fixture
def sent(engine: Engine, office: Office) -> Sent:
    return a_sent_reminder(engine, office)


def take_in(engine: Engine, office: Office, *mails: bytes) -> ReceiveResult:
    return receive(engine, office, Tray().put(*mails), Path(office.folder) / "files", LATER, key=KEY, domain=DOMAIN)


def health(engine: Engine) -> dict[str, str]:
    return {row.address: row.state for row in rows(engine, AddressHealth)}


def test_a_returned_mail_marks_its_address_dead_and_its_message_bounced(
    engine: Engine, office: Office, sent: Sent
) -> None:
    assert take_in(engine, office, a_dsn(sent)).bounced == 1
    assert health(engine) == {sent.address: "dead"}
    message = one(rows(engine, Message))
    assert (message.state, "5.1.1" in message.reason, sent.address in message.reason) == ("bounced", True, True)
    assert one(rows(engine, Attempt)).state == "bounced"


def test_a_dead_address_is_told_to_whoever_would_write_to_it(engine: Engine, office: Office, sent: Sent) -> None:
    take_in(engine, office, a_dsn(sent))
    with reading(engine) as session:
        found = address_health.is_dead(session, "email", [sent.address.upper(), "khac@example.vn"], LATER)
    assert list(found) == [sent.address.upper()]
    assert "5.1.1" in found[sent.address.upper()]


def test_a_revived_address_is_written_to_again(engine: Engine, office: Office, sent: Sent) -> None:
    take_in(engine, office, a_dsn(sent))
    with writing(engine) as session:
        assert address_health.revive(session, "email", sent.address, LATER, "dieu-phoi")
        assert address_health.is_dead(session, "email", [sent.address], LATER) == {}


@pytest.mark.parametrize("status", ["5.2.2", "5.7.1", "5.3.4", "5.4.4", "4.4.7"])
def test_a_full_or_strict_mailbox_is_only_doubtful(engine: Engine, office: Office, sent: Sent, status: str) -> None:
    take_in(engine, office, a_dsn(sent, status=status, diagnostic="smtp; refused"))
    assert health(engine) == {sent.address: "suspect"}
    assert one(rows(engine, Message)).state == "bounced"


def test_a_late_mail_is_noted_and_waited_for(engine: Engine, office: Office, sent: Sent) -> None:
    assert take_in(engine, office, a_dsn(sent, action="delayed", status="4.4.1")).ignored == 1
    assert (health(engine), one(rows(engine, Message)).state) == ({}, "sent")


def test_a_forged_return_address_changes_nothing(engine: Engine, office: Office, sent: Sent) -> None:
    forged = bounce_address(sent.message, 1, b"another key", DOMAIN)
    assert take_in(engine, office, a_dsn(sent, to=forged)).quarantined == 1
    assert (health(engine), one(rows(engine, Message)).state) == ({}, "sent")


def test_the_envelope_id_is_proof_as_good_as_the_address(engine: Engine, office: Office, sent: Sent) -> None:
    envelope_id = sent.return_path.partition("@")[0].replace("+", "+2B")
    take_in(engine, office, a_dsn(sent, to=f"nhacviec@{DOMAIN}", envelope_id=envelope_id, enclosed=False))
    assert health(engine) == {sent.address: "dead"}


def test_a_report_that_only_knows_the_message_casts_doubt(engine: Engine, office: Office, sent: Sent) -> None:
    """A Message-ID can be guessed: such a report must not be able to silence a unit."""
    take_in(engine, office, a_dsn(sent, to=f"nhacviec@{DOMAIN}"))
    assert health(engine) == {sent.address: "suspect"}
    assert one(rows(engine, Message)).state == "bounced"


def test_a_report_that_only_knows_the_address_casts_doubt(engine: Engine, office: Office, sent: Sent) -> None:
    take_in(engine, office, a_dsn(sent, to=f"nhacviec@{DOMAIN}", enclosed=False))
    assert health(engine) == {sent.address: "suspect"}
    assert one(rows(engine, Message)).state == "sent"


def test_a_report_about_a_stranger_waits_for_a_person(engine: Engine, office: Office, sent: Sent) -> None:
    strange = a_dsn(sent, to=f"nhacviec@{DOMAIN}", enclosed=False, recipient="la@example.net")
    assert take_in(engine, office, strange).quarantined == 1
    assert health(engine) == {}


def test_the_same_report_twice_counts_once(engine: Engine, office: Office, sent: Sent) -> None:
    done = take_in(engine, office, a_dsn(sent), b"Received: by another way\n" + a_dsn(sent))
    assert (done.bounced, done.repeated, len(rows(engine, InboundMail))) == (1, 1, 1)


def test_an_absence_note_to_the_return_address_is_no_bounce(engine: Engine, office: Office, sent: Sent) -> None:
    note = f"From: {sent.address}\nTo: {sent.return_path}\nAuto-Submitted: auto-replied\n\nTôi đi công tác.\n".encode()
    assert take_in(engine, office, note).ignored == 1
    assert health(engine) == {}


def test_a_mail_goes_out_and_comes_back_through_real_servers(
    engine: Engine, office: Office, sent: Sent, tmp_path: Path
) -> None:
    box, to = tmp_path / "mail", f"bounce.skhdt@{DOMAIN}"
    with writing(engine) as session:
        session.execute(update(Attempt).values(address=to))
    letter = Envelope(
        key="k",
        message_id=sent.message_id,
        to_address=to,
        subject="Nhắc việc",
        text="",
        html="",
        sent_at=LATER,
        return_path=sent.return_path,
    )
    with a_faulty_smtp(tmp_path) as server:
        server.change(report_folder=str(box))
        relay = SmtpChannel(SmtpAddress("127.0.0.1", server.port), ("Kỳ Hạn", f"nhacviec@{DOMAIN}"), DOMAIN)
        assert relay.send(letter).kind is OutcomeKind.OK
        until = time.monotonic() + 60
        while not server.ask("told")["reports"] and time.monotonic() < until:
            time.sleep(0.02)
    done = receive(engine, office, MaildirSource(box), tmp_path / "files", LATER, key=KEY, domain=DOMAIN)
    assert done.bounced == 1
    assert health(engine) == {to: "dead"}
    assert [path.name for path in (box / ".Processed" / "cur").iterdir()] != []
