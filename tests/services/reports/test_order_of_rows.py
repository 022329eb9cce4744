"""What is read has one order, whichever way the database looks for it: the same document each time."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import at
from sqlalchemy import Connection, Engine, event
from test_steps_as_of import OF_CALENDAR, OF_REVIEW, Day, seen_on

from rules.office import Office
from services.operations.tick import tick

ON_POSTGRESQL = [pytest.param("postgresql", marks=pytest.mark.postgresql)]
WAYS = ("hashjoin", "mergejoin", "nestloop", "seqscan", "sort", "indexscan")
FORBIDDEN = (*((way,) for way in WAYS), ("hashjoin", "mergejoin"), ("hashjoin", "nestloop"))


@pytest.mark.parametrize("engine", ON_POSTGRESQL, indirect=True)
@pytest.mark.parametrize("day", [OF_CALENDAR, OF_REVIEW], ids=lambda day: day.period)
def test_reports_and_lists_do_not_depend_on_how_postgresql_reads_them(
    engine: Engine, office: Office, tmp_path: Path, day: Day
) -> None:
    for moment in (at("2013-12-16"), day.at):
        tick(engine, office, moment)
    usual = seen_on(engine, office, day, tmp_path / "usual")
    for number, ways in enumerate(FORBIDDEN):

        def forbid(connection: Connection, ways: tuple[str, ...] = ways) -> None:
            for way in ways:
                connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")

        event.listen(engine, "begin", forbid)
        assert seen_on(engine, office, day, tmp_path / str(number)) == usual, ways
        event.remove(engine, "begin", forbid)
