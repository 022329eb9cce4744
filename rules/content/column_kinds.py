"""What a column of a form asks for: by its list of choices, its format, its formulas, its title, the values in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rules.content.outline import SheetOutline, summed_cells
from rules.content.table_body import NOT_ASKED
from rules.content.table_head import TableHead
from rules.forms import ColumnKind

RUNNING_NUMBERS = frozenset({"stt", "tt", "số tt", "số thứ tự", "thứ tự", "no", "no."})
_DAY = re.compile(r"ngày(?:\s|,|$)", re.IGNORECASE)
_MONTH = re.compile(r"(?:tháng|quý|thời gian|thời hạn|thời điểm)(?:\s|,|$)", re.IGNORECASE)
_LINK = re.compile(r"(?:đường dẫn|liên kết|link|website|trang web|url|địa chỉ truy cập)", re.IGNORECASE)
_YES_NO = re.compile(r"\(\s*x\s*\)|\(?có\s*/\s*không\)?|đánh dấu", re.IGNORECASE)
_TICKED = re.compile(r"đánh (?:dấu )?[«\"“']?x\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?:số lượng|số (?:trang|người|hộ|cuộc|lượt|vụ|ca|tiền|dự án|văn bản|đơn vị)|tổng|diện tích|sản lượng|doanh thu|"
    r"giá|kinh phí|tỷ lệ|tỉ lệ|năm |thành tiền|dân số|khối lượng|chiều|trọng lượng|lũy kế|kế hoạch năm|so cùng kỳ)",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"\(\s*(m²|m2|m³|m3|km|km²|ha|tấn|tạ|kg|%|(?:triệu |nghìn |tỷ )?đồng|người|hộ|cái|chiếc|lượt)\s*\)", re.IGNORECASE
)
_UNIT_OF_ALL = re.compile(r"đơn vị(?: tính)?\s*:\s*(.+)", re.IGNORECASE)
_YES_NO_VALUES = frozenset({"x", "có", "không", "0", "1"})
LEAST_VALUES, MOST_CHOICES = 6, 8


def kind_of(sheet: SheetOutline, head: TableHead, column: int, body: Sequence[int]) -> ColumnKind:
    """`body`: rows of data."""
    title = head.title(column - head.columns[0])
    last = title.rpartition(" / ")[2]
    if last.casefold().strip(" .") in RUNNING_NUMBERS:
        return ColumnKind.LABEL
    choices = choices_of(sheet, column, body)
    if choices:
        yes_no = {choice.casefold() for choice in choices} <= _YES_NO_VALUES
        return ColumnKind.YES_NO if yes_no else ColumnKind.CHOICE
    if any((row, column) in sheet.days for row in body):
        return ColumnKind.DAY
    by_title = _by_title(last)
    if by_title is not None:
        return by_title
    if _is_number(sheet, column, body):
        return ColumnKind.NUMBER
    grouped = len(head.paths[column - head.columns[0]]) > 1
    return ColumnKind.YES_NO if grouped and is_ticked(sheet, head) else ColumnKind.TEXT


def _by_title(title: str) -> ColumnKind | None:
    for kind, pattern in (
        (ColumnKind.YES_NO, _YES_NO),
        (ColumnKind.LINK, _LINK),
    ):
        if pattern.search(title):
            return kind
    for kind, pattern in ((ColumnKind.DAY, _DAY), (ColumnKind.MONTH_OR_DAY, _MONTH), (ColumnKind.NUMBER, _NUMBER)):
        if pattern.match(title):
            return kind
    return ColumnKind.NUMBER if _UNIT.search(title) else None


def _is_number(sheet: SheetOutline, column: int, body: Sequence[int]) -> bool:
    if any((row, column) in sheet.numbers or (row, column) in sheet.formulas for row in body):
        return True
    if any(_adds_up(formula, column) for formula in sheet.formulas.values()):
        return True
    values = [sheet.cells[row, column] for row in body if (row, column) in sheet.cells]
    return bool(values) and all(isinstance(value, int | float) for value in values)


def _adds_up(formula: str, column: int) -> bool:
    return any(one == column for _, one in summed_cells(formula))


def is_ticked(sheet: SheetOutline, head: TableHead) -> bool:
    """The form says above its table that an «x» means yes."""
    return any(row < head.lines[0] and _TICKED.search(str(value)) for (row, _), value in sheet.cells.items())


def choices_of(sheet: SheetOutline, column: int, body: Sequence[int]) -> tuple[str, ...]:
    """Of the list that the workbook gives; else the few values that stand again and again."""
    rows = set(body)
    for (first, left, last, right), choices in sheet.lists:
        if left <= column <= right and rows & set(range(first, last + 1)):
            return choices
    values = [text for row in body if (text := sheet.own_text(row, column)) and text.casefold() != NOT_ASKED]
    counts = Counter(values)
    repeated = len(values) >= LEAST_VALUES and len(counts) <= MOST_CHOICES and min(counts.values()) > 1
    words = all(isinstance(sheet.cells.get((row, column)), str | None) for row in body)
    return tuple(counts) if repeated and words and len(counts) > 1 else ()


def unit_of(title: str) -> str:
    """«m²» of «Diện tích sàn (m²)»."""
    match = _UNIT.search(title)
    return match[1] if match else ""


def unit_of_all(sheet: SheetOutline, head: TableHead) -> str:
    """«người», where «Đơn vị tính: người» stands above the table."""
    above = (str(value) for (row, _), value in sorted(sheet.cells.items()) if row < head.lines[0])
    return next((match[1].strip() for text in above if (match := _UNIT_OF_ALL.search(text))), "")
