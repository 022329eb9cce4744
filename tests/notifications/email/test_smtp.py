from __future__ import annotations

import socket
import ssl
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from mail_server import MailServer, running

from notifications.channel import Envelope, OutcomeKind
from notifications.email.smtp import SmtpAddress, SmtpChannel
from notifications.email.smtp_answers import is_policy

LETTER = Envelope(
    key="case:42:L1:person:7",
    message_id="<a1b2.k@kyhan.example.vn>",
    thread_id="<root.t@kyhan.example.vn>",
    to_address="lan@stc.example.vn",
    to_name="Nguyễn Thị Lan",
    subject="[Nhắc việc] Lịch phổ biến thông tin thống kê",
    text="Kính gửi: Đồng chí Lan\n.một dòng mở đầu bằng dấu chấm\n",
    html="<p>Kính gửi</p>",
    sent_at=datetime(2014, 9, 1, 1, 0, tzinfo=UTC),
)
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH")
SECRET = "mat-khau-rat-bi-mat"


def channel(port: int, **address: object) -> SmtpChannel:
    return SmtpChannel(
        SmtpAddress("127.0.0.1", port, **address),
        sender=("Cục Thống kê tỉnh Sóc Trăng", "nhac@kyhan.example.vn"),
        domain="kyhan.example.vn",
        timeout=30,
    )


@pytest.fixture(params=[False, True], ids=["line by line", "in one breath"])
def server(request):
    with running(MailServer(pipelines=request.param)) as started:
        yield started


def send(server: MailServer, letter: Envelope = LETTER):
    return channel(server.port).send(letter)


def test_an_accepted_mail_brings_back_the_queue_id(server):
    outcome = send(server)
    assert (outcome.kind, outcome.code, outcome.provider_ref) == (OutcomeKind.OK, "250 2.0.0", "Q1")
    mail = message_from_bytes(server.mails[0], policy=policy.default)
    assert mail["subject"] == LETTER.subject
    assert mail.get_body(("plain",)).get_content().splitlines()[1] == ".một dòng mở đầu bằng dấu chấm"


def test_fifty_mails_go_over_one_connection(server):
    with channel(server.port).open() as session:
        outcomes = [session.send(LETTER) for _ in range(50)]
    assert {o.kind for o in outcomes} == {OutcomeKind.OK}
    assert (len(server.mails), server.connections) == (50, 1)


def test_after_a_hundred_mails_the_connection_is_renewed(server):
    with channel(server.port).open() as session:
        for _ in range(101):
            session.send(LETTER)
    assert (len(server.mails), server.connections) == (101, 2)


@pytest.mark.parametrize(
    ("command", "answer", "kind", "code"),
    [
        ("RCPT", "451 4.7.1 Greylisted, try again later", OutcomeKind.RETRY, "451 4.7.1"),
        ("RCPT", "452 4.2.2 Mailbox full", OutcomeKind.RETRY, "452 4.2.2"),
        ("RCPT", "550 5.1.1 User unknown", OutcomeKind.DEAD, "550 5.1.1"),
        ("RCPT", "550 no such user", OutcomeKind.DEAD, "550"),
        ("RCPT", "550 <lan@stc.example.vn>: Recipient not found", OutcomeKind.DEAD, "550"),
        ("RCPT", "553 bad mailbox", OutcomeKind.DEAD, "553"),
        ("RCPT", "550 relay not permitted", OutcomeKind.FALLBACK, "550"),
        ("RCPT", "550 <user@recipient.example.vn>: relaying denied", OutcomeKind.FALLBACK, "550"),
        ("RCPT", "550 Administrative prohibition", OutcomeKind.FALLBACK, "550"),
        ("RCPT", "550 Authentication required", OutcomeKind.FALLBACK, "550"),
        ("RCPT", "550 High probability of spam", OutcomeKind.FALLBACK, "550"),
        ("RCPT", "553 5.7.1 Sender address rejected: not owned by user", OutcomeKind.STOP, "553 5.7.1"),
        ("RCPT", "550 Sender verify failed", OutcomeKind.STOP, "550"),
        ("RCPT", "554 5.7.1 Relay access denied", OutcomeKind.FALLBACK, "554 5.7.1"),
        ("RCPT", "550 5.7.1 Policy", OutcomeKind.FALLBACK, "550 5.7.1"),
        ("RCPT", "551 not here", OutcomeKind.FALLBACK, "551"),
        ("RCPT", "550 5.1.8 Sender address rejected", OutcomeKind.STOP, "550 5.1.8"),
        ("MAIL", "550 sender not allowed", OutcomeKind.STOP, "550"),
        ("MAIL", "530 5.7.0 Authentication required", OutcomeKind.STOP, "530 5.7.0"),
        ("MAIL", "452 4.3.1 Insufficient storage", OutcomeKind.RETRY, "452 4.3.1"),
        ("DATA", "554 5.7.1 Looks like spam", OutcomeKind.FALLBACK, "554 5.7.1"),
        ("DATA", "552 5.3.4 Message too big", OutcomeKind.FALLBACK, "552 5.3.4"),
        ("DATA", "451 4.3.0 Try later", OutcomeKind.RETRY, "451 4.3.0"),
    ],
)
def test_a_refusal_is_understood_and_the_next_mail_still_goes_out(server, command, answer, kind, code):
    server.answers[command] = [answer]
    with channel(server.port).open() as session:
        refused, next_one = session.send(LETTER), session.send(LETTER)
    assert (refused.kind, refused.code, refused.maybe_sent) == (kind, code, False)
    assert next_one.kind is OutcomeKind.OK
    assert server.connections == 1


