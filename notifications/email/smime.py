"""Takes the content out of a signed S/MIME mail (RFC 8551). The signature is not verified."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

SIGNED_DATA = bytes.fromhex("2a864886f70d010702")  # 1.2.840.113549.1.7.2
OBJECT_ID, OCTETS, SEQUENCE, FIRST = 0x06, 0x04, 0x30, 0xA0
CONSTRUCTED = 0x20
DEEPEST = 12
MOST_ELEMENTS = 200_000  # of one mail: a program that streams writes an element for every thousand bytes


@dataclass(frozen=True)
class _Element:
    tag: int
    start: int  # of its content
    end: int
    following: int  # where the next one begins


def signed_content(message: bytes) -> bytes | None:
    """What was signed; None when it is encrypted, compressed or broken."""
    try:
        return _Reader(message).signed_content()
    except (ValueError, IndexError):
        return None


class _Reader:
    """As much of BER (X.690) as a CMS message needs: definite and indefinite lengths, strings in pieces."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._left = MOST_ELEMENTS

    def signed_content(self) -> bytes | None:
        kind, wrapped = self._children(self._element(0, 0), SEQUENCE)[:2]
        if kind.tag != OBJECT_ID or self._data[kind.start : kind.end] != SIGNED_DATA:
            return None
        [signed] = self._children(wrapped, FIRST)
        encapsulated = self._children(signed, SEQUENCE)[2]  # after the version and the digest algorithms
        content = self._children(encapsulated, SEQUENCE)[1:]
        if not content:
            return None  # signed apart from its content
        [octets] = self._children(content[0], FIRST)
        return b"".join(self._pieces(octets, 0))

    def _children(self, element: _Element, tag: int) -> list[_Element]:
        if element.tag != tag:
            raise ValueError("another element was expected")
        return list(self._inside(element, 0))

    def _inside(self, element: _Element, depth: int) -> Iterator[_Element]:
        at = element.start
        while at < element.end:
            child = self._element(at, depth)
            yield child
            at = child.following

    def _pieces(self, element: _Element, depth: int) -> Iterator[bytes]:
        if element.tag == OCTETS:
            yield self._data[element.start : element.end]
        elif element.tag == OCTETS | CONSTRUCTED and depth < DEEPEST:
            for child in self._inside(element, depth):
                yield from self._pieces(child, depth + 1)
        else:
            raise ValueError("no string of octets")

    def _element(self, at: int, depth: int) -> _Element:
        self._left -= 1
        if self._left < 0 or depth > DEEPEST:
            raise ValueError("too many elements")
        tag, length, start = self._data[at], self._data[at + 1], at + 2
        if length == 0x80:
            return self._indefinite(tag, start, depth)
        if length > 0x80:
            size = length & 0x7F
            length = int.from_bytes(self._data[start : start + size]) if size <= 4 else -1
            start += size
        end = start + length
        if length < 0 or end > len(self._data):
            raise ValueError("longer than the message")
        return _Element(tag, start, end, end)

    def _indefinite(self, tag: int, start: int, depth: int) -> _Element:
        """Ends with two zero bytes where the next element would begin."""
        end = start
        while self._data[end : end + 2] != b"\0\0":
            end = self._element(end, depth + 1).following
        return _Element(tag, start, end, end + 2)
