"""The draft of a table that a unit fills in on a page."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from builders import at
from content_builders import a_product, accepted, handed_in, judged, with_forms
from openpyxl import load_workbook
from sqlalchemy import Engine

from models.database import reading, writing
from models.queries.cases.case_file import whole_case
from rules.content.drafts import LONGEST_CELL, MOST_ROWS, DraftRow
from rules.forms import Column, ColumnKind
from rules.office import Office
from services.content.consolidation import consolidate
from services.content.filling import Draft, DraftConflict, Place, as_typed, draft_for, save, workbook_of
from services.content.frozen import freeze
from services.errors import Refused

DUTY = "I4B-CATALOGUE"
NOW = at("2015-09-15")


@pytest.fixture
def home(office: Office, tmp_path: Path) -> Office:
    return with_forms(office, tmp_path)


def place_of(engine: Engine, case_id: int, period: str) -> Place:
    with reading(engine) as session:
        file = whole_case(session, case_id)
        assert file is not None
        return Place(file.id, file.organisation.id or 0, file.organisation.key, "Sở Y tế", period)


@pytest.fixture
def place(engine: Engine, home: Office) -> Place:
    """A case of 2016 whose unit handed in two products for 2015."""
    products = judged(a_product("Giường bệnh", unit_price=120000), a_product("Nhân lực"))
    handed_in(engine, home, "SYT", at("2014-09-10"), products, DUTY, "2015")
    return place_of(engine, handed_in(engine, home, "SYT", at("2015-09-10"), judged(), DUTY, "2016"), "2016")


def kept(engine: Engine, home: Office, place: Place) -> Draft:
    with reading(engine) as session:
        return draft_for(session, home, home.forms[DUTY], place)


def saved(engine: Engine, home: Office, place: Place, seen: int, *names: str, by: str = "Hùng") -> Draft:
    with writing(engine) as session:
        rows = tuple(DraftRow({"name": name}) for name in names)
        return save(session, home.forms[DUTY], place, seen, rows, by, NOW)


def test_rows_of_the_year_before_are_proposed_and_count_as_nothing(engine: Engine, home: Office, place: Place) -> None:
    draft = kept(engine, home, place)
    assert [(row["name"], row["unit"], row.source) for row in draft.rows] == [
        ("Giường bệnh", "Sở Y tế", "năm 2015"),
        ("Nhân lực", "Sở Y tế", "năm 2015"),
    ]
    assert draft.rows[0]["unit_price"] == "120000"
    sheet = load_workbook(BytesIO(workbook_of(home, home.forms[DUTY], place, draft.rows).content)).worksheets[0]
    assert sheet["A6"].value is None


def test_a_draft_is_kept_for_whoever_of_the_unit_goes_on(engine: Engine, home: Office, place: Place) -> None:
    saved(engine, home, place, 0, "Giường bệnh")
    saved(engine, home, place, 1, "Giường bệnh", "Nhân lực", by="Mai")
    draft = kept(engine, home, place)
    assert ([row["name"] for row in draft.rows], draft.number, draft.changed_by) == (
        ["Giường bệnh", "Nhân lực"],
        2,
        "Mai",
    )


@pytest.mark.parametrize("seen", [0, 1])
def test_who_saves_over_the_work_of_another_is_told(engine: Engine, home: Office, place: Place, seen: int) -> None:
    for number in range(seen + 1):
        saved(engine, home, place, number, f"Lần {number}")
    with pytest.raises(DraftConflict) as conflict:
        saved(engine, home, place, seen, "Của tôi", by="Mai")
    assert [row["name"] for row in conflict.value.current.rows] == [f"Lần {seen}"]
    assert [row["name"] for row in kept(engine, home, place).rows] == [f"Lần {seen}"]


def test_the_same_sent_twice_is_no_conflict(engine: Engine, home: Office, place: Place) -> None:
    assert [saved(engine, home, place, 0, "a").number for _ in range(2)] == [1, 1]


def test_too_many_rows_and_cells_too_long_are_not_kept(engine: Engine, home: Office, place: Place) -> None:
    for names in (("a" * (LONGEST_CELL + 1),), ("a",) * (MOST_ROWS + 1)):
        with pytest.raises(Refused):
            saved(engine, home, place, 0, *names)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (ColumnKind.TEXT, "a", "a"),
        (ColumnKind.NUMBER, 0.5, "0,5"),
        (ColumnKind.NUMBER, 120000.0, "120000"),
        (ColumnKind.DAY, "2014-01-29", "29/01/2014"),
        (ColumnKind.MONTH_OR_DAY, "2014-01", "01/2014"),
        (ColumnKind.MONTH_OR_DAY, "2014-Q1", "2014-Q1"),
        (ColumnKind.YES_NO, 1, "x"),
        (ColumnKind.YES_NO, 0, ""),
        (ColumnKind.TEXT, None, ""),
    ],
)
def test_values_are_shown_as_a_person_types_them(kind: ColumnKind, value: str | float | None, text: str) -> None:
    assert as_typed(Column("c", "C", kind), value) == text


def frozen(engine: Engine, home: Office, year: str) -> None:
    with writing(engine) as session:
        freeze(session, consolidate(session, home, DUTY, year, NOW), "Mai", "Trình UBND", NOW)


def test_what_was_frozen_counts_before_what_the_unit_sent(engine: Engine, home: Office, place: Place) -> None:
    case = handed_in(engine, home, "SYT", at("2014-09-11"), judged(a_product("Giường bệnh", other="a")), DUTY, "2015")
    accepted(engine, case, at("2014-09-12"))
    others = judged(a_product("Giường bệnh", other="b"), a_product("Thu ngân sách"))
    accepted(engine, handed_in(engine, home, "STC", at("2014-09-11"), others, DUTY, "2015"), at("2014-09-12"))
    frozen(engine, home, "2015")
    handed_in(engine, home, "SYT", at("2014-10-11"), judged(a_product("Gửi sau khi chốt")), DUTY, "2015")
    draft = kept(engine, home, place)
    assert [(row["name"], row.source) for row in draft.rows] == [("Giường bệnh", "năm 2015, bản chốt số 1")]
    assert sorted(draft.rows[0]["other"].split("; ")) == ["a", "b"]


def test_what_the_unit_sent_since_the_last_frozen_table_is_newer(engine: Engine, home: Office, place: Place) -> None:
    case = handed_in(engine, home, "SYT", at("2014-09-11"), judged(a_product("Cũ")), DUTY, "2015")
    accepted(engine, case, at("2014-09-12"))
    frozen(engine, home, "2015")
    handed_in(engine, home, "SYT", at("2015-09-11"), judged(a_product("Mới")), DUTY, "2016")
    later = place_of(engine, handed_in(engine, home, "SYT", at("2016-09-10"), judged(), DUTY, "2017"), "2017")
    assert [(row["name"], row.source) for row in kept(engine, home, later).rows] == [("Mới", "năm 2016")]


def test_a_unit_that_is_not_in_the_frozen_table_gets_what_it_sent(engine: Engine, home: Office, place: Place) -> None:
    accepted(
        engine,
        handed_in(engine, home, "STC", at("2014-09-11"), judged(a_product("Thu")), DUTY, "2015"),
        at("2014-09-12"),
    )
    frozen(engine, home, "2015")
    assert [row.source for row in kept(engine, home, place).rows] == ["năm 2015"] * 2
