"""Judges a form that prints its rows: each is looked for by its printed texts, its figures are read and added up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rules.content.columns import Frame
from rules.content.findings import Finding, FindingKind, Level, Value
from rules.content.grid import Cell, SheetGrid
from rules.content.head import Head
from rules.content.spelling import plain, same
from rules.content.values import Reading, level_of, read_cell
from rules.content.whole_table import agrees, shown_number
from rules.forms import Column, ColumnKind, FixedRow, SheetForm


@dataclass(frozen=True)
class FilledRow:
    number: int  # as Excel counts
    values: Mapping[str, Value]


def judge_fixed(form: SheetForm, sheet: SheetGrid, head: Head, frame: Frame) -> tuple[list[Finding], list[FilledRow]]:
    places = _places(form, sheet, head)
    findings, filled = list[Finding](), dict[int, FilledRow]()
    name = name_column(form)
    for index, printed in enumerate(form.rows):
        row = places.get(index)
        if row is None:
            if not printed.group:
                stands = printed.labels.get(name.id, "") if name else ""
                findings.append(frame.finding(name, FindingKind.ROW_MISSING, Level.TABLE, None, stands))
            continue
        findings += _changed(form, sheet, head, frame, printed, row)
        if not printed.group:
            problems, values = _figures(form, sheet, head, frame, printed, row)
            findings += problems
            filled[index] = FilledRow(row + 1, values)
    findings += _sums(form, frame, filled)
    return findings, list(filled.values())


def name_column(form: SheetForm) -> Column | None:
    """Of the columns that are printed, the one that tells rows apart: its texts are the longest."""
    labels = [column for column in form.columns if column.kind is ColumnKind.LABEL]
    lengths = {column.id: sum(len(row.labels.get(column.id, "")) for row in form.rows) for column in labels}
    return max(labels, key=lambda column: lengths[column.id], default=None)


def _places(form: SheetForm, sheet: SheetGrid, head: Head) -> dict[int, int]:
    """Where each printed row stands in the sheet: by its name, else by all its other texts."""
    name = name_column(form)
    labels = [column for column in form.columns if column.kind is ColumnKind.LABEL and column.id in head.places]
    below = range(head.last + 1, len(sheet.rows))
    keys = {row: {column.id: _key(sheet, row, head.places[column.id]) for column in labels} for row in below}
    places: dict[int, int] = {}
    for strict in (True, False):
        for index, printed in enumerate(form.rows):
            if index in places:
                continue
            wanted = {column.id: same(printed.labels.get(column.id, "")) for column in labels}
            for row, key in keys.items():
                if row not in places.values() and row + 1 not in sheet.hidden_rows and _fits(wanted, key, name, strict):
                    places[index] = row
                    break
    return places


def _fits(wanted: Mapping[str, str], key: Mapping[str, str], name: Column | None, strict: bool) -> bool:
    if name is not None and strict:
        return bool(wanted.get(name.id)) and key.get(name.id) == wanted[name.id]
    others = {label: text for label, text in wanted.items() if name is None or label != name.id}
    return (
        any(others.values())
        and all(key[label] == text for label, text in others.items())
        and bool(key.get(name.id) if name else True)
    )


def _key(sheet: SheetGrid, row: int, place: int) -> str:
    cells = sheet.rows[row]
    return same(plain(cells[place])) if place < len(cells) else ""


def _changed(
    form: SheetForm, sheet: SheetGrid, head: Head, frame: Frame, printed: FixedRow, row: int
) -> Iterator[Finding]:
    for column in form.columns:
        text = printed.labels.get(column.id, "")
        if column.kind is ColumnKind.LABEL and column.id in head.places and text:
            cell = _cell(sheet, row, head.places[column.id])
            if same(plain(cell)) != same(text):
                yield frame.finding(column, FindingKind.FIXED_CHANGED, Level.ROW, row + 1, cell, (text,))


def _cell(sheet: SheetGrid, row: int, place: int) -> Cell:
    cells = sheet.rows[row]
    return cells[place] if place < len(cells) else ""


def _figures(
    form: SheetForm, sheet: SheetGrid, head: Head, frame: Frame, printed: FixedRow, row: int
) -> tuple[list[Finding], dict[str, Value]]:
    findings, values = list[Finding](), dict[str, Value](printed.labels)
    for column in form.columns:
        place = head.places.get(column.id)
        if column.kind is ColumnKind.LABEL or column.id in printed.not_asked or place is None:
            continue
        cell = _cell(sheet, row, place)
        reading: Reading = read_cell(column, cell, frame.year)
        values[column.id] = reading.value
        if reading.kind:
            stands = "" if reading.kind is FindingKind.MISSING else cell
            findings.append(
                frame.finding(column, reading.kind, level_of(column, reading.kind), row + 1, stands, reading.expected)
            )
    return findings, values


def _sums(form: SheetForm, frame: Frame, filled: Mapping[int, FilledRow]) -> Iterator[Finding]:
    """A total is a figure that is asked for: one that does not agree makes its row unusable."""
    by_id = {column.id: column for column in form.columns}
    for index, printed in enumerate(form.rows):
        for name in printed.summed if index in filled else ():
            if not all(part in filled for part in printed.sums):
                continue
            total, parts = filled[index].values.get(name), [filled[part].values.get(name) for part in printed.sums]
            amounts = [part for part in parts if isinstance(part, int | float)]
            if not isinstance(total, int | float) or len(amounts) < len(parts) or not parts:
                continue
            if not agrees(total, sum(amounts), len(amounts)):
                expected = (shown_number(sum(amounts)),)
                yield frame.finding(by_id[name], FindingKind.SUM, Level.ROW, filled[index].number, total, expected)
    for row in filled.values():
        yield from _across(form, frame, row)


def _across(form: SheetForm, frame: Frame, row: FilledRow) -> Iterator[Finding]:
    for column in form.columns:
        total = row.values.get(column.id)
        for group in column.sums:
            parts: Sequence[Value] = [row.values.get(part) for part in group]
            amounts = [part for part in parts if isinstance(part, int | float)]
            if (
                isinstance(total, int | float)
                and len(amounts) == len(parts)
                and not agrees(total, sum(amounts), len(amounts))
            ):
                yield frame.finding(
                    column, FindingKind.SUM, Level.ROW, row.number, total, (shown_number(sum(amounts)),)
                )
                break
