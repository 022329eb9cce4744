"""Reads a mail that strangers wrote: whatever is wrong with it, something readable comes out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses
from functools import cached_property
from hashlib import sha256
from html import unescape
from unicodedata import normalize

import nh3

from notifications.addresses import one_line

REACHED_US_AS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
SIGNATURES = {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
LONGEST_HEADER = 1_000
LONGEST_EXCERPT = 500
LONGEST_READ = 100_000  # of a body, to make an excerpt
OLD_CHARSETS = ("utf-8", "cp1258")  # what Vietnamese programs wrote without saying so
_ID = re.compile(r"<[!-;=?-~]{1,250}>")


@dataclass(frozen=True)
class Attached:
    name: str  # as the sender wrote it
    media_type: str
    part: Message

    @property
    def content(self) -> bytes:
        found = self.part.get_payload(decode=True)
        return found if isinstance(found, bytes) else b""


class ReceivedMail:
    """Read lazily: the head of a mail can be read even where its body cannot."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self.message = message_from_bytes(raw)

    def header(self, name: str) -> str:
        return storable(next(map(readable, self._raw_all(name)), ""))[:LONGEST_HEADER]

    @cached_property
    def message_id(self) -> str:
        found = _ID.search(self.header("Message-ID"))
        return found[0] if found else ""

    @cached_property
    def sender(self) -> str:
        """Empty when the mail names nobody, or several people, as its author."""
        found = [address for _, address in getaddresses(list(self._raw_all("From"))) if "@" in address]
        return storable(found[0].lower())[:LONGEST_HEADER] if len(found) == 1 else ""

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

    @cached_property
    def fails_authentication(self) -> bool:
        """Our own relay found that the sender's domain did not send it (RFC 8601)."""
        return any(re.search(r"\bdmarc\s*=\s*fail\b", line, re.I) for line in self._raw_all("Authentication-Results"))

    @cached_property
    def dedupe_key(self) -> str:
        """The same for every delivery of a mail; another's for a mail that only borrows its Message-ID."""
        head, _, body = self._raw.replace(b"\r\n", b"\n").partition(b"\n\n")
        told = "\0".join((self.message_id or head.decode("latin-1"), self.sender, self.subject)).encode()
        return f"{self.message_id}:{sha256(told + body.rstrip()).hexdigest()}"

    @cached_property
    def attachments(self) -> tuple[Attached, ...]:
        return tuple(
            Attached(_file_name(part), part.get_content_type(), part)
            for part in _leaves(self.message)
            if _is_attached(part)
        )

    @cached_property
    def excerpt(self) -> str:
        """The beginning of what it says, without what it quotes."""
        texts = {part.get_content_type(): _decoded(part) for part in _leaves(self.message) if not _is_attached(part)}
        text = texts.get("text/plain") or unescape(nh3.clean(texts.get("text/html", "")[:LONGEST_READ], tags=set()))
        lines = [
            line.strip()
            for line in text[:LONGEST_READ].splitlines()
            if line.strip() and not line.lstrip().startswith(">")
        ]
        return storable(" ".join(lines))[:LONGEST_EXCERPT]

    def _raw_all(self, name: str) -> Iterator[str]:
        for key, value in self.message.raw_items():
            if key.lower() == name.lower():
                yield _without_surrogates(str(value))


def readable(text: str) -> str:
    """RFC 2047, forgiving: an unknown charset or a broken word is shown as well as it can be."""
    try:
        words = decode_header(text)
    except (ValueError, MessageError):
        return text
    return "".join(_word(content, charset) for content, charset in words)


def storable(text: str) -> str:
    """One line of composed letters that any database takes: no control signs, no lone surrogates."""
    return one_line(normalize("NFC", text.encode("utf-8", "replace").decode()))


def _word(content: bytes | str, charset: str | None) -> str:
    if isinstance(content, str):
        return content
    return _in_charset(content, charset) if charset else content.decode("raw-unicode-escape", "replace")


def _in_charset(content: bytes, charset: str | None) -> str:
    for guess in (charset, *OLD_CHARSETS):
        try:
            return content.decode(guess or "ascii")
        except (LookupError, ValueError):
            continue
    return content.decode("utf-8", "replace")


def _without_surrogates(text: str) -> str:
    """Headers may hold bytes where only ASCII is allowed; the parser hides them as lone surrogates."""
    return text if text.isascii() else _in_charset(text.encode("utf-8", "surrogateescape"), None)


def _leaves(message: Message) -> Iterator[Message]:
    """An enclosed mail counts as one part: what is in it was not said to us."""
    if message.is_multipart() and message.get_content_maintype() == "multipart":
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _leaves(part)
    else:
        yield message


def _is_attached(part: Message) -> bool:
    media_type, disposition = part.get_content_type(), part.get_content_disposition()
    if media_type in SIGNATURES:
        return False
    if disposition == "attachment":
        return True
    if media_type.startswith("image/") and part["Content-ID"]:
        return False  # a logo in the sender's signature
    return bool(part.get_filename()) or part.get_content_maintype() not in ("text", "multipart")


def _file_name(part: Message) -> str:
    return readable(_without_surrogates(part.get_filename() or ""))


def _decoded(part: Message) -> str:
    content = part.get_payload(decode=True)
    return normalize("NFC", _in_charset(content, part.get_content_charset())) if isinstance(content, bytes) else ""
