"""Writes winmail.dat as Outlook does: text of the message, files with short and long names (MS-OXTNEF)."""

from __future__ import annotations

import struct
from collections.abc import Sequence

PROPERTY_NAME, UNICODE = 0x3707, 0x1F


def a_winmail(text: str, files: Sequence[tuple[str, bytes]], code_page: int = 65001, embedded: bytes = b"") -> bytes:
    body = text.encode(f"cp{code_page}", "replace") + b"\0"
    parts = [_attribute(1, 0x69007, struct.pack("<II", code_page, 0)), _attribute(1, 0x2800C, body)]
    for name, content in files:
        parts += [
            _attribute(2, 0x69002, b"\1\0" + b"\0" * 12),
            _attribute(2, 0x18010, b"LICHPH~1.PDF\0"),
            _attribute(2, 0x6800F, content),
            _attribute(2, 0x69005, _properties(name, embedded)),
        ]
    return b"\x78\x9f\x3e\x22\x01\x00" + b"".join(parts)


def _attribute(level: int, identity: int, value: bytes) -> bytes:
    return struct.pack("<BII", level, identity, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def _properties(name: str, embedded: bytes) -> bytes:
    """A number, a named property, a list of strings, then the long name."""
    number = struct.pack("<HHI", 0x03, 0x0E21, 7)
    named = struct.pack("<HH", 0x03, 0x8001) + b"\0" * 16 + struct.pack("<II", 1, 6) + b"a\0b\0\0\0\0\0" + b"\1\0\0\0"
    strings = struct.pack("<HH", 0x101E, 0x3001) + struct.pack("<I", 2) + _variable(b"mot\0") + _variable(b"hai\0")
    inside = struct.pack("<HHI", 0x0D, 0x3701, 1) + _variable(embedded)
    return struct.pack("<I", 5) + number + named + strings + inside + _string(name)


def _string(name: str) -> bytes:
    return struct.pack("<HHI", UNICODE, PROPERTY_NAME, 1) + _variable(name.encode("utf-16-le") + b"\0\0")


def _variable(value: bytes) -> bytes:
    return struct.pack("<I", len(value)) + value + b"\0" * (-len(value) % 4)
