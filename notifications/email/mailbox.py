"""A folder of caught mails: one .eml file each, in the order in which they came."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser
from hashlib import sha256
from itertools import count
from pathlib import Path

import nh3

from rules.text.control_characters import without_controls

_NAME = re.compile(r"(\d{8,})-[0-9a-f]{12}\.eml\Z")
_HEADERS_FIT_IN = 64 * 1024

_STYLES = {
    *("color", "background", "background-color", "border", "border-left", "border-top", "border-bottom"),
    *("border-radius", "font-family", "font-size", "font-weight", "height", "line-height", "margin", "max-width"),
    *("display", "max-height", "overflow"),  # what a mail hides, its preview line, stays hidden
    *("padding", "text-align", "text-decoration", "vertical-align", "width"),
}
_LAYOUT = {"align", "valign", "width", "height", "bgcolor", "border", "cellpadding", "cellspacing", "style", "role"}
_TAGS = {
    *("a", "b", "blockquote", "br", "div", "em", "h1", "h2", "h3", "hr", "i", "li", "ol", "p", "pre", "span"),
    *("strong", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"),
}


@dataclass(frozen=True)
class CaughtMail:
    name: str  # of the file
    date: str  # as the mail itself says
    sender: str
    recipient: str
    subject: str
    size: int
    key: str = ""  # of the message it brought


@dataclass(frozen=True)
class CaughtFile:
    number: int
    name: str
    media_type: str
    size: int


@dataclass(frozen=True)
class OpenedMail:
    mail: CaughtMail
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str  # harmless: no script, no form, no remote picture
    attachments: tuple[CaughtFile, ...]


class Mailbox:
    """Writes; only one process writes to a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = str(folder)
        self._numbers = count(_highest(folder) + 1)

    def add(self, mail: bytes) -> str:
        """A reader sees the whole file or none; a catcher for development need not survive a power cut."""
        name = f"{next(self._numbers):08d}-{sha256(mail).hexdigest()[:12]}.eml"
        unfinished = f"{self._folder}/.{name}"
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(handle, mail)
        finally:
            os.close(handle)
        os.rename(unfinished, f"{self._folder}/{name}")
        return name


def count_mails(folder: Path) -> int:
    return sum(1 for _ in _names(folder))


def list_mails(folder: Path, limit: int = 50, offset: int = 0) -> list[CaughtMail]:
    """The newest first."""
    names = sorted(_names(folder), key=_number, reverse=True)
    return [_summary(folder, name) for name in names[offset : offset + limit]]


def read_raw(folder: Path, name: str) -> bytes:
    """Raises FileNotFoundError, also for a name that is none of ours."""
    if not _NAME.match(name):
        raise FileNotFoundError(name)
    return (folder / name).read_bytes()


def read_mail(folder: Path, name: str) -> OpenedMail:
    raw = read_raw(folder, name)
    message = message_from_bytes(raw, policy=policy.default)
    return OpenedMail(
        mail=_summary(folder, name),
        headers=tuple((key, _readable(value)) for key, value in _headers(raw).items()),
        text=_body(message, "plain"),
        html=harmless(_body(message, "html")),
        attachments=tuple(
            CaughtFile(number, _name(part, number), part.get_content_type(), len(_content(part)))
            for number, part in enumerate(message.iter_attachments())
        ),
    )


def read_attachment(folder: Path, name: str, number: int) -> tuple[CaughtFile, bytes]:
    """Raises FileNotFoundError."""
    message = message_from_bytes(read_raw(folder, name), policy=policy.default)
    parts = list(message.iter_attachments())
    if not 0 <= number < len(parts):
        raise FileNotFoundError(f"{name}#{number}")
    part, content = parts[number], _content(parts[number])
    return CaughtFile(number, _name(part, number), part.get_content_type(), len(content)), content


def harmless(html: str) -> str:
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"*": _LAYOUT, "a": {"href"} | _LAYOUT},
        url_schemes={"http", "https", "mailto"},
        filter_style_properties=_STYLES,
        clean_content_tags={"script", "style", "title"},
    )


def _names(folder: Path) -> Iterator[str]:
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        yield from (entry.name for entry in entries if _NAME.match(entry.name))


def _number(name: str) -> int:
    return int(name.split("-", 1)[0])


def _highest(folder: Path) -> int:
    return max(map(_number, _names(folder)), default=0)


def _headers(raw: bytes) -> Message:
    return BytesHeaderParser(policy=policy.compat32).parsebytes(raw[:_HEADERS_FIT_IN])


def _summary(folder: Path, name: str) -> CaughtMail:
    path = folder / name
    with path.open("rb") as file:
        headers = _headers(file.read(_HEADERS_FIT_IN))
    date, sender, recipient, subject = (_readable(headers.get(key, "")) for key in ("Date", "From", "To", "Subject"))
    key = _readable(headers.get("X-Kyhan-Key", ""))
    return CaughtMail(name, date, sender, recipient, subject, path.stat().st_size, key)


def _readable(value: object) -> str:
    try:
        return " ".join(without_controls(str(make_header(decode_header(str(value))))).split())
    except (ValueError, LookupError):  # unknown charset, broken word: show it as it came
        return without_controls(str(value))


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    if part is None:
        return ""
    try:
        return without_controls(str(part.get_content()).replace("\r\n", "\n"))
    except (LookupError, ValueError):
        return without_controls(_content(part).decode("utf-8", "replace"))


def _name(part: Message, number: int) -> str:
    return without_controls(part.get_filename() or "") or f"{number}"


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
