"""kyhan content: the table a unit fills in for an obligation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from bootstrap.home import open_home
from cli.output import OUT, AsJson, At, moment_or_now, parse_day, print_json, print_table
from models.database import reading
from rules.content.crosscheck import TITLES
from rules.content.findings import Finding
from rules.content.texts import LEVELS, VERDICTS, finding_json, words_of
from rules.deadlines import local_day
from rules.forms import SheetForm
from rules.office import Office
from services.content.books import write_book
from services.content.consolidation import consolidate as put_together
from services.content.consolidation import summary
from services.content.crosscheck import as_json as as_json_of
from services.content.crosscheck import cross_check_year, further_sheets
from services.content.marked import marked_file
from services.content.outliers import outlier_sheet
from services.errors import unknown
from services.files.empty_forms import empty_form
from services.forms.content_check import table_check
from services.forms.unit_forms import form_of, with_forms

app = typer.Typer(no_args_is_help=True, help="Nội dung các bảng phải nộp. / The tables that are handed in.")


@app.command()
def template(
    obligation: Annotated[str, typer.Argument(help="Mã nhiệm vụ, ví dụ I5-CALENDAR. / Obligation id.")],
    out: Annotated[Path, typer.Argument(help="Tệp .xlsx sẽ ghi. / The file to write.", dir_okay=False)],
    unit: Annotated[str, typer.Option(help="Tên đơn vị ghi sẵn. / The unit's name to fill in.")] = "",
    period: Annotated[str, typer.Option(help="Kỳ, ví dụ 2014. / Period.")] = "",
    at: At = None,
) -> None:
    """Ghi mẫu Excel để điền. / Write the Excel table to fill in."""
    now = moment_or_now(at)
    office = open_home(now).office
    content = empty_form(office, obligation, unit, period, local_day(now))
    if content is None:
        raise unknown("mẫu cho nhiệm vụ", "form for the obligation", obligation, with_forms(office, local_day(now)))
    out.write_bytes(content)
    OUT.print(f"Đã ghi {out}", highlight=False, soft_wrap=True)


@app.command()
def consolidate(
    obligation: Annotated[str, typer.Argument(help="Mã nhiệm vụ, ví dụ I4B-CATALOGUE. / Obligation id.")],
    period: Annotated[str, typer.Argument(help="Kỳ, ví dụ 2015. / Period.")],
    out: Annotated[Path, typer.Argument(help="Tệp .xlsx, .csv hoặc .parquet. / The file to write.", dir_okay=False)],
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Tổng hợp bảng toàn tỉnh từ các bảng đã được chấp nhận. / The province's table from what was accepted."""
    now = moment_or_now(at)
    home = open_home(now)
    with reading(home.engine) as session:
        whole = put_together(session, home.office, obligation, period, now)
        kind = out.suffix.lower().lstrip(".")
        further = further_sheets(session, home.office, whole, now) if kind == "xlsx" else []
    out.write_bytes(write_book(home.office, whole, kind, now, further))
    if as_json:
        print_json(summary(whole))
    else:
        OUT.print(f"{whole.text}. Đã ghi {out}", highlight=False, soft_wrap=True)


@app.command()
def mark(
    obligation: Annotated[str, typer.Argument(help="Mã nhiệm vụ, ví dụ I5-CALENDAR. / Obligation id.")],
    file: Annotated[Path, typer.Argument(help="Bảng đã điền. / The table.", exists=True, dir_okay=False)],
    out: Annotated[Path, typer.Argument(help="Tệp .xlsx sẽ ghi. / The file to write.", dir_okay=False)],
    period: Annotated[str, typer.Option(help="Kỳ, ví dụ 2027. / Period.")],
    unit: Annotated[str, typer.Option(help="Mã đơn vị nộp. / Key of the unit.")] = "",
    at: At = None,
) -> None:
    """Ghi bản sao của bảng, nhận xét tại từng ô. / Write a copy of the table with what is wrong at each cell."""
    now = moment_or_now(at)
    home = open_home(now)
    table = table_check(home.engine, home.office, unit, obligation, period, local_day(now))
    if table is None:
        raise unknown(
            "mẫu cho nhiệm vụ", "form for the obligation", obligation, with_forms(home.office, local_day(now))
        )
    marked = marked_file(table, file.name, file.read_bytes())
    out.write_bytes(marked.content)
    said = VERDICTS[marked.judgement.verdict].vi
    OUT.print(f"{said}: {len(marked.judgement.findings)} nhận xét. Đã ghi {out}", highlight=False, soft_wrap=True)


