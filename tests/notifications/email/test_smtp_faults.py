"""Each way a mail server errs, against a real one in another process: what the channel makes of it."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from mailbox import Maildir
from pathlib import Path
from typing import Any

import pytest
from fakes.faulty_smtp import FaultySmtp, a_faulty_smtp
from mail_server import MailServer

from notifications.channel import Envelope, Outcome, OutcomeKind
from notifications.email.smtp import SmtpAddress, SmtpChannel

LETTER = Envelope(
    key="digest:7",
    message_id="<7.k@example.vn>",
    to_address="dau-moi@example.vn",
    subject="[Nhắc việc] Lịch phổ biến",
    text="Kính gửi",
    html="<p>Kính gửi</p>",
    sent_at=datetime(2013, 12, 10, tzinfo=UTC),
    return_path="bounce+7.1.abcdefgh@example.vn",
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultySmtp]:
    with a_faulty_smtp(tmp_path_factory.mktemp("smtp")) as server:
        yield server


@pytest.fixture
def server(running: FaultySmtp) -> FaultySmtp:
    usual = {"password": "", "login_fails": False, "most": 20, "report_port": 0, "report_folder": ""}
    running.change(**usual)
    running.ask("forget")
    return running


def channel(
    server: FaultySmtp, context: ssl.SSLContext | None = None, patience: float = 30, **address: Any
) -> SmtpChannel:
    where = SmtpAddress("127.0.0.1", server.port, **address)
    sender = ("Kỳ Hạn", "nhacviec@example.vn")
    return SmtpChannel(where, sender, "example.vn", timeout=30, patience=patience, tls_context=context)


def send(server: FaultySmtp, to: str, **how: Any) -> Outcome:
    return channel(server, **how).send(replace(LETTER, to_address=f"{to}@example.vn"))


@pytest.mark.parametrize(
    ("to", "kind", "code"),
    [
        ("dau-moi", OutcomeKind.OK, "250"),
        ("nouser", OutcomeKind.DEAD, "550 5.1.1"),
        ("grey.1", OutcomeKind.RETRY, "451 4.7.1"),
        ("full", OutcomeKind.RETRY, "452 4.2.2"),
        ("policy", OutcomeKind.FALLBACK, "554 5.7.1"),
        ("drop", OutcomeKind.UNKNOWN, "lost"),
        ("bounce", OutcomeKind.OK, "250"),
    ],
)
def test_every_fault_is_understood(server: FaultySmtp, to: str, kind: OutcomeKind, code: str) -> None:
    outcome = send(server, to)
    assert outcome.kind is kind
    assert outcome.code.startswith(code)


def test_a_greylisted_mail_is_taken_the_second_time(server: FaultySmtp) -> None:
    assert [send(server, "grey.2").kind for _ in range(2)] == [OutcomeKind.RETRY, OutcomeKind.OK]


def test_a_mail_whose_answer_was_lost_keeps_its_id_when_sent_again(server: FaultySmtp) -> None:
    assert [send(server, "drop").kind for _ in range(2)] == [OutcomeKind.UNKNOWN] * 2
    assert [mail["message_id"] for mail in server.mails()] == [LETTER.message_id] * 2


def test_a_server_slower_than_our_patience_leaves_doubt(server: FaultySmtp) -> None:
    server.change(slow=1.5)
    assert send(server, "slow", patience=0.5).kind is OutcomeKind.UNKNOWN
    assert send(server, "slow", patience=5).kind is OutcomeKind.OK


def test_a_relay_that_tires_after_twenty_mails_gets_the_rest_on_new_connections(server: FaultySmtp) -> None:
    with channel(server).open() as session:
        letters = (replace(LETTER, to_address=f"dau-moi.{number}@example.vn") for number in range(45))
        assert {session.send(letter).kind for letter in letters} == {OutcomeKind.OK}
    assert [one["mails"] for one in server.connections()] == [20, 20, 5]


def test_a_refused_password_stops_the_channel(server: FaultySmtp) -> None:
    server.change(password="đúng", login_fails=True)
    outcome = send(server, "dau-moi", user="nhacviec", password="bi-mat")
    assert (outcome.kind, outcome.code[:3]) == (OutcomeKind.STOP, "535")
    assert "bi-mat" not in outcome.detail


def test_a_login_over_an_encrypted_line_is_seen_by_the_server(server: FaultySmtp) -> None:
    server.change(password="bi-mat")
    trusted = ssl.create_default_context(cafile=str(server.authority))
    assert send(server, "dau-moi", context=trusted, starttls=True, user="nv", password="bi-mat").kind is OutcomeKind.OK
    [connection] = server.connections()
    assert (connection["encrypted"], connection["user"], connection["hello"]) == (True, "nv", "example.vn")


def test_a_server_nobody_vouches_for_gets_no_password(server: FaultySmtp) -> None:
    outcome = send(server, "dau-moi", starttls=True, user="nv", password="bi-mat")
    assert outcome.kind is OutcomeKind.RETRY
    assert [one["user"] for one in server.connections()] == [""]


def test_a_report_of_failure_comes_back_to_the_envelopes_sender(server: FaultySmtp, mail: MailServer) -> None:
    server.change(report_port=mail.port)
    assert send(server, "bounce").kind is OutcomeKind.OK
    assert _wait_for(lambda: mail.mails)
    assert b"To: bounce+7.1.abcdefgh@example.vn" in mail.mails[0]
    assert b"Message-ID: <7.k@example.vn>" in mail.mails[0]


def test_a_report_of_failure_can_be_dropped_in_a_folder(server: FaultySmtp, tmp_path: Path) -> None:
    server.change(report_folder=str(tmp_path / "mail"))
    send(server, "bounce")
    assert _wait_for(lambda: server.ask("told")["reports"])
    [report] = Maildir(tmp_path / "mail")
    assert report.get_content_type() == "multipart/report"


def test_an_unknown_order_is_refused(server: FaultySmtp) -> None:
    with pytest.raises(ValueError, match="mots"):
        server.change(mots=1)


def _wait_for(condition: Any) -> bool:
    until = time.monotonic() + 60
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    return bool(condition())
