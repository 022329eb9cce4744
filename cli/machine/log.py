"""kyhan log: prove that nobody changed it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from bootstrap.home import open_home
from cli.output import OUT, AsJson, print_json, say
from config import clock
from models.database import reading, writing
from services.log import append
from services.log import verify as walk
from services.operations import log_anchor

app = typer.Typer(no_args_is_help=True, help="Nhật ký. / The log.")


@app.callback()
def root() -> None:
    """Nhật ký chỉ ghi thêm, mỗi dòng niêm phong dòng trước. / Append-only, each entry seals the one before."""


@app.command()
def verify(
    anchor: Annotated[
        list[str] | None,
        typer.Option(metavar="SỐ:MÃ", help="Dấu trong thư hoặc bản sao lưu. / An anchor from a mail or a backup."),
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="Nhận nhật ký này làm mốc mới. / Take this log as the one to compare with.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Đi hết chuỗi niêm phong và đối chiếu với các dấu đã giữ. / Walk the chain and compare it with kept anchors."""
    now = clock.now()
    home = open_home(now)
    given = [log_anchor.written(text) for text in anchor or []]
    with reading(home.engine) as session:
        chain = walk(session)
        wrong = [problem for one in given if (problem := log_anchor.compare(session, one))]
        remembered = log_anchor.problem(session, home.folder, home.office.key)
    if chain.broken_at is not None:
        wrong.append(f"Nhật ký bị sửa từ dòng {chain.broken_at}. / Broken at entry {chain.broken_at}.")
    elif remembered and accept and not wrong:
        with writing(home.engine) as session:
            append(session, now, "kyhan log verify", "log.accept", "log", {"instead of": remembered})
    elif remembered:
        wrong.append(remembered)
    if not wrong:
        with reading(home.engine) as session:
            log_anchor.remember(session, home.folder, home.office.key)
    if as_json:
        print_json({**asdict(chain), "anchors": len(given), "problems": wrong})
    elif not wrong:
        end = f"{chain.entries}:{chain.head[:16]}"
        OUT.print(f"Nhật ký nguyên vẹn: {chain.entries} dòng, dấu {end}. / Intact.", highlight=False)
    for problem in wrong:
        say(problem)
    raise typer.Exit(1 if wrong else 0)
