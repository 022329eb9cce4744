"""kyhan content: the table a unit fills in for an obligation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bootstrap.home import open_home
from cli.output import OUT, AsJson, At, moment_or_now, print_json
from models.database import reading
from services.content.books import write_book
from services.content.consolidation import consolidate as put_together
from services.content.consolidation import summary
from services.errors import unknown
from services.forms.unit_forms import form_of, write_form

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
    office = open_home(moment_or_now(at)).office
    form = form_of(office, obligation)
    if form is None:
        raise unknown("mẫu cho nhiệm vụ", "form for the obligation", obligation, office.forms)
    out.write_bytes(write_form(office, form, unit, period))
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
    out.write_bytes(write_book(home.office, whole, out.suffix.lower().lstrip("."), now))
    if as_json:
        print_json(summary(whole))
    else:
        OUT.print(f"{whole.text}. Đã ghi {out}", highlight=False, soft_wrap=True)
