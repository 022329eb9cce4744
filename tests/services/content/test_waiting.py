"""What waits for a coordinator about the tables of the newest periods."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from builders import an_answer, at
from content_builders import a_product, accepted, handed_in, judged, with_forms
from sqlalchemy import Engine

from models.database import reading, writing
from rules.office import Office
from rules.step_records import StepRecord
from services.cases.hand_in import hold
from services.cases.steps import Recorder, record_step
from services.content.approval import freeze_after_step, version_texts
from services.content.waiting import WaitingContent, waiting_content
from services.operations.tick import tick

DUTY, YEAR, STEP = "I4B-CATALOGUE", "2015", "I4B-APPROVE"
SEPTEMBER, OCTOBER = at("2014-09-10"), at("2014-10-20")


@pytest.fixture
def home(engine: Engine, office: Office, tmp_path: Path) -> Office:
    home = with_forms(office, tmp_path)
    tick(engine, home, SEPTEMBER, DUTY)
    an_answer(engine, home, at("2014-09-26"), "CTK", DUTY, YEAR)
    return home


def waiting(engine: Engine, home: Office) -> list[WaitingContent]:
    with reading(engine) as session:
        return [one for one in waiting_content(session, home, OCTOBER) if one.duty.id == DUTY]


def send(engine: Engine, home: Office, unit: str, frequency: str) -> int:
    products = judged(a_product("Giá tiêu dùng", frequency=frequency))
    return handed_in(engine, home, unit, SEPTEMBER, products, DUTY, YEAR)


def approve(engine: Engine, home: Office) -> None:
    with writing(engine) as session:
        file = hold(session, home, "CTK", DUTY, YEAR, OCTOBER)
        record_step(session, home, file, StepRecord(STEP, date(2014, 10, 17), "9/QĐ"), Recorder("Mai"), OCTOBER)
    freeze_after_step(engine, home, STEP, OCTOBER)


def frozen(engine: Engine, home: Office) -> dict[str, str]:
    with reading(engine) as session:
        return version_texts(session, home, home.plan.obligation(STEP))


def test_files_conflicts_findings_and_an_approval_without_a_version_are_counted(engine: Engine, home: Office) -> None:
    assert waiting(engine, home) == []
    send(engine, home, "SYT", "tháng")
    accepted(engine, send(engine, home, "STC", "năm"), SEPTEMBER)
    [one] = waiting(engine, home)
    assert (one.period, one.files, one.conflicts, one.unfrozen) == (YEAR, 1, 0, False)
    accepted(engine, send(engine, home, "SCT", "quý"), SEPTEMBER)
    approve(engine, home)
    [one] = waiting(engine, home)
    assert (one.files, one.conflicts, one.unfrozen) == (1, 1, True)
    assert one.count >= 3


def test_the_evidence_of_a_step_names_what_was_frozen_by_it(engine: Engine, home: Office) -> None:
    accepted(engine, send(engine, home, "SYT", "tháng"), SEPTEMBER)
    assert "chưa chốt" in frozen(engine, home)[YEAR]
    approve(engine, home)
    assert "bản chốt số 1, SHA-256 " in frozen(engine, home)[YEAR]
