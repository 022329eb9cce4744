"""kyhan status: the four numbers and every case."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from bootstrap.home import open_home
from cli.output import OUT, AsJson, parse_moment, print_json, print_table
from config import clock
from rules.status import Status
from services.codes import check_unit
from services.operations.as_of_copy import standing
from services.views.overview import cases_as_of, four_numbers


def run(
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", parser=parse_moment, metavar="T", help="Tính đến. / As of.")
    ] = None,
    unit: Annotated[str | None, typer.Option(help="Chỉ một đơn vị. / One unit only.")] = None,
    as_json: AsJson = False,
) -> None:
    """Được giao, đến hạn, đã hoàn thành, quá hạn. / Assigned, due, done, overdue."""
    now = clock.now()
    home = open_home(now)
    moment = as_of or now
    with standing(home.engine, home.office, now, as_of) as session:
        if unit is not None:
            check_unit(session, unit)
        rows = cases_as_of(session, moment, unit)
    numbers = four_numbers(rows, moment)
    if as_json:
        print_json({**asdict(numbers), "as_of": moment, "cases": [asdict(row) for row in rows]})
        return
    urgent = [row for row in rows if row.status in (Status.OVERDUE, Status.DUE_SOON, Status.OPEN, Status.RETURNED)]
    headings = ("Đơn vị", "Nhiệm vụ", "Kỳ", "Hạn", "Tình trạng")
    print_table(
        headings,
        [(row.unit, row.obligation, row.period, row.late_after or row.target_day, row.label) for row in urgent],
    )
    OUT.print(
        f"Được giao {numbers.assigned} · đến hạn {numbers.due} · đã hoàn thành {numbers.done} · "
        f"quá hạn {numbers.overdue}",
        highlight=False,
    )
