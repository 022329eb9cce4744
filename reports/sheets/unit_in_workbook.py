"""Writes a text into one cell of a workbook and leaves everything else as it is, down to its pictures and macros.

For workbooks that `check_workbook` has looked through.
"""

from __future__ import annotations

import re
from html import escape
from io import BytesIO
from posixpath import join, normpath
from xml.etree import ElementTree
from zipfile import ZIP_DEFLATED, ZipFile

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def with_text(content: bytes, sheet: str, cell: str, text: str) -> bytes:
    """As it came where there is no such cell."""
    with ZipFile(BytesIO(content)) as book:
        part = _part_of(book, sheet)
        if part is None:
            return content
        written, count = _cell(cell).subn(lambda match: _filled(match, text), book.read(part), count=1)
        if not count:
            return content
        whole = BytesIO()
        with ZipFile(whole, "w", ZIP_DEFLATED) as copy:
            for one in book.infolist():
                copy.writestr(one, written if one.filename == part else book.read(one))
    return whole.getvalue()


def _part_of(book: ZipFile, sheet: str) -> str | None:
    entries = ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet")
    relation = next((one.get(RELATION) for one in entries if one.get("name") == sheet), None)
    targets = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    target = next((one.get("Target", "") for one in targets if one.get("Id") == relation), "")
    part = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
    return part if target and part in book.namelist() else None


def _cell(name: str) -> re.Pattern[bytes]:
    return re.compile(rb'<c r="%s"((?: [a-z]+="[^"]*")*)\s*(?:/>|>.*?</c>)' % name.encode(), re.DOTALL)


def _filled(match: re.Match[bytes], text: str) -> bytes:
    style = re.search(rb' s="\d+"', match[1])
    name = match[0].split(b'"')[1]
    words = escape(text).encode("ascii", "xmlcharrefreplace")  # whatever the part is written in
    return b'<c r="%s"%s t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>' % (
        name,
        style[0] if style else b"",
        words,
    )
