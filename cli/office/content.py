"""kyhan content: the table a unit fills in for an obligation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bootstrap.home import open_home
from cli.output import OUT, At, moment_or_now
from rules.deadlines import local_day
from services.errors import unknown
from services.files.empty_forms import empty_form
from services.forms.unit_forms import with_forms

app = typer.Typer(no_args_is_help=True, help="Nội dung các bảng phải nộp. / The tables that are handed in.")


@app.callback()
def content() -> None:
    """A group of commands, even while it has only one."""


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
