"""Workbooks made to eat the memory are refused before they are opened, in every reader; an unknown one ends alone."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from time import sleep
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from reports import bounded
from reports.bounded import read_bounded
from reports.workbook_guard import UnsafeWorkbook, check_workbook
from services.errors import Refused
from services.forms.excel import excel_cells

SHEET = "xl/worksheets/sheet1.xml"
ENTITIES = '<!ENTITY a "x">' + "".join(
    '<!ENTITY {} "{}">'.format(b, f"&{a};" * 10) for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


def a_workbook(change: Callable[[dict[str, bytes]], object] = lambda _: None) -> bytes:
    """An ordinary one, with its parts changed."""
    book, plain, changed = Workbook(), io.BytesIO(), io.BytesIO()
    book.active.append(["don_vi", "ho_ten"])
    book.save(plain)
    with ZipFile(plain) as zipped:
        parts = {name: zipped.read(name) for name in zipped.namelist()}
    change(parts)
    with ZipFile(changed, "w", ZIP_DEFLATED) as zipped:
        for name, content in parts.items():
            zipped.writestr(name, content)
    return changed.getvalue()


def in_sheet(xml: str) -> Callable[[dict[str, bytes]], object]:
    def change(parts: dict[str, bytes]) -> None:
        parts[SHEET] = parts[SHEET].replace(b"</sheetData>", b"</sheetData>" + xml.encode())

    return change


def rewritten(name: str, codec: str) -> Callable[[dict[str, bytes]], object]:
    """With a DOCTYPE, in letters a search for bytes would not see."""

    def change(parts: dict[str, bytes]) -> None:
        body = parts[name].decode().partition("?>")[2] or parts[name].decode()
        text = f'<?xml version="1.0" encoding="{codec}"?><!DOCTYPE x [{ENTITIES}]>{body}'
        parts[name] = text.encode(codec)

    return change


def renamed(parts: dict[str, bytes]) -> None:
    """The sheet under a name that does not look like XML."""
    in_sheet('<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')(parts)
    parts["xl/worksheets/picture.png"] = parts.pop(SHEET)
    for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        parts[name] = parts[name].replace(b"worksheets/sheet1.xml", b"worksheets/picture.png")


BOMBS = {
    "one merged area": in_sheet('<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
    "a merged area of whole columns": in_sheet('<mergeCells><mergeCell ref="A:XFD"/></mergeCells>'),
    "a sheet that is no .xml": renamed,
    "many merged areas": in_sheet("<mergeCells>" + '<mergeCell ref="A1:B2"/>' * 6_000 + "</mergeCells>"),
    "one linked area": in_sheet('<hyperlinks><hyperlink ref="A1:XFD1048576" location="a"/></hyperlinks>'),
    "a DOCTYPE in UTF-8": rewritten(SHEET, "utf-8"),
    "a DOCTYPE in UTF-16": rewritten(SHEET, "utf-16"),
    "a DOCTYPE in UTF-7": rewritten("xl/workbook.xml", "utf-7"),
    "a DOCTYPE in EBCDIC": rewritten("xl/styles.xml", "cp037"),
    "shared strings": lambda parts: parts.update({"xl/sharedStrings.xml": b"<sst>" + b"<si/>" * 2_100_000 + b"</sst>"}),
    "many styles": lambda parts: parts.update({"xl/styles.xml": b"<cellXfs>" + b"<xf/>" * 2_100_000 + b"</cellXfs>"}),
    "nested without end": in_sheet("<a>" * 200_000),
    "many parts": lambda parts: parts.update({f"p{number}": b"" for number in range(600)}),
    "much that unpacks": lambda parts: parts.update({"big": b"\0" * (61 << 20)}),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_workbook_that_would_eat_the_memory_is_not_opened(bomb: Callable[[dict[str, bytes]], object]) -> None:
    with pytest.raises(UnsafeWorkbook):
        check_workbook(io.BytesIO(a_workbook(bomb)))


def test_parts_of_the_same_name_are_refused() -> None:
    file = io.BytesIO(a_workbook())
    with ZipFile(file, "a") as zipped, pytest.warns(UserWarning, match="Duplicate"):
        zipped.writestr(SHEET, b"<worksheet/>")
    with pytest.raises(UnsafeWorkbook):
        check_workbook(file)


def test_an_ordinary_workbook_passes() -> None:
    check_workbook(io.BytesIO(a_workbook()))
    check_workbook(io.BytesIO(a_workbook(in_sheet('<mergeCells><mergeCell ref="A1:XFD1"/></mergeCells>'))))


def test_every_reader_refuses_before_it_opens() -> None:
    bomb = a_workbook(BOMBS["one merged area"])
    with pytest.raises(Refused, match="ô gộp quá lớn"):
        excel_cells(bomb, 100, 10)


# --- a bomb nobody has thought of -----------------------------------------------------------------------------------


def eats_memory(_: BinaryIO) -> int:
    return len(bytearray(4 << 30))


def eats_time(_: BinaryIO) -> None:
    while True:
        pass


def sleeps(_: BinaryIO) -> None:
    sleep(600)


def dies(_: BinaryIO) -> None:
    import os

    os.abort()


def answers_without_end(_: BinaryIO) -> str:
    return "x" * (bounded.LONGEST_ANSWER + 1)


@pytest.mark.parametrize(
    "reader", [eats_memory, eats_time, sleeps, dies, answers_without_end], ids=lambda it: it.__name__
)
def test_what_no_guard_knew_ends_as_a_refusal(
    reader: Callable[[BinaryIO], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "PATIENCE", 3)
    monkeypatch.setattr(bounded, "_environment", lambda: {"PYTHONPATH": f"{Path.cwd()}:{Path(__file__).parent}"})
    with pytest.raises(UnsafeWorkbook, match="quá phức tạp"):
        read_bounded(f"test_workbook_guard:{reader.__name__}", b"")
