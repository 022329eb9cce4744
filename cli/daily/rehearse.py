"""kyhan rehearse: who would get what, on which day, at which step."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer
from rich.progress import Progress

from bootstrap.home import open_home
from cli.output import ERR, AsJson, check_span, parse_day, print_json, print_table, say
from config import clock
from services.operations.rehearse import rehearse


def run(
    first: Annotated[date, typer.Option("--from", parser=parse_day, metavar="D")],
    last: Annotated[date, typer.Option("--to", parser=parse_day, metavar="D")],
    as_json: AsJson = False,
) -> None:
    """Diễn tập trên bản sao; không ghi, không gửi gì. / On a copy; writes and sends nothing."""
    check_span(first, last)
    home = open_home(clock.now())
    with Progress(console=ERR, transient=True, disable=not ERR.is_terminal) as progress:
        bar = progress.add_task("Diễn tập", total=(last - first).days + 1)
        planned = rehearse(home.engine, home.office, first, last, lambda _: progress.advance(bar))
    if as_json:
        print_json([asdict(row) for row in planned])
        return
    headings = ("Ngày", "Người nhận", "Kênh", "Địa chỉ", "Đơn vị", "Nhiệm vụ", "Kỳ", "Mức")
    rows = [(p.day, p.person, p.channel, p.address, p.unit, p.obligation, p.period, p.step) for p in planned]
    print_table(headings, rows)
    people = len({(p.day, p.address) for p in planned})
    notices = len({(p.day, p.person, p.unit, p.obligation, p.period, p.step) for p in planned})
    say(f"{notices} lượt nhắc trong {people} thư, tin. / {notices} notices in {people} messages. Không gửi gì.")
