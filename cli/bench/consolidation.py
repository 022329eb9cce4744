"""33 tables of 600 rows put together into a workbook, beside pandas that only sets them one below another."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pandas as pd

from cli.bench.timing import Measure, Stopwatch
from config.forms import Forms
from reports.province.book import ProvinceBook, province_book
from reports.province.values import places_text
from rules.content.consolidation import Origin, Settled, SourceRow, put_together
from rules.content.findings import Value
from services.content.similar_names import similar_names

FORM = "I4B-CATALOGUE"
UNITS, ROWS = 33, 600
SUBJECTS = ("giá tiêu dùng", "dân số", "lao động", "thủy sản", "học sinh", "khám bệnh", "thu ngân sách", "du lịch")


def plain(plan: Path, units: int, rows: int) -> Measure:
    """The same cells, with their origin, into a sheet without any format."""
    form, sources = Forms(plan)[FORM], source_rows(units, rows)
    titles = {column.id: column.title for column in form.columns}
    with Stopwatch() as watch:
        frames = [
            pd.DataFrame(
                [{**row.values, "unit_": row.origin.unit, "place_": places_text([row.origin])} for row in part]
            )
            for part in sources
        ]
        whole = pd.concat(frames, ignore_index=True).rename(columns=titles)
        whole.to_excel(BytesIO(), engine="xlsxwriter", sheet_name=form.sheet)
    return watch.measure(len(whole))


def ours(plan: Path, units: int, rows: int) -> Measure:
    """Merged, grouped, ordered, numbered, names compared, formatted."""
    form, sources = Forms(plan)[FORM], source_rows(units, rows)
    with Stopwatch() as watch:
        table = put_together(form, (row for part in sources for row in part), Settled())
        similar_names(str(row.values["name"]) for row in table.rows)
        province_book(ProvinceBook(form, table, (), {f"U{unit}": f"Đơn vị {unit}" for unit in range(units)}))
    return watch.measure(len(table.rows))


def source_rows(units: int, rows: int) -> list[list[SourceRow]]:
    return [[_row(unit, number) for number in range(rows)] for unit in range(units)]


def _row(unit: int, number: int) -> SourceRow:
    subject = SUBJECTS[number % len(SUBJECTS)]
    values: dict[str, Value] = {
        "name": f"Báo cáo {subject} của đơn vị {unit} số {number}",
        "content": f"Số liệu {subject}",
        "source": "Báo cáo thống kê",
        "maturity": "chính thức",
        "medium": "bản in",
        "language": "Tiếng Việt",
        "frequency": "tháng",
        "channel": "Trang thông tin điện tử",
        "unit": f"Đơn vị {unit}",
        "unit_price": 1000 * number,
        "other": None,
    }
    return SourceRow(values, Origin(f"U{unit}", 1, "f" * 64, "Danh mục sản phẩm", number + 6))
