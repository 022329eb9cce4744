"""kyhan document: whether a Word document has the form the decree asks for."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from cli.output import OUT, AsJson, parse_day, print_json, say
from config import clock
from reports.document_check.checking import check_form
from reports.workbook_guard import UnsafeWorkbook
from rules.deadlines import local_day
from rules.documents.form_rules import RULES, Verdict
from services.errors import Refused

LARGEST = 60 << 20  # bytes of a file
app = typer.Typer(no_args_is_help=True, help="Thể thức văn bản. / The form of documents.")

AsOf = Annotated[
    date | None,
    typer.Option("--as-of", parser=parse_day, metavar="D", help="Thể thức có hiệu lực ngày này. / The form in force."),
]


@app.callback()
def document() -> None:
    """Thể thức theo NĐ 30/2020/NĐ-CP; trước 05/3/2020 theo TT 01/2011/TT-BNV. / The form decree of the day."""


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="Tệp .docx. / A Word file.", exists=True, dir_okay=False)],
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Liệt kê những chỗ sai thể thức của một văn bản Word. / List where a Word document departs from the form."""
    verdict = _verdict(file, as_of)
    if as_json:
        print_json({"departures": verdict.departures})
    else:
        _show(verdict)
    if not verdict.official:
        say(
            "Không thấy thành phần của văn bản hành chính (Quốc hiệu, số, Nơi nhận …) nên không kiểm tra thể thức. / "
            "No components of an official document were found: its form was not checked."
        )
    raise typer.Exit(1 if verdict.departures else 0)


def _verdict(file: Path, as_of: date | None) -> Verdict:
    if file.stat().st_size > LARGEST:
        raise Refused(f"{file}: tệp quá {LARGEST >> 20} MB. / The file is larger than that.")
    try:
        return check_form(file.read_bytes(), local_day(clock.now()), as_of)
    except UnsafeWorkbook as error:
        raise Refused(f"{file}: {error}") from error


def _show(verdict: Verdict) -> None:
    for item in verdict.departures:
        words = RULES[item.rule].words
        for line in (
            f"{item.rule} · {words.vi} / {words.en} ({verdict.law(item)})",
            f"    {item.place}",
            f"    {item.found} → {item.expected}",
        ):
            OUT.print(line, highlight=False, markup=False, soft_wrap=True)
    if verdict.official and not verdict.departures:
        OUT.print(f"Đúng thể thức theo {verdict.form}. / The form is right.", highlight=False, soft_wrap=True)
