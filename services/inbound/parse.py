"""Reads a mail that strangers wrote: whatever is wrong with it, something readable comes out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.utils import getaddresses
from functools import cached_property
from hashlib import sha256
from unicodedata import normalize

from notifications.addresses import one_line
from notifications.email.charsets import without_surrogates
from rules.systems.mail_trust import Authentication, MailTrust, authentication
from rules.text.control_characters import without_controls
from services.inbound.mail_parts import Attached, PartRole, Parts, read_parts, readable
from services.inbound.mail_text import first_words

REACHED_US_AS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
LONGEST_HEADER = 1_000
LONGEST_EXCERPT = 500
_ID = re.compile(r"<[!-;=?-~]{1,250}>")


class ReceivedMail:
    """Read lazily: the head of a mail can be read even where its body cannot."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self.message = message_from_bytes(raw)

    def header(self, name: str) -> str:
        return storable(next(map(readable, self._raw_all(name)), ""))[:LONGEST_HEADER]

    @cached_property
    def message_id(self) -> str:
        match = _ID.search(self.header("Message-ID"))
        return match[0] if match else ""

    @cached_property
    def sender(self) -> str:
        """Empty when the mail names nobody, or several people, as its author."""
        authors = [address for _, address in getaddresses(list(self._raw_all("From"))) if "@" in address]
        return storable(authors[0].lower())[:LONGEST_HEADER] if len(authors) == 1 else ""

    @cached_property
    def subject(self) -> str:
        return self.header("Subject")

    @cached_property
    def addressed_to(self) -> tuple[str, ...]:
        lines = [line for name in REACHED_US_AS for line in self._raw_all(name)]
        return tuple(dict.fromkeys(address.lower() for _, address in getaddresses(lines) if "@" in address))

    @cached_property
    def references(self) -> tuple[str, ...]:
        lines = [line for name in ("In-Reply-To", "References") for line in self._raw_all(name)]
        return tuple(dict.fromkeys(_ID.findall(" ".join(lines))))

    def authentication(self, trust: MailTrust) -> Authentication:
        headers = list(self._raw_all("Authentication-Results"))
        return authentication(headers, self.sender.rpartition("@")[2], trust)

    @cached_property
    def dedupe_key(self) -> str:
        """The same for every delivery of a mail; another's for a mail that only borrows its Message-ID."""
        head, _, body = self._raw.replace(b"\r\n", b"\n").partition(b"\n\n")
        identity = "\0".join((self.message_id or head.decode("latin-1"), self.sender, self.subject)).encode()
        return f"{self.message_id}:{sha256(identity + body.rstrip()).hexdigest()}"

    @cached_property
    def files(self) -> tuple[Attached, ...]:
        """Everything in it that can be kept as a file, in its order."""
        return tuple(self._parts.files(0))

    @cached_property
    def attachments(self) -> tuple[Attached, ...]:
        """The documents it brings to us."""
        return tuple(file for file in self.files if file.role in (PartRole.DOCUMENT, PartRole.PASTED))

    @property
    def left_out(self) -> tuple[Attached, ...]:
        return tuple(file for file in self.files if file.role is PartRole.LEFT_OUT)

    @property
    def forwarded(self) -> tuple[Attached, ...]:
        return tuple(file for file in self.files if file.role is PartRole.FORWARDED)

    @property
    def documents(self) -> bool:
        """Something a person may want to register lies in it."""
        return any(file.role is not PartRole.LEFT_OUT for file in self.files)

    @property
    def only_pasted(self) -> bool:
        """A scan or a photograph stands in its text, and nothing is attached."""
        return bool(self.attachments) and all(file.role is PartRole.PASTED for file in self.attachments)

    @property
    def signed(self) -> bool:
        """Its content was taken out of a signature that nobody verified."""
        return self._parts.signed

    @cached_property
    def excerpt(self) -> str:
        """The beginning of what it says, line by line, without what it quotes."""
        lines = map(storable, first_words(self._parts.texts).splitlines())
        return "\n".join(line for line in lines if line)[:LONGEST_EXCERPT].rstrip()

    @cached_property
    def _parts(self) -> Parts:
        return read_parts(self.message)

    def _raw_all(self, name: str) -> Iterator[str]:
        for key, value in self.message.raw_items():
            if key.lower() == name.lower():
                yield without_surrogates(str(value))


def storable(text: str) -> str:
    """One line of composed letters that any database takes: no control signs, no lone surrogates."""
    return one_line(without_controls(normalize("NFC", text.encode("utf-8", "replace").decode())))
