"""Figures of a year that are far from the unit's own past, for every form that asks for numbers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.queries.content import rows_by_period as queries
from reports.province.book import BookSheet
from rules.content.whole_table import shown_number
from rules.deadlines import local_day
from rules.forms import ColumnKind, SheetForm
from rules.office import Office
from rules.periods import period_title_vi
from rules.province.outliers import SHOWN, Figure, Outlier, figures_of, outliers
from services.forms.unit_forms import form_of, with_forms
from services.units import Unit, all_units

YEARS = 8  # of the past that are read
HEADS = (
    *(("Cơ quan, đơn vị", 36), ("Bảng", 36), ("Dòng", 44), ("Cột", 30), ("Kỳ", 18)),
    *(("Giá trị", 16), (f"{SHOWN} giá trị gần nhất trước đó", 60)),
)


@dataclass(frozen=True)
class OutlierLine:
    unit: Unit
    duty: str  # its short title
    outlier: Outlier

    @property
    def value(self) -> str:
        return _written(self.outlier.figure.value)

    @property
    def past(self) -> str:
        return "; ".join(map(_written, self.outlier.past))


def _written(number: float) -> str:
    return shown_number(number).replace(".", ",")


def year_outliers(session: Session, office: Office, year: str, now: datetime) -> tuple[OutlierLine, ...]:
    """Among what was accepted."""
    today = local_day(now)
    forms = {code: form for code in sorted(with_forms(office, today)) if (form := _counting(office, code, now))}
    first, last = str(int(year) - YEARS), f"{year}-Z"
    units = {unit.key: unit for unit in all_units(session, today).values()}
    rows = queries.accepted_rows(session, list(forms), first, last)
    found = outliers(_figures(forms, rows), year)
    return tuple(
        OutlierLine(units[one.figure.unit], office.obligations[one.figure.obligation].short, one)
        for one in found
        if one.figure.unit in units and one.figure.obligation in office.obligations
    )


def _counting(office: Office, code: str, now: datetime) -> SheetForm | None:
    """Its form, if it asks for a number."""
    form = form_of(office, code, on=local_day(now))
    asked = form is not None and any(c.kind is ColumnKind.NUMBER for sheet in form.sheets for c in sheet.columns)
    return form if asked else None


def _figures(forms: dict[str, SheetForm], rows: Iterable[queries.AcceptedRow]) -> Iterable[Figure]:
    for row in rows:
        yield from figures_of(forms[row.obligation], row.unit, row.period, row.sheet or "", json.loads(row.cells))


def line_json(line: OutlierLine) -> dict[str, Any]:
    figure = line.outlier.figure
    return {
        "unit": figure.unit,
        "obligation": figure.obligation,
        "sheet": figure.sheet,
        "row": figure.row,
        "column_title": figure.column,
        "period": figure.period,
        "value": figure.value,
        "past": list(line.outlier.past),
    }


def outlier_sheet(year: str, lines: Iterable[OutlierLine]) -> BookSheet:
    rows = [
        (line.unit.name, line.duty, figure.row, figure.column, period_title_vi(figure.period), line.value, line.past)
        for line in lines
        for figure in (line.outlier.figure,)
    ]
    return BookSheet("Số khác thường", f"SỐ KHÁC XA CÁC KỲ TRƯỚC CỦA CHÍNH ĐƠN VỊ, NĂM {year}", HEADS, rows)
