"""What only a table as a whole shows: names written twice, groups without a row, totals, too few days, other units."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from math import isclose

from rules.content.body import Body, TotalRow
from rules.content.columns import Frame, ReadColumn
from rules.content.dates import moments_in, times_a_year
from rules.content.findings import Finding, FindingKind, Level
from rules.content.head import Head
from rules.content.spelling import bare_words, plain
from rules.content.units import UnitNames
from rules.content.values import choice_key, number_in
from rules.forms import Column, ColumnKind, SheetForm

NearPairs = Callable[[Sequence[str]], Iterable[tuple[int, int]]]  # places of texts that look alike
_PERIODS = frozenset({"tuan", "thang", "quy", "nam", "ky", "dau", "cuoi", "ngay"})
_SIDES = frozenset({"dong", "tay", "nam", "bac", "nu", "tren", "duoi", "trong", "ngoai"})
_PLACE = re.compile(
    r"\b(?:huyện|xã|phường|thị xã|thành phố|thị trấn|tỉnh|quận|ấp|khóm)\s+(\w+(?:\s+\w+){0,2})", re.IGNORECASE
)
_ROMAN = re.compile(r"[ivxIVX]+")
_COUNT = re.compile(
    r"(?<![\w/])0*(\d{1,6})\s*(?:sản phẩm|văn bản|dòng|mục|chỉ tiêu|báo cáo|bản ghi|đơn vị|thông tin|$)", re.IGNORECASE
)
_OF_ALL = re.compile(r"tổng", re.IGNORECASE)
_ADDED = re.compile(r"\([^)]*\+[^)]*\)")


def duplicates(frame: Frame, reads: Sequence[ReadColumn], numbers: Sequence[int], near: NearPairs) -> Iterator[Finding]:
    """Stands at the later row; what is expected names the earlier."""
    keys = [read for read in reads if read.column.key]
    named = [read for read in keys if read.column.kind is ColumnKind.TEXT]
    if not named:
        return
    name, others = named[-1], [read for read in keys if read is not named[-1]]
    texts = [str(value) if value else "" for value in name.values]
    for later, earlier in sorted(_repeats(texts, [read.values for read in others], near).items()):
        first = f"{name.cells[earlier]} (dòng {numbers[earlier]})"
        yield frame.finding(
            name.column, FindingKind.DUPLICATE, Level.REMARK, numbers[later], name.cells[later], (first,)
        )


def _repeats(texts: Sequence[str], others: Sequence[Sequence[object]], near: NearPairs) -> dict[int, int]:
    repeats: dict[int, int] = {}
    for one, other in near(texts):
        earlier, later = sorted((one, other))
        if all(values[earlier] == values[later] for values in others) and same_product(texts[earlier], texts[later]):
            repeats[later] = min(earlier, repeats.get(later, earlier))
    return repeats


def same_product(one: str, other: str) -> bool:
    """Names that differ by a number, a period or a place are different; other slips of the pen are not."""
    mine, theirs = bare_words(one), bare_words(other)
    if _numbers(one) != _numbers(other) or _fixed(mine) != _fixed(theirs):
        return False
    if "".join(mine) == "".join(theirs):
        return one.isascii() or other.isascii() or _places(one) == _places(other)
    if _places(one) != _places(other) or len(mine) != len(theirs) or len(mine) < 3:
        return False
    differing = [(left, right) for left, right in zip(mine, theirs, strict=True) if left != right]
    return (len(differing) == 1 and min(map(len, differing[0])) >= 4) or (len(differing) == 1 and len(mine) >= 6)


def _numbers(text: str) -> list[str]:
    words = re.findall(r"\d+|[^\W\d_]+", plain(text))
    return [word.lower().lstrip("0") for word in words if word.isdigit() or _ROMAN.fullmatch(word)]


def _fixed(words: Sequence[str]) -> list[str]:
    return [word for word in words if word in _PERIODS | _SIDES]


def _places(text: str) -> list[tuple[str, ...]]:
    return [bare_words(match) for match in _PLACE.findall(plain(text))]


def uncovered(frame: Frame, form: SheetForm, reads: Sequence[ReadColumn]) -> Iterator[Finding]:
    read = next((read for read in reads if read.column.id == form.covers), None)
    if read is None:
        return
    covered = {choice_key(str(value)) for value in set(read.values) if value}
    for choice in read.column.choices:
        if choice_key(choice) not in covered:
            yield frame.finding(read.column, FindingKind.GROUP_MISSING, Level.TABLE, None, choice)


def too_few_days(frame: Frame, reads: Sequence[ReadColumn], numbers: Sequence[int]) -> Iterator[Finding]:
    by_id = {read.column.id: read for read in reads}
    for read in reads:
        how_often = by_id.get(read.column.often)
        if how_often is None:
            continue
        for place, (often, cell) in enumerate(zip(how_often.cells, read.cells, strict=True)):
            asked, listed = times_a_year(often), moments_in(cell)
            if 0 < listed < asked and place not in read.problems:
                expected = (str(asked), plain(often))
                yield frame.finding(read.column, FindingKind.DATES_COUNT, Level.REMARK, numbers[place], cell, expected)


# --- totals ---------------------------------------------------------------------------------------------------------


def sum_findings(frame: Frame, head: Head, body: Body, reads: Sequence[ReadColumn]) -> Iterator[Finding]:
    numbers = body.numbers
    for read in reads:
        if read.column.sums:
            yield from _across(frame, read, {read.column.id: read for read in reads}, numbers)
    for total in body.totals:
        yield from _counted(frame, total)
        for read in reads:
            place = head.places.get(read.column.id)
            if read.column.kind is ColumnKind.NUMBER and place is not None:
                yield from _below(frame, total, read, total.cells[place])


def _across(
    frame: Frame, total: ReadColumn, by_id: Mapping[str, ReadColumn], numbers: Sequence[int]
) -> Iterator[Finding]:
    """A row's total is a figure that is asked for."""
    groups = [[by_id[name] for name in group if name in by_id] for group in total.column.sums]
    for place, value in enumerate(total.values):
        for group in groups:
            parts = [part.values[place] for part in group]
            if not isinstance(value, int | float) or not all(isinstance(part, int | float) for part in parts):
                continue
            right = sum(part for part in parts if isinstance(part, int | float))
            if not agrees(value, right, len(parts)):
                yield frame.finding(
                    total.column, FindingKind.SUM, Level.ROW, numbers[place], value, (shown_number(right),)
                )
                break


