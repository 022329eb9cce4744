"""kyhan report: the periodic report as a Word document."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from bootstrap.home import open_home
from cli.output import OUT, AsJson, parse_day, print_json, say
from config import clock
from models.database import reading
from rules.deadlines import late_from, local_day
from services.operations.as_of_copy import standing
from services.reports.facts import write_data, write_pdf, write_report, write_workbook
from services.reports.window import day_of_counting


def run(
    period: Annotated[str, typer.Argument(help="2014-Q1, 2014-H1, 2014-Y")],
    out: Annotated[Path, typer.Option("--out", file_okay=False, help="Thư mục ghi. / Folder to write to.")],
    as_of: Annotated[
        date | None,
        typer.Option(
            "--as-of",
            parser=parse_day,
            metavar="D",
            help="Số liệu tính đến ngày; không nêu: ngày chốt số liệu. / As of; else as of the cut-off.",
        ),
    ] = None,
    workbook: Annotated[
        bool, typer.Option("--workbook", help="Thêm tệp Excel các phụ lục. / The annexes as a workbook, too.")
    ] = False,
    data: Annotated[
        bool, typer.Option("--data", help="Thêm số liệu các phụ lục: CSV, Parquet. / The annexes as data, too.")
    ] = False,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Thêm bản PDF/A; cần LibreOffice. / A PDF/A, too; needs LibreOffice.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Soạn báo cáo của một kỳ theo số liệu đến một ngày. / Write the report of a period as of a day."""
    now = clock.now()
    home = open_home(now)
    with reading(home.engine) as session:
        day = day_of_counting(session, home.office.plan, period, as_of, local_day(now))
    with standing(home.engine, home.office, now, late_from(day) - timedelta(seconds=1)) as session:
        written, facts = write_report(session, home.office, period, day, out)
    path = written.path
    if written.fault:
        say(f"Mẫu đang dùng bị lỗi, đã dùng mẫu gốc: {written.fault} / The template in use failed; shipped one taken.")
    beside: dict[str, str | list[str]] = {}
    if workbook:
        beside["workbook"] = str(write_workbook(facts, path))
    if data:
        beside["data"] = [str(file) for file in write_data(facts, path)]
    if pdf:
        beside["pdf"] = str(write_pdf(path))
    if as_json:
        print_json({"file": str(path), "period": facts.period, "as_of": day, **beside})
    else:
        for files in (str(path), *beside.values()):
            for file in [files] if isinstance(files, str) else files:
                OUT.print(file, highlight=False, soft_wrap=True)