@pytest.mark.parametrize(
    ("code", "said", "policy"),
    [
        ("550", "High probability of spam", True),
        ("550", "no such user", False),
        ("550", "hộp thư không còn", False),
        ("550 5.1.1", "User unknown", False),
    ],
)
def test_what_is_held_against_us_is_told_from_what_is_held_against_the_address(code, said, policy):
    assert is_policy(code, said) is policy


def test_a_server_that_closes_in_the_middle_costs_no_mail(server):
    server.mails_before_421 = 3
    with channel(server.port).open() as session:
        outcomes = [session.send(LETTER) for _ in range(6)]
    assert [o.kind for o in outcomes] == [OutcomeKind.OK] * 6
    assert (len(server.mails), server.connections) == (6, 2)


def test_a_server_that_always_closes_is_tried_later(server):
    server.answers["MAIL"] = ["421 4.3.2 down"] * 9
    outcome = send(server)
    assert (outcome.kind, outcome.code, outcome.maybe_sent) == (OutcomeKind.RETRY, "421 4.3.2", False)


def test_a_connection_lost_after_the_final_dot_leaves_us_in_doubt(server):
    server.hang_up_after_dot = True
    outcome = send(server)
    assert (outcome.kind, outcome.code, outcome.maybe_sent) == (OutcomeKind.UNKNOWN, "lost", True)
    assert len(server.mails) == 1


def test_in_doubt_on_a_used_connection_the_mail_is_not_sent_again_at_once(server):
    with channel(server.port).open() as session:
        session.send(LETTER)
        server.hang_up_after_dot = True
        outcome = session.send(LETTER)
    assert outcome.kind is OutcomeKind.UNKNOWN
    assert len(server.mails) == 2


def test_a_server_too_slow_to_answer_the_final_dot_leaves_us_in_doubt(server):
    server.seconds_to_think = 1.2
    hasty = SmtpChannel(
        SmtpAddress("127.0.0.1", server.port), ("", "nhac@kyhan.example.vn"), "example.vn", patience=0.3
    )
    with hasty.open() as session:
        outcome, next_one = session.send(LETTER), session.send(LETTER)
    assert (outcome.kind, outcome.code) == (OutcomeKind.UNKNOWN, "timeout")
    assert (next_one.kind, next_one.maybe_sent) == (OutcomeKind.RETRY, False)


def test_a_server_that_scans_for_long_is_waited_for(server):
    server.seconds_to_think = 0.6
    patient = SmtpChannel(
        SmtpAddress("127.0.0.1", server.port), ("", "nhac@kyhan.example.vn"), "example.vn", timeout=0.3
    )
    assert patient.send(LETTER).kind is OutcomeKind.OK


def test_a_server_that_never_greets_is_tried_later():
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        slow = SmtpChannel(SmtpAddress(*deaf.getsockname()), ("", "nhac@kyhan.example.vn"), "example.vn", timeout=0.3)
        outcome = slow.send(LETTER)
    assert (outcome.kind, outcome.code, outcome.maybe_sent) == (OutcomeKind.RETRY, "timeout", False)


