"""Looking at another day changes nothing; looking at today opens what ought to be open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from builders import IN_NOVEMBER, LAST_DAY, OVERDUE, SIGNED, UNIT, an_answer, an_office, at, prepared
from sqlalchemy import Engine, select
from sqlmodel import col

from models.database import reading, writing
from models.metadata import metadata
from models.queries.plan import occurrences as plan_queries
from models.tables.plan import Occurrence
from rules.office import Office
from rules.status import Status
from services.cases.opening import open_cases
from services.operations.as_of_copy import standing
from services.plan.load import plan_ahead
from services.views.overview import cases_as_of

BEGUN = at("2026-03-02")  # an office that begins years after the plan


def everything(engine: Engine) -> dict[str, Sequence[Any]]:
    with reading(engine) as session:
        return {table.name: session.execute(select(table)).all() for table in metadata.sorted_tables}


@pytest.mark.parametrize("day", [SIGNED, LAST_DAY, at("2014-06-01"), at("2030-06-01")], ids=str)
def test_a_look_at_another_day_leaves_every_row_as_it_was(engine: Engine, office: Office, day: datetime) -> None:
    with writing(engine) as session:
        open_cases(session, office, IN_NOVEMBER)
    before = everything(engine)
    with standing(engine, office, IN_NOVEMBER, day) as session:
        assert cases_as_of(session, at("2030-06-01"))
    assert everything(engine) == before


def test_another_day_is_seen_with_what_is_open_and_received_by_then(engine: Engine, office: Office) -> None:
    an_answer(engine, office, IN_NOVEMBER)
    with standing(engine, office, IN_NOVEMBER, at("2014-03-03")) as session:
        found = {row.status for row in cases_as_of(session, at("2014-03-03")) if row.unit == UNIT}
        periods = {row.period for row in cases_as_of(session, at("2014-03-03")) if row.obligation == "II2-REPORT"}
    assert Status.RECEIVED in found
    assert "2014-Q1" in periods


def test_a_look_at_now_opens_what_ought_to_be_open(engine: Engine, office: Office) -> None:
    with standing(engine, office, OVERDUE, None) as session:
        assert cases_as_of(session, OVERDUE)
    with reading(engine) as session:
        assert plan_queries.any_open(session)


# --- since when duties are followed ---------------------------------------------------------------------------------


def earliest(engine: Engine) -> int:
    with reading(engine) as session:
        return min(session.execute(select(col(Occurrence.target_day))).scalars()).year


def begun(engine: Engine) -> Office:
    prepared(engine, BEGUN)
    office = an_office()
    with writing(engine) as session:
        open_cases(session, office, BEGUN)
    return office


def test_an_office_with_open_cases_is_not_given_the_duties_of_earlier_years(empty_engine: Engine) -> None:
    office = begun(empty_engine)
    with writing(empty_engine) as session:
        open_cases(session, office, at("2014-06-01"))
    assert earliest(empty_engine) == BEGUN.year


def test_a_look_at_an_earlier_year_shows_its_duties_and_does_not_take_them_over(empty_engine: Engine) -> None:
    office = begun(empty_engine)
    with standing(empty_engine, office, BEGUN, at("2014-06-01")) as session:
        assert cases_as_of(session, at("2014-06-01"))
    assert earliest(empty_engine) == BEGUN.year


def test_an_operator_may_reach_back(empty_engine: Engine) -> None:
    office = begun(empty_engine)
    with writing(empty_engine) as session:
        plan_ahead(session, office, at("2014-06-01"), reach_back=True)
    assert earliest(empty_engine) == SIGNED.year


def test_an_office_without_a_case_begins_when_its_clock_says(empty_engine: Engine) -> None:
    prepared(empty_engine, BEGUN)
    with writing(empty_engine) as session:
        open_cases(session, an_office(), at("2014-06-01"))
    assert earliest(empty_engine) == SIGNED.year
