"""Tells rows of data from titles of groups, totals, numberings, repeated heads and signatures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from rules.content.grid import Area, Cell, SheetGrid
from rules.content.head import Head, is_numbering, repeats, spread
from rules.content.spelling import plain
from rules.content.values import choice_named, is_ditto
from rules.forms import Column, ColumnKind, SheetForm

_TOTAL = re.compile(r"(?:tổng\s*(?:cộng|số)?|cộng)\b", re.IGNORECASE)
_ONLY_TOTAL = re.compile(r"(?:tổng\s*(?:cộng|số)?|cộng)(?:\s*\([^)]*\)|\s+[IVX\d.]+)?\s*[:.]*", re.IGNORECASE)
_PLACE_AND_DAY = re.compile(r"(?:[^,;:]{2,40}, )?ngày[\d.…_ ]*tháng[\d.…_ ]*năm[\d.…_ ]*", re.IGNORECASE)
_SIGNER = re.compile(
    r"(?:(?:kt|tm|tl|tuq|q)\. ?)?(?:người (?:lập|tổng hợp|kiểm tra|duyệt)(?: biểu| bảng)?|lập biểu|nơi nhận\s*:?|"
    r"(?:phó )?(?:tổng )?giám đốc.*|thủ trưởng(?: đơn vị| cơ quan)?|(?:phó )?chủ tịch|(?:phó )?(?:chi )?cục trưởng|"
    r"(?:phó )?(?:chánh|trưởng) .*|kế toán(?: trưởng)?|xác nhận của .*|kt\..*|tm\..*)|\(\s*ký.*",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_NOTE = re.compile(r"(?:ghi chú|lưu ý|chú thích|chú ý|\*|nguồn)\s*[:(]|\*+\s", re.IGNORECASE)
_GROUP_SIGN = re.compile(r"[A-ZĐ]|[IVX]{1,5}\.?|[A-ZĐ]\.", re.ASCII)
_GROUP_START = re.compile(r"(?:[IVX]{1,5}|[A-ZĐ])[.)]\s|(?:phần|nhóm|mục|lĩnh vực|chương)\s", re.IGNORECASE)
_MERGED_WIDE = 3  # columns


@dataclass(frozen=True)
class TotalRow:
    number: int
    cells: Sequence[Cell]
    rows_before: int  # of data
    rows_in_group: int  # since the last title of a group or total


@dataclass
class Body:
    """Rows of data as three lists of one length: their numbers as Excel counts, their cells, their group's place."""

    numbers: list[int] = field(default_factory=list)
    cells: list[Sequence[Cell]] = field(default_factory=list)
    group_of: list[int] = field(default_factory=list)  # in `groups`; -1: none
    groups: list[str] = field(default_factory=list)
    totals: list[TotalRow] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)  # rows out of sight that hold something