def test_a_wrong_password_stops_the_channel_and_says_what_to_do():
    with running(MailServer(), password=SECRET) as server:
        outcome = channel(server.port, user="kyhan", password="sai-mat-khau").send(LETTER)
    assert (outcome.kind, outcome.code) == (OutcomeKind.STOP, "535 5.7.8")
    assert "kiểm tra lại tài khoản" in outcome.detail
    assert "sai-mat-khau" not in outcome.detail


def test_the_right_password_opens_the_door():
    with running(MailServer(), password=SECRET) as server:
        assert channel(server.port, user="kyhan", password=SECRET).send(LETTER).kind is OutcomeKind.OK


def test_a_server_without_log_in_is_not_given_the_password(server):
    outcome = channel(server.port, user="kyhan", password=SECRET).send(LETTER)
    assert (outcome.kind, outcome.code) == (OutcomeKind.STOP, "no-auth")


def test_a_password_repeated_by_the_server_does_not_reach_the_ledger(server):
    server.answers["RCPT"] = [f"451 you said {SECRET}"]
    where = SmtpAddress("127.0.0.1", server.port, password=SECRET)
    outcome = SmtpChannel(where, ("", "nhac@kyhan.example.vn"), "example.vn").send(LETTER)
    assert SECRET not in outcome.detail
    assert SECRET not in repr(where)


def test_refused_connections_are_tried_later_and_only_once_a_round():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with channel(port).open() as session:
        first, second = session.send(LETTER), session.send(LETTER)
    assert (first.kind, first.code, first.maybe_sent) == (OutcomeKind.RETRY, "refused", False)
    assert second is first


def test_without_starttls_nothing_is_sent_when_it_is_demanded(server):
    outcome = channel(server.port, starttls=True).send(LETTER)
    assert (outcome.kind, outcome.code) == (OutcomeKind.STOP, "no-starttls")
    assert server.mails == []


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("lan@stc.example.vn\r\nBcc: x@y.vn", OutcomeKind.BUG),
        ("lan@stc.example.vn\n", OutcomeKind.BUG),
        ("không phải địa chỉ", OutcomeKind.DEAD),
        ("lan@@stc.vn", OutcomeKind.DEAD),
        ("<lan@stc.vn>", OutcomeKind.DEAD),
        ("lan@stc.vn,mai@stc.vn", OutcomeKind.DEAD),
        ("", OutcomeKind.DEAD),
    ],
)
def test_an_impossible_address_is_never_handed_to_the_server(server, address, kind):
    assert send(server, replace(LETTER, to_address=address)).kind is kind
    assert server.connections == 0


def test_a_forged_message_id_is_our_own_mistake(server):
    assert send(server, replace(LETTER, message_id="<a@b>\r\nX: y")).kind is OutcomeKind.BUG


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    names = "-subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem"
    command = f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 {names}"
    subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)
    return folder


def _encrypted(certificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    return context


def test_starttls_with_a_trusted_certificate_delivers(certificate):
    trusted = ssl.create_default_context(cafile=certificate / "cert.pem")
    with running(MailServer(), tls_context=_encrypted(certificate), require_starttls=True) as server:
        where = SmtpAddress("127.0.0.1", server.port, starttls=True)
        outcome = SmtpChannel(where, ("", "nhac@kyhan.example.vn"), "example.vn", tls_context=trusted).send(LETTER)
    assert outcome.kind is OutcomeKind.OK


def test_a_certificate_nobody_vouches_for_is_not_trusted(certificate):
    with running(MailServer(), tls_context=_encrypted(certificate), require_starttls=True) as server:
        outcome = channel(server.port, starttls=True).send(LETTER)
    assert (outcome.kind, outcome.code) == (OutcomeKind.RETRY, "tls")
    assert server.mails == []


def test_a_connection_encrypted_from_the_start_delivers(certificate):
    trusted = ssl.create_default_context(cafile=certificate / "cert.pem")
    with running(MailServer(), encrypted=_encrypted(certificate)) as server:
        where = SmtpAddress("127.0.0.1", server.port, tls=True)
        outcome = SmtpChannel(where, ("", "nhac@kyhan.example.vn"), "example.vn", tls_context=trusted).send(LETTER)
    assert outcome.kind is OutcomeKind.OK
