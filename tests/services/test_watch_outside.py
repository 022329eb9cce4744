"""The look from outside the engine: what is urgent is mailed at once, the rest once a day."""

from __future__ import annotations

import json
from dataclasses import replace

from builders import FIRST_REMINDER, at, messages, minutes
from sqlalchemy import Engine, update

from models.channels import ChannelHealth
from models.database import writing
from models.messages import Message
from rules.channels import EMAIL, Way
from rules.office import Office
from services.tick import tick
from services.watch import watch_once

MORNING = at("2013-12-10", "08:00")


def mailed(engine: Engine) -> list[list[str]]:
    return [json.loads(row.facts or "")["lines"] for row in messages(engine) if row.kind == "watch"]


def test_all_is_well_and_nobody_is_mailed(engine: Engine, office: Office) -> None:
    tick(engine, office, FIRST_REMINDER)
    assert watch_once(engine, office, MORNING) == []
    assert mailed(engine) == []


def test_a_silent_engine_is_mailed_once_a_day_however_often_one_looks(engine: Engine, office: Office) -> None:
    tick(engine, office, FIRST_REMINDER)
    for hour in (30, 31, 32):
        assert watch_once(engine, office, FIRST_REMINDER + minutes(60 * hour))
    [lines] = [lines for lines in mailed(engine) if any("ngừng chạy" in line for line in lines)]
    assert len(lines) > 5


def test_a_paused_channel_is_urgent_and_a_nearly_spent_quota_waits_for_the_day(engine: Engine, office: Office) -> None:
    tick(engine, office, FIRST_REMINDER)
    bureau = replace(office, ways=(EMAIL, Way("zalo_bot", "zalo", "bot", per_month=10)))
    with writing(engine) as session:
        session.add(
            ChannelHealth(channel="zalo_bot", month="2013-12", month_count=9, paused_until=MORNING, reason="401")
        )
        session.execute(update(Message).values(state="exhausted", finished_at=MORNING))
    found = watch_once(engine, bureau, MORNING)
    assert [one.urgent for one in found if "tạm dừng" in one.text] == [True]
    assert [one.urgent for one in found if "9/10" in one.text] == [False]
    assert any("cần người xử lý" in one.text for one in found)
    assert len(mailed(engine)) == 2
