"""Forms that an office made itself, built from what `expected.json` says a person would make of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from openpyxl.utils import column_index_from_string

from reports.reading.grids import grids_of
from rules.content.spelling import shown
from rules.forms import Column, ColumnKind, FixedRow, Shape, SheetForm

FORMS_AT = Path(__file__).parent / "forms"
FOLDERS = ("legal-documents", "monthly-indicators", "staff-and-facilities")


def described(folder: str) -> dict[str, Any]:
    described: dict[str, Any] = json.loads((FORMS_AT / folder / "expected.json").read_text())
    return described


def office_form(folder: str) -> SheetForm:
    form = described(folder)["form"]
    sheets = grids_of((FORMS_AT / folder / form["file"]).read_bytes(), "xlsx").sheets
    grids = {sheet.name: sheet.rows for sheet in sheets}
    first, *others = [_sheet(folder, form["shape"], sheet, grids[sheet["sheet"]]) for sheet in form["sheets"]]
    return SheetForm(**{**vars(first), "further": tuple(others)})


def _sheet(folder: str, shape: str, sheet: dict[str, Any], rows: Any) -> SheetForm:
    ids = {one["column"]: one["column"].lower() for one in sheet["columns"]}
    columns = tuple(
        Column(
            ids[one["column"]],
            one["title"],
            ColumnKind(one["kind"]),
            tuple(one.get("choices", ())),
            one["required"],
            in_period=one.get("within") == "period",
            key=one.get("key", False),
            sums=tuple(tuple(ids[part] for part in group) for group in one.get("sums", ())),
        )
        for one in sheet["columns"]
    )
    fixed = _fixed(sheet, columns, rows) if shape == "fixed_rows" else ()
    return SheetForm(folder, sheet["sheet"], sheet["sheet"], "", columns, shape=Shape(shape), rows=fixed)


def _fixed(sheet: dict[str, Any], columns: tuple[Column, ...], rows: Any) -> tuple[FixedRow, ...]:
    numbers = range(sheet["first_row"], sheet["last_row"] + 1)
    totals = {total["row"]: total for total in sheet["total_rows"]}
    labels = [column for column in columns if column.kind is ColumnKind.LABEL]
    return tuple(
        FixedRow(
            {column.id: shown(rows[number - 1][column_index_from_string(column.id.upper()) - 1]) for column in labels},
            group=number in sheet["group_rows"],
            sums=tuple(numbers.index(part) for part in totals.get(number, {}).get("sums", ())),
            summed=tuple(name.lower() for name in totals.get(number, {}).get("columns", ())),
            not_asked=tuple(
                one["column"].lower() for one in sheet["columns"] if number in one.get("not_asked_in_rows", ())
            ),
        )
        for number in numbers
    )
