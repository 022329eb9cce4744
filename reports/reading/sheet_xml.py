"""What calamine does not show of a sheet: errors, formulas without a stored result, hidden rows, merged cells of ods.

A stream of the sheet's XML is looked through by patterns; a sheet that holds none of the signs costs one pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import IO, Any
from xml.parsers import expat
from zipfile import ZipFile

MOST_UNPACKED = 400 << 20  # bytes, of all sheets
PIECE = 1 << 18
MOST_MARKS = 100_000
_SIGNS = ((b"f", b"<f"), (b"#", b">#"), (b"h", b"hidden="))  # each behind a letter that most pieces lack
_PLAIN_XML = b"<worksheet"  # without a prefix before the names of elements, and with double quotes
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


class TooLarge(Exception):
    """It unpacks to more than is read here."""


@dataclass
class SheetMarks:
    errors: dict[tuple[int, int], str] = field(default_factory=dict)  # by row and column from 0: «#REF!»
    unread: dict[tuple[int, int], str] = field(default_factory=dict)  # «=H5»
    hidden_rows: list[int] = field(default_factory=list)  # from 1


def marks_in(zipped: ZipFile, part: str) -> SheetMarks:
    """Raises TooLarge."""
    with zipped.open(part) as stream:
        if not _holds_signs(stream):
            return SheetMarks()
    reader = _Marks()
    with zipped.open(part) as stream:
        for piece in pieces_of(stream):
            reader.parser.Parse(piece, False)
    return reader.marks


def pieces_of(stream: IO[bytes]) -> Iterator[bytes]:
    read = 0
    while piece := stream.read(PIECE):
        read += len(piece)
        if read > MOST_UNPACKED:
            raise TooLarge
        yield piece


def _holds_signs(stream: IO[bytes]) -> bool:
    before = b""
    for piece in pieces_of(stream):
        if not before and (_PLAIN_XML not in piece or b"r='" in piece):
            return True
        whole = before + piece
        if any(letter in whole and sign in whole for letter, sign in _SIGNS):
            return True
        before = piece[-16:]
    return False


class _Marks:
    def __init__(self) -> None:
        self.marks = SheetMarks()
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._begins
        self.parser.EndElementHandler = self._ends
        self.parser.buffer_text = True
        self.row, self.column = 0, -1
        self.kind = self.formula = self.value = ""
        self.is_formula = False

    def _begins(self, name: str, attributes: dict[str, Any]) -> None:
        name = name.rpartition(":")[2]
        if name == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column = -1
            if attributes.get("hidden") in ("1", "true") and len(self.marks.hidden_rows) < MOST_MARKS:
                self.marks.hidden_rows.append(self.row)
        elif name == "c":
            self.column = _column(attributes.get("r", ""), self.column + 1)
            self.kind, self.formula, self.value, self.is_formula = attributes.get("t", ""), "", "", False
        elif name == "f":
            self.is_formula = True
            self.parser.CharacterDataHandler = self._of_formula
        elif name == "v":
            self.parser.CharacterDataHandler = self._of_value

    def _of_formula(self, text: str) -> None:
        self.formula += text[:200]

    def _of_value(self, text: str) -> None:
        self.value += text[:200]

    def _ends(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name in ("f", "v"):
            self.parser.CharacterDataHandler = None
        elif name == "c" and len(self.marks.errors) + len(self.marks.unread) < MOST_MARKS:
            place = (self.row - 1, self.column)
            if self.kind == "e" and self.value:
                self.marks.errors[place] = self.value
            elif self.is_formula and not self.value and self.kind != "str":
                self.marks.unread[place] = f"={self.formula}"


def _column(reference: str, otherwise: int) -> int:
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return otherwise
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - 64
    return number - 1


# --- which part is which sheet ----------------------------------------------------------------------------------------

_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def parts_of(zipped: ZipFile) -> dict[str, str]:
    """The part of each sheet of an Excel file by the sheet's name."""
    relations = {
        one.get("Id", ""): one.get("Target", "") for one in _attributes(zipped, "xl/_rels/workbook.xml.rels", _RELATION)
    }
    parts = {}
    for one in _attributes(zipped, "xl/workbook.xml", _SHEET):
        target = relations.get(next((value for name, value in one.items() if name.endswith(":id")), ""), "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        parts[one.get("name", "")] = path
    return parts


def _attributes(zipped: ZipFile, part: str, pattern: re.Pattern[bytes]) -> Iterator[dict[str, str]]:
    if part not in zipped.namelist():
        return
    with zipped.open(part) as stream:
        content = stream.read(4 * PIECE)
    for match in pattern.finditer(content):
        yield {
            name.decode(): unescape((double or single).decode("utf-8", "replace"))
            for name, double, single in _ATTRIBUTE.findall(match[0])
        }
