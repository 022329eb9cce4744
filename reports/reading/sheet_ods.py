"""What calamine does not show of an OpenDocument sheet: errors, formulas without a stored result, hidden rows."""

from __future__ import annotations

import re
from typing import Any
from xml.parsers import expat
from zipfile import ZipFile

from reports.reading.sheet_xml import MOST_MARKS, SheetMarks, pieces_of

BODY_PART = "content.xml"
ERROR = re.compile(r"#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!)|Err:[0-9]{3}")
_SIGNS = (b":formula=", b'="collapse"', b'="filter"')
_REFERENCE = re.compile(r"\[(\.[^\]]*)\]")  # to a cell of the same sheet
_CELLS = ("table-cell", "covered-table-cell")


def marks_of_ods(zipped: ZipFile) -> dict[str, SheetMarks]:
    """By the name of each sheet; none where nothing is to be seen. Raises TooLarge."""
    if BODY_PART not in zipped.namelist() or not _holds_signs(zipped):
        return {}
    reader = _Marks()
    with zipped.open(BODY_PART) as stream:
        for piece in pieces_of(stream):
            reader.parser.Parse(piece, False)
    return reader.sheets


def _holds_signs(zipped: ZipFile) -> bool:
    before = b""
    with zipped.open(BODY_PART) as stream:
        for piece in pieces_of(stream):
            if any(sign in before + piece for sign in _SIGNS):
                return True
            before = piece[-16:]
    return False


class _Marks:
    def __init__(self) -> None:
        self.sheets: dict[str, SheetMarks] = {}
        self.marks = SheetMarks()
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._begins
        self.parser.EndElementHandler = self._ends
        self.parser.CharacterDataHandler = None
        self.row = self.column = 0
        self.rows = self.columns = 1  # how often the row, the cell is repeated
        self.cell: dict[str, str] = {}
        self.text = ""

    def _begins(self, name: str, attributes: dict[str, Any]) -> None:
        name = _local(name)
        if name == "table":
            self.marks, self.row = SheetMarks(), 0
            self.sheets.setdefault(_named(attributes).get("name", ""), self.marks)
        elif name == "table-row":
            told = _named(attributes)
            self.column, self.rows = 0, _times(told, "number-rows-repeated")
            if told.get("visibility") in ("collapse", "filter"):
                room = max(0, MOST_MARKS - len(self.marks.hidden_rows))
                self.marks.hidden_rows += range(self.row + 1, self.row + 1 + min(self.rows, room))
        elif name in _CELLS:
            self.cell, self.text = _named(attributes), ""
            self.columns = _times(self.cell, "number-columns-repeated")
            if "formula" in self.cell:
                self.parser.CharacterDataHandler = self._of_text

    def _of_text(self, text: str) -> None:
        self.text += text[:200]

    def _ends(self, name: str) -> None:
        name = _local(name)
        if name == "table-row":
            self.row += self.rows
        elif name in _CELLS:
            self.parser.CharacterDataHandler = None
            if "formula" in self.cell and len(self.marks.errors) + len(self.marks.unread) < MOST_MARKS:
                self._look()
            self.column += self.columns

    def _look(self) -> None:
        text, place = self.text.strip(), (self.row, self.column)
        if ERROR.fullmatch(text):
            self.marks.errors[place] = text
        elif "value-type" not in self.cell:
            self.marks.unread[place] = _as_in_excel(self.cell["formula"])[:200]


def _as_in_excel(formula: str) -> str:
    """«of:=SUM([.D11:.D12];1)» → «=SUM(D11:D12;1)»."""
    return _REFERENCE.sub(lambda found: found[1].replace(".", "", 1).replace(":.", ":"), formula.partition(":")[2])


def _named(attributes: dict[str, Any]) -> dict[str, str]:
    return {_local(name): value for name, value in attributes.items()}


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _times(told: dict[str, str], name: str) -> int:
    written = told.get(name, "1")
    return int(written) if written.isascii() and written.isdecimal() else 1
