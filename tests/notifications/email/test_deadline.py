"""Whoever drips is waited for no longer than whoever is silent: real servers that never come to an end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import httpx
import pytest
from fakes.dripping import dripping

from notifications import ping, webhook_post
from notifications.apprise import channel as apprise_any
from notifications.apprise.channel import AppriseChannel
from notifications.channel import Envelope, OutcomeKind
from notifications.deadline import get, within
from notifications.email import imap
from notifications.email.imap import ImapSource
from notifications.email.imap_url import ImapAddress
from notifications.email.smtp import SmtpAddress, SmtpChannel
from notifications.email.source import MailboxAway
from notifications.zalo.http import NoAnswer, ZaloHttp
from rules.systems.outside import Outside
from services.files import scan

LETTER = Envelope(
    key="digest:7",
    message_id="<7.k@example.vn>",
    to_address="dau-moi@example.vn",
    subject="[Nhắc việc] Lịch phổ biến",
    text="Kính gửi",
    html="<p>Kính gửi</p>",
    sent_at=datetime(2013, 12, 10, tzinfo=UTC),
)


def channel(port: int, timeout: float = 0.3, patience: float = 0.3) -> SmtpChannel:
    return SmtpChannel(SmtpAddress("127.0.0.1", port), ("", "nhac@example.vn"), "example.vn", timeout, patience)


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [("greeting", OutcomeKind.RETRY), ("mute", OutcomeKind.RETRY), ("dot", OutcomeKind.UNKNOWN)],
)
def test_a_mail_server_that_never_comes_to_an_end_is_left(kind: str, outcome: OutcomeKind) -> None:
    with dripping(kind) as server:
        said = channel(server.port).send(LETTER)
    assert (said.kind, said.code) == (outcome, "timeout")


def test_the_rest_of_a_round_does_not_wait_again() -> None:
    with dripping("dot") as server, channel(server.port).open() as session:
        said = [session.send(replace(LETTER, key=str(number))).kind for number in range(5)]
    assert said == [OutcomeKind.UNKNOWN, *[OutcomeKind.RETRY] * 4]
    assert (server.connections, len(server.mails)) == (1, 1)


@pytest.mark.parametrize("kind", ["http-head", "http-body", "mute"])
def test_an_http_server_that_never_comes_to_an_end_is_left(kind: str) -> None:
    with dripping(kind) as server, pytest.raises(httpx.ReadTimeout):
        get(f"http://127.0.0.1:{server.port}/", 0.3)


def test_of_nested_deadlines_the_nearest_counts() -> None:
    with dripping("http-body") as server, within(0.2), within(600), pytest.raises(httpx.ReadTimeout):
        get(f"http://127.0.0.1:{server.port}/", 600)


@pytest.mark.parametrize("kind", ["imap", "greeting", "mute"])
def test_a_mailbox_that_never_comes_to_an_end_is_away(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "LONGEST", 0.3)
    monkeypatch.setattr(imap, "GOODBYE", 0.1)
    with dripping(kind) as server:
        source = ImapSource(ImapAddress("127.0.0.1", "kyhan", "secret", server.port, tls=False), timeout=5)
        with pytest.raises(MailboxAway), source.open():
            pass
        assert server.connections == 1


@pytest.mark.parametrize("kind", ["clamd", "mute"])
def test_a_scanner_that_never_comes_to_an_end_gives_no_verdict(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "WHOLE", 0.3)
    with dripping(kind) as server, pytest.raises(scan.ScannerSilent):
        scan.scan(f"tcp://127.0.0.1:{server.port}", BytesIO(b"file"))


@pytest.mark.parametrize("kind", ["http-head", "http-body", "mute"])
def test_every_service_that_drips_is_left(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ping, "WHOLE", 0.3)
    monkeypatch.setattr(webhook_post, "WHOLE", 0.3)
    with dripping(kind) as server:
        url = f"http://127.0.0.1:{server.port}/"
        zalo = ZaloHttp(longest=0.3)
        with pytest.raises(NoAnswer, match="read-timeout"):
            zalo.get(url, {})
        assert ping.ping(url, []) is False
        posting = webhook_post.Posting(url, "secret", "1", "case.open", 1, b"{}")
        outside = Outside(https_only=False, hosts=frozenset({"127.0.0.1"}))
        posted = webhook_post.post(posting, outside)
        assert (posted.taken, posted.outcome) in ((False, "timeout"), (True, "HTTP 200"))  # the head is enough
        assert server.connections == 3


def test_a_service_of_apprise_that_drips_is_left_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apprise_any, "LONGEST", 0.3)
    with dripping("http-body") as server:
        said = AppriseChannel(f"json://127.0.0.1:{server.port}/{{address}}").send(replace(LETTER, to_address="lan"))
    assert (said.kind, said.maybe_sent) == (OutcomeKind.UNKNOWN, True)
