"""Writes tables that are each wrong in one named way, with the verdict and the cell that are right to say.

`python tests/content/wrong_files.py FOLDER` leaves them and `expected.json` there, to be looked at or handed in.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

PERIOD = "2027"
HEAD_ROW = 3
NAME = "Bảng"
GROUPS = (
    "1. Lãnh đạo Đảng, chính quyền, sở, ban, ngành, đoàn thể",
    "2. Doanh nghiệp, nhà đầu tư, cơ sở sản xuất kinh doanh",
    "3. Cơ quan thông tin đại chúng, trường, viện, tổ chức, cá nhân khác",
)
HEADS = {
    "I5-CALENDAR": (
        "Nội dung thông tin",
        "Sản phẩm thông tin thống kê chủ yếu",
        "Thời gian phổ biến",
        "Hình thức phổ biến",
        "Đơn vị chịu trách nhiệm phổ biến",
        "Căn cứ",
        "Địa chỉ trên mạng",
    ),
    "I4B-CATALOGUE": (
        "Tên sản phẩm",
        "Nội dung chủ yếu",
        "Nguồn thông tin biên soạn",
        "Mức độ hoàn chỉnh của thông tin",
        "Dạng sản phẩm",
        "Ngôn ngữ",
        "Chu kỳ biên soạn",
        "Hình thức phổ biến",
        "Đơn vị chịu trách nhiệm phổ biến",
        "Đơn giá sản phẩm",
        "Các thông tin cơ bản khác",
    ),
    "I2A-DEMAND-LIST": (
        "Nhóm đối tượng sử dụng",
        "Thông tin hoặc chỉ tiêu",
        "Mục đích sử dụng",
        "Thời hạn phổ biến",
        "Thời điểm phổ biến",
        "Hình thức phổ biến",
        "Ghi chú",
    ),
    "I4B-COMPILE-PLAN": (
        "Tên sản phẩm",
        "Chu kỳ biên soạn",
        "Thời gian biên soạn",
        "Thời gian phổ biến",
        "Hình thức phổ biến",
        "Đơn vị chịu trách nhiệm biên soạn",
        "Kinh phí (đồng)",
        "Ghi chú",
    ),
}
_WEB, _UNIT = "Trang thông tin điện tử", "Sở Y tế"
ROWS: dict[str, list[list[Any]]] = {
    "I5-CALENDAR": [
        ["Dịch bệnh tháng 1", "Báo cáo dịch bệnh", "29/01/2027", _WEB, _UNIT, "Điều 5", ""],
        [
            "Khám, chữa bệnh quý I",
            "Báo cáo khám bệnh",
            "29/03/2027",
            _WEB,
            _UNIT,
            "bổ sung",
            "https://soyte.example.vn",
        ],
        ["Dân số 6 tháng", "Báo cáo dân số", "06/2027", _WEB, _UNIT, "Điều 5", ""],
        ["Nhân lực y tế", "Niên giám y tế", "15/12/2027", "Bản in", _UNIT, "Điều 5", ""],
    ],
    "I4B-CATALOGUE": [
        [name, "Số liệu chính", "Báo cáo cơ sở", "chính thức", "bản in", "Tiếng Việt", often, _WEB, _UNIT, price, ""]
        for name, often, price in (
            ("Niên giám thống kê y tế", "năm", 150000),
            ("Báo cáo dịch bệnh truyền nhiễm", "tháng", ""),
            ("Báo cáo hoạt động khám bệnh", "quý", "60.000"),
            ("Báo cáo an toàn thực phẩm", "6 tháng", ""),
        )
    ],
    "I2A-DEMAND-LIST": [
        [group, what, "Chỉ đạo, điều hành", often, when, _WEB, ""]
        for group, what, often, when in (
            (GROUPS[0], "Tỷ lệ tiêm chủng", "hằng tháng", "ngày 25 hằng tháng"),
            (GROUPS[0], "Số bác sĩ", "hằng năm", "Tháng 3"),
            (GROUPS[1], "Cơ sở được cấp phép", "hằng quý", "ngày 10 tháng đầu quý sau"),
            (GROUPS[2], "Tuổi thọ trung bình", "hằng năm", "Tháng 6"),
        )
    ],
    "I4B-COMPILE-PLAN": [
        ["Báo cáo dịch bệnh", "tháng", "hằng tháng", "02/2027", _WEB, _UNIT, "", ""],
        ["Báo cáo khám bệnh", "quý", "Quý I", "29/3/2027", _WEB, _UNIT, "12.000.000", ""],
        ["Báo cáo dân số", "6 tháng", "6 tháng đầu năm", "29/6/2027", _WEB, _UNIT, "", ""],
        ["Niên giám y tế", "năm", "Tháng 3 - tháng 5", date(2027, 6, 30), _WEB, _UNIT, 185000000, ""],
    ],
}
Change = Callable[[Worksheet, Workbook], None]


@dataclass(frozen=True)
class WrongFile:
    name: str
    obligation: str
    kind: str
    level: str
    row: int | None
    column: str | None
    change: Change
    stands: str | None = None
    verdict: str = ""
    rows_taken: int | None = None
    sheet: str | None = NAME
    further: tuple[dict[str, Any], ...] = field(default_factory=tuple)

    @property
    def expected(self) -> dict[str, Any]:
        rejected = self.level == "file"
        verdict = {"remark": "ok_with_remarks", "row": "partly", "table": "partly", "file": "rejected"}[self.level]
        taken = 0 if rejected else len(ROWS[self.obligation]) - (self.level == "row")
        finding = {
            "sheet": self.sheet,
            "row": self.row,
            "column_title": self.column,
            "kind": self.kind,
            "level": self.level,
        }
        stands = {} if self.stands is None else {"stands": self.stands}
        return {
            "file": f"{self.name}.xlsx",
            "obligation": self.obligation,
            "period": PERIOD,
            "unit": "SYT",
            "verdict": self.verdict or verdict,
            "findings": [finding | stands, *self.further],
            "rows_taken": taken if self.rows_taken is None else self.rows_taken,
        }

    def content(self) -> bytes:
        book = Workbook()
        sheet = book.worksheets[0]
        sheet.title = NAME
        sheet["A1"] = "Đơn vị: Sở Y tế"
        for place, title in enumerate(HEADS[self.obligation], 1):
            sheet.cell(HEAD_ROW, place, title)
        for number, row in enumerate(ROWS[self.obligation], HEAD_ROW + 1):
            for place, value in enumerate(row, 1):
                sheet.cell(number, place, value or None)
        self.change(sheet, book)
        whole = BytesIO()
        book.save(whole)
        return whole.getvalue()


def put(row: int, title: str, value: object) -> Change:
    """Another value in one cell; `row` as Excel counts."""

    def change(sheet: Worksheet, _: Workbook) -> None:
        place = next(cell.column for cell in sheet[HEAD_ROW] if cell.value == title)
        cell = sheet.cell(row, place)
        cell.value = value  # type: ignore[assignment]

    return change


def _cell(
    name: str, obligation: str, kind: str, level: str, row: int, title: str, value: Any, stands: str
) -> WrongFile:
    return WrongFile(name, obligation, kind, level, row, title, put(row, title, value), stands)


CALENDAR, CATALOGUE, DEMAND, PLAN = "I5-CALENDAR", "I4B-CATALOGUE", "I2A-DEMAND-LIST", "I4B-COMPILE-PLAN"
TIME, OFTEN, UNIT, PRICE = "Thời gian phổ biến", "Chu kỳ biên soạn", HEADS[CALENDAR][4], "Đơn giá sản phẩm"


def _without(title: str) -> Change:
    def change(sheet: Worksheet, _: Workbook) -> None:
        sheet.delete_cols(next(cell.column for cell in sheet[HEAD_ROW] if cell.value == title))

    return change


def _append(*cells: object) -> Change:
    return lambda sheet, _: sheet.append(list(cells))


def _unit_everywhere(name: str) -> Change:
    def change(sheet: Worksheet, _: Workbook) -> None:
        sheet["A1"] = f"Đơn vị: {name}"
        for row in range(HEAD_ROW + 1, HEAD_ROW + 5):
            sheet.cell(row, 5, name)

    return change


def _years(year: int) -> Change:
    def change(sheet: Worksheet, _: Workbook) -> None:
        for row in range(HEAD_ROW + 1, HEAD_ROW + 5):
            cell = sheet.cell(row, 3)
            cell.value = str(cell.value).replace("2027", str(year))

    return change


def _beside(hidden: bool) -> Change:
    def change(_: Worksheet, book: Workbook) -> None:
        other = book.create_sheet("Nháp")
        other["A1"], other["B1"] = "Ghi nhớ", "hỏi lại phòng Kế hoạch"
        other.sheet_state = "hidden" if hidden else "visible"

    return change


def _hide_row(sheet: Worksheet, _: Workbook) -> None:
    sheet.row_dimensions[HEAD_ROW + 2].hidden = True


def _clear(sheet: Worksheet, _: Workbook) -> None:
    sheet.delete_rows(HEAD_ROW + 1, 10)


def _other_form(sheet: Worksheet, _: Workbook) -> None:
    for place, title in enumerate(HEADS[CATALOGUE], 1):
        sheet.cell(HEAD_ROW, place, title)
    for number, row in enumerate(ROWS[CATALOGUE], HEAD_ROW + 1):
        for place, value in enumerate(row, 1):
            sheet.cell(number, place, value or None)


def _swap_head(sheet: Worksheet, book: Workbook) -> None:
    """Months come first in one text, so that the other short day may be meant so, too."""
    put(4, TIME, "01/29/2027")(sheet, book)
    put(5, TIME, "05/03/2027")(sheet, book)


def _true_among_text(sheet: Worksheet, book: Workbook) -> None:
    put(5, TIME, date(2027, 5, 3))(sheet, book)


def _groups(sheet: Worksheet, _: Workbook) -> None:
    sheet.delete_rows(HEAD_ROW + 4)


def _unit_in_title(sheet: Worksheet, book: Workbook) -> None:
    _without(UNIT)(sheet, book)


FILES: Sequence[WrongFile] = (
    _cell("calendar-no-content", CALENDAR, "missing", "row", 4, "Nội dung thông tin", None, ""),
    _cell("calendar-blank-is-no-content", CALENDAR, "missing", "row", 5, "Nội dung thông tin", "   ", ""),
    _cell("calendar-unseen-space", CALENDAR, "missing", "row", 6, "Hình thức phổ biến", "\u00a0\u200b", ""),
    _cell("calendar-dots-to-write-over", CALENDAR, "missing", "row", 6, "Hình thức phổ biến", "……", ""),
    _cell("calendar-no-such-day", CALENDAR, "not_a_date", "row", 4, TIME, "30/02/2027", "30/02/2027"),
    _cell("calendar-no-such-month", CALENDAR, "not_a_date", "row", 6, TIME, "13/2027", "13/2027"),
    _cell("calendar-day-without-year", CALENDAR, "not_a_date", "row", 4, TIME, "29/01", "29/01"),
    _cell("calendar-quarter-for-day", CALENDAR, "not_a_date", "row", 7, TIME, "Quý IV/2027", "Quý IV/2027"),
    _cell("calendar-rule-for-day", CALENDAR, "not_a_date", "row", 7, TIME, "cuối mỗi tháng", "cuối mỗi tháng"),
    _cell(
        "calendar-two-days", CALENDAR, "not_a_date", "row", 7, TIME, "15/6/2027; 15/12/2027", "15/6/2027; 15/12/2027"
    ),
    _cell("calendar-short-year", CALENDAR, "not_a_date", "row", 4, TIME, "29/01/27", "29/01/27"),
    _cell("calendar-year-slip", CALENDAR, "outside_year", "row", 5, TIME, "29/03/2072", "29/03/2072"),
    _cell("calendar-true-day-of-last-year", CALENDAR, "outside_year", "row", 7, TIME, date(2026, 12, 31), "31/12/2026"),
    _cell("calendar-basis-not-listed", CALENDAR, "not_a_choice", "remark", 4, "Căn cứ", "Điều 6", "Điều 6"),
    _cell(
        "calendar-link-is-none",
        CALENDAR,
        "not_a_link",
        "remark",
        5,
        "Địa chỉ trên mạng",
        "trang của sở",
        "trang của sở",
    ),
    _cell("calendar-unit-unknown", CALENDAR, "unit_unknown", "remark", 5, UNIT, "Sở Sức khỏe", "Sở Sức khỏe"),
    _cell("calendar-error-in-day", CALENDAR, "error_cell", "row", 4, TIME, "#VALUE!", "#VALUE!"),
    _cell("calendar-formula-without-result", CALENDAR, "not_read", "row", 7, UNIT, "=E4", "=E4"),
    WrongFile(
        "calendar-swapped-days",
        CALENDAR,
        "ambiguous_date",
        "row",
        5,
        TIME,
        _swap_head,
        "03/05 hoặc 05/03",
        rows_taken=2,
        further=({"sheet": NAME, "row": 4, "column_title": TIME, "kind": "not_a_date", "level": "row"},),
    ),
    WrongFile(
        "calendar-true-day-among-text", CALENDAR, "ambiguous_date", "row", 5, TIME, _true_among_text, "05/03 hoặc 03/05"
    ),
    WrongFile("calendar-of-2026", CALENDAR, "wrong_year", "file", None, TIME, _years(2026), "2026"),
    WrongFile("calendar-of-2028", CALENDAR, "wrong_year", "file", None, TIME, _years(2028), "2028"),
    WrongFile(
        "calendar-of-the-tax-office",
        CALENDAR,
        "unit_other",
        "file",
        None,
        UNIT,
        _unit_everywhere("Cục Thuế"),
        "Cục Thuế",
    ),
    WrongFile("calendar-columns-of-the-catalogue", CALENDAR, "wrong_duty", "file", None, None, _other_form, CATALOGUE),
    WrongFile("calendar-without-day-column", CALENDAR, "column_missing", "file", None, TIME, _without(TIME)),
    WrongFile("calendar-unit-only-over-the-table", CALENDAR, "column_missing", "remark", None, UNIT, _unit_in_title),
    WrongFile("calendar-nothing-filled-in", CALENDAR, "empty", "file", None, None, _clear),
    WrongFile("calendar-sheet-beside", CALENDAR, "not_read", "remark", None, None, _beside(False), sheet="Nháp"),
    WrongFile("calendar-hidden-sheet", CALENDAR, "hidden_sheet", "remark", None, None, _beside(True), sheet="Nháp"),
    WrongFile("calendar-hidden-row", CALENDAR, "hidden_rows", "remark", None, None, _hide_row, "5", rows_taken=3),
    _cell("catalogue-cycle-not-listed", CATALOGUE, "not_a_choice", "row", 5, OFTEN, "hằng tuần", "hằng tuần"),
    _cell(
        "catalogue-two-forms-in-one",
        CATALOGUE,
        "not_a_choice",
        "row",
        4,
        "Dạng sản phẩm",
        "bản in; trang tin",
        "bản in; trang tin",
    ),
    _cell(
        "catalogue-maturity-slip", CATALOGUE, "not_a_choice", "row", 7, HEADS[CATALOGUE][3], "chính thưc", "chính thưc"
    ),
    _cell("catalogue-price-in-words", CATALOGUE, "not_a_number", "remark", 4, PRICE, "thỏa thuận", "thỏa thuận"),
    _cell("catalogue-error-in-price", CATALOGUE, "error_cell", "remark", 6, PRICE, "#DIV/0!", "#DIV/0!"),
    WrongFile(
        "catalogue-name-again",
        CATALOGUE,
        "duplicate",
        "remark",
        8,
        "Tên sản phẩm",
        _append("NIÊN GIÁM THỐNG KÊ Y TẾ", *ROWS[CATALOGUE][0][1:]),
        rows_taken=5,
    ),
    WrongFile(
        "catalogue-name-with-a-slip",
        CATALOGUE,
        "duplicate",
        "remark",
        8,
        "Tên sản phẩm",
        _append("Báo cáo dịch bệnh truyền nhiểm", *ROWS[CATALOGUE][1][1:]),
        rows_taken=5,
    ),
    WrongFile(
        "catalogue-count-too-high",
        CATALOGUE,
        "sum",
        "remark",
        8,
        None,
        _append("Tổng cộng: 05 sản phẩm"),
        "Tổng cộng: 05 sản phẩm",
    ),
    WrongFile(
        "demand-second-group-missing",
        DEMAND,
        "group_missing",
        "table",
        None,
        HEADS[DEMAND][0],
        lambda sheet, _: sheet.delete_rows(HEAD_ROW + 3),
        GROUPS[1],
        rows_taken=3,
    ),
    WrongFile(
        "demand-third-group-missing",
        DEMAND,
        "group_missing",
        "table",
        None,
        HEADS[DEMAND][0],
        _groups,
        GROUPS[2],
        rows_taken=3,
    ),
    _cell("demand-group-not-listed", DEMAND, "not_a_choice", "row", 5, HEADS[DEMAND][0], "Nhóm 1", "Nhóm 1"),
    _cell("demand-no-moment", DEMAND, "missing", "row", 6, "Thời điểm phổ biến", None, ""),
    _cell(
        "demand-three-days-a-quarterly",
        DEMAND,
        "dates_count",
        "remark",
        6,
        "Thời điểm phổ biến",
        "10/1; 10/4; 10/7",
        "10/1; 10/4; 10/7",
    ),
    _cell("plan-no-such-quarter", PLAN, "not_a_date", "row", 5, "Thời gian biên soạn", "Quý 5", "Quý 5"),
    _cell(
        "plan-as-soon-as-possible",
        PLAN,
        "not_a_date",
        "row",
        6,
        "Thời gian biên soạn",
        "khi có số liệu",
        "khi có số liệu",
    ),
    _cell("plan-compiled-last-year", PLAN, "outside_year", "row", 5, "Thời gian biên soạn", "Quý I/2026", "Quý I/2026"),
    _cell("plan-cost-in-words", PLAN, "not_a_number", "remark", 4, "Kinh phí (đồng)", "chưa dự toán", "chưa dự toán"),
)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for file in FILES:
        (folder / f"{file.name}.xlsx").write_bytes(file.content())
    (folder / "expected.json").write_text(json.dumps([file.expected for file in FILES], ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
