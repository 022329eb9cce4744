"""What is asked every day must not walk through all that was ever answered or sent: a province keeps its years."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from builders import OVERDUE, an_office
from sqlalchemy import Engine, event
from sqlmodel import Session

from models.database import reading
from models.queries.cases.lists import PageOfCases, Selection
from models.queries.messages import ledger as ledger_queries
from models.queries.operations import watch as watch_queries
from rules.status import Status
from services.views.board import board
from services.views.case_counts import Period
from services.views.case_filter import EVERYTHING
from services.views.case_lists import case_lines
from services.views.chasing import chasing, how_many
from services.views.open_steps import step_lines

OFFICE, YEAR, SHEET = an_office(), Period(2014), PageOfCases(True, 0, 50)
THE_LATE = Selection(statuses={Status.OVERDUE})
AGO = OVERDUE - timedelta(days=1)
Ask = Callable[[Session], object]
DAILY: dict[str, tuple[Ask, str]] = {
    "board": (lambda session: board(session, OFFICE, OVERDUE, YEAR), "unit_case"),
    "list of a year": (lambda session: case_lines(session, OFFICE, OVERDUE, YEAR, Selection(), SHEET), "unit_case"),
    "what is late": (lambda session: case_lines(session, OFFICE, OVERDUE, YEAR, THE_LATE, SHEET), "unit_case"),
    "a unit's own": (lambda session: case_lines(session, OFFICE, OVERDUE, YEAR, Selection({1})), "unit_case"),
    "whom to urge": (lambda session: chasing(session, OFFICE, OVERDUE, EVERYTHING, SHEET), "unit_case"),
    "how many to urge": (lambda session: how_many(session, OFFICE, OVERDUE, EVERYTHING), "unit_case"),
    "open steps": (lambda session: step_lines(session, OFFICE, OVERDUE), "unit_case"),
    "ledger of a case": (lambda session: ledger_queries.of_case(session, 1), "message"),
    "stuck messages": (lambda session: watch_queries.stuck_messages(session, AGO, AGO), "message"),
}
# each case of a year is led to by its occurrence, an open one by its own index, beside those with open steps
LED_BY = {"whom to urge": "ix_unit_case_open", "how many to urge": "ix_unit_case_open", "open steps": "PRIMARY KEY"}


@pytest.mark.parametrize("name", DAILY)
def test_it_begins_with_what_is_open_or_of_the_period(sqlite_engine: Engine, name: str):
    ask, grows = DAILY[name]
    steps = plan_of(sqlite_engine, ask)
    assert [step for step in steps if step.startswith(f"SCAN {grows}") and "ix_" not in step] == []
    ways = [step for step in steps if step.startswith((f"SEARCH {grows} ", f"SCAN {grows}_"))]
    assert any(LED_BY.get(name, "") in way for way in ways)


def plan_of(engine: Engine, ask: Ask) -> list[str]:
    """The steps SQLite takes for every question it is asked."""
    asked: list[tuple[str, object]] = []

    def listen(_: object, __: object, sql: str, given: object, *___: object) -> None:
        asked.append((sql, given))

    event.listen(engine, "before_cursor_execute", listen)
    with reading(engine) as session:
        ask(session)
        event.remove(engine, "before_cursor_execute", listen)
        explain = session.connection().exec_driver_sql
        found = [explain(f"EXPLAIN QUERY PLAN {sql}", given) for sql, given in asked if sql.startswith("SELECT")]
        return [step.detail for rows in found for step in rows]
