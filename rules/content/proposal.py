"""Proposes a form from a workbook that an office uses; a person corrects what a workbook alone cannot tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from unicodedata import normalize

from rules.content.column_kinds import choices_of, kind_of, unit_of, unit_of_all
from rules.content.outline import SheetOutline, letter, summed_cells
from rules.content.spelling import plain
from rules.content.table_body import NOT_ASKED, RowKind, TableBody, find_body
from rules.content.table_head import TableHead, find_head, is_marked, without_mark
from rules.forms import Column, ColumnKind, FixedRow, Shape, SheetForm

MOST_COLUMNS = 60
MOST_FIXED_ROWS = 300
_NOT_REQUIRED = re.compile(r"ghi chú|chú thích|nếu có|lưu ý|khác \(nếu", re.IGNORECASE)
_ALL_OF_IT = re.compile(r"chia theo|phân theo|chia ra|giới tính|nam\s*,\s*nữ", re.IGNORECASE)
_DOTS = re.compile(r"[….]{2,}|…")
_UNIT_LINE = re.compile(r"(?:(?:tên )?(?:đơn vị|cơ quan)(?: báo cáo| lập biểu)?\s*:\s*)?[….]{3,}", re.IGNORECASE)
_EVERY = (("month", "tháng"), ("quarter", "quý"))


@dataclass(frozen=True)
class TotalRow:
    """A row of a list that is no data."""

    row: int
    sums: tuple[int, ...] = ()  # rows
    columns: tuple[str, ...] = ()  # letters


@dataclass(frozen=True)
class SheetPlaces:
    """Where the form stands in its sheet: rows from 1, columns by letters."""

    head: tuple[int, ...]
    number_row: int | None = None
    first_row: int = 0
    last_row: int | None = None  # of a form with fixed rows
    letters: Mapping[str, str] = field(default_factory=dict)  # by the column's id
    rows: tuple[int, ...] = ()  # of each fixed row
    totals: tuple[TotalRow, ...] = ()
    unit_cell: str = ""  # «A2», where the name of the unit is to stand
    unit_line: str = ""  # what stands there: dots, or «Đơn vị: ……»

    def unit_text(self, name: str) -> str:
        return _DOTS.sub(lambda _: name, self.unit_line, count=1)


@dataclass(frozen=True)
class ProposedSheet:
    form: SheetForm
    places: SheetPlaces
    every: str = ""  # month, quarter: what its title speaks of
    used: bool = True  # False: a sheet that nobody fills in


def propose(sheets: Iterable[SheetOutline]) -> tuple[ProposedSheet, ...]:
    """Of all sheets with a table, in their order."""
    proposed = (propose_sheet(sheet) for sheet in sheets)
    return tuple(one for one in proposed if one is not None)


def propose_sheet(
    sheet: SheetOutline,
    head_rows: tuple[int, int] | None = None,
    last_row: int | None = None,
    shape: Shape | None = None,
) -> ProposedSheet | None:
    """`head_rows`, `last_row`, `shape`: as a person says that they are."""
    head = find_head(sheet, *(head_rows or (None, None)))
    if head is None:
        return None
    if len(head.columns) > MOST_COLUMNS:
        kept = head.columns[:MOST_COLUMNS]
        head = replace(head, columns=kept, paths=head.paths[:MOST_COLUMNS])
    body = find_body(sheet, head, last_row, shape)
    columns = _columns(sheet, head, body)
    ids = dict(zip(head.columns, (column.id for column in columns), strict=True))
    fixed = _fixed_rows(sheet, body, ids, columns) if body.shape is Shape.FIXED_ROWS else ()
    title = _title(sheet, head)
    form = SheetForm("", sheet.title, title, "", columns, shape=body.shape, rows=fixed, printed=_printed(sheet, head))
    cell, line = _unit_line(sheet, head)
    places = replace(_places(head, body, ids), unit_cell=cell, unit_line=line)
    return ProposedSheet(form, places, _every(sheet, head))


# --- columns ----------------------------------------------------------------------------------------------------------


def _columns(sheet: SheetOutline, head: TableHead, body: TableBody) -> tuple[Column, ...]:
    rows = _data_rows(head, body)
    marked = any(is_marked(part) for path in head.paths for part in path)
    ids = _ids(head.title(place) for place in range(len(head.columns)))
    columns = [
        _column(sheet, head, body, column, rows, id=id, marked=marked)
        for column, id in zip(head.columns, ids, strict=True)
    ]
    columns = [_with_sums(sheet, head, place, rows, columns) for place in range(len(columns))]
    return tuple(_with_key(columns) if body.shape is Shape.FREE_LIST else columns)


def _data_rows(head: TableHead, body: TableBody) -> list[int]:
    """An empty list has at least the row below its head."""
    return [row.row for row in body.of(RowKind.DATA)] or [head.first_row]


def _column(
    sheet: SheetOutline, head: TableHead, body: TableBody, column: int, rows: Sequence[int], *, id: str, marked: bool
) -> Column:
    place = column - head.columns[0]
    title = head.title(place)
    printed = column in body.labels
    kind = ColumnKind.LABEL if printed else kind_of(sheet, head, column, rows)
    computed = _is_computed(sheet, column, rows)
    if kind is ColumnKind.LABEL:
        required = printed
    elif marked:
        required = any(map(is_marked, head.paths[place]))
    else:
        optional = _NOT_REQUIRED.search(title) or computed or _names_code(head, place)
        required = kind is not ColumnKind.YES_NO and not optional
    number = kind is ColumnKind.NUMBER
    return Column(
        id,
        title,
        kind,
        choices=choices_of(sheet, column, rows) if kind is ColumnKind.CHOICE else (),
        required=required,
        note=_note(sheet, head, column),
        computed=computed,
        in_period=kind is ColumnKind.DAY and _is_of_the_period(sheet, head, title),
        unit=(unit_of(title) or unit_of_all(sheet, head)) if number else "",
    )


def _is_computed(sheet: SheetOutline, column: int, rows: Sequence[int]) -> bool:
    """By a formula in most rows that is more than a sum."""
    formulas = [formula for row in rows if (formula := sheet.formulas.get((row, column)))]
    return 2 * len(formulas) > len(rows) and not all(map(summed_cells, formulas))


def _names_code(head: TableHead, place: int) -> bool:
    """«Tên thiết bị» after «Mã thiết bị»: the list of codes tells it."""
    title, before = head.title(place).casefold(), head.title(place - 1).casefold() if place else ""
    return title.startswith("tên ") and before == f"mã {title.removeprefix('tên ')}"


def _note(sheet: SheetOutline, head: TableHead, column: int) -> str:
    return " ".join(text for row in head.lines if (text := sheet.comments.get((row, column))))


def _is_of_the_period(sheet: SheetOutline, head: TableHead, title: str) -> bool:
    """«Ngày ban hành» of the documents «ban hành trong quý»."""
    words = without_mark(title.rpartition(" / ")[2]).casefold().removeprefix("ngày").strip()
    above = [str(value).casefold() for (row, _), value in sheet.cells.items() if row < head.lines[0]]
    return bool(words) and any(re.search(rf"{re.escape(words)} trong (?:quý|tháng|năm|kỳ)", text) for text in above)


def _with_sums(
    sheet: SheetOutline, head: TableHead, place: int, rows: Sequence[int], columns: Sequence[Column]
) -> Column:
    """What its formulas add up in the row, and each further way the head divides the same whole by."""
    column, first = columns[place], head.columns[0]
    cells = summed_cells(sheet.formulas.get((rows[0], first + place), ""))
    parts = [one - first for row, one in cells if row == rows[0] and one in head.columns and one != first + place]
    if not parts:
        return column
    groups = [parts, *_other_divisions(head, columns, {place, *parts})]
    return replace(column, sums=tuple(tuple(columns[one].id for one in group) for group in groups))


def _other_divisions(head: TableHead, columns: Sequence[Column], known: set[int]) -> list[list[int]]:
    groups: dict[str, list[int]] = {}
    for place, path in enumerate(head.paths):
        if len(path) > 1 and place not in known and columns[place].kind is ColumnKind.NUMBER:
            groups.setdefault(path[0], []).append(place)
    return [places for title, places in groups.items() if _ALL_OF_IT.search(title) and len(places) > 1]


def _with_key(columns: Sequence[Column]) -> list[Column]:
    """The first text that must be filled names the row, but where a code with its name follows: then both do."""
    place = next((at for at, one in enumerate(columns) if one.kind is ColumnKind.TEXT and one.required), None)
    following = columns[place + 1 : place + 3] if place is not None else ()
    coded = len(following) == 2 and following[0].kind is ColumnKind.CHOICE and not following[1].required
    if place is None or (coded and following[1].title.casefold().startswith("tên ")):
        return list(columns)
    return [replace(one, key=True) if at == place else one for at, one in enumerate(columns)]


def _ids(titles: Iterable[str]) -> list[str]:
    """The same for the same title in every version, so that rows of several years stay together."""
    ids = list[str]()
    for title in titles:
        bare = normalize("NFD", title.casefold().replace("đ", "d"))
        name = re.sub(r"[^a-z0-9]+", "_", "".join(one for one in bare if one.isascii())).strip("_")[:60] or "cot"
        number = 2
        id = name
        while id in ids:
            id, number = f"{name}_{number}", number + 1
        ids.append(id)
    return ids


# --- rows -------------------------------------------------------------------------------------------------------------


def _fixed_rows(
    sheet: SheetOutline, body: TableBody, ids: Mapping[int, str], columns: Sequence[Column]
) -> tuple[FixedRow, ...]:
    places = {row.row: place for place, row in enumerate(body.rows)}
    numbers = [column.id for column in columns if column.kind is ColumnKind.NUMBER and column.required]
    fixed = list[FixedRow]()
    for row in body.rows[:MOST_FIXED_ROWS]:
        group = row.kind is RowKind.GROUP
        labels = {ids[one]: text for one in sorted(body.labels) if (text := sheet.own_text(row.row, one))}
        sums = tuple(places[one] for one in row.sums if one in places)
        summed = tuple(ids[one] for one in row.summed) or tuple(numbers)
        crossed = [ids[one] for one in ids if one not in body.labels and _is_crossed(sheet, row.row, one)]
        fixed.append(FixedRow(labels, group, sums, summed if sums else (), tuple(crossed)))
    return tuple(fixed)


def _is_crossed(sheet: SheetOutline, row: int, column: int) -> bool:
    return sheet.own_text(row, column).casefold() == NOT_ASKED


def _places(head: TableHead, body: TableBody, ids: Mapping[int, str]) -> SheetPlaces:
    fixed = body.shape is Shape.FIXED_ROWS
    return SheetPlaces(
        head.lines,
        head.numbered,
        head.first_row,
        body.last_row,
        {id: letter(column) for column, id in ids.items()},
        tuple(row.row for row in body.rows) if fixed else (),
        _totals(body),
    )


def _totals(body: TableBody) -> tuple[TotalRow, ...]:
    fixed = body.shape is Shape.FIXED_ROWS
    rows = [row for row in body.rows if (row.sums if fixed else row.kind is RowKind.TOTAL)]
    return tuple(TotalRow(row.row, row.sums, tuple(map(letter, row.summed))) for row in rows)


# --- what stands above ------------------------------------------------------------------------------------------------


def _title(sheet: SheetOutline, head: TableHead) -> str:
    """The longest line in capitals that spreads over most of the table; else the name of the sheet."""
    above = [
        (" ".join(str(value).split()), row)
        for (row, column), value in sorted(sheet.cells.items())
        if row < head.lines[0] and isinstance(value, str) and _spreads(sheet, head, row, column)
    ]
    capitals = [text for text, _ in above if text.isupper()]
    return (max(capitals, key=len) if capitals else sheet.title)[:200]


def _printed(sheet: SheetOutline, head: TableHead) -> tuple[str, ...]:
    texts = (plain(value) for (row, _), value in sorted(sheet.cells.items()) if row < head.lines[0])
    return tuple(text for text in texts if text)


def _unit_line(sheet: SheetOutline, head: TableHead) -> tuple[str, str]:
    """A line of dots in the left half, or after «Đơn vị:»."""
    for (row, column), value in sorted(sheet.cells.items()):
        text = " ".join(str(value).split())
        left = 2 * (column - head.columns[0]) < len(head.columns)
        if row < head.lines[0] and left and _UNIT_LINE.fullmatch(text):
            return f"{letter(column)}{row}", text
    return "", ""


def _spreads(sheet: SheetOutline, head: TableHead, row: int, column: int) -> bool:
    width = next((until - left + 1 for top, left, _, until in sheet.merged if (top, left) == (row, column)), 1)
    alone = sum(bool(sheet.own_text(row, one)) for one in range(1, sheet.columns + 1)) == 1
    return alone and (2 * width > len(head.columns) or width == 1)


def _every(sheet: SheetOutline, head: TableHead) -> str:
    """«Tháng …… năm ……» below the title."""
    above = [str(value).casefold().strip() for (row, _), value in sorted(sheet.cells.items()) if row < head.lines[0]]
    for every, word in _EVERY:
        if any(re.match(rf"\(?(?:kỳ\s*:?\s*)?{word}\s*[….\d_]", text) for text in above):
            return every
    return ""
