"""Takes text and files out of winmail.dat, the wrapper of Outlook's rich text mails (MS-OXTNEF)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from notifications.email.charsets import in_charset

SIGNATURE = b"\x78\x9f\x3e\x22"
BODY, CODE_PAGE, RENDERING, TITLE, DATA, MESSAGE_PROPERTIES, FILE_PROPERTIES = (
    0x2800C,
    0x69007,
    0x69002,
    0x18010,
    0x6800F,
    0x69003,
    0x69005,
)
BODY_TEXT, BODY_HTML, EMBEDDED, SHORT_NAME, LONG_NAME = 0x1000, 0x1013, 0x3701, 0x3704, 0x3707
MOST_PROPERTIES = 2_000
STRING_8, STRING_16, OBJECT, BINARY = 0x1E, 0x1F, 0x0D, 0x102
NAMED = 0x8000
MULTIPLE = 0x1000
SIZES = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}


@dataclass
class EnclosedFile:
    name: str = ""
    content: bytes = b""


@dataclass
class Winmail:
    text: str = ""
    html: str = ""
    files: list[EnclosedFile] = field(default_factory=list)


def read_winmail(content: bytes) -> Winmail | None:
    """As far as it can be read; None when it is no such file."""
    if not content.startswith(SIGNATURE):
        return None
    winmail = Winmail()
    charset = "cp1258"
    for identity, value in _attributes(content):
        if identity == CODE_PAGE and len(value) >= 4:
            charset = f"cp{int.from_bytes(value[:4], 'little')}"
        elif identity == BODY:
            winmail.text = _string(value, charset)
        elif identity == MESSAGE_PROPERTIES:
            _read_message(winmail, dict(_properties(value)), charset)
        elif identity == RENDERING:
            winmail.files.append(EnclosedFile())
        elif winmail.files:
            _read_file(winmail.files[-1], identity, value, charset)
    return winmail


def _read_message(winmail: Winmail, properties: dict[int, tuple[int, bytes]], charset: str) -> None:
    if BODY_TEXT in properties:
        winmail.text = winmail.text or _text_of(properties[BODY_TEXT], charset)
    if BODY_HTML in properties:
        winmail.html = _text_of(properties[BODY_HTML], charset)


def _read_file(file: EnclosedFile, identity: int, value: bytes, charset: str) -> None:
    if identity == TITLE:
        file.name = file.name or _string(value, charset)
    elif identity == DATA:
        file.content = value
    elif identity == FILE_PROPERTIES:
        properties = dict(_properties(value))
        name = properties.get(LONG_NAME) or properties.get(SHORT_NAME)
        file.name = (_text_of(name, charset) if name else "") or file.name
        if not file.content and EMBEDDED in properties:  # a mail that was forwarded, or a drawing
            file.content = properties[EMBEDDED][1]


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    """A level, an id, a length, the value, a checksum; up to where it is cut off."""
    at = len(SIGNATURE) + 2
    while at + 9 <= len(content):
        _, identity, length = struct.unpack_from("<BII", content, at)
        end = at + 9 + length
        if end > len(content):
            return
        yield identity, content[at + 9 : end]
        at = end + 2


def _properties(content: bytes) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """Of MAPI: id, type and value; up to where they cannot be read."""
    try:
        yield from _readable_properties(content)
    except (struct.error, LookupError):
        return


def _readable_properties(content: bytes) -> Iterator[tuple[int, tuple[int, bytes]]]:
    [count] = struct.unpack_from("<I", content)
    at = 4
    for _ in range(min(count, MOST_PROPERTIES)):
        kind, identity = struct.unpack_from("<HH", content, at)
        at = _behind_its_name(content, at + 4) if identity >= NAMED else at + 4
        number, base = 1, kind & ~MULTIPLE
        if kind & MULTIPLE or base in (STRING_8, STRING_16, OBJECT, BINARY):
            [number] = struct.unpack_from("<I", content, at)
            at += 4
        for _ in range(min(number, MOST_PROPERTIES)):
            value, at = _value(content, at, base)
            yield identity, (base, value)


def _behind_its_name(content: bytes, at: int) -> int:
    """A named property: the set it belongs to, then a number or a name."""
    by_name, length = struct.unpack_from("<II", content, at + 16)
    return at + 24 + (_padded(length) if by_name else 0)


def _value(content: bytes, at: int, kind: int) -> tuple[bytes, int]:
    if kind in SIZES:
        return content[at : at + SIZES[kind]], at + SIZES[kind]
    if kind not in (STRING_8, STRING_16, OBJECT, BINARY):
        raise LookupError(kind)
    [length] = struct.unpack_from("<I", content, at)
    return content[at + 4 : at + 4 + length], at + 4 + _padded(length)


def _padded(length: int) -> int:
    return (length + 3) // 4 * 4


def _text_of(value: tuple[int, bytes], charset: str) -> str:
    kind, content = value
    return _string(content, "utf-16-le" if kind == STRING_16 else charset)


def _string(content: bytes, charset: str) -> str:
    return in_charset(content, charset).rstrip("\0")
