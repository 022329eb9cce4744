"""A written document read back for the screen: its paragraphs and tables in order, its numbers with their lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from docx import Document
from docx.table import Table
from docx.text.paragraph import Paragraph

from reports.case_lists import DUE, IN_TIME, REMINDERS, annex_key, is_annex_i
from reports.phrases import OF_GROUPS, UNITS
from rules.punctuality import ReportOutcome

HEADINGS = frozenset({"Mục", "Tên loại", "Trích yếu"})
NUMBER = r"\d[\d.]*"
WHO = "(?:" + "|".join(sorted({*OF_GROUPS.values(), UNITS, "cơ quan, đơn vị"}, key=len, reverse=True)) + ")"
SO_FAR = rf"{WHO} (?:đã gửi|được ghi nhận đã thực hiện)"
OF_THE_PERIOD = {  # the words around a number → the key of its list
    rf"{NUMBER}(?= lượt nhắc việc)": REMINDERS,
    rf"{NUMBER}(?= trường hợp đến hạn trong kỳ)": DUE,
    rf"{NUMBER}(?= trường hợp gửi đúng hạn)": IN_TIME,
}
OF_A_DUTY = {  # likewise, behind the number of the duty's row in annex I
    rf"{NUMBER}(?=/{NUMBER} {SO_FAR})": "handed_in",
    rf"{NUMBER}(?=/{NUMBER} {WHO} (?:gửi|thực hiện) )": ReportOutcome.ON_TIME.value,
    rf"(?<=[/ ]){NUMBER}(?= {SO_FAR})": "asked",
    rf"(?<=/){NUMBER}(?= {WHO} (?:gửi|thực hiện) )": "expected",
    rf"(?<=trong số ){NUMBER}(?= {WHO}(?!, chưa có cơ quan nào được ghi nhận))": "expected",
    rf"(?<=trong số ){NUMBER}(?= {WHO}, chưa có cơ quan nào được ghi nhận)": "asked",
    rf"{NUMBER}(?= cơ quan (?:gửi|thực hiện) sau)": ReportOutcome.LATE.value,
    rf"{NUMBER}(?= cơ quan chưa )": ReportOutcome.MISSING.value,
    rf"{NUMBER}(?= cơ quan đang trong thời gian được gia hạn)": ReportOutcome.EXTENDED.value,
    rf"{NUMBER}(?= cơ quan xác nhận không phát sinh)": ReportOutcome.NIL_RETURN.value,
    rf"{NUMBER}(?= cơ quan được miễn)": ReportOutcome.WAIVED.value,
    rf"{NUMBER}(?= cơ quan không thuộc diện)": ReportOutcome.NOT_APPLICABLE.value,
    rf"{NUMBER}(?= cơ quan gửi trong thời gian được gia hạn)": "by_extension",
    rf"{NUMBER}(?= cơ quan được đề nghị bổ sung)": "returned",
}


@dataclass(frozen=True)
class Piece:
    """Of a paragraph or a cell; `key`: of the list behind this number, or empty."""

    text: str
    key: str = ""


@dataclass(frozen=True)
class Block:
    text: str = ""
    heading: bool = False
    rows: tuple[tuple[str, ...], ...] = ()  # of a table
    pieces: tuple[Piece, ...] = ()
    cells: tuple[tuple[Piece, ...], ...] = ()  # `rows` with the lists behind their numbers


def blocks_of(path: Path | str) -> list[Block]:
    blocks = []
    for part in Document(str(path)).iter_inner_content():
        if isinstance(part, Table):
            blocks.append(Block(rows=tuple(tuple(cell.text.strip() for cell in row.cells) for row in part.rows)))
        elif isinstance(part, Paragraph) and part.text.strip():
            blocks.append(Block(part.text.strip(), (part.style.name if part.style else "") in HEADINGS))
    return _with_lists(blocks)


def _with_lists(blocks: Sequence[Block]) -> list[Block]:
    table = next((block for block in blocks if block.rows and is_annex_i(block.rows[0])), Block())
    duties = {row[0]: row[1] for row in table.rows[1:] if row[0].isdecimal()}
    return [
        replace(block, cells=tuple(_cells(block.rows[0], row) for row in block.rows))
        if block.rows
        else replace(block, pieces=tuple(_pieces(block, duties)))
        for block in blocks
    ]


def _cells(head: Sequence[str], row: Sequence[str]) -> tuple[Piece, ...]:
    return tuple(Piece(text, annex_key(head, row, column)) for column, text in enumerate(row))


def _pieces(block: Block, duties: Mapping[str, str]) -> Iterator[Piece]:
    keys = {} if block.heading else _keys(block.text, duties)
    ends = sorted({0, len(block.text), *(end for span in keys for end in span)})
    for start, end in pairwise(ends):
        yield Piece(block.text[start:end], keys.get((start, end), ""))


def _keys(text: str, duties: Mapping[str, str]) -> dict[tuple[int, int], str]:
    """Where a number stands → the key of its list."""
    keys = {found.span(): key for words, key in OF_THE_PERIOD.items() for found in re.finditer(words, text)}
    row = max((row for row, title in duties.items() if title[1:] in text), key=lambda row: len(duties[row]), default="")
    if row:
        places = ((found.span(), name) for words, name in OF_A_DUTY.items() for found in re.finditer(words, text))
        keys |= {place: f"{row}.{name}" for place, name in places}
    return {place: key for place, key in keys.items() if text[slice(*place)] != "0"}  # nobody is on that list
