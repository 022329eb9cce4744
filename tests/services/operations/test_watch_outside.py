"""The look from outside the engine: what is urgent is mailed at once, the rest once a day."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from builders import FIRST_REMINDER, UNIT, at, messages, minutes
from sqlalchemy import Engine, update

from models.database import writing
from models.tables.answers import InboundEvent
from models.tables.channels import ChannelHealth, SendingHold
from models.tables.messages import Message
from rules.channels import EMAIL, ChannelPolicy
from rules.office import Office
from rules.working_days import Override, WorkCalendar
from services.operations.tick import tick
from services.operations.watch import BACKUP, beat, watch_once
from services.outbox.address_health import mark

MORNING = at("2013-12-10", "08:00")


def mailed(engine: Engine) -> list[list[str]]:
    return [json.loads(row.facts or "")["lines"] for row in messages(engine) if row.kind == "watch"]


def with_holidays_of(year: int, office: Office) -> Office:
    checked = Override(date(year, 1, 1), working=False, reason="Tết Dương lịch")
    return replace(office, calendar=WorkCalendar([checked]))


def test_all_is_well_and_nobody_is_mailed(engine: Engine, office: Office) -> None:
    office = with_holidays_of(2014, office)
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
    bureau = replace(office, channels=(EMAIL, ChannelPolicy("zalo_bot", "zalo", "bot", per_month=10)))
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


def test_channels_are_named_as_people_know_them(engine: Engine, office: Office) -> None:
    zns = ChannelPolicy("zalo_zns", "zalo", "phone", per_month=10, title="Zalo (mẫu tin)", by_template=True)
    channels = (EMAIL, zns)
    refused = "chưa có mã truy cập OA / no access token – refused / no"
    with writing(engine) as session:
        session.add_all(
            [
                ChannelHealth(channel="zalo_zns", month="2013-12", month_count=9),
                ChannelHealth(channel="email", paused_until=MORNING, reason=refused),
                SendingHold(channel="zalo_zns", since=MORNING, by="Lan"),
            ]
        )
    lines = [one.text for one in watch_once(engine, replace(office, channels=channels), MORNING)]
    mine = [line for line in lines if "kênh" in line.lower()]
    assert [line.partition(" đang")[0].partition(" đã")[0] for line in mine] == [
        "Kênh Thư điện tử",
        "Việc gửi qua kênh Zalo (mẫu tin)",
        "Kênh Zalo (mẫu tin)",
    ]
    assert mine[0].endswith(": chưa có mã truy cập OA – refused")


def told(engine: Engine, office: Office, now=MORNING) -> str:
    return " ".join(finding.text for finding in watch_once(engine, office, now))


def test_in_december_the_holidays_of_the_next_year_are_asked_for(engine: Engine, office: Office) -> None:
    december = at("2014-12-02", "08:00")
    assert "Lịch nghỉ năm 2015" in told(engine, office, december)
    assert "Lịch nghỉ" not in told(engine, with_holidays_of(2015, office), december)
    assert "Lịch nghỉ" not in told(engine, office, at("2014-11-28", "08:00"))


def test_only_where_backups_are_taken_is_an_old_one_told(engine: Engine, office: Office) -> None:
    assert "sao lưu" not in told(engine, office)
    with writing(engine) as session:
        beat(session, BACKUP, MORNING - timedelta(days=5))
    assert "Bản sao lưu gần nhất đã 5 ngày tuổi" in told(engine, office)


@pytest.mark.parametrize(("free", "urgent"), [(50, None), (7, False), (1, True)])
def test_a_disk_that_fills_up_is_told_and_a_full_one_at_once(
    engine: Engine, office: Office, monkeypatch: pytest.MonkeyPatch, free: int, urgent: bool | None
) -> None:
    monkeypatch.setattr(
        "services.operations.watch.disk_usage", lambda _: SimpleNamespace(total=100, used=100 - free, free=free)
    )
    found = [finding.urgent for finding in watch_once(engine, office, MORNING) if "Ổ đĩa" in finding.text]
    assert found == ([] if urgent is None else [urgent])


def test_receipts_that_fit_nothing_and_dead_addresses_are_told(engine: Engine, office: Office) -> None:
    event = {"source": "zalo_oa", "kind": "x", "raw": b"", "headers": "", "received_at": MORNING, "result": "unmatched"}
    with writing(engine) as session:
        session.add(InboundEvent(dedupe_key="z", **event))
        mark(session, "email", f"dau-moi.{UNIT.lower()}@example.vn", "dead", "550", MORNING)
    said = told(engine, office)
    assert "1 biên nhận không khớp tin nào" in said
    assert "1 địa chỉ đang dùng không nhận được thư" in said


def test_nobody_is_woken_for_what_can_wait(engine: Engine, office: Office) -> None:
    tick(engine, office, FIRST_REMINDER)
    with writing(engine) as session:
        session.execute(update(Message).values(state="exhausted", finished_at=MORNING))
    assert watch_once(engine, office, at("2013-12-10", "02:00"))
    assert mailed(engine) == []
    watch_once(engine, office, MORNING)
    assert len(mailed(engine)) == 1
