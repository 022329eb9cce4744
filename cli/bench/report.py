"""J4: write the report with a long annex II, beside docxtpl filling a plain table of the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from docx import Document
from docxtpl import DocxTemplate

from cli.bench.timing import Check, Measure, Result, Row, Stopwatch, Tell, in_turn
from reports.annexes import annex_ii
from reports.facts import CaseResult, Guidance, Issuer, PlanReference, ReportFacts
from reports.figures.numbers import QuarterCount, ReportNumbers
from reports.progress import write_progress_report
from rules.punctuality import ReportOutcome

SIZES = (500, 5_000)
COLUMNS = ("unit", "duty", "deadline", "received_on", "document_number", "result")
DUTY = "Xây dựng và công bố Lịch phổ biến thông tin thống kê Nhà nước năm 2014"
OUTCOMES = (
    ReportOutcome.ON_TIME,
    ReportOutcome.ON_TIME,
    ReportOutcome.LATE,
    ReportOutcome.MISSING,
    ReportOutcome.NIL_RETURN,
)
AS_OF = date(2014, 3, 14)


@dataclass(frozen=True)
class Table:
    form: Path
    out: Path
    rows: int


def run(rounds: int, tell: Tell, sizes: tuple[int, ...] = SIZES) -> Result:
    result = Result("report", "báo cáo định kỳ với phụ lục II dài", rounds)
    with TemporaryDirectory(prefix="kyhan-bench-") as name:
        form = _plain_form(Path(name) / "plain.docx")
        for size in sizes:
            table = Table(form, Path(name) / "out.docx", size)
            rows = (
                Row(f"giới hạn: docxtpl, bảng {size:,} dòng", plain, lambda table=table: (table,)),  # type: ignore[misc]
                Row(f"kyhan, báo cáo {size:,} dòng", ours, lambda table=table: (table,)),  # type: ignore[misc]
            )
            rows_of_size = in_turn(rows, rounds, tell)
            result.rows += rows_of_size
            result.checks.append(Check(f"{size:,} dòng: thời gian so với giới hạn", rows_of_size[1].ratio, 1.5, 1.0))
            result.checks.append(Check(f"{size:,} dòng: số dòng thiếu", size - rows_of_size[1].count, 0, unit=""))
    return result


def _plain_form(path: Path) -> Path:
    document = Document()
    table = document.add_table(rows=4, cols=len(COLUMNS) + 1)
    for cell, name in zip(table.rows[0].cells, ("TT", *COLUMNS), strict=True):
        cell.text = name
    table.rows[1].cells[0].text = "{%tr for row in rows %}"
    for cell, name in zip(table.rows[2].cells, ("loop.index", *(f"row.{name}" for name in COLUMNS)), strict=True):
        cell.text = f"{{{{ {name} }}}}"
    table.rows[3].cells[0].text = "{%tr endfor %}"
    document.save(str(path))
    return path


def rows_of_annex(count: int) -> tuple[CaseResult, ...]:
    return tuple(
        CaseResult(
            unit=f"Đơn vị thống kê số {n + 1}",
            duty=DUTY,
            first_day=AS_OF - timedelta(days=n % 60),
            soft=False,
            received_on=AS_OF - timedelta(days=n % 70) if n % 5 != 3 else None,
            document_number=f"{n + 1:02d}/BC-SKHĐT" if n % 5 != 3 else "",
            outcome=OUTCOMES[n % 5],
            days_late=n % 5,
        )
        for n in range(count)
    )


def plain(table: Table) -> Measure:
    rows = annex_ii(rows_of_annex(table.rows))
    with Stopwatch() as watch:
        document = DocxTemplate(table.form)
        document.render({"rows": rows}, autoescape=True)
        document.save(table.out)
    return watch.measure(_written(table.out))


def ours(table: Table) -> Measure:
    facts = _facts(rows_of_annex(table.rows))
    with Stopwatch() as watch:
        write_progress_report(facts, table.out)
    return watch.measure(_written(table.out))


def _written(path: Path) -> int:
    """Rows with a unit's name, read back from the document."""
    with ZipFile(path) as package:
        return package.read("word/document.xml").decode().count("Đơn vị thống kê số ")


def _facts(rows: tuple[CaseResult, ...]) -> ReportFacts:
    return ReportFacts(
        issuer=Issuer("Tổng cục Thống kê", "Cục Thống kê tỉnh Sóc Trăng", "BC-CTK", "TH", "Sóc Trăng", "CỤC TRƯỞNG"),
        recipients=("Ủy ban nhân dân tỉnh Sóc Trăng",),
        plan=PlanReference(
            "70/KH-UBND",
            date(2013, 10, 23),
            "Ủy ban nhân dân tỉnh",
            "Thực hiện Chính sách phổ biến thông tin thống kê Nhà nước",
            "thực hiện Chính sách phổ biến thông tin thống kê Nhà nước",
        ),
        period="2014-Q1",
        period_title_vi="quý I năm 2014",
        next_period_title_vi="quý II năm 2014",
        previous_period_title_vi="quý IV năm 2013",
        cutoff_day=AS_OF,
        as_of=AS_OF,
        guidance=Guidance(letters=None, inspections=None, reminders=(), urging_letters=0),
        clauses=(),
        annex_i=(),
        annex_ii=rows,
        annex_iii=(),
        annex_iv=(),
        annex_v=(),
        numbers=ReportNumbers(
            tuple(QuarterCount(f"{2012 + n // 4}-Q{n % 4 + 1}", 30 + n, n, 3) for n in range(8)),
            (("Nhắc việc", 90), ("Nhắc hạn", 60), ("Đôn đốc quá hạn", 31)),
            (("trong ngày", 3), ("1–3 ngày", 20), ("chưa gửi", 17)),
        ),
    )