@app.command()
def check(
    obligation: Annotated[str, typer.Argument(help="Mã nhiệm vụ, ví dụ I5-CALENDAR. / Obligation id.")],
    file: Annotated[Path, typer.Argument(help="Bảng cần kiểm tra. / The table.", exists=True, dir_okay=False)],
    period: Annotated[str, typer.Option(help="Kỳ, ví dụ 2027. / Period.")],
    unit: Annotated[str, typer.Option(help="Mã đơn vị nộp. / Key of the unit that hands in.")] = "",
    as_of: Annotated[
        date | None, typer.Option(parser=parse_day, metavar="D", help="Mẫu của ngày này. / The form of this day.")
    ] = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Kiểm tra một bảng như khi nộp; không ghi gì. / Judge a table as when it is handed in; nothing is recorded."""
    now = moment_or_now(at)
    home, day = open_home(now), as_of or local_day(now)
    table = table_check(home.engine, home.office, unit, obligation, period.upper(), day)
    if table is None:
        raise unknown("mẫu cho nhiệm vụ", "form for the obligation", obligation, with_forms(home.office, day))
    with file.open("rb") as stream:
        judgement = table.judge(file.name, stream)
    if as_json:
        findings = [finding_json(finding) for finding in judgement.findings]
        print_json({"verdict": judgement.verdict, "rows_taken": len(judgement.rows), "findings": findings})
        return
    verdict = f"{file.name}: {VERDICTS[judgement.verdict].vi}, dùng được {len(judgement.rows)} dòng."
    OUT.print(verdict, highlight=False, markup=False, soft_wrap=True)
    if judgement.findings:
        print_table(HEADINGS, [_finding_row(finding) for finding in judgement.findings])


HEADINGS = ("Trang", "Dòng", "Cột", "Mức", "Vấn đề", "Cách sửa")


def _finding_row(finding: Finding) -> tuple[Any, ...]:
    words = words_of(finding)
    place = escape(finding.sheet or "–"), finding.row, escape(finding.column_title or "–")
    return *place, LEVELS[finding.level].vi, escape(words.problem.vi), escape(words.how.vi)


@app.command()
def forms(at: At = None, as_json: AsJson = False) -> None:
    """Biểu của từng nhiệm vụ, phiên bản và ngày áp dụng. / The form of each duty, its versions and their days."""
    now = moment_or_now(at)
    office, today = open_home(now).office, local_day(now)
    lines = [line for code in office.obligations for line in _lines(office, code, today)]
    if as_json:
        print_json(lines)
        return
    for line in lines:
        until = f" đến trước {line['until']}" if line["until"] else ""
        days = f"từ {line['from']}{until}" if line["from"] else "kèm kế hoạch"
        mark = "*" if line["in_force"] else " "
        named = f"{mark} {line['obligation']} {line['version']}: {line['title']} ({days})"
        OUT.print(named, highlight=False, markup=False, soft_wrap=True)


def _lines(office: Office, code: str, today: date) -> Iterator[dict[str, Any]]:
    current = form_of(office, code, on=today)
    if code in office.forms:
        shipped = office.forms[code]
        yield _line(shipped, code, current, None, None)
    for version in office.own_forms.get(code, ()):
        yield _line(version.form, code, current, version.from_day, version.until)


def _line(
    form: SheetForm, code: str, current: SheetForm | None, begins: date | None, until: date | None
) -> dict[str, Any]:
    return {
        "obligation": code,
        "version": form.version,
        "title": form.title,
        "shape": form.shape.value,
        "sheets": [sheet.sheet for sheet in form.sheets],
        "from": begins.isoformat() if begins else None,
        "until": until.isoformat() if until else None,
        "in_force": current is not None and current.version == form.version,
    }


@app.command()
def crosscheck(
    year: Annotated[str, typer.Argument(help="Năm của các bảng, ví dụ 2015. / The year of the tables.")],
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Đối chiếu danh mục với lịch, các danh mục khác và năm trước. / The list of products against other tables."""
    now = moment_or_now(at)
    home = open_home(now)
    with reading(home.engine) as session:
        whole = cross_check_year(session, home.office, year, now)
    if as_json:
        print_json(as_json_of(whole))
        return
    rows = [
        (TITLES[one.kind].vi, *map(escape, (one.product, one.stands, one.expected)))  # words of units, no markup
        for one in whole.findings
    ]
    title = f"{whole.products} sản phẩm năm {year}, {len(rows) + len(whole.outliers)} điểm cần xem"
    print_table(["Nội dung", "Sản phẩm", "Hiện có", "Cần có hoặc trước đây"], rows, title)
    if whole.outliers:
        sheet = outlier_sheet(year, whole.outliers)
        print_table(
            [heading for heading, _ in sheet.columns],
            [[escape(str(cell)) for cell in row] for row in sheet.rows],
            sheet.title,
        )
