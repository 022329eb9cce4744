"""The workbook of the annexes: numbers that add up, dates that are dates, and nothing that computes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from report_builders import a_report, annex_ii_rows

from reports.annex_book import HEAD_ROW, write_annex_book


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    head, *rows = sheet.iter_rows(min_row=HEAD_ROW, values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.fixture
def book(tmp_path: Path) -> Any:
    return load_workbook(write_annex_book(a_report(), tmp_path / "annexes.xlsx"))


def test_every_annex_has_its_sheet_and_every_fact_its_row(book: Any) -> None:
    assert {sheet.title: len(rows_of(sheet)) for sheet in book.worksheets} == {
        **{"Phụ lục I": 6, "Phụ lục II": 30, "Phụ lục III": 6, "Phụ lục IV": 1, "Phụ lục V": 7},
        **{"Danh sách theo số liệu": 0, "Theo cơ quan": 6, "Cơ quan và nhiệm vụ": 6},
    }


def test_numbers_are_numbers_that_add_up_and_rates_are_exact(book: Any) -> None:
    for name in ("Phụ lục I", "Theo cơ quan"):
        for row in rows_of(book[name]):
            columns = list(row)
            first = columns.index("Số phải thực hiện")
            assert row["Số phải thực hiện"] == sum(row[column] for column in columns[first + 1 : first + 9])
    rates = [row["Tỷ lệ đúng hạn (%)"] for row in rows_of(book["Phụ lục I"])]
    assert [None if rate is None else Decimal(str(rate)) for rate in rates] == [100, 80, None, 100, 80, 100]


def test_units_and_duties_are_a_heat_map_that_keeps_its_words(book: Any) -> None:
    shades = {}
    for row in book["Cơ quan và nhiệm vụ"].iter_rows(min_row=HEAD_ROW + 1, min_col=2):
        shades |= {word: cell.fill.fgColor.rgb for cell in row for word in (cell.value or "").split("; ")[:1]}
    greys = [int(shades[word][-2:], 16) for word in ("Chưa gửi", "Sau hạn 02 ngày làm việc", "Đúng hạn")]
    assert greys == sorted(greys)
    assert len(set(greys)) == 3


def test_dates_are_dates(book: Any) -> None:
    first = rows_of(book["Phụ lục II"])[0]
    days = (first["Thời hạn, mốc phấn đấu"], first["Ngày nhận"])
    assert [day.date() for day in days] == [date(2013, 12, 31), date(2013, 12, 20)]
    assert first["Gia hạn đến"] is None


def test_a_unit_is_counted_over_all_its_duties(book: Any) -> None:
    by_unit = {row["Cơ quan"]: row for row in rows_of(book["Theo cơ quan"])}
    assert by_unit["Sở Kế hoạch và Đầu tư"]["Đúng hạn"] == 5
    assert by_unit["Ủy ban nhân dân huyện Mỹ Xuyên"]["Không phát sinh"] == 5
    (calendar,) = {column for column in rows_of(book["Cơ quan và nhiệm vụ"])[0] if column != "Cơ quan"}
    assert rows_of(book["Cơ quan và nhiệm vụ"])[0][calendar] == "; ".join(["Đúng hạn"] * 5)


@pytest.mark.parametrize("text", ["=1+1", "+CMD|' /C calc'!A0", "@SUM(A1)", "-2+3"])
def test_no_text_becomes_a_formula(tmp_path: Path, text: str) -> None:
    row = replace(annex_ii_rows(1)[0], unit=text, document_number=text, duty=text)
    book = load_workbook(write_annex_book(a_report(annex_ii=(row,)), tmp_path / "annexes.xlsx"))
    cells = [cell for sheet in book.worksheets for line in sheet.iter_rows() for cell in line if cell.value == text]
    assert cells
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)
    assert not any(cell.data_type == "f" for sheet in book.worksheets for line in sheet.iter_rows() for cell in line)


def test_an_empty_report_has_empty_sheets(tmp_path: Path) -> None:
    facts = a_report(annex_i=(), annex_ii=(), annex_iii=(), annex_iv=None, annex_v=())
    book = load_workbook(write_annex_book(facts, tmp_path / "annexes.xlsx"))
    assert all(rows_of(sheet) == [] for sheet in book.worksheets)


def test_the_same_facts_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = (write_annex_book(a_report(), tmp_path / f"{n}.xlsx").read_bytes() for n in range(2))
    assert first == second
    assert load_workbook(tmp_path / "0.xlsx").properties.created.date() == date(2014, 3, 14)
