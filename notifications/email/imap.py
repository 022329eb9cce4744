"""A mailbox on an IMAP server.

A mail's place is its UID under the folder's UIDVALIDITY (RFC 3501, 2.3.1.1), with its size and the moment it arrived:
a mailbox that is restored or begun anew may give a UID again, and the new mail must not pass for the old one.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from time import mktime
from typing import Any

from imap_tools import BaseMailBox
from imap_tools.errors import ImapToolsError

from notifications.deadline import within
from notifications.email.imap_connection import ImapConnection, ImapMailbox, ImapTlsConnection
from notifications.email.imap_url import ImapAddress
from notifications.email.source import HEAD, LARGEST, PROCESSED, REJECTED, MailboxAway, RawMail

TIMEOUT = 30.0  # seconds for each step of a talk
IN_VAIN = " không dùng được: "  # between the mailbox and why
LONGEST = 180.0  # for one talk: a mail of 25 MB may come over a slow line
GOODBYE = 5.0
FAULTS = (imaplib.IMAP4.error, ImapToolsError, OSError)
WHOLE, BEGINNING = "(BODY.PEEK[])", f"(BODY.PEEK[]<0.{HEAD}>)"
_SIZE, _UID = re.compile(rb"RFC822\.SIZE (\d+)"), re.compile(rb"\bUID (\d+)")


@dataclass(frozen=True)
class _Waiting:
    uid: str
    size: int
    arrived: int


@dataclass(frozen=True)
class ImapSource:
    address: ImapAddress
    timeout: float = TIMEOUT
    tls_context: ssl.SSLContext | None = None

    @contextmanager
    def open(self) -> Iterator[OpenImap]:
        with _mailbox_faults(self.address):
            mailbox = self._connected()
        try:
            yield OpenImap(mailbox, self.address)
        finally:
            with suppress(*FAULTS), within(GOODBYE):
                mailbox.logout()

    def _connected(self) -> BaseMailBox:
        where = self.address
        context = self.tls_context or ssl.create_default_context()
        client: ImapConnection | ImapTlsConnection
        if where.tls:
            client = ImapTlsConnection(where.host, where.port, self.timeout, context)
        else:
            client = ImapConnection(where.host, where.port, self.timeout)
        if where.starttls:
            client.starttls(context)
        mailbox = ImapMailbox(client)
        # LOGIN takes ASCII only
        login = mailbox.login if (where.user + where.password).isascii() else mailbox.login_utf8
        login(where.user, where.password, initial_folder=where.folder)
        return mailbox


@contextmanager
def _mailbox_faults(address: ImapAddress) -> Iterator[None]:
    """Around each talk with the server, and nothing else: a full disk of ours is not its fault."""
    try:
        with within(LONGEST):
            yield
    except FAULTS as error:
        reason = str(error).replace(address.password, "•••")[:200]
        text = f"Hộp thư {address.host}:{address.port}{IN_VAIN}{type(error).__name__}: {reason}"
        raise MailboxAway(text) from None  # what failed may repeat the password


class OpenImap:
    def __init__(self, mailbox: BaseMailBox, address: ImapAddress) -> None:
        self._mailbox, self._address = mailbox, address
        with _mailbox_faults(address):
            validity = _validity(mailbox, address.folder)
            self._folders = _folder_names(mailbox)
        self._waiting: dict[str, _Waiting] = {}
        self._prefix = f"imap:{address.user}@{address.host}/{address.folder}:{validity}:"

    def waiting(self) -> Sequence[str]:
        # a mail half moved away is marked as deleted; it lies in the other folder already
        with _mailbox_faults(self._address):
            uids = self._mailbox.uids("UNDELETED")
        self._waiting = {f"{self._prefix}{mail.uid}.{mail.size}.{mail.arrived}": mail for mail in self._look_at(uids)}
        return list(self._waiting)

    def fetch(self, place: str) -> RawMail | None:
        """A mail of 100 MB is not carried home."""
        mail = self._waiting[place]
        whole = mail.size <= LARGEST
        content = [line[1] for line in self._ask(mail.uid, WHOLE if whole else BEGINNING) if isinstance(line, tuple)]
        moment = datetime.fromtimestamp(mail.arrived, UTC) if mail.arrived else None
        return RawMail(place, content[0], mail.size, moment, whole) if content else None

    def file(self, place: str, folder: str) -> None:
        with _mailbox_faults(self._address):
            self._mailbox.move(self._waiting[place].uid, self._folders[folder])

    def _look_at(self, uids: Sequence[str]) -> list[_Waiting]:
        answer = self._ask(",".join(uids), "(RFC822.SIZE INTERNALDATE)") if uids else []
        mails = [mail for line in answer if isinstance(line, bytes) and (mail := _described(line)) is not None]
        return sorted(mails, key=lambda mail: int(mail.uid))

    def _ask(self, uids: str, what: str) -> Sequence[Any]:
        with _mailbox_faults(self._address):
            status, answer = self._mailbox.client.uid("FETCH", uids, what)
            if status != "OK":
                raise imaplib.IMAP4.error(f"FETCH {what}: {status}")
            return list(answer)


def _described(line: bytes) -> _Waiting | None:
    uid, size, arrived = _UID.search(line), _SIZE.search(line), imaplib.Internaldate2tuple(line)
    if uid is None or size is None:
        return None
    return _Waiting(uid[1].decode(), int(size[1]), int(mktime(arrived)) if arrived else 0)


def _validity(mailbox: BaseMailBox, folder: str) -> int:
    return int(mailbox.folder.status(folder, ["UIDVALIDITY"])["UIDVALIDITY"])


def _folder_names(mailbox: BaseMailBox) -> dict[str, str]:
    """Our two folders where this server keeps folders: beside INBOX, or below it."""
    listed = mailbox.folder.list()
    separator = next((folder.delim for folder in listed if folder.delim), "/")
    below = any(folder.name.upper().startswith(f"INBOX{separator}") for folder in listed)
    names = {item.name for item in listed}
    folders = {}
    for name in (PROCESSED, REJECTED):
        full = f"INBOX{separator}{name}" if below and name not in names else name
        if full not in names:
            mailbox.folder.create(full)
        folders[name] = full
    return folders
