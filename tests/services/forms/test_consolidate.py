"""The plain list of what the units handed in, kept up to date by itself."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

from builders import FIRST_REMINDER, an_answer, at
from sqlalchemy import Engine

from models.database import reading, writing
from rules.office import Office
from services.cases.hand_in import HandIn, hand_in, hold
from services.forms.consolidate import consolidate
from services.operations.tick import tick
from services.views.dashboard_projection import occurrence_views

ANSWERED = at("2013-12-12", "09:00")


def test_the_list_names_every_unit_and_what_it_sent(sqlite_engine: Engine, office: Office, tmp_path: Path) -> None:
    home = replace(office, folder=tmp_path)
    tick(sqlite_engine, home, FIRST_REMINDER)
    with writing(sqlite_engine) as session:
        case = hold(session, home, "STC", "I5-CALENDAR", "2014", ANSWERED)
        hand_in(session, case, HandIn(ANSWERED, document_number="=1+1"), ANSWERED)
    [found] = consolidate(sqlite_engine, home, "release-calendar", ANSWERED)
    rows = list(csv.reader(found.file.read_text(encoding="utf-8-sig").splitlines()))
    sent = [row for row in rows if row[-1] == "Đã gửi đúng hạn"]
    assert (found.received, found.expected, len(rows)) == (1, 33, 34)
    assert [row[2] for row in sent] == ["'=1+1"]  # shown, not run, by a spreadsheet


def test_a_duty_that_gathers_nothing_has_no_list(sqlite_engine: Engine, office: Office) -> None:
    assert consolidate(sqlite_engine, office, "directive", ANSWERED) == []


def test_what_was_returned_counts_as_on_the_board(sqlite_engine: Engine, office: Office, tmp_path: Path) -> None:
    home = replace(office, folder=tmp_path)
    tick(sqlite_engine, home, FIRST_REMINDER)
    an_answer(sqlite_engine, home, ANSWERED, "STC")
    an_answer(sqlite_engine, home, ANSWERED, "SKHDT")
    with sqlite_engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE unit_case SET returned_at = received_at WHERE organisation_id ="
            " (SELECT id FROM organisation WHERE key = 'STC')"
        )
    [listed] = consolidate(sqlite_engine, home, "release-calendar", ANSWERED)
    with reading(sqlite_engine) as session:
        [view] = occurrence_views(session, ANSWERED, "release-calendar")
    [result] = tick(sqlite_engine, home, ANSWERED, "I5-CALENDAR")
    assert listed.text.startswith("2014: 2/33 đã nộp")
    assert view.text.startswith("2/33 đã nộp")
    assert result.text.startswith("2/33 đã nộp")
    assert "Đề nghị bổ sung" in listed.file.read_text(encoding="utf-8-sig")
