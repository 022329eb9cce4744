"""Figures of a form that the office made are held against each unit's own past."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

from builders import at
from content_builders import accepted, handed_in, judged, with_forms
from openpyxl import load_workbook
from sqlalchemy import Engine

from models.database import reading
from rules.content.form_versions import FormVersion
from rules.forms import Column, ColumnKind, FixedRow, Shape, SheetForm
from rules.office import Office
from services.content.books import write_book
from services.content.consolidation import consolidate
from services.content.crosscheck import as_json, cross_check_year, further_sheets
from services.operations.tick import tick

DUTY = "I3-IMPLEMENT"
FORM = SheetForm(
    DUTY,
    "Biểu 1",
    "Cơ sở y tế",
    "",
    (Column("name", "Chỉ tiêu", ColumnKind.LABEL), Column("beds", "Số giường", ColumnKind.NUMBER)),
    shape=Shape.FIXED_ROWS,
    rows=(FixedRow({"name": "Bệnh viện"}), FixedRow({"name": "Trạm y tế"})),
    version=1,
)


def sent(engine: Engine, home: Office, unit: str, year: int, hospitals: float, *, accept: bool = True) -> None:
    moment = at(f"{year}-11-10")
    tick(engine, home, moment, DUTY)
    rows = judged({"name": "Bệnh viện", "beds": hospitals}, {"name": "Trạm y tế", "beds": 7}, sheet="Biểu 1")
    case = handed_in(engine, home, unit, moment, rows, DUTY, str(year))
    if accept:
        accepted(engine, case, moment)


def test_a_figure_far_from_the_unit_s_past_is_listed_in_json_and_in_the_workbook(
    sqlite_engine: Engine, office: Office, tmp_path: Path
) -> None:
    versions = {DUTY: (FormVersion(FORM, date(2014, 1, 1)),)}
    home, now = replace(with_forms(office, tmp_path), own_forms=versions), at("2018-12-01")
    for year, number in enumerate((500, 510, 495.5, 505), 2014):
        sent(sqlite_engine, home, "SYT", year, number)
        sent(sqlite_engine, home, "STC", year, 5050)
    sent(sqlite_engine, home, "SYT", 2018, 5050)
    sent(sqlite_engine, home, "STC", 2018, 5, accept=False)
    tick(sqlite_engine, home, now, "I4B-CATALOGUE")
    with reading(sqlite_engine) as session:
        [outlier] = as_json(cross_check_year(session, home, "2018", now))["outliers"]
        whole = consolidate(session, home, "I4B-CATALOGUE", "2018", now)
        book = load_workbook(BytesIO(write_book(home, whole, "xlsx", now, further_sheets(session, home, whole, now))))
    assert outlier == {
        "unit": "SYT",
        "obligation": DUTY,
        "sheet": "Biểu 1",
        "row": "Bệnh viện",
        "column_title": "Số giường",
        "period": "2018",
        "value": 5050,
        "past": [500, 510, 495.5, 505],
    }
    cells = [cell for row in book["Số khác thường"].iter_rows(values_only=True) for cell in row if cell]
    assert "500; 510; 495,5; 505" in cells
