"""Tables from outside: whatever is wrong with one is said with its place, and nothing is believed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from reports.workbook_guard import MOST_UNPACKED
from services.errors import Refused
from services.forms.table_import import LARGEST, MOST_ROWS, Columns, ImportedTable, read_sheet

TABLE = Columns(("don_vi", "ho_ten", "ghi_chu"), {"name": "ho_ten"}, frozenset({"ghi_chu"}))
HEAD = "don_vi,ho_ten,ghi_chu\n"
LAN = "STC,Nguyễn Thị Lan,\n"


def read(content: bytes | str, file: str = "bang.csv") -> ImportedTable:
    return read_sheet(content.encode() if isinstance(content, str) else content, TABLE, file)


def a_workbook(*rows: Any, change: Callable[[Any], object] = lambda book: None) -> bytes:
    book = openpyxl.Workbook()
    for row in (("don_vi", "ho_ten", "ghi_chu"), *rows):
        book.active.append(row)
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def a_zip(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in parts.items():
            zipped.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def test_csv_and_excel_say_the_same() -> None:
    assert read(HEAD + LAN).lines == read(a_workbook(("STC", "Nguyễn Thị Lan", None))).lines
    assert read("ghi_chu;Name;don_vi\n;Nguyễn Thị Lan;STC\n").lines[0]["ho_ten"] == "Nguyễn Thị Lan"
    assert read((HEAD + LAN).replace(",", "\t").encode("utf-16")).lines == read(HEAD + LAN).lines


def test_decomposed_letters_and_stray_blanks_are_put_right() -> None:
    line = read(HEAD + "STC,Nguye\u0302\u0303n   Thi\u0323 \u200bLan\ufeff,\n").lines[0]
    assert line["ho_ten"] == "Nguyễn Thị Lan"


def test_a_row_over_two_lines_keeps_the_number_of_its_first() -> None:
    sheet = read(HEAD + 'STC,"Nguyễn\nThị Lan",\n\nSYT,Hùng,\n')
    assert [line.number for line in sheet.lines] == [2, 5]


WORDS = "Nguyễn Thị Hạnh, Trần Văn Hùng, Sở Kế hoạch và Đầu tư"


def as_bytes(text: str, table: dict[str, bytes]) -> bytes:
    return b"".join(table.get(letter, letter.encode("ascii", "ignore")) for letter in text)


IN_TCVN3 = {"ễ": b"\xd4", "ị": b"\xde", "ạ": b"\xb9", "ầ": b"\xc7", "ă": b"\xa8", "ù": b"\xef", "ở": b"\xeb"}
IN_TCVN3 |= {"ế": b"\xd5", "à": b"\xb5", "Đ": b"\xa7", "ư": b"\xad"}
IN_VNI = {"ễ": b"e\xe3", "ị": b"\xf2", "ạ": b"a\xef", "ầ": b"a\xe0", "ă": b"a\xea", "ù": b"u\xf8", "ở": b"\xf4\xfb"}
IN_VNI |= {"ế": b"e\xe1", "à": b"a\xf8", "Đ": b"\xd1", "ư": b"\xf6"}
IN_1258 = {
    "ễ": b"\xea\xde",
    "ị": b"i\xf2",
    "ạ": b"a\xf2",
    "ầ": b"\xe2\xcc",
    "ă": b"\xe3",
    "ù": b"\xf9",
    "ở": b"\xf5\xd2",
}
IN_1258 |= {"ế": b"\xea\xec", "à": b"\xe0", "Đ": b"\xd0", "ư": b"\xfd"}


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (as_bytes(WORDS, IN_TCVN3), "TCVN3"),
        (as_bytes(WORDS, IN_VNI), "VNI"),
        (as_bytes(WORDS, IN_1258), "Windows-1258"),
        ((HEAD + LAN * 20).encode("utf-16-le")[:-1] + b"\xff", "UTF-16"),
    ],
)
def test_an_old_encoding_is_named(content: bytes, named: str) -> None:
    with pytest.raises(Refused, match=named) as refused:
        read(HEAD.encode() + content + b"\n" if named != "UTF-16" else content)
    assert "CSV UTF-8" in str(refused.value)


def test_letters_of_an_old_font_inside_a_workbook_are_recognised() -> None:
    old = [as_bytes(word, IN_TCVN3).decode("latin-1") for word in WORDS.split(", ")]
    with pytest.raises(Refused, match="TCVN3"):
        read(a_workbook(*(("STC", name) for name in old)))


def test_cells_that_say_nothing_certain_are_named_with_row_and_column() -> None:
    def spoil(book: Any) -> None:
        book.active["B2"] = "=A1"
        book.active.merge_cells("A3:B4")

    sheet = read(a_workbook(("STC", "Lan"), ("SYT", "Hùng"), ("SNV", "Mai"), change=spoil), "C:\\tam\\..\\bang.xlsx")
    told = [(one.file, one.line, one.column) for one in sheet.problems]
    assert told == [("bang.xlsx", 2, "ho_ten"), ("bang.xlsx", 3, "don_vi")]
    assert "Paste Values" in sheet.problems[0].vi


def test_a_hidden_sheet_is_passed_over_and_named() -> None:
    def hide(book: Any) -> None:
        book.create_sheet("Bản nháp")["A1"] = "x"
        book["Bản nháp"].sheet_state = "hidden"

    sheet = read(a_workbook(("STC", "Lan"), change=hide))
    assert len(sheet.lines) == 1
    assert sheet.notes == ("Trang ẩn «Bản nháp» không được đọc.",)


def two_sheets(book: Any) -> None:
    book.create_sheet("Khác")["A1"] = "x"


BOOK = {"xl__workbook.xml": b"<workbook/>"}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (a_workbook(("STC", "Lan"), change=two_sheets), "nhiều trang"),
        (a_zip(**BOOK, xl__vbaProject=b"x"), "macro"),
        (a_zip(**BOOK, big=b"\0" * (MOST_UNPACKED + 1)), "giải nén quá"),
        (a_zip(**BOOK, xl__shared=b'<!DOCTYPE a [<!ENTITY b "c">]>'), "khai báo XML"),
        (a_zip(**BOOK, **{f"p{number}": b"" for number in range(600)}), "quá nhiều phần"),
        (a_zip(**BOOK, **{"..__..__etc": b""}), "đường dẫn lạ"),
        (a_zip(x=b""), "không phải Excel"),
        (a_zip(**BOOK), "hỏng"),
        (b"PK\x03\x04" + b"\0" * 90, "hỏng"),
        (b"\xd0\xcf\x11\xe0", "xls cũ"),
        (b"x" * (LARGEST + 1), "lớn hơn 5 MB"),
        (HEAD.encode() + b"STC,\x00\n", "không phải CSV"),
        (b"", "Thiếu cột: don_vi, ho_ten"),
        (b"don_vi,ho_ten,ho_ten\n", "viết hai lần: ho_ten"),
        ((HEAD + LAN * (MOST_ROWS + 1)).encode(), "Quá 10000 dòng"),
        (HEAD.encode() + b'STC,"' + b"x" * 200_000, "không đọc được"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_no_such_table_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        read(content)


def test_a_guarded_cell_comes_back_as_it_was() -> None:
    assert read(HEAD + "STC,'+84 912,\n").lines[0]["ho_ten"] == "+84 912"


def test_a_cell_too_long_and_a_broken_letter_are_named() -> None:
    sheet = read(HEAD + f"STC,{'x' * 501},\nSTC,Nguy\ufffdn,\n")
    assert [(one.line, one.column) for one in sheet.problems] == [(2, "ho_ten"), (3, "ho_ten")]
