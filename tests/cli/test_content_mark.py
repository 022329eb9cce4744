"""A table comes back marked by command."""

from __future__ import annotations

from pathlib import Path

from conftest import Kyhan
from openpyxl import load_workbook

SHEETS = Path(__file__).parents[1] / "content" / "sheets"
TODAY = "2026-11-30T09:00+07:00"


def test_a_table_is_marked_by_command(kyhan: Kyhan, tmp_path: Path) -> None:
    file, out = SHEETS / "demand" / "demand-no-times-two-groups.xls", tmp_path / "out.xlsx"
    done = kyhan("content", "mark", "I2A-DEMAND-LIST", file, out, "--period", "2027", "--unit", "SCT", "--at", TODAY)
    assert done.code == 0
    assert done.out.startswith("đạt một phần: 3 nhận xét.")
    book = load_workbook(out)
    assert book.sheetnames[0] == "Nhận xét"
    assert any(cell.comment for row in book.worksheets[1] for cell in row)


def test_a_duty_without_a_form_is_named_with_those_that_have_one(kyhan: Kyhan, tmp_path: Path) -> None:
    file = SHEETS / "demand" / "demand-good-head-in-row-9.xlsx"
    done = kyhan("content", "mark", "II1-GUIDE", file, tmp_path / "out.xlsx", "--period", "2027", "--at", TODAY)
    assert (done.code, "I2A-DEMAND-LIST" in done.err) == (1, True)
