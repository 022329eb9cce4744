"""What a table of the province leaves to a person waits in the inbox until it is settled or frozen."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from builders import an_answer, at, rows
from content_builders import Values, a_product, accepted, handed_in, judged, with_forms
from sqlalchemy import Engine

from models.database import reading, writing
from models.tables.messages import Message
from rules.office import Office
from rules.step_records import StepRecord
from services.cases.hand_in import hold
from services.cases.steps import Recorder, record_step
from services.content.consolidation import consolidate
from services.content.frozen import freeze
from services.content.settle import Decided, settle_values
from services.operations.inbox_mail import tell_what_waits
from services.operations.tick import tick
from services.views.waiting_tables import TABLES, TableCounter, WaitingTable, waiting_tables
from services.views.worklist import counts

DUTY, YEAR, NOW = "I4B-CATALOGUE", "2015", at("2014-10-03")


@pytest.fixture
def home(engine: Engine, office: Office, tmp_path: Path) -> Office:
    """Two units disagree about a product; one names a unit that is not known."""
    home = with_forms(office, tmp_path)
    tick(engine, home, at("2014-09-10"), DUTY)
    unit = {"unit": "Sở Y tế tỉnh Sóc Trăng"}
    sent(engine, home, "SYT", a_product("Giường bệnh", **unit), a_product("Dân số", unit="Sở Lạ"))
    sent(engine, home, "STC", a_product("Giường bệnh", language="tiếng Khmer", **unit))
    return home


def sent(engine: Engine, home: Office, unit: str, *products: Values) -> None:
    moment = at("2014-09-11")
    accepted(engine, handed_in(engine, home, unit, moment, judged(*products), DUTY, YEAR), moment)


def waiting(engine: Engine, home: Office, counter: TableCounter) -> tuple[list[WaitingTable], int]:
    with reading(engine) as session:
        return waiting_tables(session, home, NOW), counts(session, home, NOW, counter)[TABLES]


def test_it_waits_until_it_is_settled_or_frozen_and_is_counted_anew_when_something_changed(
    engine: Engine, home: Office
) -> None:
    counter = TableCounter()
    [table], count = waiting(engine, home, counter)
    assert (table.duty.id, table.period, table.conflicts, table.findings, count) == (DUTY, YEAR, 1, 1, 2)
    with writing(engine) as session:
        whole = consolidate(session, home, DUTY, YEAR, NOW)
        [conflict] = whole.table.open_conflicts
        settle_values(session, whole, conflict.stamp, conflict.variants[0].stamp, Decided("Mai", "Công văn 12"), NOW)
    [table], count = waiting(engine, home, counter)
    assert (table.conflicts, table.findings, count) == (0, 1, 1)
    with writing(engine) as session:
        freeze(session, consolidate(session, home, DUTY, YEAR, NOW), "Mai", "", NOW)
    assert waiting(engine, home, counter) == ([], 0)


def test_an_approval_that_freezes_nothing_waits_although_there_is_a_frozen_version(
    engine: Engine, home: Office
) -> None:
    an_answer(engine, home, at("2014-09-26"), "CTK", DUTY, YEAR)
    with writing(engine) as session:
        freeze(session, consolidate(session, home, DUTY, YEAR, NOW), "Mai", "Trình UBND", NOW)
    sent(engine, home, "SCT", a_product("Giá tiêu dùng", frequency="quý"))
    assert waiting(engine, home, TableCounter()) == ([], 0)
    with writing(engine) as session:
        record = StepRecord("I4B-APPROVE", date(2014, 10, 2), "9/QĐ")
        record_step(session, home, hold(session, home, "CTK", DUTY, YEAR, NOW), record, Recorder("Mai"), NOW)
    [table], _ = waiting(engine, home, TableCounter())
    assert table.conflicts == 1


def test_the_daily_mail_tells_of_it(engine: Engine, home: Office) -> None:
    with writing(engine) as session:
        assert tell_what_waits(session, home, NOW) == 1
    lines = [
        line for mail in rows(engine, Message, Message.kind == "inbox") for line in json.loads(mail.facts)["lines"]
    ]
    assert "Bảng tổng hợp cần xử lý: 2" in lines
