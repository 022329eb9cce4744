"""Recording the approval of a table freezes it; what becomes of the record is told on the frozen version."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from builders import an_answer, at, rows
from content_builders import Values, a_product, accepted, entries, handed_in, judged, with_forms
from sqlalchemy import Engine

from models.database import reading, writing
from models.tables.content import Consolidation
from rules.content.consolidation import Approval
from rules.office import Office
from rules.step_records import StepRecord
from services.cases.hand_in import hold
from services.cases.steps import Recorder, record_step, take_back
from services.content.approval import approval_of, freeze_after_step, version_texts
from services.content.consolidation import Consolidated, consolidate
from services.content.frozen import freeze, frozen_table
from services.content.settle import Decided, settle_values
from services.operations.tick import tick

DUTY, YEAR, STEP = "I4B-CATALOGUE", "2015", "I4B-APPROVE"
SEPTEMBER, OCTOBER, LATER = at("2014-09-10"), at("2014-10-20"), at("2014-11-03")
MAI = Recorder("Mai")


@pytest.fixture
def home(engine: Engine, office: Office, tmp_path: Path) -> Office:
    """The lead has handed in its proposal to the committee."""
    home = with_forms(office, tmp_path)
    tick(engine, home, SEPTEMBER, DUTY)
    an_answer(engine, home, at("2014-09-26"), "CTK", DUTY, YEAR)
    return home


def send(engine: Engine, home: Office, unit: str, *products: Values, day: datetime = SEPTEMBER) -> None:
    accepted(engine, handed_in(engine, home, unit, day, judged(*products), DUTY, YEAR), day)


def approves(engine: Engine, home: Office, number: str, day: datetime = OCTOBER, reason: str = "") -> None:
    with writing(engine) as session:
        file = hold(session, home, "CTK", DUTY, YEAR, day)
        record_step(session, home, file, StepRecord(STEP, date(2014, 10, 17), number, reason=reason), MAI, day)
    freeze_after_step(engine, home, STEP, day)


def takes_back(engine: Engine, home: Office, now: datetime) -> None:
    with writing(engine) as session:
        take_back(session, home, hold(session, home, "CTK", DUTY, YEAR, now), STEP, "Ghi nhầm", MAI, now)


def approval(engine: Engine, home: Office) -> Approval:
    with reading(engine) as session:
        return approval_of(session, home, DUTY, YEAR)


def table(engine: Engine, home: Office, now: datetime) -> Consolidated:
    with reading(engine) as session:
        return consolidate(session, home, DUTY, YEAR, now)


def test_the_table_as_it_stands_is_frozen_and_the_log_names_the_document(engine: Engine, home: Office) -> None:
    send(engine, home, "SYT", a_product("A"))
    approves(engine, home, "2150/QĐ-UBND")
    send(engine, home, "STC", a_product("B"), day=LATER)
    tick(engine, home, LATER, DUTY)
    [version] = rows(engine, Consolidation)
    with reading(engine) as session:
        frozen = frozen_table(session, DUTY, YEAR, 1)
    assert frozen is not None
    assert [row["name"] for row in frozen.values] == ["A"]
    assert "số 2150/QĐ-UBND ngày 17/10/2014" in version.reason
    [entry] = entries(engine, "content.approve")
    told = json.loads(entry.details)
    assert (told["sha256"], [(one["number"], one["by"]) for one in told["approvals"]]) == (
        version.sha256,
        [("2150/QĐ-UBND", "Mai")],
    )


def test_what_is_not_accepted_or_not_settled_is_not_frozen_until_it_is(engine: Engine, home: Office) -> None:
    approves(engine, home, "2150/QĐ-UBND")
    assert approval(engine, home).waits_for_version
    send(engine, home, "SYT", a_product("A"))
    send(engine, home, "STC", a_product("A", frequency="quý"))
    tick(engine, home, LATER, DUTY)
    assert (rows(engine, Consolidation), approval(engine, home).waits_for_version) == ([], True)
    whole = table(engine, home, LATER)
    [conflict] = whole.table.open_conflicts
    with writing(engine) as session:
        settle_values(session, whole, conflict.stamp, conflict.variants[0].stamp, Decided("Mai", "Công văn 12"), LATER)
    tick(engine, home, LATER, DUTY)
    assert [one.number for one in rows(engine, Consolidation)] == [1]
    assert not approval(engine, home).waits_for_version


def test_a_version_frozen_before_is_approved_as_it_is(engine: Engine, home: Office) -> None:
    send(engine, home, "SYT", a_product("A"))
    with writing(engine) as session:
        freeze(session, table(engine, home, OCTOBER), "Mai", "Trình UBND", OCTOBER)
    approves(engine, home, "2150/QĐ-UBND")
    assert [one.number for one in rows(engine, Consolidation)] == [1]
    assert approval(engine, home).approved_version == 1


def test_a_corrected_record_is_told_on_the_version_and_freezes_nothing_anew(engine: Engine, home: Office) -> None:
    send(engine, home, "SYT", a_product("A"))
    approves(engine, home, "2150/QĐ-UBND")
    send(engine, home, "STC", a_product("B"), day=LATER)
    approves(engine, home, "2151/QĐ-UBND", LATER, "Gõ nhầm số")
    [one] = approval(engine, home).of_version(1)
    assert one.corrected is not None
    assert (one.record.number, one.corrected.number, one.withdrawn) == ("2150/QĐ-UBND", "2151/QĐ-UBND", None)
    assert len(rows(engine, Consolidation)) == 1


def test_a_record_taken_back_leaves_the_version_and_the_next_approval_freezes_another(
    engine: Engine, home: Office
) -> None:
    send(engine, home, "SYT", a_product("A"))
    approves(engine, home, "2150/QĐ-UBND")
    takes_back(engine, home, LATER)
    [one] = approval(engine, home).of_version(1)
    assert one.withdrawn is not None
    assert (one.withdrawn.reason, approval(engine, home).approved_version) == ("Ghi nhầm", None)
    send(engine, home, "STC", a_product("B"), day=LATER)
    approves(engine, home, "2200/QĐ-UBND", LATER)
    assert [(one.number, one.rows_count) for one in rows(engine, Consolidation)] == [(1, 1), (2, 2)]
    assert approval(engine, home).approved_version == 2


def test_the_evidence_of_a_step_names_what_was_frozen_by_it(engine: Engine, home: Office) -> None:
    send(engine, home, "SYT", a_product("A"))
    assert "chưa chốt" in evidence(engine, home)
    approves(engine, home, "2150/QĐ-UBND")
    assert "bản chốt số 1, SHA-256 " in evidence(engine, home)


def evidence(engine: Engine, home: Office) -> str:
    with reading(engine) as session:
        return version_texts(session, home, home.plan.obligation(STEP))[YEAR]
