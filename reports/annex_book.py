"""The annexes of a report as a workbook: numbers are numbers, dates are dates, and no cell is a formula."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.xml.functions import tostring

from reports import annexes, tables
from reports.case_lists import ASSIGNED, COLUMNS, rows_of
from reports.facts import ReportFacts
from reports.figures.chart import chart_of
from reports.figures.figure import Figure, figures_of
from reports.text_cell import write_text
from rules.punctuality import ReportOutcome

FONT = "Times New Roman"
HEAD_ROW = 3
FIGURES, ROWS_OF_A_CHART = "Biểu đồ", 14
MATRIX, LISTS = "Cơ quan và nhiệm vụ", "Danh sách theo số liệu"
SHADES = {"Chưa gửi": "B3B3B3", "Sau": "D9D9D9", "Đúng": "F2F7F3", "Trong mốc": "F2F7F3"}  # the worst first
THIN = Side(style="thin", color="B6BFC8")
TEXT, NUMBER, DAY = "Kỳ Hạn: chữ", "Kỳ Hạn: số", "Kỳ Hạn: ngày"  # names of styles
STAMP = (1980, 1, 1, 0, 0, 0)  # the same facts give the same bytes
PROPERTIES = "docProps/core.xml"
BY_VALUE = {name: heading for heading, name in COLUMNS.items() if name != ASSIGNED}


def write_annex_book(facts: ReportFacts, out: Path) -> Path:
    book = Workbook()
    for style in _styles():
        book.add_named_style(style)
    book.remove(book.worksheets[0])
    for name, title, frame in _sheets(facts):
        _write(book.create_sheet(name), f"{title} ({facts.period_title_vi})", frame)
    _shade(book[MATRIX])
    if figures := figures_of(facts.numbers):
        _draw(book.create_sheet(FIGURES), figures.values())
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(_bytes(book, facts.as_of))
    return out


# --- what stands on the sheets ----------------------------------------------------------------------------------------


def _sheets(facts: ReportFacts) -> list[tuple[str, str, Any]]:
    cases = facts.annex_ii
    units, outcomes = [row.unit for row in cases], [row.outcome for row in cases]
    by_unit = tables.by_unit(units, outcomes)
    matrix = tables.unit_by_duty(units, [row.duty for row in cases], [annexes.result(row) for row in cases])
    titles = {**TITLES, "v": f"Nhiệm vụ đến hạn trong {facts.next_period_title_vi}"}
    return [
        *((f"Phụ lục {annex.upper()}", titles[annex], frame) for annex, frame in annex_frames(facts).items()),
        (LISTS, "Các trường hợp theo từng số liệu của Phụ lục I", lists_frame(facts)),
        ("Theo cơ quan", "Tổng hợp theo cơ quan", by_unit.rename(columns={**NAMES, **BY_VALUE})),
        (MATRIX, "Kết quả của từng cơ quan theo nhiệm vụ", matrix.rename(columns=NAMES)),
    ]


def annex_frames(facts: ReportFacts) -> dict[str, Any]:
    return {
        "i": _duties(facts),
        "ii": _cases(facts),
        "iii": _frame(annexes.annex_iii(facts.annex_iii), LEDGER),
        "iv": _frame(annexes.annex_iv(facts.annex_iv or ()), PROPOSALS),
        "v": _following(facts),
    }


TITLES = {
    "i": "Tổng hợp tình hình thực hiện các nhiệm vụ",
    "ii": "Tình hình thực hiện của từng cơ quan",
    "iii": "Nhật ký đôn đốc",
    "iv": "Đề xuất sửa đổi, bổ sung",
}
NAMES = {"unit": "Cơ quan", "assigned": "Số phải thực hiện", "rate": "Tỷ lệ đúng hạn (%)"}
LEDGER = {
    **{"at": "Thời điểm", "unit": "Cơ quan nhận", "duty": "Nhiệm vụ", "channel": "Hình thức"},
    **{"level": "Mức", "result": "Kết quả"},
}
PROPOSALS = {"unit": "Cơ quan", "proposal": "Nội dung", "reason": "Lý do", "opinion": "Ý kiến"}


def _frame(rows: Sequence[Mapping[str, Any]], names: dict[str, str]) -> Any:
    return pd.DataFrame(rows, columns=list(names), dtype=object).rename(columns=names)


def _duties(facts: ReportFacts) -> Any:
    names = {
        **{"duty": "Nhiệm vụ", "clause": "Mục", "lead": "Cơ quan chủ trì", "deadline": "Thời hạn"},
        **{"last_day": "Ngày cuối hoặc mốc phấn đấu", "assigned": NAMES["assigned"], **BY_VALUE},
        **{"rate": NAMES["rate"], "note": "Ghi chú"},
    }
    rows = [
        {
            **{"duty": row.title, "clause": row.clause, "lead": row.lead, "deadline": row.deadline_phrase},
            **{"last_day": row.last_day, "assigned": row.assigned, "rate": row.on_time_rate, "note": annexes.note(row)},
            **{outcome.value: row.of(outcome) for outcome in ReportOutcome},
        }
        for row in facts.annex_i
    ]
    return _frame(rows, names)


def _cases(facts: ReportFacts) -> Any:
    names = {
        **{"unit": "Cơ quan", "duty": "Nhiệm vụ", "first_day": "Thời hạn, mốc phấn đấu", "extended_to": "Gia hạn đến"},
        **{"received_on": "Ngày nhận", "document_number": "Số, ký hiệu văn bản", "result": "Kết quả"},
    }
    rows = [{**vars(row), "result": annexes.result(row)} for row in facts.annex_ii]
    return _frame(rows, names)


def lists_frame(facts: ReportFacts) -> Any:
    """Filtered by row and column of annex I, it lists what the number there counts."""
    names = {
        **{"row": "Dòng của Phụ lục I", "title": "Nhiệm vụ", "column": "Cột", "unit": "Cơ quan"},
        **{"first_day": "Thời hạn, mốc phấn đấu", "extended_to": "Gia hạn đến", "received_on": "Ngày nhận"},
        **{"document_number": "Số, ký hiệu văn bản", "result": "Kết quả"},
    }
    return _frame(rows_of(facts), names)


def _following(facts: ReportFacts) -> Any:
    names = {
        **{"duty": "Nhiệm vụ", "unit": "Cơ quan"},
        **{"due_day": "Thời hạn, mốc phấn đấu", "reminder_day": "Ngày nhắc dự kiến"},
    }
    return _frame([vars(row) for row in facts.annex_v], names)


# --- how they look ----------------------------------------------------------------------------------------------------


def _write(sheet: Any, title: str, frame: Any) -> None:
    write_text(sheet.cell(1, 1), title).font = Font(FONT, 14, bold=True)
    for place, name in enumerate(frame.columns, 1):
        head = write_text(sheet.cell(HEAD_ROW, place), str(name))
        head.font, head.fill = Font(FONT, 11, bold=True), PatternFill("solid", fgColor="F1F3F5")
        head.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        head.border = Border(THIN, THIN, THIN, THIN)
        texts = [str(value) for value in frame.iloc[:, place - 1] if isinstance(value, str)]
        sheet.column_dimensions[get_column_letter(place)].width = min(60, max([12, *map(len, texts)]))
    for number, row in enumerate(frame.itertuples(index=False, name=None), HEAD_ROW + 1):
        for place, value in enumerate(row, 1):
            _fill(sheet.cell(number, place), value)
    sheet.freeze_panes = sheet.cell(HEAD_ROW + 1, 2)
    sheet.auto_filter.ref = f"A{HEAD_ROW}:{get_column_letter(max(1, len(frame.columns)))}{HEAD_ROW + len(frame)}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"


def _shade(sheet: Any) -> None:
    """A heat map of units and duties: the worse, the darker; the words stay in every cell."""
    for row in sheet.iter_rows(min_row=HEAD_ROW + 1, min_col=2):
        for cell in row:
            words = (cell.value or "").split("; ")
            worst = [SHADES[begin] for begin in SHADES if any(word.startswith(begin) for word in words)]
            if worst:
                cell.fill = PatternFill("solid", fgColor=worst[0])


def _draw(sheet: Any, figures: Iterable[Figure]) -> None:
    """Each figure below the table of its numbers, drawn as in the report."""
    row = 1
    for figure in figures:
        write_text(sheet.cell(row, 1), figure.title).font = Font(FONT, 12, bold=True)
        for place, (name, values) in enumerate(figure.series, 2):
            write_text(sheet.cell(row + 1, place), name).font = Font(FONT, 11, bold=True)
            for number, value in enumerate(values, row + 2):
                _fill(sheet.cell(number, place), value)
        for number, category in enumerate(figure.categories, row + 2):
            _fill(sheet.cell(number, 1), category)
        below = row + 3 + len(figure.categories)
        sheet.add_chart(chart_of(figure, FIGURES, row + 1), f"A{below}")
        row = below + ROWS_OF_A_CHART
    sheet.column_dimensions["A"].width = 40
    sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = sheet.PAPERSIZE_A4, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _fill(cell: Any, value: object) -> None:
    if isinstance(value, str):
        cell.style = TEXT
        write_text(cell, value)
    elif isinstance(value, date):
        cell.style, cell.value = DAY, value
    else:
        cell.style, cell.value = NUMBER, _number(value)


def _number(value: Any) -> int | Decimal | None:
    """pandas has numbers of its own, and writes what is missing as one of them."""
    if value is None or pd.isna(value):
        return None
    return value if isinstance(value, Decimal) else int(value)


def _styles() -> list[NamedStyle]:
    look = {"font": Font(name=FONT, size=11), "border": Border(THIN, THIN, THIN, THIN)}
    wrapped = Alignment(wrap_text=True, vertical="top")
    return [
        NamedStyle(TEXT, alignment=wrapped, **look),
        NamedStyle(NUMBER, alignment=Alignment(vertical="top"), **look),
        NamedStyle(DAY, alignment=Alignment(vertical="top"), number_format="dd/mm/yyyy", **look),
    ]


def _bytes(book: Workbook, day: date) -> bytes:
    """openpyxl writes the hour of writing into the file; ours bears the day of the figures."""
    written, whole = BytesIO(), BytesIO()
    book.save(written)
    book.properties.creator, book.properties.created = "Kỳ Hạn", datetime.combine(day, time())
    book.properties.modified = book.properties.created
    with ZipFile(written) as package, ZipFile(whole, "w") as fixed:
        for name in package.namelist():
            content = tostring(book.properties.to_tree()) if name == PROPERTIES else package.read(name)
            entry = ZipInfo(name, STAMP)
            entry.compress_type = ZIP_DEFLATED
            fixed.writestr(entry, content)
    return whole.getvalue()
