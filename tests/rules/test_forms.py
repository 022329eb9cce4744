"""A filled-in table is looked at by row, column and field."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from config.forms import Forms
from rules.forms import check_rows
from rules.intake import FileRemark

FORMS = Forms(Path("config/plans/70-KH-UBND"))
CALENDAR = FORMS["I5-CALENDAR"]
HEAD = [column.title for column in CALENDAR.columns]
ROW = ["Giá tiêu dùng", "Báo cáo CPI", date(2014, 1, 29), "Trang tin", "Cục Thống kê", "Điều 5", "https://x.vn"]


def told(*rows: list[object], form=CALENDAR) -> list[str]:
    return [f"{item.row} {item.column}: {item.detail}" for item in check_rows(form, rows)]


def test_a_well_filled_table_needs_no_word():
    assert told(["LỊCH PHỔ BIẾN"], [], HEAD, ROW, [*ROW[:2], "tháng 02/2014", *ROW[3:5]]) == []


def test_titles_are_known_with_their_numbers_stars_and_case():
    assert told([f"({n}) {title.upper()} *" for n, title in enumerate(HEAD, 1)], ROW) == []


@pytest.mark.parametrize(
    ("place", "cell", "said"),
    [
        (0, "", "2 Nội dung thông tin: chưa ghi"),
        (2, "cuối quý", "2 Thời gian phổ biến: «cuối quý» không phải là ngày hoặc tháng"),
        (2, "31/02/2014", "2 Thời gian phổ biến: «31/02/2014» không phải là ngày hoặc tháng"),
        (5, "Điều 6", "2 Căn cứ: «Điều 6» không thuộc các giá trị: Điều 5; bổ sung"),
        (6, "trang của sở", "2 Địa chỉ trên mạng: «trang của sở» không phải là địa chỉ"),
    ],
)
def test_what_is_wrong_is_named_by_row_and_column(place: int, cell: str, said: str):
    row = list(ROW)
    row[place] = cell
    [remark] = told(HEAD, row)
    assert remark.startswith(said)


def test_a_missing_column_and_a_table_of_another_kind_are_named():
    without = [title for title in HEAD if title != "Hình thức phổ biến"]
    assert "thiếu cột «Hình thức phổ biến»" in told(without, ROW[:3] + ROW[4:])[0]
    [remark] = check_rows(CALENDAR, [["Họ tên", "Chức vụ"], ["Lan", "Chuyên viên"]])
    assert remark.code is FileRemark.HEADER


def test_the_demand_list_covers_all_three_groups():
    form = FORMS["I2A-DEMAND-LIST"]
    head = [column.title for column in form.columns]
    group = form.columns[0].choices[0]
    found = told(head, [group, "CPI", "", "hằng tháng", "ngày 29"], form=form)
    assert [line.partition("«")[2][:2] for line in found] == ["2.", "3."]


def test_the_catalogue_has_the_eleven_fields_of_the_clause():
    assert len(FORMS["I4B-CATALOGUE"].columns) == 11


def test_a_hopeless_table_is_not_told_to_the_end():
    assert len(told(HEAD, *[["", "", "x", "", "", "y", "z"]] * 100)) == 50
