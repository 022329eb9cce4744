"""Checks an untrusted workbook or Word document before it is opened: the sizes it would unpack and expand to."""

from __future__ import annotations

import os
from dataclasses import dataclass
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
BROKEN = (BadZipFile, BrokenStream, expat.ExpatError, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)


class UnsafeWorkbook(Exception):
    """It is not opened; the message says why, Vietnamese first."""


@dataclass(frozen=True)
class _Kind:
    vi: str
    en: str
    main: str  # the part it must have
    suffix: str
    expanded: frozenset[str] = frozenset()  # elements that stand for an area of cells


_WORKBOOK = _Kind("Excel", "workbook", "xl/workbook.xml", ".xlsx", frozenset({"mergeCell", "hyperlink"}))
_DOCUMENT = _Kind("Word", "document", "[Content_Types].xml", ".docx")


def check_workbook(stream: BinaryIO, *, macros: bool = False) -> None:
    """`macros`: it may hold some, as nobody runs them here. Raises UnsafeWorkbook."""
    _check(stream, _WORKBOOK, macros)


def check_document(stream: BinaryIO) -> None:
    """Of Word, whose macros nobody runs here. Raises UnsafeWorkbook."""
    _check(stream, _DOCUMENT, macros=True)


def _check(stream: BinaryIO, kind: _Kind, macros: bool) -> None:
    try:
        _need_short_list(stream, kind)
        with ZipFile(stream) as zipped:
            _look(zipped, kind, macros)
    except BROKEN as error:
        raise UnsafeWorkbook(f"Tệp {kind.vi} hỏng, không mở được. / The {kind.en} is broken.") from error
    finally:
        stream.seek(0)


def _need_short_list(stream: BinaryIO, kind: _Kind) -> None:
    """Checked before the directory is read: a longer one would fill the memory."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - 65_557))
    tail = stream.read()
    ends = tail.rfind(b"PK\5\6")
    if ends < 0:
        raise BadZipFile("no end")
    if int.from_bytes(tail[ends + 12 : ends + 16], "little") > LONGEST_LIST:
        raise _too_many_parts(kind)


def _too_many_parts(kind: _Kind) -> UnsafeWorkbook:
    return UnsafeWorkbook(f"Tệp {kind.vi} có quá nhiều phần bên trong. / The {kind.en} has too many parts.")


def _look(zipped: ZipFile, kind: _Kind, macros: bool) -> None:
    parts = zipped.infolist()
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS:
        raise _too_many_parts(kind)
    if len(set(names)) != len(names):
        raise UnsafeWorkbook(f"Tệp {kind.vi} có hai phần cùng tên. / Two parts of the {kind.en} have the same name.")
    for name in names:
        _need_plain_name(name, kind, macros)
    if kind.main not in names:
        raise UnsafeWorkbook(f"Tệp nén này không phải {kind.vi} ({kind.suffix}). / This zip is no {kind.en}.")
    look = _Look(kind)
    for part in parts:
        with zipped.open(part) as content:
            look.through(content, is_xml=part.filename.lower().endswith(XML))  # type: ignore[arg-type]


def _need_plain_name(name: str, kind: _Kind, macros: bool) -> None:
    if "\\" in name or name.startswith("/") or ".." in name.split("/"):
        raise UnsafeWorkbook(f"Tệp {kind.vi} có đường dẫn lạ bên trong. / The {kind.en} holds strange paths.")
    if "vbaproject" in name.lower() and not macros:
        raise UnsafeWorkbook(
            "Tệp Excel có macro: lưu lại dạng .xlsx không macro. / The workbook has macros: save it without."
        )


class _Look:
    """Counts the real sizes of all parts while they are unpacked, because a zip can state wrong ones."""

    def __init__(self, kind: _Kind) -> None:
        self._kind = kind
        self._unpacked = self._elements = self._expanded = self._areas = self._depth = 0

    def through(self, content: BinaryIO, *, is_xml: bool) -> None:
        """Reads one part as the library will, in any encoding and under any name."""
        parser: expat.XMLParserType | None = self._parser()
        while chunk := content.read(CHUNK):
            self._unpacked += len(chunk)
            if self._unpacked > MOST_UNPACKED:
                raise UnsafeWorkbook(
                    f"Tệp {self._kind.vi} giải nén quá {MOST_UNPACKED >> 20} MB. / The {self._kind.en} is too large."
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
        raise UnsafeWorkbook(f"Tệp {self._kind.vi} có khai báo XML lạ. / The {self._kind.en} declares entities.")

    def _begins(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._depth += 1
        if self._elements > MOST_ELEMENTS or self._depth > DEEPEST:
            raise UnsafeWorkbook(
                f"Tệp {self._kind.vi} có quá nhiều ô; hãy chia tệp. / The {self._kind.en} has too many cells."
            )
        if name.rpartition(":")[2] in self._kind.expanded:
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
