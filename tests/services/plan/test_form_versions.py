"""Forms an office makes itself: which counts on which day, and what is kept of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from builders import at, rows
from openpyxl import load_workbook
from sqlalchemy import Engine
from sqlmodel import select

from models.database import reading, writing
from models.tables.forms import OfficeForm
from models.tables.log import LogEntry
from rules.content.form_problems import form_problems
from rules.office import Office
from services.errors import Refused
from services.files.empty_forms import empty_form
from services.files.store import STORE, store_bytes
from services.files.verify import differences, registered, unregistered
from services.forms.unit_forms import form_of, with_forms
from services.plan import office_forms
from services.plan.in_force import mark, office_now

FORMS = Path(__file__).parents[2] / "content" / "forms"
WORKBOOK = (FORMS / "legal-documents" / "form.xlsx").read_bytes()
CALENDAR, OTHER = "I5-CALENDAR", "II1-GUIDE"
TODAY = at("2014-02-03", "09:00")
FIRST, SECOND = date(2014, 2, 10), date(2014, 3, 10)


@pytest.fixture
def place(office: Office, tmp_path: Path) -> Office:
    return replace(office, folder=tmp_path)


def a_draft(engine: Engine, office: Office, workbook: bytes = WORKBOOK) -> int:
    file = store_bytes(office.folder / STORE, "biểu.xlsx", workbook)
    with writing(engine) as session:
        row = office_forms.begin(session, office, file, office_forms.proposed(workbook), "Lan", TODAY)
        return row.id or 0


def publish(engine: Engine, office: Office, id: int, from_day: date, duty: str = CALENDAR) -> None:
    with writing(engine) as session:
        row = office_forms.draft(session, office, id)
        assert row is not None
        office_forms.publish(session, office, row, duty, from_day, "Lan", TODAY)


def now(engine: Engine, office: Office) -> Office:
    with reading(engine) as session:
        return office_now(session, office)


def version_on(office: Office, day: date, duty: str = CALENDAR) -> int | None:
    form = form_of(office, duty, on=day)
    return form.version if form else None


def test_each_day_has_the_version_that_was_in_force_on_it(engine: Engine, place: Office) -> None:
    publish(engine, place, a_draft(engine, place), FIRST)
    publish(engine, place, a_draft(engine, place), SECOND)
    office = now(engine, place)
    days = (date(2014, 2, 9), FIRST, date(2014, 3, 9), SECOND, date(2020, 1, 1))
    assert [version_on(office, day) for day in days] == [0 if place.forms else None, 1, 1, 2, 2]
    assert OTHER not in with_forms(office, FIRST)


def test_a_duty_without_a_form_gets_one(engine: Engine, place: Office) -> None:
    publish(engine, place, a_draft(engine, place), FIRST, OTHER)
    office = now(engine, place)
    assert (version_on(office, date(2014, 2, 9), OTHER), version_on(office, FIRST, OTHER)) == (None, 1)
    assert empty_form(office, OTHER, "", "2014", FIRST) == WORKBOOK
    assert empty_form(office, OTHER, "Sở Y tế", "2014", date(2014, 2, 9)) is None


@pytest.mark.parametrize(
    ("folder", "cell"), [("legal-documents", "A2"), ("monthly-indicators", "A2"), ("staff-and-facilities", None)]
)
def test_the_unit_stands_in_the_place_the_form_keeps_for_it_and_nothing_else_changes(
    engine: Engine, place: Office, folder: str, cell: str | None
) -> None:
    workbook = (FORMS / folder / "form.xlsx").read_bytes()
    publish(engine, place, a_draft(engine, place, workbook), FIRST, OTHER)
    name = "Sở A & <B>"
    filled = empty_form(now(engine, place), OTHER, name, "2014", FIRST)
    assert filled is not None
    before, after = (load_workbook(BytesIO(content)) for content in (workbook, filled))
    other = {
        (sheet.title, one.coordinate): (one.value, after[sheet.title][one.coordinate].value)
        for sheet in before
        for row in sheet.iter_rows()
        for one in row
        if one.value != after[sheet.title][one.coordinate].value
    }
    assert other == ({(before.sheetnames[0], cell): (before.worksheets[0][cell].value, name)} if cell else {})
    assert [len(sheet.data_validations.dataValidation) for sheet in after] == [
        len(sheet.data_validations.dataValidation) for sheet in before
    ]


def test_a_retired_version_gives_way_to_the_one_before_and_all_of_them_to_the_shipped_form(
    engine: Engine, place: Office
) -> None:
    for day in (FIRST, SECOND):
        publish(engine, place, a_draft(engine, place), day)
    second = rows(engine, OfficeForm)[1].id or 0
    later = date(2014, 4, 1)
    with writing(engine) as session:
        office_forms.retire(session, second, later, "Mẫu sai", "Lan", TODAY)
    assert [version_on(now(engine, place), day) for day in (SECOND, later)] == [2, 1]
    with writing(engine) as session:
        office_forms.back_to_shipped(session, place, CALENDAR, date(2014, 5, 1), "Về mẫu kế hoạch", "Lan", TODAY)
    office = now(engine, place)
    assert [version_on(office, day) for day in (SECOND, later)] == [2, 1]
    assert version_on(office, date(2014, 5, 1)) == version_on(place, date(2014, 5, 1))


@pytest.mark.parametrize("duty", ["NO-DUTY", CALENDAR])
def test_no_day_that_has_passed_and_no_unknown_duty_is_taken(engine: Engine, place: Office, duty: str) -> None:
    id = a_draft(engine, place)
    with pytest.raises(Refused):
        publish(engine, place, id, FIRST if duty == "NO-DUTY" else date(2014, 2, 2), duty)
    assert [row.version for row in rows(engine, OfficeForm)] == [None]


def test_a_form_with_a_choice_of_nothing_is_not_put_in_force(engine: Engine, place: Office) -> None:
    id = a_draft(engine, place)
    with writing(engine) as session:
        row = office_forms.draft(session, place, id)
        assert row is not None
        (sheet,) = office_forms.read_sheets(row)
        columns = tuple(replace(column, choices=()) for column in sheet.form.columns)
        broken = replace(sheet, form=replace(sheet.form, columns=columns))
        assert len(form_problems([broken])) == 2
        office_forms.save(session, row, [broken], "Lan", TODAY)
    with pytest.raises(Refused, match="Loại văn bản"):
        publish(engine, place, id, FIRST)


def test_a_version_never_changes_and_a_draft_of_the_next_begins_from_it(engine: Engine, place: Office) -> None:
    publish(engine, place, a_draft(engine, place), FIRST)
    (first,) = rows(engine, OfficeForm)
    with writing(engine) as session:
        assert office_forms.draft(session, place, first.id or 0) is None  # cannot be saved again
        again = office_forms.begin_again(session, first.id or 0, "Hùng", TODAY)
        assert (again.obligation, again.version, again.sheets) == (CALENDAR, None, first.sheets)


def test_another_process_sees_that_a_form_came(engine: Engine, place: Office) -> None:
    with reading(engine) as session:
        before = mark(session)
    id = a_draft(engine, place)
    with reading(engine) as session:
        assert mark(session) == before
    publish(engine, place, id, FIRST)
    with reading(engine) as session:
        assert mark(session) != before


def test_all_is_logged_and_the_workbook_belongs_to_the_register_of_files(engine: Engine, place: Office) -> None:
    publish(engine, place, a_draft(engine, place), FIRST)
    with writing(engine) as session:
        office_forms.back_to_shipped(session, place, CALENDAR, SECOND, "Thử xong", "Lan", TODAY)
    with reading(engine) as session:
        entries = session.exec(select(LogEntry).order_by(LogEntry.seq)).all()
        actions = [entry.action for entry in entries if entry.action.startswith("form.")]
        assert actions == ["form.begin", "form.publish", "form.retire"]
        assert [(one.kind, one.obligation) for one in registered(session) if one.kind == "form"] == [("form", CALENDAR)]
        assert list(unregistered(session, place.folder)) == []
        file = next(one for one in registered(session) if one.kind == "form")
    (place.folder / file.path).write_bytes(b"other")
    with reading(engine) as session:
        assert [one.file.kind for one in differences(session, place.folder)] == ["form"]
