"""What the rows of the database answer for themselves."""

from __future__ import annotations

import pytest

from models.database import id_of
from models.tables.people import Person


def test_the_number_of_a_stored_row() -> None:
    assert id_of(Person(id=7, name="Lan", email="lan@example.vn")) == 7


def test_a_row_that_is_not_stored_has_no_number() -> None:
    with pytest.raises(ValueError, match="Person"):
        id_of(Person(name="Lan", email="lan@example.vn"))
