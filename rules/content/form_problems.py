"""What a form still lacks before units can be asked to fill it in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from rules.content.proposal import ProposedSheet
from rules.forms import Column, ColumnKind, Shape, SheetForm
from rules.plan import Text


def form_problems(sheets: Sequence[ProposedSheet]) -> list[Text]:
    used = [one.form for one in sheets if one.used]
    if not used:
        return [Text("Chưa chọn trang nào để nhập.", "No sheet is to be filled in.")]
    return list(chain.from_iterable(map(_problems, used)))


def _problems(form: SheetForm) -> Iterator[Text]:
    sheet = f"«{form.sheet}»"
    asked = [column for column in form.columns if column.kind is not ColumnKind.LABEL]
    if not asked:
        yield Text(f"Trang {sheet} không có cột nào để nhập.", f"Sheet {sheet} has no column to fill in.")
    titles = [column.title.casefold() for column in form.columns]
    for place, column in enumerate(form.columns):
        if not column.title:
            yield Text(f"Trang {sheet}: cột thứ {place + 1} chưa có tên.", f"{sheet}: column {place + 1} has no title.")
        elif titles.index(column.title.casefold()) != place:
            yield Text(f"Trang {sheet}: cột «{column.title}» có hai lần.", f"{sheet}: «{column.title}» stands twice.")
        yield from _of_column(column)
    if form.shape is Shape.FIXED_ROWS and not form.rows:
        yield Text(f"Trang {sheet} chưa có dòng cố định nào.", f"Sheet {sheet} has no fixed rows.")
    if form.shape is Shape.FIXED_ROWS and not any(column.kind is ColumnKind.LABEL for column in form.columns):
        yield Text(f"Trang {sheet} cần một cột in sẵn.", f"Sheet {sheet} needs a printed column.")


def _of_column(column: Column) -> Iterator[Text]:
    name = f"«{column.title}»"
    if column.kind is ColumnKind.CHOICE and not column.choices:
        yield Text(f"Cột {name} chưa có danh sách để chọn.", f"Column {name} has no choices.")
    if column.least is not None and column.most is not None and column.least > column.most:
        yield Text(f"Cột {name}: ít nhất lớn hơn nhiều nhất.", f"Column {name}: the least is above the most.")
