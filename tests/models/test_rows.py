"""Rows as they are written: as many at once as there are, and with a key once they are there."""

from __future__ import annotations

import pytest
from builders import IN_NOVEMBER
from sqlalchemy import Engine

from models.columns import id_of
from models.database import insert_new, writing
from models.tables.people import Person
from models.tables.projection import Heartbeat


def test_any_number_of_rows_is_inserted_and_those_that_exist_are_passed_over(engine: Engine) -> None:
    rows = [{"name": f"tick:{number}", "at": IN_NOVEMBER} for number in range(1_200)]
    with writing(engine) as session:
        assert (insert_new(session, Heartbeat, rows[:700]), insert_new(session, Heartbeat, rows)) == (700, 500)
        assert insert_new(session, Heartbeat, []) == 0


def test_a_row_that_was_not_written_yet_has_no_key(engine: Engine) -> None:
    person = Person(name="Lan", email="lan@example.vn")
    with pytest.raises(ValueError, match="not in the database yet: Person"):
        id_of(person)
    with writing(engine) as session:
        session.add(person)
        session.flush()
        assert id_of(person) == person.id
