"""The province's table for other programs: CSV as Excel opens it, and Parquet with typed columns."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pandas as pd

from reports.province.values import places_text, text_of, units_text
from rules.content.consolidation import ProvinceTable
from rules.forms import ColumnKind, SheetForm
from rules.text.cells import harmless
from rules.text.control_characters import without_controls

NUMBERS = frozenset({ColumnKind.NUMBER, ColumnKind.YES_NO})


def province_csv(form: SheetForm, table: ProvinceTable, unit_names: Mapping[str, str]) -> bytes:
    """UTF-8 with the mark by which Excel knows it; under the titles of the form."""
    heads = ["STT", "Nhóm", *(column.title for column in form.columns), "Cơ quan gửi", "Nguồn"]
    rows = [
        [
            str(row.number),
            row.group,
            *(text_of(column, row.values.get(column.id)) for column in form.columns),
            units_text(row.origins, unit_names),
            places_text(row.origins),
        ]
        for row in table.rows
    ]
    frame = pd.DataFrame([[harmless(without_controls(cell)) for cell in row] for row in rows], columns=heads)
    text: str = frame.to_csv(index=False, lineterminator="\r\n")
    return ("\ufeff" + text).encode()


def province_parquet(form: SheetForm, table: ProvinceTable) -> bytes:
    """Under the ids of the form's columns; days, months and quarters as ISO text; origins as lists."""
    whole = BytesIO()
    frame_of(form, table).to_parquet(whole, index=False)
    return whole.getvalue()


def frame_of(form: SheetForm, table: ProvinceTable) -> Any:
    columns: dict[str, Any] = {
        "_number": pd.Series([row.number for row in table.rows], dtype="int64"),
        "_group": pd.Series([row.group for row in table.rows], dtype="str"),
    }
    for column in form.columns:
        values = [row.values.get(column.id) for row in table.rows]
        columns[column.id] = _typed(values, number=column.kind in NUMBERS)
    columns["_units"] = [[origin.unit for origin in row.origins] for row in table.rows]
    columns["_files"] = [[origin.sha256 for origin in row.origins] for row in table.rows]
    columns["_sheets"] = [[origin.sheet or "" for origin in row.origins] for row in table.rows]
    columns["_rows"] = [[origin.row for origin in row.origins] for row in table.rows]
    return pd.DataFrame(columns)


def _typed(values: list[Any], *, number: bool) -> Any:
    """Numbers where the column holds numbers; what is none of them makes all of it text, so that nothing is lost."""
    if number and all(value is None or isinstance(value, int | float) for value in values):
        return pd.Series(values, dtype="float64")
    return pd.Series([None if value is None else str(value) for value in values], dtype="object")
