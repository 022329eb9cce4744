"""Once a working day the coordinators are told what waits for them."""

from __future__ import annotations

import json
from datetime import timedelta

from builders import CALENDAR, IN_NOVEMBER, an_answer, at, rows
from sqlalchemy import Engine

from models.tables.messages import Message
from rules.office import Office
from services.operations.tick import tick

FRIDAY = at("2013-11-15", "06:10")


def mails(engine: Engine) -> list[Message]:
    return list(rows(engine, Message, Message.kind == "inbox"))


def test_nothing_is_sent_while_nothing_waits(engine: Engine, office: Office) -> None:
    tick(engine, office, IN_NOVEMBER, CALENDAR)
    assert mails(engine) == []


def test_a_hand_in_that_waits_is_told_once_each_working_day(engine: Engine, office: Office) -> None:
    an_answer(engine, office, IN_NOVEMBER)
    for moment in (FRIDAY, FRIDAY + timedelta(hours=3), FRIDAY + timedelta(days=1), FRIDAY + timedelta(days=2)):
        tick(engine, office, moment, CALENDAR)
    [mail] = mails(engine)
    assert json.loads(mail.facts or "")["lines"] == ["Hồ sơ chờ xem xét: 1"]
    assert json.loads(mail.facts or "")["path"] == "/viec"
    tick(engine, office, FRIDAY + timedelta(days=3), CALENDAR)
    assert [mail.on_day.day for mail in mails(engine)] == [15, 18]
