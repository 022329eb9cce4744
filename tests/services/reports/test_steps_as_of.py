"""A step as it was known that day: what is recorded, corrected or taken back later changes no earlier day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from builders import CALENDAR, UNIT, an_answer, at
from sqlalchemy import Engine

from models.database import reading, writing
from models.queries.cases.status import counts_by_occurrence
from models.queries.cases.steps import open_counts
from rules.deadlines import local_day
from rules.office import Office
from rules.step_records import StepRecord
from services import log
from services.cases.hand_in import hold
from services.cases.steps import Recorder, answer_review, record_step, take_back
from services.operations.tick import tick
from services.reports.facts import write_report, write_workbook
from services.views.dashboard_projection import occurrence_views
from services.views.overview import cases_as_of

MAI = Recorder("Mai")
STEP, OTHER = "I5-APPROVE", "I5-REPORT-UBND"
REVIEW = ("CTK", "I4-MIDYEAR-REVIEW", "2015")


@dataclass(frozen=True)
class Day:
    """A day that is looked at: before it something was recorded; after it more is."""

    period: str
    at: datetime
    case: tuple[str, str, str]
    received: datetime


OF_CALENDAR = Day("2014-Q1", at("2014-03-20", "17:00"), (UNIT, CALENDAR, "2014"), at("2013-12-16"))
OF_REVIEW = Day("2015-Q3", at("2015-09-14", "17:00"), REVIEW, at("2015-07-20"))


def on_case(engine: Engine, office: Office, day: Day, when: datetime, act: Callable[..., object]) -> None:
    with writing(engine) as session:
        file = hold(session, office, *day.case, when)
        act(session, office, file, when)


def recorded(code: str, day: str, number: str, reason: str = "") -> Callable[..., object]:
    record = StepRecord(code, date.fromisoformat(day), number, "", reason)
    return lambda session, office, file, now: record_step(session, office, file, record, MAI, now)


def taken_back(code: str) -> Callable[..., object]:
    return lambda session, office, file, now: take_back(session, office, file, code, "Nhầm hồ sơ", MAI, now)


def answered(adjusted: bool) -> Callable[..., object]:
    return lambda session, office, file, now: answer_review(session, office, file, adjusted=adjusted, by=MAI, now=now)


FIRST = (at("2013-12-20"), recorded(STEP, "2013-12-18", "9/QĐ"))
LATER = {
    "corrected": (OF_CALENDAR, [FIRST], [recorded(STEP, "2013-12-19", "10/QĐ", "Gõ nhầm số")]),
    "corrected twice": (
        OF_CALENDAR,
        [FIRST],
        [recorded(STEP, "2013-12-19", "10/QĐ", "Nhầm"), recorded(STEP, "2013-12-17", "11/QĐ", "Nhầm")],
    ),
    "taken back": (OF_CALENDAR, [FIRST], [taken_back(STEP)]),
    "taken back and recorded anew": (OF_CALENDAR, [FIRST], [taken_back(STEP), recorded(STEP, "2013-12-16", "9a/QĐ")]),
    "recorded with an earlier day": (OF_CALENDAR, [], [recorded(STEP, "2013-12-17", "8/QĐ")]),
    "the next one recorded with an earlier day": (OF_CALENDAR, [FIRST], [recorded(OTHER, "2013-12-19", "3/BC")]),
    "a change found": (OF_REVIEW, [], [answered(True)]),
    "no change after all": (OF_REVIEW, [(at("2015-07-21"), answered(True))], [answered(False)]),
    "a change after all": (OF_REVIEW, [(at("2015-07-21"), answered(False))], [answered(True)]),
}


@pytest.mark.parametrize("name", LATER)
def test_what_is_recorded_later_changes_neither_the_report_nor_the_day(
    engine: Engine, office: Office, tmp_path: Path, name: str
) -> None:
    day, before, after = LATER[name]
    tick(engine, office, day.received)
    an_answer(engine, office, day.received, *day.case)
    for moment, act in before:
        on_case(engine, office, day, moment, act)
    tick(engine, office, day.at)
    known = seen_on(engine, office, day, tmp_path / "before")
    for number, act in enumerate(after):
        on_case(engine, office, day, day.at + timedelta(days=7 * (number + 1)), act)
    assert seen_on(engine, office, day, tmp_path / "after") == known
    with reading(engine) as session:
        assert log.verify(session).broken_at is None


def seen_on(engine: Engine, office: Office, day: Day, folder: Path) -> list[object]:
    """The report with its workbook, byte by byte, the board's numbers, every case and what the dashboard shows."""
    with reading(engine) as session:
        written, facts = write_report(session, office, day.period, local_day(day.at), folder)
        document = written.path
        cases = cases_as_of(session, day.at)
        counts = counts_by_occurrence(session, day.at), open_counts(session, day.at)
        shown = occurrence_views(session, day.at)
        return [document.read_bytes(), write_workbook(facts, document).read_bytes(), facts, cases, counts, shown]