def _below(frame: Frame, total: TotalRow, read: ReadColumn, cell: object) -> Iterator[Finding]:
    figure = cell if isinstance(cell, int | float) else number_in(plain(cell))
    before = read.values[: total.rows_before]
    if figure is None or not before or any(place in read.problems for place in range(total.rows_before)):
        return
    if any(value is not None and not isinstance(value, int | float) for value in before):
        return
    amounts = [value for value in before if isinstance(value, int | float)]
    in_group = (
        [value for value in before[-total.rows_in_group :] if isinstance(value, int | float)]
        if total.rows_in_group
        else []
    )
    if not any(agrees(figure, sum(part), len(part)) for part in (amounts, in_group) if part):
        right = shown_number(sum(in_group if in_group and not _OF_ALL.match(_text_of(total)) else amounts))
        yield frame.finding(read.column, FindingKind.SUM, Level.REMARK, total.number, cell, (right,))


def _counted(frame: Frame, total: TotalRow) -> Iterator[Finding]:
    """«Tổng cộng: 07 sản phẩm»."""
    text = _text_of(total)
    match = (
        _COUNT.search(_ADDED.sub("", text)) if not any(isinstance(cell, int | float) for cell in total.cells) else None
    )
    if match is None or not total.rows_before:
        return
    of_all = _OF_ALL.match(text) is not None
    right = {total.rows_before} if of_all else {total.rows_before, total.rows_in_group}
    if int(match[1]) not in right:
        asked = total.rows_before if of_all else total.rows_in_group
        yield frame.finding(None, FindingKind.SUM, Level.REMARK, total.number, text, (str(asked),))


def _text_of(total: TotalRow) -> str:
    return " ".join(text for cell in total.cells if (text := plain(cell)))


def agrees(figure: float, total: float, parts: int) -> bool:
    """Figures with decimals may be rounded."""
    decimals = max((len(f"{number:.6f}".rstrip("0").partition(".")[2]) for number in (figure, total)), default=0)
    slack = 0.5 * parts * 10 ** -min(decimals, 2) if decimals else 0.0
    return isclose(figure, total, rel_tol=1e-9, abs_tol=slack + 1e-9)


def shown_number(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else f"{number:.6f}".rstrip("0")


# --- units ----------------------------------------------------------------------------------------------------------


def unit_columns(form: SheetForm) -> list[Column]:
    return [column for column in form.columns if column.fill == "unit"]


def other_unit(
    frame: Frame, form: SheetForm, titles: Sequence[str], reads: Sequence[ReadColumn], units: UnitNames
) -> Finding | None:
    """Title and rows name another unit than the one that hands in."""
    if not units.known or not units.own:
        return None
    over = units.in_title(titles) - units.above
    if units.own in over:
        return None
    columns = [read for read in reads if read.column in unit_columns(form)]
    cells = {str(value) for read in columns for value in set(read.values) if value}
    named = [units.named(cell) for cell in cells]
    if not columns:
        return _other(frame, None, over, titles, units) if over else None
    if not cells or any(codes is None or units.own in codes for codes in named):
        return None
    in_rows = set[str]().union(*(codes for codes in named if codes))
    if len(in_rows) == 1 and (in_rows <= over or (not over and len(columns[0].values) > 1)):
        stands = sorted(cells, key=len)[-1]
        return frame.finding(columns[0].column, FindingKind.UNIT_OTHER, Level.FILE, None, stands)
    return None


def _other(
    frame: Frame, column: Column | None, over: Collection[str], titles: Sequence[str], units: UnitNames
) -> Finding:
    line = next(line for line in titles if units.in_title([line]) & set(over))
    return frame.finding(column, FindingKind.UNIT_OTHER, Level.FILE, None, line)


def unknown_units(
    frame: Frame, form: SheetForm, reads: Sequence[ReadColumn], numbers: Sequence[int], units: UnitNames
) -> Iterator[Finding]:
    if not units.known:
        return
    for read in reads:
        if read.column not in unit_columns(form):
            continue
        unknown = {value for value in set(read.values) if value and units.named(str(value)) is None}
        for place, value in enumerate(read.values) if unknown else ():
            if value in unknown and place not in read.problems:
                yield frame.finding(
                    read.column, FindingKind.UNIT_UNKNOWN, Level.REMARK, numbers[place], read.cells[place]
                )