class _Reader:
    def __init__(self, form: SheetForm, sheet: SheetGrid, head: Head) -> None:
        self.form, self.sheet, self.head = form, sheet, head
        asked = [column for column in form.columns if column.kind is not ColumnKind.LABEL]
        self.places = [head.places[column.id] for column in asked if column.id in head.places]
        self.needed = [head.places[column.id] for column in asked if column.required and column.id in head.places]
        self.filled_in = {head.places[column.id] for column in asked if column.fill and column.id in head.places}
        self.summed = {head.places[column.id] for column in asked if column.sums and column.id in head.places}
        self.choices = [column for column in form.columns if column.kind is ColumnKind.CHOICE]
        self.mine = set(head.places.values())
        self.body = Body()
        self.since_group, self.signed, self.after_head = 0, False, True
        self.first_title = plain(head.titles[self.places[0]].rpartition(" / ")[2]).casefold()
        begins = {"tổng", "cộng", self.first_title}  # or with blanks before it
        self.doubtful = {form(word)[:3] for word in begins for form in (str.lower, str.upper, str.capitalize)}
        self.doubtful |= {f" {word[:2]}" for word in self.doubtful} | {"  ", "   "}
        self.wide = self._merged_wide()

    def _merged_wide(self) -> frozenset[int]:
        return frozenset(
            row
            for top, left, bottom, right in self.sheet.merged
            if right - left + 1 >= _MERGED_WIDE
            for row in range(top, bottom + 1)
        )

    def read(self) -> Body:
        """Runs of plain rows of data are taken at once, what stands between them is looked at row by row."""
        across = self._merged_by_row()
        special = across.keys() | self.wide | {row - 1 for row in self.sheet.hidden_rows}
        begin, end = self.head.last + 1, len(self.sheet.rows)
        for index in [*self._others(begin, special), end]:
            while self.after_head and begin < index:
                self._look(begin, across)
                begin += 1
            self._add(begin, self.sheet.rows[begin:index])
            if index < end:
                self._look(index, across)
            begin = index + 1
        return self.body

    def _others(self, begin: int, special: Set[int]) -> list[int]:
        """Rows that are not plainly of data."""
        rows, doubtful = self.sheet.rows[begin:], self.doubtful
        width, spare = 1 + max(self.head.places.values()), self._spare_blanks()
        others = {index for index in special if index >= begin}
        if min(map(len, rows), default=width) < width:
            others.update([at for at, row in enumerate(rows, begin) if len(row) < width])
            rows = [row if len(row) >= width else [*row, *[""] * width] for row in rows]
        blanks = [row.count("") for row in rows]
        if max(blanks, default=0) > spare:
            others.update([at for at, count in enumerate(blanks, begin) if count > spare])
        for place in {0, self.places[0]}:
            firsts = [str(row[place])[:3] for row in rows]
            if not doubtful.isdisjoint(firsts):
                others.update([at for at, first in enumerate(firsts, begin) if first in doubtful])
        return sorted(others)

    def _look(self, index: int, across: Mapping[int, Sequence[Area]]) -> None:
        row, width = self.sheet.rows[index], 1 + max(self.head.places.values())
        if row.count("") == len(row):
            return
        padded = row if len(row) >= width else [*row, *[""] * (width - len(row))]
        if index + 1 in self.sheet.hidden_rows:
            self.body.hidden.append(index + 1)
        else:
            self._take(index, padded, spread(padded, across.get(index, ())))

    def _merged_by_row(self) -> dict[int, list[Area]]:
        by_row: dict[int, list[Area]] = {}
        for area in self.sheet.merged:
            for row in range(area[0], area[2] + 1) if area[3] > area[1] else ():
                by_row.setdefault(row, []).append(area)
        return by_row

    def _spare_blanks(self) -> int:
        """So many cells of a row may be empty, and yet half of those needed are filled."""
        return len(self.needed) - (len(self.needed) + 1) // 2 if self.needed else -1

    def _add(self, index: int, rows: Sequence[Sequence[Cell]]) -> None:
        if rows:
            self.body.numbers += range(index + 1, index + 1 + len(rows))
            self.body.cells += rows
            self.body.group_of += [len(self.body.groups) - 1] * len(rows)
            self.since_group += len(rows)
            self.after_head = False

    def _take(self, index: int, row: Sequence[Cell], whole: Sequence[Cell]) -> None:
        own = sum(bool(plain(row[place])) for place in self.needed)
        dense = own >= min(2, len(self.needed)) and 3 * own >= len(self.needed)
        if not self._is_structure(index, row, dense) and (dense or self._is_poor_data(index, row)):
            self._add(index, [whole])

    def _is_structure(self, index: int, row: Sequence[Cell], dense: bool) -> bool:
        if self.after_head and is_numbering(row):
            return True
        first = next((cell for cell in row if cell != ""), "")
        if isinstance(first, str) and _is_total(plain(first), row, dense):
            self.body.totals.append(TotalRow(index + 1, row, len(self.body.numbers), self.since_group))
            self.since_group = 0
            return True
        if self._might_repeat(row[self.places[0]]) and repeats(self.form, self.head, row):
            self.after_head = True
            return True
        return False

    def _might_repeat(self, cell: Cell) -> bool:
        return isinstance(cell, str) and cell != "" and plain(cell)[:6].casefold() == self.first_title[:6]

    def _is_poor_data(self, index: int, row: Sequence[Cell]) -> bool:
        """A row with hardly anything in it: a title of a group, a signature, or data that lack nearly everything."""
        texts = [(place, plain(cell)) for place, cell in enumerate(row) if cell != "" and plain(cell)]
        mine = [(place, text) for place, text in texts if place in self.places and place not in self.filled_in]
        mine = [(place, text) for place, text in mine if place not in self.summed or text != "0"]
        if not texts or self.signed:
            return False
        if len(texts) <= 4 and any(_PLACE_AND_DAY.fullmatch(text) or _SIGNER.fullmatch(text) for _, text in texts):
            self.signed = True
            return False
        if _NOTE.match(texts[0][1]):
            return False
        title = self._group_title(index, texts)
        if title is not None:
            self.body.groups.append(title)
            self.since_group = 0
            return False
        return bool(mine)

    def _names_group(self, column: Column, text: tuple[int, str]) -> bool:
        """A choice in its own column is a value like others."""
        return self.head.places.get(column.id) != text[0] and choice_named(column, text[1]) is not None

    def _group_title(self, index: int, texts: Sequence[tuple[int, str]]) -> str | None:
        if len(texts) > 2:
            return None
        sign, text = ("", texts[0][1]) if len(texts) == 1 else (texts[0][1], texts[1][1])
        if is_ditto(text):
            return None
        beside = texts[0][0] not in self.mine
        if len(texts) == 2 and not (beside and _GROUP_SIGN.fullmatch(sign)):
            return None
        evident = (
            len(texts) == 2
            or index in self.wide
            or (len(text) > 3 and text.isupper())
            or _GROUP_START.match(text) is not None
            or any(self._names_group(column, texts[-1]) for column in self.choices)
        )
        return text if evident else None


def _is_total(first: str, row: Sequence[Cell], dense: bool) -> bool:
    """«Tổng mức bán lẻ» is a product, «Tổng cộng» and «Cộng I: 03 sản phẩm» never."""
    if not _TOTAL.match(first):
        return False
    if _ONLY_TOTAL.fullmatch(first):
        return True
    return not dense and (":" in first or any(_DIGIT.search(plain(cell)) for cell in row))


def read_body(form: SheetForm, sheet: SheetGrid, head: Head) -> Body:
    return _Reader(form, sheet, head).read()


def title_lines(sheet: SheetGrid, head: Head | None) -> list[str]:
    """What stands above the head."""
    above = sheet.rows[: head.first if head else 12]
    return [text for row in above for cell in row if (text := plain(cell))]


def group_values(column: Column, body: Body) -> Iterator[str | None]:
    """Of each row of data, the choice of this column that the title of its group names."""
    named = [choice_named(column, group) for group in body.groups]
    latest: list[str | None] = []
    for choice in named:
        latest.append(choice or (latest[-1] if latest else None))
    for group in body.group_of:
        yield latest[group] if group >= 0 else None
