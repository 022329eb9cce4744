"""A filled-in table is looked at by row, column and field."""

from __future__ import annotations

from dataclasses import replace
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


def test_days_of_another_year_are_named_and_a_table_of_last_year_once():
    form = replace(CALENDAR, period="2014")

    def of_days(*days: object) -> list[str]:
        return told(HEAD, *([*ROW[:2], day, *ROW[3:]] for day in days), form=form)

    assert of_days(date(2014, 1, 29), "12/2014", "31/12/2014") == []
    assert of_days("29/01/2014", "29/01/2041", "12/2013") == [
        "3 Thời gian phổ biến: «29/01/2041» ở ngoài năm 2014",
        "4 Thời gian phổ biến: «12/2013» ở ngoài năm 2014",
    ]
    assert of_days("29/01/2013", date(2013, 2, 28), "tháng 3/2013") == [
        "0 Thời gian phổ biến: mọi ngày đều ở ngoài năm 2014: có thể là bảng của kỳ khác, xem lại"
    ]


@pytest.mark.parametrize("period", ["", "2014-05-06", "lần 1"])
def test_where_the_period_names_no_days_none_are_outside(period: str):
    assert told(HEAD, [*ROW[:2], "29/01/2099", *ROW[3:]], form=replace(CALENDAR, period=period)) == []


CATALOGUE = FORMS["I4B-CATALOGUE"]
CATALOGUE_HEAD = [
    f"{column.title} (nếu có)" if column.id == "unit_price" else column.title for column in CATALOGUE.columns
]
PRODUCT = ["CPI", "Giá", "Điều tra", "chính thức", "bản in", "tiếng Việt", "Hằng tháng", "Web", "CTK", "120.000 đ", ""]


def test_what_stands_around_the_products_is_no_product_and_is_named_once():
    around = [["(1)", "(2)", "(3)"], ["A. GIÁ CẢ"], ["Tổng cộng", "", 2], ["Nơi nhận", "", "GIÁM ĐỐC"]]
    rows = [CATALOGUE_HEAD, around[0], around[1], PRODUCT, [*PRODUCT[:6], "nt", "-nt-", *PRODUCT[8:]], *around[2:]]
    assert told(*rows, form=CATALOGUE) == ["0 : 2 dòng chỉ có vài ô nên không được xem là số liệu: dòng 3, 7"]


def test_a_product_whose_name_begins_like_a_total_is_one():
    found = told(CATALOGUE_HEAD, ["Tổng mức bán lẻ hàng hóa", *PRODUCT[1:8], "", "giá mềm"], form=CATALOGUE)
    assert [line.partition(":")[0] for line in found] == ["2 Đơn vị chịu trách nhiệm phổ biến", "2 Đơn giá sản phẩm"]


def test_a_price_is_looked_at_under_the_title_the_plan_uses():
    assert "«giá mềm» không phải là số" in told(CATALOGUE_HEAD, [*PRODUCT[:9], "giá mềm", ""], form=CATALOGUE)[0]


def test_remarks_that_are_not_told_are_counted():
    found = told(HEAD, *([*ROW[:2], "cuối quý", *ROW[3:]] for _ in range(60)))
    assert (len(found), found[-1]) == (50, "0 : và 11 nhận xét khác")
