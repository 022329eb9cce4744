"""A catalogue of 20,000 rows read and judged, beside the time the library alone needs to read it; and hostile files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile

from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from cli.bench import consolidation
from cli.bench.timing import Check, Measure, Result, Row, Stopwatch, Tell, in_own_process, in_turn
from config.forms import Forms
from reports.reading.grids import grids_of, read_grids
from reports.workbook_guard import UnsafeWorkbook
from rules.content.judge import Surroundings, judge
from rules.content.units import register
from rules.forms import SheetForm
from services.forms.near_names import near_pairs

ROWS = 20_000
UNITS, UNIT_ROWS = consolidation.UNITS, consolidation.ROWS
PLAN = Path(__file__).parents[2] / "config" / "plans" / "70-KH-UBND"
UNIT = "Cục Thống kê tỉnh Sóc Trăng"
SUBJECTS = ("giá tiêu dùng", "dân số", "lao động", "thủy sản", "học sinh", "khám bệnh", "thu ngân sách", "du lịch")
CYCLES = ("tháng", "quý", "6 tháng", "9 tháng", "năm", "nhiều năm", "không định kỳ")
BOMB = 39 << 20  # bytes of a file that unpacks to hundreds of times as much, a little below what is read at all
_SHEET = "xl/worksheets/sheet1.xml"


def run(rounds: int, tell: Tell, rows: int = ROWS, bomb: int = BOMB, empty_rows: int = 1_000_000) -> Result:
    result = Result("content", f"đọc và kiểm tra danh mục {rows:,} dòng", rounds)
    together = (PLAN, UNITS, rows * UNIT_ROWS // ROWS)
    with TemporaryDirectory(prefix="kyhan-bench-") as name:
        folder = Path(name)
        table = a_catalogue(folder / "catalogue.xlsx", rows)
        contenders = (
            Row(f"giới hạn: calamine đọc {rows:,} dòng", plain, lambda: (table,)),
            Row(f"kyhan, đọc và kiểm tra {rows:,} dòng", ours, lambda: (table, rows)),
        )
        result.rows = in_turn(contenders, rounds, tell)
        result.checks.append(Check("thời gian CPU so với giới hạn", result.rows[1].cpu_ratio, 1.5))
        result.checks.append(Check("bộ nhớ cao nhất", result.rows[1].peak_mb, 300, unit="MB"))
        beside = (
            Row(f"giới hạn: pandas nối {UNITS} × {UNIT_ROWS} dòng", consolidation.plain, lambda: together),
            Row(f"kyhan, tổng hợp {UNITS} × {UNIT_ROWS} dòng", consolidation.ours, lambda: together),
        )
        result.rows += in_turn(beside, rounds, tell)
        result.checks.append(Check("tổng hợp so với giới hạn", result.rows[3].ratio, 2))
        hostile: tuple[tuple[str, Callable[[Path, int], Path], int], ...] = (
            ("tệp một triệu dòng trống", with_empty_rows, empty_rows),
            ("tệp nén quá mức", with_blanks, bomb),
        )
        for title, write, size in hostile:
            tell(title)
            measure = in_own_process(bounded, write(folder / "hostile.xlsx", size))
            result.checks.append(Check(f"{title}: số giây", measure.wall, 60, unit="s"))
    return result


def plain(path: Path) -> Measure:
    content = path.read_bytes()
    with Stopwatch() as watch:
        rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    return watch.measure(len(rows) - 1)


def ours(path: Path, rows: int) -> Measure:
    content, form = path.read_bytes(), the_form()
    around = Surroundings(register([("CTK", UNIT)], "CTK", ()), {}, near_pairs)
    with Stopwatch() as watch:
        judgement = judge(form, grids_of(content, "xlsx"), around)
    assert len(judgement.rows) == rows, judgement.findings[:3]
    return watch.measure(len(judgement.rows))


def bounded(path: Path) -> Measure:
    """Read in the process that the portal gives it, or refused by that."""
    count = 0
    with Stopwatch() as watch:
        try:
            count = len(read_grids(path.read_bytes(), "xlsx").sheets[0].rows)
        except UnsafeWorkbook:
            count = -1
    return watch.measure(count)


def the_form() -> SheetForm:
    return replace(Forms(PLAN)["I4B-CATALOGUE"], period="2027")


def a_catalogue(path: Path, rows: int) -> Path:
    book = Workbook(str(path))
    sheet = book.add_worksheet("Danh mục sản phẩm")
    sheet.write_row(0, 0, [column.title for column in the_form().columns])
    for number in range(1, rows + 1):
        subject, cycle = SUBJECTS[number % len(SUBJECTS)], CYCLES[number % len(CYCLES)]
        name = f"Báo cáo {cycle} {subject} địa bàn số {number}"
        cells = [name, f"Số liệu {subject}", "Báo cáo thống kê", "chính thức", "bản in", "Tiếng Việt", cycle]
        sheet.write_row(number, 0, [*cells, "Trang thông tin điện tử", UNIT, 1000 * number, ""])
    book.close()
    return path


def with_empty_rows(path: Path, count: int) -> Path:
    """Below a small table so many rows with a border and nothing in them."""
    a_catalogue(path, 5)
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="0"/><c r="B{n}" s="0"/></row>' for n in range(7, count + 7))
    return _changed(path, lambda sheet: sheet.replace(b"</sheetData>", rows.encode() + b"</sheetData>"))


def with_blanks(path: Path, size: int) -> Path:
    """Blanks pack a thousand to one: so many bytes packed are tens of gigabytes."""
    a_catalogue(path, 5)
    with ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist() if name != _SHEET}
    blanks = b" " * (1 << 20)
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as book:
        for name, content in parts.items():
            book.writestr(name, content)
        with book.open(_SHEET, "w", force_zip64=True) as sheet:
            sheet.write(b"<worksheet><sheetData>")
            while path.stat().st_size < size:
                sheet.write(blanks)
            sheet.write(b"</sheetData></worksheet>")
    return path


def _changed(path: Path, change: Callable[[bytes], bytes]) -> Path:
    with ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with ZipFile(path, "w", ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, change(content) if name == _SHEET else content)
    return path
