"""Rows are written many at once; those that exist are passed over."""

from __future__ import annotations

from builders import IN_NOVEMBER
from sqlalchemy import Engine

from models.database import insert_new, writing
from models.tables.projection import Heartbeat


def test_any_number_of_rows_is_inserted_and_those_that_exist_are_passed_over(engine: Engine) -> None:
    rows = [{"name": f"tick:{number}", "at": IN_NOVEMBER} for number in range(1_200)]
    with writing(engine) as session:
        assert (insert_new(session, Heartbeat, rows[:700]), insert_new(session, Heartbeat, rows)) == (700, 500)
        assert insert_new(session, Heartbeat, []) == 0
