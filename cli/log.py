"""kyhan log: prove that nobody changed it."""

from __future__ import annotations

from dataclasses import asdict

import typer

from cli.answers import OUT, AsJson, print_json, say
from config import clock
from config.home import open_home
from models.database import reading
from services.log import verify as walk

app = typer.Typer(no_args_is_help=True, help="Nhật ký. / The log.")


@app.callback()
def root() -> None:
    """Nhật ký chỉ ghi thêm, mỗi dòng niêm phong dòng trước. / Append-only, each entry seals the one before."""


@app.command()
def verify(as_json: AsJson = False) -> None:
    """Đi hết chuỗi niêm phong. / Walk the whole chain."""
    home = open_home(clock.now())
    with reading(home.engine) as session:
        found = walk(session)
    if as_json:
        print_json(asdict(found))
    elif found.broken_at is None:
        OUT.print(f"Nhật ký nguyên vẹn: {found.entries} dòng. / Intact.", highlight=False)
    else:
        say(f"Nhật ký bị sửa từ dòng {found.broken_at}. / Broken at entry {found.broken_at}.")
    raise typer.Exit(0 if found.broken_at is None else 1)
