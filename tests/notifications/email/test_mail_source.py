"""Mailboxes: a folder on disk, and a real IMAP server."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from mailbox import Maildir
from pathlib import Path

import pytest
from fakes.mailbox_server import MailboxServer, an_imap_server, available

from notifications.email.imap import ImapSource
from notifications.email.imap_url import ImapAddress, imap_address
from notifications.email.source import HEAD, LARGEST, PROCESSED, REJECTED, MailboxAway, MaildirSource, MailSource

FIRST, SECOND = b"Subject: 1\n\nm\xe1\xba\xb7t\n", b"Subject: 2\n\n.\n"


@pytest.fixture(scope="module")
def dovecot() -> Iterator[MailboxServer]:
    if not available():
        pytest.skip("Dovecot is not installed")
    with an_imap_server() as server:
        yield server


@pytest.fixture(params=["maildir", pytest.param("imap", marks=pytest.mark.imap)])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> MailSource:
    """Two mails wait in it."""
    if request.param == "maildir":
        box = Maildir(tmp_path / "mail", create=True)
        box.add(FIRST)
        box.add(SECOND)
        return MaildirSource(tmp_path / "mail")
    server: MailboxServer = request.getfixturevalue("dovecot")
    server.empty()
    server.deliver(FIRST, SECOND)
    return ImapSource(server.address())


def contents(source: MailSource) -> list[bytes]:
    with source.open() as mailbox:
        found = [mailbox.fetch(place) for place in mailbox.waiting()]
    return sorted(mail.content.replace(b"\r\n", b"\n") for mail in found if mail)


def test_every_mail_is_handed_out_as_it_came(source: MailSource) -> None:
    assert contents(source) == [FIRST, SECOND]


def test_looking_changes_nothing(source: MailSource) -> None:
    assert contents(source) == contents(source)


def test_a_mail_keeps_its_place_until_it_is_filed(source: MailSource) -> None:
    with source.open() as mailbox:
        before = list(mailbox.waiting())
    with source.open() as mailbox:
        assert list(mailbox.waiting()) == before
        mailbox.file(before[0], PROCESSED)
    with source.open() as mailbox:
        assert list(mailbox.waiting()) == before[1:]
        mailbox.file(before[1], REJECTED)
    assert contents(source) == []


def test_a_mail_that_has_gone_is_no_error(source: MailSource) -> None:
    with source.open() as mailbox:
        place = mailbox.waiting()[0]
        mailbox.file(place, PROCESSED)
        assert mailbox.fetch(place) is None


def test_the_mailbox_says_when_it_took_the_mail_in(source: MailSource) -> None:
    with source.open() as mailbox:
        [mail, _] = [mailbox.fetch(place) for place in mailbox.waiting()]
    assert mail is not None
    assert mail.arrived_at is not None
    assert mail.arrived_at.tzinfo is not None


def test_only_the_head_of_a_huge_mail_is_read(tmp_path: Path) -> None:
    Maildir(tmp_path / "mail", create=True).add(b"Subject: x\n\n" + b"x" * LARGEST)
    with MaildirSource(tmp_path / "mail").open() as mailbox:
        mail = mailbox.fetch(mailbox.waiting()[0])
    assert mail is not None
    assert (mail.whole, mail.size > LARGEST, len(mail.content) < 1 << 20) == (False, True, True)


@pytest.mark.imap
def test_only_the_beginning_of_a_huge_mail_is_fetched(dovecot: MailboxServer) -> None:
    dovecot.empty()
    dovecot.deliver(b"Subject: x\n\n" + b"x" * 70 * 1024 * 400)
    with ImapSource(dovecot.address()).open() as mailbox:
        mail = mailbox.fetch(mailbox.waiting()[0])
    assert mail is not None
    assert (mail.whole, mail.size > LARGEST, len(mail.content)) == (False, True, HEAD)
    assert mail.content.startswith(b"Subject: x\r\n")


@pytest.mark.imap
def test_nothing_is_deleted(dovecot: MailboxServer) -> None:
    dovecot.empty()
    dovecot.deliver(FIRST)
    with ImapSource(dovecot.address()).open() as mailbox:
        mailbox.file(mailbox.waiting()[0], REJECTED)
    assert contents(ImapSource(dovecot.address(folder=REJECTED))) == [FIRST]


@pytest.mark.imap
def test_encryption_is_checked_against_the_authority(dovecot: MailboxServer) -> None:
    ways = ({"port": dovecot.encrypted, "tls": True}, {"starttls": True})
    for way in ways:
        contents(ImapSource(dovecot.address(**way), tls_context=dovecot.authority.trusted()))
        with pytest.raises(MailboxAway):
            contents(ImapSource(dovecot.address(**way), tls_context=ssl.create_default_context()))


@pytest.mark.imap
def test_a_wrong_password_is_told_without_the_password(dovecot: MailboxServer) -> None:
    with pytest.raises(MailboxAway) as told:
        contents(ImapSource(dovecot.address(password="bí mật sai")))
    assert "bí mật sai" not in str(told.value)


def test_a_mailbox_that_is_away_is_told() -> None:
    with pytest.raises(MailboxAway, match="127"):
        contents(ImapSource(ImapAddress("127.0.0.1", "a", "b", port=1, tls=False), timeout=2))


def test_a_server_that_says_nothing_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(MailboxAway):
        contents(ImapSource(ImapAddress("127.0.0.1", "a", "b", port=silent.getsockname()[1], tls=False), timeout=0.3))


def test_a_fault_of_ours_is_not_blamed_on_the_mailbox(source: MailSource) -> None:
    with pytest.raises(OSError, match="disk"), source.open():
        raise OSError("disk full")


def test_flags_written_by_a_reader_do_not_hide_a_mail(tmp_path: Path) -> None:
    key = Maildir(tmp_path / "mail", create=True).add(FIRST)
    with MaildirSource(tmp_path / "mail").open() as mailbox:
        [place] = mailbox.waiting()
        (tmp_path / "mail" / "new" / key).rename(tmp_path / "mail" / "cur" / f"{key}:2,S")
        assert mailbox.fetch(place) is not None


# --- the address ----------------------------------------------------------------------------------------------------


def test_the_address_of_a_mailbox_is_read_from_an_url() -> None:
    found = imap_address("imaps://nop%40tinh.gov.vn:m%40t@imap.tinh.gov.vn/Nop")
    assert found == ImapAddress("imap.tinh.gov.vn", "nop@tinh.gov.vn", "m@t", 993, "Nop")
    assert imap_address("imap://a:b@h?starttls=1").starttls


@pytest.mark.parametrize(
    "wrong", ["imap://h", "http://a:b@h", "imaps://a:b@h?starttls=1", "imap://a:b@h?x=1", "imap://a@h"]
)
def test_an_url_of_another_kind_is_refused_without_telling_it(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"IMAP|starttls"):
        imap_address(wrong)


def test_a_password_is_not_shown() -> None:
    assert "mật" not in repr(ImapAddress("h", "a", "mật"))
