"""Every table that is judged comes back marked: each finding in the list and at its cell, no value changed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook
from sheet_judging import FORMS, judged, units

from reports.sheets.marked_sheet import AUTHOR, COLOURS, LIST
from rules.office import Office
from services.content.marked import MarkedFile, marked_file
from services.forms.content_check import TableCheck

SHEETS = Path(__file__).parent / "sheets"
CASES = json.loads((SHEETS / "expected.json").read_text())
HEAD = 4  # row of the list
TODAY = date(2026, 11, 30)


@pytest.mark.parametrize("case", CASES, ids=[case["file"] for case in CASES])
def test_a_judged_file_comes_back_marked(case: dict[str, Any], office: Office) -> None:
    content = (SHEETS / case["file"].partition("-")[0] / case["file"]).read_bytes()
    form = replace(FORMS[case["obligation"]], period=case["period"])
    table = TableCheck(replace(office, forms=FORMS), form, TODAY, units(case["unit"]))
    marked = marked_file(table, case["file"], content)
    judgement = judged(content, case["file"], FORMS[case["obligation"]], case["period"], case["unit"])
    assert (marked.judgement.verdict, marked.judgement.findings) == (judgement.verdict, judgement.findings)
    assert marked.name == f"{Path(case['file']).stem} - nhận xét.xlsx"
    _all_listed(marked)
    if case["file"].endswith(("xlsx", "xls", "ods")):
        assert _values(marked.content)[1:] == _values(content)


def _all_listed(marked: MarkedFile) -> None:
    book = load_workbook(BytesIO(marked.content))
    assert book.sheetnames[0] == LIST
    lines = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows(min_row=HEAD + 1)]
    assert len(lines) == len(marked.judgement.findings)
    for line, finding in zip(lines, marked.judgement.findings, strict=True):
        if finding.row is None:
            continue
        assert line[3] == str(finding.row)
        sheet = book[finding.sheet] if finding.sheet else book.worksheets[1]
        cells = [sheet[line[2]]] if line[2] and finding.column else sheet[finding.row]
        marks = [cell for cell in cells if cell.comment and AUTHOR in (cell.comment.author or AUTHOR)]
        assert marks, finding
        assert any(line[8] in cell.comment.text for cell in marks)
        assert all(cell.fill.fgColor.rgb[2:] in COLOURS.values() for cell in marks)


def _values(content: bytes) -> list[list[list[object]]]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    sheets = (book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names)
    return [[_row(row) for row in sheet if any(cell != "" for cell in row)] for sheet in sheets]


def _row(row: list[object]) -> list[object]:
    """Without the empty cells behind the last one."""
    while row and row[-1] == "":
        row.pop()
    return row
