"""A mailbox on an IMAP server. A mail's place is its UID under the folder's UIDVALIDITY (RFC 3501, 2.3.1.1)."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from time import mktime

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from notifications.imap_address import ImapAddress
from notifications.mail_source import LARGEST, PROCESSED, REJECTED, MailboxAway, RawMail

TIMEOUT = 30.0
FAULTS = (imaplib.IMAP4.error, ImapToolsError, OSError)
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


@dataclass(frozen=True)
class ImapSource:
    address: ImapAddress
    timeout: float = TIMEOUT
    tls_context: ssl.SSLContext | None = None

    @contextmanager
    def open(self) -> Iterator[OpenImap]:
        with _asking(self.address):
            mailbox = self._connected()
        try:
            yield OpenImap(mailbox, self.address)
        finally:
            with suppress(*FAULTS):
                mailbox.logout()

    def _connected(self) -> BaseMailBox:
        where = self.address
        context = self.tls_context or ssl.create_default_context()
        mailbox: BaseMailBox
        if where.tls:
            mailbox = MailBox(where.host, where.port, timeout=self.timeout, ssl_context=context)
        elif where.starttls:
            mailbox = MailBoxStartTls(where.host, where.port, timeout=self.timeout, ssl_context=context)
        else:
            mailbox = MailBoxUnencrypted(where.host, where.port, timeout=self.timeout)
        # LOGIN takes ASCII only
        login = mailbox.login if (where.user + where.password).isascii() else mailbox.login_utf8
        login(where.user, where.password, initial_folder=where.folder)
        return mailbox


@contextmanager
def _asking(address: ImapAddress) -> Iterator[None]:
    """Around each talk with the server, and nothing else: a full disk of ours is not its fault."""
    try:
        yield
    except FAULTS as error:
        said = str(error).replace(address.password, "•••")[:200]
        told = f"Hộp thư {address.host}:{address.port} không dùng được: {type(error).__name__}: {said}"
        raise MailboxAway(told) from None  # what failed may repeat the password


class OpenImap:
    def __init__(self, mailbox: BaseMailBox, address: ImapAddress) -> None:
        self._mailbox, self._address = mailbox, address
        with _asking(address):
            validity = _validity(mailbox, address.folder)
            self._folders = _made(mailbox)
        self._prefix = f"imap:{address.user}@{address.host}/{address.folder}:{validity}:"

    def waiting(self) -> Sequence[str]:
        # a mail half moved away is marked as deleted; it lies in the other folder already
        with _asking(self._address):
            uids = self._mailbox.uids("UNDELETED")
        return [f"{self._prefix}{uid}" for uid in sorted(uids, key=int)]

    def fetch(self, place: str) -> RawMail | None:
        """Asks for the size before anything else: a mail of 100 MB is not carried home."""
        uid = self._uid(place)
        told = self._asked(uid, "(RFC822.SIZE INTERNALDATE)")
        found = _SIZE.search(told[0]) if told else None
        if found is None:
            return None
        size, arrived = int(found[1]), imaplib.Internaldate2tuple(told[0])
        whole = size <= LARGEST
        content = self._asked(uid, "(BODY.PEEK[])" if whole else "(BODY.PEEK[HEADER])")
        if len(content) < 2:
            return None
        moment = datetime.fromtimestamp(mktime(arrived), UTC) if arrived else None
        return RawMail(place, content[1], size, moment, whole)

    def file(self, place: str, folder: str) -> None:
        with _asking(self._address):
            self._mailbox.move(self._uid(place), self._folders[folder])

    def _uid(self, place: str) -> str:
        if not place.startswith(self._prefix):
            raise ValueError("a place in another mailbox")
        return place.removeprefix(self._prefix)

    def _asked(self, uid: str, what: str) -> list[bytes]:
        """What was said about the mail, then its literal if there is one."""
        with _asking(self._address):
            status, answer = self._mailbox.client.uid("FETCH", uid, what)
            if status != "OK":
                raise imaplib.IMAP4.error(f"FETCH {what}: {status}")
        for line in answer:
            if isinstance(line, tuple):
                return [line[0], line[1]]
            if isinstance(line, bytes) and f"UID {uid}".encode() in line:
                return [line]
        return []


def _validity(mailbox: BaseMailBox, folder: str) -> int:
    return int(mailbox.folder.status(folder, ["UIDVALIDITY"])["UIDVALIDITY"])


def _made(mailbox: BaseMailBox) -> dict[str, str]:
    """Our two folders where this server keeps folders: beside INBOX, or below it."""
    listed = mailbox.folder.list()
    separator = next((found.delim for found in listed if found.delim), "/")
    below = any(found.name.upper().startswith(f"INBOX{separator}") for found in listed)
    names = {item.name for item in listed}
    folders = {}
    for name in (PROCESSED, REJECTED):
        full = f"INBOX{separator}{name}" if below and name not in names else name
        if full not in names:
            mailbox.folder.create(full)
        folders[name] = full
    return folders
