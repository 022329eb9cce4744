"""What was filled in on a page is written into the office's own workbook, or not at all."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Border, Side
from openpyxl.workbook.defined_name import DefinedName

from reports.reading.grids import grids_of
from reports.sheets.own_form import filled_own_form
from reports.sheets.room import NotWritable
from rules.content.drafts import DraftRow, Rows
from rules.content.findings import ContentVerdict, Judgement
from rules.content.form_versions import FormVersion, whole_form
from rules.content.judge import Surroundings, judge
from rules.forms import Shape
from services.content.filling import as_typed
from services.plan.office_forms import proposed

CASES = Path(__file__).parents[1] / "content" / "forms"
FORMS = sorted(folder.name for folder in CASES.iterdir() if folder.is_dir())


def version_of(content: bytes, name: str = "form.xlsx") -> FormVersion:
    sheets = proposed(content)
    return FormVersion(whole_form(sheets, "D", 1), date.min, None, sheets, name)


def judged(version: FormVersion, content: bytes) -> Judgement:
    return judge(version.form, grids_of(content, "xlsx"), Surroundings())


def rows_of(version: FormVersion, content: bytes, times: int = 1) -> Rows:
    """What a person types who copies a filled file; `times`: a list as often, under other names."""
    taken = judged(version, content).rows
    rows = list[DraftRow]()
    for place, sheet in enumerate(version.sheets):
        form = sheet.form
        own = {
            row.row: {column.id: as_typed(column, row.values.get(column.id)) for column in form.columns}
            for row in taken
            if row.sheet == form.sheet
        }
        if form.shape is Shape.FIXED_ROWS:
            rows += [DraftRow(own.get(line, {}), place) for line in sheet.places.rows]
            continue
        name = next((column.id for column in form.columns if column.key), form.columns[1].id)
        for again in range(times):
            rows += [DraftRow({**cells, name: cells[name] + " bis" * again}, place) for cells in own.values()]
    return tuple(rows)


def empty(folder: str) -> bytes:
    return (CASES / folder / "form.xlsx").read_bytes()


def filled(folder: str, times: int = 1) -> bytes:
    version = version_of(empty(folder))
    rows = rows_of(version, (CASES / folder / "filled-good.xlsx").read_bytes(), times)
    return filled_own_form(empty(folder), version, version.form, rows)


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("folder", FORMS)
def test_the_workbook_of_the_office_holds_the_rows_below_its_own_head(folder: str, times: int) -> None:
    version, content = version_of(empty(folder)), filled(folder, times)
    before, after = load_workbook(BytesIO(empty(folder))), load_workbook(BytesIO(content))
    assert after.sheetnames == before.sheetnames
    for sheet in version.sheets:
        name = sheet.form.sheet
        above = before[name].iter_rows(max_row=sheet.places.first_row - 1)
        assert [cell.value for row in above for cell in row] == [
            cell.value for row in after[name].iter_rows(max_row=sheet.places.first_row - 1) for cell in row
        ]
    good = judged(version, (CASES / folder / "filled-good.xlsx").read_bytes())
    read = judged(version, content)
    assert (read.verdict, read.findings) == (ContentVerdict.OK, ())
    if times == 1:
        assert [(row.sheet, row.values) for row in read.rows] == [(row.sheet, row.values) for row in good.rows]
    elif version.form.shape is Shape.FREE_LIST:
        assert len(read.rows) == 3 * len(good.rows)


def test_totals_and_signatures_move_down_with_their_merged_cells_and_sums() -> None:
    """24 documents where the form has room for 12; 15 communes where it has room for 5."""
    book = load_workbook(BytesIO(filled("legal-documents", 3)))
    documents = book.worksheets[0]
    assert [documents["A31"].value, documents["A32"].value] == [24, "Tổng số: …… văn bản"]
    assert {"A32:J32", "F36:J36"} <= {str(area) for area in documents.merged_cells.ranges}
    assert documents["F36"].value == "(Ký tên, đóng dấu)"
    assert documents["C31"].border.bottom.style == documents["C19"].border.bottom.style == "thin"
    assert (documents.row_dimensions[31].height or 0) > 40  # its text stands in three lines
    assert "B8:B80" in str(documents.data_validations.dataValidation[0].sqref)
    staff = load_workbook(BytesIO(filled("staff-and-facilities", 3))).worksheets[0]
    total = next(row for row in staff.iter_rows() if row[0].value == "Tổng cộng")
    assert total[2].value == f"=SUM(C8:C{total[0].row - 1})"


def test_the_same_rows_make_the_same_file_also_in_another_process() -> None:
    script = (
        "from hashlib import sha256; from test_own_form import filled; "
        "print(sha256(filled('staff-and-facilities', 3)).hexdigest())"
    )
    path = ":".join((str(Path(__file__).parent), str(Path.cwd())))
    other = subprocess.run(
        [sys.executable, "-c", script], env={"PYTHONPATH": path, "PYTHONHASHSEED": "7"}, capture_output=True, check=True
    )
    assert other.stdout.decode().strip() == sha256(filled("staff-and-facilities", 3)).hexdigest()


def a_list(change: Callable[[Workbook], object] = lambda _: None) -> bytes:
    """With an example, two empty rows, and a line below."""
    book = Workbook()
    sheet = book.active
    for row in (
        ("DANH MỤC HỒ SƠ",),
        ("STT", "Hồ sơ", "Kết quả", "Phí thu (đồng)"),
        (1, "Ví dụ: cấp phép", "Đúng hạn", 5),
        (2, None, None, None),
        (3, None, None, None),
        ("Tổng cộng", None, None, "=SUM(D3:D5)"),
    ):
        sheet.append(row)
    change(book)
    whole = BytesIO()
    book.save(whole)
    return whole.getvalue()


def typed(count: int, **cells: str) -> Rows:
    texts = {"ket_qua": "Đúng hạn", "phi_thu_dong": "1.000", **cells}
    return tuple(DraftRow({**texts, "ho_so": f"Hồ sơ số {number}"}) for number in range(1, count + 1))


def written(content: bytes, count: int, name: str = "form.xlsx", **cells: str) -> bytes:
    version = version_of(content, name)
    return filled_own_form(content, version, version.form, typed(count, **cells))


@pytest.mark.parametrize("count", [1, 3, 7])
def test_examples_of_the_form_are_written_over(count: int) -> None:
    content = written(a_list(), count)
    sheet = load_workbook(BytesIO(content)).active
    last = max(count, 3)
    names = [sheet.cell(row, 2).value for row in range(3, 3 + last)]
    assert names == [f"Hồ sơ số {number}" for number in range(1, count + 1)] + [None] * (last - count)
    assert [sheet.cell(3 + last, 1).value, sheet.cell(3 + last, 4).value] == ["Tổng cộng", f"=SUM(D3:D{2 + last})"]
    assert len(judged(version_of(a_list()), content).rows) == count


def test_empty_ruled_rows_are_filled_in_down_to_the_line_of_the_signature() -> None:
    book = Workbook()
    sheet = book.active
    for row in (("DANH MỤC",), ("STT", "Hồ sơ", "Kết quả", "Phí thu (đồng)"), *[()] * 6, ("NGƯỜI LẬP BIỂU",)):
        sheet.append(row)
    for row in range(3, 7):
        for column in range(1, 5):
            sheet.cell(row, column).border = Border(bottom=Side(style="thick" if row == 6 else "thin"))
    whole = BytesIO()
    book.save(whole)
    for count, signature in ((4, 9), (6, 11)):
        after = load_workbook(BytesIO(written(whole.getvalue(), count, phi_thu_dong="1"))).active
        assert [after.cell(row, 2).value for row in (3, 2 + count, 3 + count)] == [
            "Hồ sơ số 1",
            f"Hồ sơ số {count}",
            None,
        ]
        assert after.cell(signature, 1).value == "NGƯỜI LẬP BIỂU"


def test_what_a_person_typed_is_never_a_formula() -> None:
    content = written(a_list(), 1, ket_qua="=1+1")
    cell = load_workbook(BytesIO(content)).active["C3"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)


def test_what_is_wrong_in_the_rows_is_written_as_it_was_typed() -> None:
    read = judged(version_of(a_list()), written(a_list(), 2, phi_thu_dong="vài đồng"))
    assert [finding.stands for finding in read.findings] == ["vài đồng", "vài đồng"]


def test_sums_are_worked_out_when_the_file_is_opened() -> None:
    """Also where the program that saved the form left it out."""

    def as_saved(book: Workbook) -> None:
        book.calculation.fullCalcOnLoad = False

    assert load_workbook(BytesIO(written(a_list(as_saved), 2))).calculation.fullCalcOnLoad


def test_a_workbook_that_would_fill_the_memory_is_not_opened() -> None:
    def large(book: Workbook) -> None:
        book.active["A1"].comment = Comment("a" * (11 << 20), "a")

    with pytest.raises(NotWritable):
        filled_own_form(a_list(large), version_of(a_list()), version_of(a_list()).form, typed(1))


def test_macros_stay_in_a_workbook_that_has_some() -> None:
    whole = BytesIO()
    main = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    with ZipFile(BytesIO(a_list())) as book, ZipFile(whole, "w") as copy:
        for part in book.namelist():
            copy.writestr(part, book.read(part).replace(main, b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"))
        copy.writestr("xl/vbaProject.bin", b"macros")
    content = written(whole.getvalue(), 4, "form.xlsm")
    with ZipFile(BytesIO(content)) as book:
        assert book.read("xl/vbaProject.bin") == b"macros"


def _cut_in_two(book: Workbook) -> None:
    book.active.merge_cells("F5:F6")


def _coloured(book: Workbook) -> None:
    book.active.conditional_formatting.add("D3:D6", CellIsRule("greaterThan", ["9"]))


def _named(book: Workbook) -> None:
    book.defined_names["Tong"] = DefinedName("Tong", attr_text=f"'{book.active.title}'!$D$6")


def _counted_elsewhere(book: Workbook) -> None:
    book.create_sheet("Tổng hợp")["A1"] = f"='{book.worksheets[0].title}'!D6"


def _beside(book: Workbook) -> None:
    book.active["H9"] = "Mã"


@pytest.mark.parametrize("change", [_cut_in_two, _coloured, _named, _counted_elsewhere, _beside])
def test_rows_are_not_inserted_where_something_would_be_left_behind(change: Callable[[Workbook], object]) -> None:
    with pytest.raises(NotWritable):
        written(a_list(change), 4)
    assert load_workbook(BytesIO(written(a_list(change), 3))).worksheets[0]["B5"].value == "Hồ sơ số 3"


def test_a_workbook_that_would_say_something_else_is_not_used() -> None:
    """A second example, below an empty line, would count as a row."""

    def example(book: Workbook) -> None:
        book.active["A8"], book.active["B8"], book.active["C8"], book.active["D8"] = 9, "Hồ sơ lạ", "Đúng hạn", 7

    with pytest.raises(NotWritable):
        written(a_list(example), 2)


@pytest.mark.parametrize("name", ["form.xls", "form.ods", "form.xlsb"])
def test_only_workbooks_of_excel_since_2007_are_written_into(name: str) -> None:
    version = replace(version_of(a_list()), file_name=name)
    with pytest.raises(NotWritable):
        filled_own_form(a_list(), version, version.form, typed(1))
