"""The limit of J3: a Jinja2 page as large as ours, its rows in memory, asking nobody who is there."""

from __future__ import annotations

import os

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from jinja2 import Environment

SIZES = "KYHAN_BENCH_PAGE_SIZES"  # bytes of each page, separated by commas; page i is served at /i
COLUMNS = ("Đơn vị", "Nhiệm vụ", "Hạn", "Tình trạng", "Ngày nhận")
TEXT = """<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><title>{{ title }}</title></head>
<body><h1>{{ title }}</h1>
<table><thead><tr>{% for name in columns %}<th>{{ name }}</th>{% endfor %}</tr></thead>
<tbody>
{% for row in rows %}
<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}
</tbody></table>
</body></html>
"""


def create() -> FastAPI:
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(TEXT)

    def write(rows: list[tuple[str, ...]]) -> str:
        return template.render(title="Thực hiện Kế hoạch", columns=COLUMNS, rows=rows)

    pages = [_rows_for(int(size), write) for size in os.environ[SIZES].split(",")]
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/{number}")
    def page(number: int) -> HTMLResponse:
        return HTMLResponse(write(pages[number]))

    return app


def _rows_for(size: int, write: object) -> list[tuple[str, ...]]:
    """As many rows as make a page of this size, to one row."""
    assert callable(write)
    empty, one = (len(write(rows).encode()) for rows in ([], [_row(1)]))
    return [_row(n) for n in range(max(1, round((size - empty) / (one - empty))))]


def _row(number: int) -> tuple[str, ...]:
    duty = "Xây dựng và công bố Lịch phổ biến thông tin thống kê Nhà nước"
    return (f"Đơn vị thống kê số {number % 1000:04d}", duty, "15/12/2013", "Đã nộp, chờ duyệt", "03/12/2013")
