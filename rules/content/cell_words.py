"""What a finding says at its cell: what is wrong there, and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping

from rules.content.findings import Finding, FindingKind, Level
from rules.plan import Text

LEVELS: Mapping[Level, Text] = {
    Level.REMARK: Text("Lưu ý", "Remark"),
    Level.ROW: Text("Dòng chưa dùng được", "Row not usable"),
    Level.TABLE: Text("Bảng còn thiếu", "Table incomplete"),
    Level.FILE: Text("Tệp chưa dùng được", "File not usable"),
}
# «{stands}»: what the cell holds; the values that would be right are written behind
WORDS: Mapping[FindingKind, Text] = {
    FindingKind.MISSING: Text("chưa ghi; ô này phải ghi", "empty; it must be filled in"),
    FindingKind.COLUMN_MISSING: Text(
        "thiếu cột này; thêm cột theo mẫu", "this column is missing; add it as in the form"
    ),
    FindingKind.NOT_A_CHOICE: Text(
        "«{stands}» không thuộc danh sách; chọn một giá trị", "“{stands}” is not in the list; choose one"
    ),
    FindingKind.NOT_A_DATE: Text(
        "«{stands}» không phải là ngày hoặc tháng; ghi dạng ngày/tháng/năm",
        "“{stands}” is no day or month; write day/month/year",
    ),
    FindingKind.AMBIGUOUS_DATE: Text(
        "«{stands}»: không rõ đâu là ngày, đâu là tháng; ghi lại dạng ngày/tháng/năm",
        "“{stands}”: day and month may be swapped; write day/month/year",
    ),
    FindingKind.NOT_A_NUMBER: Text(
        "«{stands}» không phải là số; ghi bằng chữ số", "“{stands}” is no number; write digits"
    ),
    FindingKind.NOT_A_LINK: Text(
        "«{stands}» không phải là địa chỉ http(s)://…", "“{stands}” is no address http(s)://…"
    ),
    FindingKind.NOT_YES_NO: Text("«{stands}»: ghi «Có» hoặc «Không»", "“{stands}”: write “Có” or “Không”"),
    FindingKind.OUT_OF_RANGE: Text(
        "«{stands}» ngoài khoảng cho phép; kiểm tra lại", "“{stands}” is out of range; check it"
    ),
    FindingKind.OUTSIDE_YEAR: Text(
        "«{stands}» ngoài năm của bảng; sửa lại năm", "“{stands}” lies outside the year of the table"
    ),
    FindingKind.OUTSIDE_PERIOD: Text(
        "«{stands}» ngoài kỳ của bảng; sửa lại", "“{stands}” lies outside the period of the table"
    ),
    FindingKind.WRONG_YEAR: Text(
        "bảng của năm khác ({stands}); lấy đúng bảng của kỳ này", "a table of another year ({stands})"
    ),
    FindingKind.WRONG_DUTY: Text(
        "đây là bảng của nhiệm vụ khác ({stands})", "this is the table of another duty ({stands})"
    ),
    FindingKind.UNIT_OTHER: Text("bảng ghi tên đơn vị khác: «{stands}»", "the table names another unit: “{stands}”"),
    FindingKind.UNIT_UNKNOWN: Text(
        "«{stands}» không có trong danh sách đơn vị; ghi đúng tên", "“{stands}” is not in the register of units"
    ),
    FindingKind.DUPLICATE: Text(
        "«{stands}» trùng với dòng khác; bỏ bớt hoặc sửa", "“{stands}” stands in another row too"
    ),
    FindingKind.GROUP_MISSING: Text("chưa có dòng nào cho «{stands}»; thêm dòng", "no row for “{stands}”; add one"),
    FindingKind.DATES_COUNT: Text(
        "«{stands}»: số lần phổ biến chưa đủ so với chu kỳ", "“{stands}”: too few days for this frequency"
    ),
    FindingKind.SUM: Text(
        "«{stands}» không khớp với tổng các phần; cộng lại", "“{stands}” is not the sum of its parts"
    ),
    FindingKind.ROW_MISSING: Text(
        "thiếu dòng «{stands}» của mẫu; thêm lại", "the row “{stands}” of the form is missing"
    ),
    FindingKind.FIXED_CHANGED: Text(
        "chữ in sẵn của mẫu bị sửa thành «{stands}»; ghi lại như mẫu", "a printed text was changed to “{stands}”"
    ),
    FindingKind.ERROR_CELL: Text(
        "ô báo lỗi {stands}; gõ lại giá trị", "the cell holds the error {stands}; type the value"
    ),
    FindingKind.NOT_READ: Text("không đọc được: {stands}", "not read: {stands}"),
    FindingKind.HIDDEN_SHEET: Text("trang ẩn «{stands}» không được đọc", "the hidden sheet “{stands}” was not read"),
    FindingKind.HIDDEN_ROWS: Text("dòng ẩn không được đọc: {stands}", "hidden rows were not read: {stands}"),
    FindingKind.ENCODING: Text(
        "chữ theo bảng mã {stands} đã được đổi sang Unicode", "letters of {stands} were turned into Unicode"
    ),
    FindingKind.EMPTY: Text("chưa có dòng số liệu nào", "there is no row of data yet"),
}
MOST_EXPECTED = 5
LONGEST = 120  # letters of what stands


def expected_words(finding: Finding) -> str:
    more = " …" if len(finding.expected) > MOST_EXPECTED else ""
    return "; ".join(finding.expected[:MOST_EXPECTED]) + more


def cell_words(finding: Finding) -> Text:
    stands, words = finding.stands[:LONGEST], WORDS[finding.kind]
    return Text(words.vi.replace("{stands}", stands), words.en.replace("{stands}", stands))


def with_expected(finding: Finding) -> Text:
    words, expected = cell_words(finding), expected_words(finding)
    if not expected or finding.kind in (FindingKind.COLUMN_MISSING, FindingKind.WRONG_DUTY):
        return words
    return Text(f"{words.vi} ({expected})", f"{words.en} ({expected})")
