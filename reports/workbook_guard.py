"""Checks an untrusted workbook before a library opens it: the sizes it would unpack and expand to."""

from __future__ import annotations

import os
from typing import BinaryIO
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile
from zlib import error as BrokenStream

from openpyxl.utils.cell import range_boundaries

MOST_PARTS = 500
LONGEST_LIST = 1 << 20  # bytes of the zip's list of parts
MOST_UNPACKED = 60 << 20
MOST_ELEMENTS = 2_000_000  # of XML, in all parts
MOST_EXPANDED = 100_000  # cells in merged and linked areas: the library makes an object of each
MOST_AREAS = 5_000
DEEPEST = 100
CHUNK = 1 << 18
XML = (".xml", ".rels", ".vml")
EXPANDED = frozenset({"mergeCell", "hyperlink"})
BROKEN = (BadZipFile, BrokenStream, expat.ExpatError, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)


class UnsafeWorkbook(Exception):
    """It is not opened; the message says why, Vietnamese first."""


def check_workbook(stream: BinaryIO, *, macros: bool = False) -> None:
    """`macros`: it may hold some, as nobody runs them here. Raises UnsafeWorkbook."""
    try:
        _need_short_list(stream)
        with ZipFile(stream) as zipped:
            _look(zipped, macros)
    except BROKEN as error:
        raise UnsafeWorkbook("Tệp Excel hỏng, không mở được. / The workbook is broken.") from error
    finally:
        stream.seek(0)


def _need_short_list(stream: BinaryIO) -> None:
    """Checked before the directory is read: a longer one would fill the memory."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - 65_557))
    tail = stream.read()
    ends = tail.rfind(b"PK\5\6")
    if ends < 0:
        raise BadZipFile("no end")
    if int.from_bytes(tail[ends + 12 : ends + 16], "little") > LONGEST_LIST:
        raise UnsafeWorkbook("Tệp Excel có quá nhiều phần bên trong. / The workbook has too many parts.")


def _look(zipped: ZipFile, macros: bool) -> None:
    parts = zipped.infolist()
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS:
        raise UnsafeWorkbook("Tệp Excel có quá nhiều phần bên trong. / The workbook has too many parts.")
    if len(set(names)) != len(names):
        raise UnsafeWorkbook("Tệp Excel có hai phần cùng tên. / Two parts of the workbook have the same name.")
    for name in names:
        _need_plain_name(name, macros)
    if "xl/workbook.xml" not in names:
        raise UnsafeWorkbook("Tệp nén này không phải Excel (.xlsx). / This zip is no workbook.")
    look = _Look()
    for part in parts:
        with zipped.open(part) as content:
            look.through(content, is_xml=part.filename.lower().endswith(XML))  # type: ignore[arg-type]


def _need_plain_name(name: str, macros: bool) -> None:
    if "\\" in name or name.startswith("/") or ".." in name.split("/"):
        raise UnsafeWorkbook("Tệp Excel có đường dẫn lạ bên trong. / The workbook holds strange paths.")
    if "vbaproject" in name.lower() and not macros:
        raise UnsafeWorkbook(
            "Tệp Excel có macro: lưu lại dạng .xlsx không macro. / The workbook has macros: save it without."
        )


class _Look:
    """Counts the real sizes of all parts while they are unpacked, because a zip can state wrong ones."""

    def __init__(self) -> None:
        self._unpacked = self._elements = self._expanded = self._areas = self._depth = 0

    def through(self, content: BinaryIO, *, is_xml: bool) -> None:
        """Reads one part as the library will, in any encoding and under any name."""
        parser: expat.XMLParserType | None = self._parser()
        while chunk := content.read(CHUNK):
            self._unpacked += len(chunk)
            if self._unpacked > MOST_UNPACKED:
                raise UnsafeWorkbook(
                    f"Tệp Excel giải nén quá {MOST_UNPACKED >> 20} MB. / The workbook unpacks to too much."
                )
            try:
                if parser:
                    parser.Parse(chunk, False)
            except expat.ExpatError:
                if is_xml:
                    raise
                parser = None  # a picture, say: the library could not read it as XML either

    def _parser(self) -> expat.XMLParserType:
        self._depth = 0
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._begins
        parser.EndElementHandler = self._ends
        return parser

    def _doctype(self, *_: object) -> None:
        raise UnsafeWorkbook("Tệp Excel có khai báo XML lạ. / The workbook declares entities.")

    def _begins(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._depth += 1
        if self._elements > MOST_ELEMENTS or self._depth > DEEPEST:
            raise UnsafeWorkbook("Tệp Excel có quá nhiều ô; hãy chia tệp. / The workbook has too many cells.")
        if name.rpartition(":")[2] in EXPANDED:
            self._area(attributes.get("ref", ""))

    def _ends(self, _: str) -> None:
        self._depth -= 1

    def _area(self, place: str) -> None:
        self._areas += 1
        self._expanded += _cells_in(place)
        if self._areas > MOST_AREAS or self._expanded > MOST_EXPANDED:
            raise UnsafeWorkbook(
                "Tệp Excel có vùng ô gộp quá lớn; bỏ gộp rồi lưu lại. / Merged or linked cells span too much: unmerge."
            )


def _cells_in(place: str) -> int:
    """Raises ValueError for what is no area."""
    if ":" not in place:
        return 1
    left, top, right, bottom = range_boundaries(place)
    if None in (left, top, right, bottom):  # whole columns or rows
        return MOST_EXPANDED + 1
    return int(max(0, right - left + 1) * max(0, bottom - top + 1))
