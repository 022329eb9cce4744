"""What people read of a finding: where it is, what is wrong, what is expected, how to mend it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rules.content.findings import ContentVerdict, Finding, FindingKind, Level
from rules.intake import ContentSummary
from rules.plan import Text

VERDICTS: Mapping[ContentVerdict, Text] = {
    ContentVerdict.OK: Text("đạt", "good"),
    ContentVerdict.OK_WITH_REMARKS: Text("đạt, có lưu ý", "good, with remarks"),
    ContentVerdict.PARTLY: Text("đạt một phần", "good in part"),
    ContentVerdict.REJECTED: Text("không đạt", "not usable"),
}
LEVELS: Mapping[Level, Text] = {
    Level.REMARK: Text("lưu ý", "remark"),
    Level.ROW: Text("dòng chưa dùng được", "row not usable"),
    Level.TABLE: Text("bảng chưa đủ", "table not complete"),
    Level.FILE: Text("tệp chưa dùng được", "file not usable"),
}


@dataclass(frozen=True)
class FindingWords:
    problem: Text
    expected: Text
    how: Text


_PLACE = re.compile(r"\{(stands|right)\}")
_MOST_NAMED = 12  # values of a list
_LONGEST = 200  # letters of what stands
_FORMULA, _SHEET_BESIDE, _UNREADABLE = "formula", "sheet", "file"
_NOT_READ: Mapping[str, tuple[Text, Text, Text]] = {
    _FORMULA: (
        Text("công thức «{stands}» không có kết quả lưu trong tệp", "the formula “{stands}” has no stored result"),
        Text("giá trị, không phải công thức", "the value itself"),
        Text(
            "mở tệp bằng Excel rồi lưu lại, hoặc chép giá trị vào ô (Paste Values)",
            "open the file in Excel and save it, or paste the value (Paste Values)",
        ),
    ),
    _SHEET_BESIDE: (
        Text("trang «{stands}» không được đọc, vì bảng ở trang khác", "the sheet “{stands}” was not read"),
        Text("một bảng theo mẫu", "one table as in the form"),
        Text(
            "nếu trang này có số liệu phải nộp thì chép vào bảng; nếu không thì bỏ qua hoặc xóa trang",
            "copy what is to be handed in into the table; otherwise nothing needs doing",
        ),
    ),
    _UNREADABLE: (
        Text("không đọc được bảng nào trong tệp: {stands}", "no table could be read in the file: {stands}"),
        Text("bảng có chữ và số trong các ô", "a table with text and figures in its cells"),
        Text(
            "gửi tệp bảng tính gốc (.xlsx, .xls, .ods, .csv), không gửi ảnh chụp hay bản quét",
            "send the spreadsheet itself (.xlsx, .xls, .ods, .csv), not a picture of it",
        ),
    ),
}
# {stands}: what the cell holds or the finding names; {right}: what would be right
_WORDS: Mapping[FindingKind, tuple[Text, Text, Text]] = {
    FindingKind.MISSING: (
        Text("ô bắt buộc chưa ghi", "a required cell is empty"),
        Text("một giá trị", "a value"),
        Text("ghi giá trị vào ô này", "fill in the cell"),
    ),
    FindingKind.COLUMN_MISSING: (
        Text("bảng thiếu cột này", "the table lacks this column"),
        Text("đủ các cột bắt buộc của mẫu {right}", "all required columns of the form {right}"),
        Text("thêm cột với đúng tên như trong mẫu rồi ghi giá trị", "add the column under its title and fill it in"),
    ),
    FindingKind.NOT_A_CHOICE: (
        Text("«{stands}» không có trong danh sách của cột", "“{stands}” is not in the column's list"),
        Text("một trong: {right}", "one of: {right}"),
        Text("chọn đúng một giá trị trong danh sách", "choose one value of the list"),
    ),
    FindingKind.NOT_A_DATE: (
        Text("«{stands}» không phải là thời gian hợp lệ của cột này", "“{stands}” is no valid time here"),
        Text("{right}", "{right}"),
        Text("ghi lại thời gian cụ thể, theo dạng: {right}", "write the time as: {right}"),
    ),
    FindingKind.AMBIGUOUS_DATE: (
        Text("«{stands}»: không rõ đâu là ngày, đâu là tháng", "“{stands}”: day and month may be swapped"),
        Text("{right}", "{right}"),
        Text("kiểm tra rồi ghi lại dạng ngày/tháng/năm", "check it and write day/month/year"),
    ),
    FindingKind.NOT_A_NUMBER: (
        Text("«{stands}» không phải là số", "“{stands}” is no number"),
        Text("chỉ chữ số, như 120.000", "digits only, such as 120.000"),
        Text("ghi bằng chữ số, bỏ chữ và ký hiệu khác", "write it in digits, without words"),
    ),
    FindingKind.NOT_A_LINK: (
        Text("«{stands}» không phải là địa chỉ trang mạng", "“{stands}” is no web address"),
        Text("địa chỉ bắt đầu bằng https://", "an address that begins with https://"),
        Text("chép đủ địa chỉ từ thanh địa chỉ của trình duyệt", "copy the whole address from the browser"),
    ),
    FindingKind.NOT_YES_NO: (
        Text("«{stands}» không phải là dấu x", "“{stands}” is no mark"),
        Text("dấu x, hoặc để trống", "an x, or nothing"),
        Text("ghi x nếu có, để trống nếu không", "write x for yes, leave it empty for no"),
    ),
    FindingKind.OUT_OF_RANGE: (
        Text("«{stands}» ngoài khoảng cho phép", "“{stands}” is out of range"),
        Text("{right}", "{right}"),
        Text("kiểm tra lại số liệu và đơn vị tính", "check the figure and its unit"),
    ),
    FindingKind.OUTSIDE_YEAR: (
        Text("«{stands}» không thuộc năm của bảng", "“{stands}” lies outside the year of the table"),
        Text("từ {right}", "{right}"),
        Text("sửa lại thời gian, hoặc bỏ dòng này khỏi bảng", "mend the date, or take the row out"),
    ),
    FindingKind.OUTSIDE_PERIOD: (
        Text("«{stands}» không thuộc kỳ của bảng", "“{stands}” lies outside the period of the table"),
        Text("từ {right}", "{right}"),
        Text("sửa lại thời gian, hoặc bỏ dòng này khỏi bảng", "mend the date, or take the row out"),
    ),
    FindingKind.WRONG_YEAR: (
        Text("bảng ghi năm {stands}", "the table is of {stands}"),
        Text("năm {right}", "the year {right}"),
        Text(
            "kiểm tra xem có gửi nhầm bảng của năm khác; nộp bảng của năm {right}",
            "see whether another year's table was sent; hand in that of {right}",
        ),
    ),
    FindingKind.WRONG_DUTY: (
        Text("đây là bảng của nhiệm vụ {stands}", "this is the table of the duty {stands}"),
        Text("{right}", "{right}"),
        Text(
            "nộp bảng này ở nhiệm vụ của nó, và nộp đúng bảng ở đây",
            "hand it in for its own duty, and the right table here",
        ),
    ),
    FindingKind.UNIT_OTHER: (
        Text("bảng ghi tên đơn vị khác: «{stands}»", "the table names another unit: “{stands}”"),
        Text("tên đơn vị nộp bảng", "the unit that hands in"),
        Text("kiểm tra xem có gửi nhầm tệp của đơn vị khác", "see whether another unit's file was sent"),
    ),
    FindingKind.UNIT_UNKNOWN: (
        Text("«{stands}» không có trong danh sách cơ quan, đơn vị", "“{stands}” is not in the register of units"),
        Text("tên trong danh sách cơ quan, đơn vị", "a name of the register"),
        Text("ghi đúng tên hoặc tên viết tắt của cơ quan, đơn vị", "write the unit's name or short name"),
    ),
    FindingKind.DUPLICATE: (
        Text("«{stands}» có vẻ trùng với một dòng ở trên", "“{stands}” seems to repeat a row above"),
        Text("khác với: {right}", "other than: {right}"),
        Text(
            "nếu là một thì bỏ bớt một dòng; nếu khác thì ghi rõ chỗ khác nhau",
            "if they are one, remove a row; if not, write what differs",
        ),
    ),
    FindingKind.GROUP_MISSING: (
        Text("chưa có dòng nào cho «{stands}»", "there is no row for “{stands}”"),
        Text("ít nhất một dòng cho mỗi nhóm", "a row at least for each group"),
        Text("thêm các dòng của nhóm này", "add the rows of this group"),
    ),
    FindingKind.DATES_COUNT: (
        Text("«{stands}»: ít thời điểm hơn số lần phổ biến trong năm", "“{stands}”: fewer days than times a year"),
        Text("{right}", "{right}"),
        Text(
            "ghi đủ thời điểm của từng lần, hoặc sửa lại thời hạn phổ biến",
            "write the day of each time, or mend how often it is",
        ),
    ),
    FindingKind.SUM: (
        Text(
            "«{stands}» không khớp với tổng của các dòng, các cột thành phần",
            "“{stands}” does not agree with its parts",
        ),
        Text("{right}", "{right}"),
        Text("cộng lại, rồi sửa số tổng hoặc số thành phần", "add up again, then mend the total or its parts"),
    ),
    FindingKind.ROW_MISSING: (
        Text("thiếu dòng «{stands}» của mẫu", "the row “{stands}” of the form is missing"),
        Text("đủ các dòng in sẵn của mẫu", "every row that the form prints"),
        Text("thêm lại dòng này như trong mẫu rồi ghi số liệu", "put the row back as in the form and fill it in"),
    ),
    FindingKind.FIXED_CHANGED: (
        Text("chữ in sẵn đã bị đổi thành «{stands}»", "a printed text was changed to “{stands}”"),
        Text("{right}", "{right}"),
        Text(
            "ghi lại như mẫu; nếu đã đổi đơn vị tính thì tính lại số liệu của dòng",
            "write it as in the form; if the unit of measure was changed, reckon the figures anew",
        ),
    ),
    FindingKind.ERROR_CELL: (
        Text("ô báo lỗi {stands}", "the cell shows the error {stands}"),
        Text("một giá trị", "a value"),
        Text("sửa công thức, hoặc ghi trực tiếp giá trị vào ô", "mend the formula, or write the value into the cell"),
    ),
    FindingKind.HIDDEN_SHEET: (
        Text("trang ẩn «{stands}» không được đọc", "the hidden sheet “{stands}” was not read"),
        Text("số liệu ở trang nhìn thấy được", "data in sheets that can be seen"),
        Text(
            "nếu trang này phải nộp thì bỏ ẩn (Unhide); nếu không thì xóa trang",
            "unhide it if it is to be handed in; otherwise delete it",
        ),
    ),
    FindingKind.HIDDEN_ROWS: (
        Text("có dòng bị ẩn, không được đọc: {stands}", "hidden rows were not read: {stands}"),
        Text("mọi dòng số liệu nhìn thấy được", "every row of data can be seen"),
        Text(
            "bỏ ẩn hoặc bỏ lọc các dòng phải nộp; xóa các dòng thừa",
            "unhide or unfilter the rows that count; delete the others",
        ),
    ),
    FindingKind.ENCODING: (
        Text(
            "chữ viết theo bảng mã {stands}, đã được chuyển sang Unicode để đọc",
            "letters of {stands} were read as Unicode",
        ),
        Text("chữ Unicode", "Unicode letters"),
        Text(
            "kiểm tra lại dấu chữ; lần sau dùng phông Unicode như Times New Roman",
            "check the accents; use a Unicode font next time",
        ),
    ),
    FindingKind.EMPTY: (
        Text("bảng chưa ghi dòng số liệu nào", "nothing is filled in"),
        Text("các dòng số liệu theo mẫu", "rows of data as in the form"),
        Text("điền bảng rồi nộp lại", "fill in the table and hand it in again"),
    ),
}
_WITHOUT_VALUES: Mapping[FindingKind, Text] = {
    FindingKind.SUM: Text("bằng tổng các thành phần", "the sum of its parts"),
}
_BETWEEN = frozenset({FindingKind.OUTSIDE_YEAR, FindingKind.OUTSIDE_PERIOD})
_EITHER = frozenset({FindingKind.AMBIGUOUS_DATE})


def words_of(finding: Finding) -> FindingWords:
    problem, expected, how = _templates(finding)
    if not finding.expected and (plain := _WITHOUT_VALUES.get(finding.kind)):
        expected = plain
    return FindingWords(*(_filled(text, finding) for text in (problem, expected, how)))


def _templates(finding: Finding) -> tuple[Text, Text, Text]:
    if finding.kind is not FindingKind.NOT_READ:
        return _WORDS[finding.kind]
    return _NOT_READ[_FORMULA if finding.row else _UNREADABLE if finding.level is Level.FILE else _SHEET_BESIDE]


def _filled(text: Text, finding: Finding) -> Text:
    stands = finding.stands if len(finding.stands) <= _LONGEST else finding.stands[:_LONGEST] + " …"
    return Text(
        _put(text.vi, {"stands": stands, "right": _right(finding, "vi")}),
        _put(text.en, {"stands": stands, "right": _right(finding, "en")}),
    )


def _put(words: str, values: Mapping[str, str]) -> str:
    """In one go: a brace in what people wrote is no place to fill."""
    return _PLACE.sub(lambda match: values[match[1]], words).strip()


def _right(finding: Finding, language: str) -> str:
    values = finding.expected
    if finding.kind is FindingKind.COLUMN_MISSING:
        return f"({', '.join(f'«{value}»' for value in values)})" if len(values) > 1 else ""
    if finding.kind is FindingKind.DATES_COUNT and len(values) == 2:
        count, often = values
        return f"{count} thời điểm ({often})" if language == "vi" else f"{count} days ({often})"
    if finding.kind in _BETWEEN and len(values) == 2:
        return f"{values[0]} đến {values[1]}" if language == "vi" else f"{values[0]} to {values[1]}"
    joint = (" hoặc " if language == "vi" else " or ") if finding.kind in _EITHER else "; "
    return joint.join(values[:_MOST_NAMED]) + (" …" if len(values) > _MOST_NAMED else "")


def place_of(finding: Finding) -> Text:
    """«trang «Lịch», dòng 7, cột «Thời gian phổ biến»»."""
    vi, en = list[str](), list[str]()
    if finding.sheet:
        vi.append(f"trang «{finding.sheet}»")
        en.append(f"sheet “{finding.sheet}”")
    if finding.row:
        vi.append(f"dòng {finding.row}")
        en.append(f"row {finding.row}")
    if finding.column_title:
        vi.append(f"cột «{finding.column_title}»")
        en.append(f"column “{finding.column_title}”")
    return Text(", ".join(vi), ", ".join(en))


@dataclass(frozen=True)
class FindingLine:
    place: Text
    level: Text
    words: FindingWords

    @property
    def whole(self) -> Text:
        """All of it as one line of text."""
        words = self.words
        vi = f"{words.problem.vi}. Cần: {words.expected.vi}. Cách sửa: {words.how.vi}."
        en = f"{words.problem.en}. Expected: {words.expected.en}. To mend it: {words.how.en}."
        return Text(_sentence(self.place.vi, vi), _sentence(self.place.en, en))


def _sentence(place: str, words: str) -> str:
    whole = f"{place}: {words}" if place else words
    return whole[:1].upper() + whole[1:]


@dataclass(frozen=True)
class TableWords:
    """What people read of a table that came with a hand-in."""

    name: str
    verdict: ContentVerdict
    rows_taken: int
    findings: tuple[FindingLine, ...]
    more: int

    @property
    def verdict_words(self) -> Text:
        return VERDICTS[self.verdict]


def line_of(finding: Finding) -> FindingLine:
    return FindingLine(place_of(finding), LEVELS[finding.level], words_of(finding))


def table_words(name: str, summary: ContentSummary) -> TableWords:
    return TableWords(name, summary.verdict, summary.rows_taken, tuple(map(line_of, summary.findings)), summary.more)


def finding_json(finding: Finding) -> dict[str, str | int | None]:
    """As commands and the API give it, in Vietnamese."""
    words = words_of(finding)
    return {
        "sheet": finding.sheet,
        "row": finding.row,
        "column_title": finding.column_title,
        "kind": finding.kind.value,
        "level": finding.level.value,
        "stands": finding.stands,
        "expected": words.expected.vi,
        "how": words.how.vi,
    }
