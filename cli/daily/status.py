"""kyhan status: the four numbers and every case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any

import typer

from bootstrap.home import open_home
from cli.output import OUT, AsJson, parse_moment, print_json, print_table
from config import clock
from rules.status import OPEN, STEPS
from services.codes import check_unit
from services.operations.as_of_copy import standing
from services.views.open_steps import StepLine, steps_of_cases
from services.views.overview import CaseAsOf, cases_as_of, four_numbers


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
        steps = steps_of_cases(session, home.office, moment, ((row.id, row.standing) for row in rows))
    numbers = four_numbers(rows, moment)
    if as_json:
        print_json({**asdict(numbers), "as_of": moment, "cases": [_facts(row, steps.get(row.id, ())) for row in rows]})
        return
    urgent = [row for row in rows if row.standing in OPEN | STEPS]
    headings = ("Đơn vị", "Nhiệm vụ", "Kỳ", "Hạn", "Tình trạng")
    print_table(
        headings,
        [_cells(row, steps.get(row.id, ())) for row in urgent],
    )
    OUT.print(
        f"Được giao {numbers.assigned} · đến hạn {numbers.due} · đã hoàn thành {numbers.done} · "
        f"quá hạn {numbers.overdue}",
        highlight=False,
    )


def _cells(row: CaseAsOf, steps: Sequence[StepLine]) -> tuple[str, str, str, date, str]:
    """The day and the words are those of the hand-in, or of the steps once it is in."""
    day = (steps[0].day if steps else None) or row.late_after or row.target_day
    return row.unit, row.obligation, row.period, day, "; ".join((row.label, *(step.text for step in steps)))


def _facts(row: CaseAsOf, steps: Sequence[StepLine]) -> dict[str, Any]:
    found = [{"code": step.row.code, "state": step.state.value, "day": step.day} for step in steps]
    return {**asdict(row), "open_steps": found}
