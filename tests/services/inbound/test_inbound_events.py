"""What Zalo tells of the messages we sent: early, twice, late, of strangers, of attempts nobody wrote down."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from builders import OVERDUE, an_office, holder, messages, minutes, rows
from sqlalchemy import Engine

from models.database import reading, writing
from models.queries.messages.inbound_events import RECEIPT
from models.tables.answers import InboundEvent
from models.tables.channels import ChannelHealth
from models.tables.messages import Attempt, Message
from notifications.zalo.zns import tracking_id
from rules.channels import EMAIL, ChannelPolicy
from rules.office import Office
from services.inbound.events import EventsResult, forget_old, match_events, store_event
from services.outbox.gate import room

KEY = b"only for tests, and long enough to seal"
ZNS = ChannelPolicy("zalo_zns", "zalo", "phone", by_template=True)
FOLLOW = {"event_name": "follow", "follower": {"id": "246"}}


@pytest.fixture
def bureau() -> Office:
    return an_office(channels=(EMAIL, ZNS), key=KEY)


def told(engine: Engine, message: str = "", kind: str = RECEIPT, tracking: str = "", **more: object) -> bool:
    about = {"msg_id": message, "tracking_id": tracking}
    raw = json.dumps({"event_name": kind, "timestamp": "1388710800000", "message": about, **more}).encode()
    with writing(engine) as session:
        return store_event(session, "zalo_oa", kind, f"{kind}:{message}{tracking}", raw, {}, OVERDUE)


def sent_by_zalo(engine: Engine, reference: str, *, state: str = "accepted", of: str = "sent", key: str = "") -> None:
    with writing(engine) as session:
        person = holder(session).id or 0
        facts = {"channel": "zalo_zns", "kind": "digest", "on_day": date(2014, 1, 2), "created_at": OVERDUE}
        message = Message(key=key or f"k{reference}", person_id=person, not_before=OVERDUE, state=of, **facts)
        session.add(message)
        session.flush()
        words = {"address": "84900000000", "subject": "x", "started_at": OVERDUE}
        session.add(Attempt(message_id=message.id or 0, number=1, state=state, provider_ref=reference, **words))


def matched(engine: Engine, office: Office, now: datetime = OVERDUE) -> EventsResult:
    with writing(engine) as session:
        return match_events(session, office, now)


def attempts(engine: Engine) -> list[str]:
    return [attempt.state for attempt in rows(engine, Attempt)]


def results(engine: Engine) -> list[str]:
    return [event.result for event in rows(engine, InboundEvent)]


def test_a_receipt_marks_its_message_delivered(engine: Engine, bureau: Office) -> None:
    sent_by_zalo(engine, "m1")
    sent_by_zalo(engine, "m2")
    told(engine, "m1")
    assert (matched(engine, bureau).delivered, matched(engine, bureau).delivered) == (1, 0)
    assert attempts(engine) == ["delivered", "accepted"]


def test_what_is_told_twice_is_kept_once(engine: Engine) -> None:
    assert (told(engine, "m1"), told(engine, "m1"), len(rows(engine, InboundEvent))) == (True, False, 1)


def test_a_receipt_may_come_before_we_know_what_for(engine: Engine, bureau: Office) -> None:
    told(engine, "m1")
    assert matched(engine, bureau).delivered == 0
    sent_by_zalo(engine, "m1")
    assert matched(engine, bureau, OVERDUE + minutes(1)).delivered == 1


def test_a_receipt_for_nothing_of_ours_is_kept_and_named_so(engine: Engine, bureau: Office) -> None:
    told(engine, "stranger")
    assert matched(engine, bureau, OVERDUE + timedelta(days=3)).delivered == 0
    assert results(engine) == ["unmatched"]


def test_a_receipt_by_our_own_number_clears_a_doubt(engine: Engine, bureau: Office) -> None:
    sent_by_zalo(engine, "seal-1", state="unknown", of="exhausted")
    told(engine, "m9", tracking="seal-1")
    assert matched(engine, bureau).delivered == 1
    assert [(one.state, one.reason) for one in messages(engine)] == [("sent", "")]


def test_an_attempt_whose_sender_died_is_found_by_what_was_sent_along(engine: Engine, bureau: Office) -> None:
    key = "digest:7:2014-01-02:zalo_zns"
    sent_by_zalo(engine, "", state="unknown", of="exhausted", key=key)
    told(engine, "m9", tracking=tracking_id(key, 2, KEY))
    told(engine, "m9", tracking=tracking_id(key, 1, KEY))
    assert matched(engine, bureau).delivered == 1
    assert (attempts(engine), messages(engine)[0].state) == (["delivered"], "sent")
    assert results(engine) == ["", "delivered"]


def test_a_refused_message_is_not_delivered_by_a_receipt(engine: Engine, bureau: Office) -> None:
    sent_by_zalo(engine, "m1", state="rejected", of="failed")
    told(engine, "m1")
    matched(engine, bureau)
    assert (attempts(engine), messages(engine)[0].state) == (["rejected"], "failed")


def test_a_new_quota_counts_at_once(engine: Engine, bureau: Office) -> None:
    with writing(engine) as session:
        room(session, ZNS, OVERDUE)
        health = session.get_one(ChannelHealth, "zalo_zns")
        health.remaining, health.allowance = 400, 500
    told(engine, kind="change_oa_daily_quota", quota={"prev_value": "500", "new_value": "300"})
    assert matched(engine, bureau).others == {"quota": 1}
    with reading(engine) as session:
        assert session.get_one(ChannelHealth, "zalo_zns").remaining == 200


@pytest.mark.parametrize(("status", "alarmed"), [("DISABLE", True), ("REJECT", True), ("ENABLE", False)])
def test_a_template_that_is_switched_off_is_mailed_to_the_coordinators(
    engine: Engine, bureau: Office, status: str, alarmed: bool
) -> None:
    changed = {"template_id": "12345", "status": {"new_status": status}, "reason": "Mẫu tin bị lặp"}
    told(engine, kind="change_template_status", **changed)
    assert matched(engine, bureau).others == {"template": 1}
    mails = messages(engine, Message.kind == "channel_down")
    assert bool(mails) is alarmed
    assert all("12345" in (one.facts or "") and "Mẫu tin bị lặp" in (one.facts or "") for one in mails)


@pytest.mark.parametrize(
    ("kind", "about", "result", "alarmed"),
    [
        ("change_template_quality", {"template_id": "12345", "quality": "LOW"}, "quality", True),
        ("change_template_quality", {"template_id": "12345", "quality": {"new_quality": "MEDIUM"}}, "quality", True),
        ("change_template_quality", {"template_id": "12345", "quality": "HIGH"}, "quality", False),
        ("user_revoke_permission", {"permissions": ["send_zns"]}, "rights", True),
        ("change_oa_template_tags", {"tags": ["TRANSACTION"]}, "rights", True),
    ],
)
def test_what_changes_about_the_account_is_mailed_to_the_coordinators_once(
    engine: Engine, bureau: Office, kind: str, about: dict[str, Any], result: str, alarmed: bool
) -> None:
    for _ in range(2):
        told(engine, kind=kind, **about)
    assert matched(engine, bureau).others == {result: 1}
    mails = messages(engine, Message.kind == "channel_down")
    assert len({one.person_id for one in mails}) == len(mails)
    assert bool(mails) is alarmed


def test_what_nobody_understands_is_kept_and_counted(engine: Engine, bureau: Office) -> None:
    told(engine, "1", kind="create_group")
    told(engine, "2", kind="create_group")
    assert matched(engine, bureau).others == {"unknown": 2}
    assert matched(engine, bureau).others == {}


def test_a_fault_in_one_event_is_kept_and_stops_no_other(
    engine: Engine, bureau: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def at_fault(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("services.outbox.gate.allow", at_fault)
    told(engine, "1", kind="change_oa_daily_quota", quota={"prev_value": "500", "new_value": "300"})
    told(engine, "2", kind="create_group")
    assert matched(engine, bureau).others == {"fault": 1, "unknown": 1}
    assert matched(engine, bureau).others == {}


def test_the_words_of_old_events_are_dropped_not_that_they_came(engine: Engine, bureau: Office) -> None:
    told(engine, kind="follow", **{name: value for name, value in FOLLOW.items() if name != "event_name"})
    told(engine, "m1")
    matched(engine, bureau)
    with writing(engine) as session:
        assert forget_old(session, OVERDUE) == 0
        assert forget_old(session, OVERDUE + minutes(1)) == 1
        assert forget_old(session, OVERDUE + minutes(1)) == 0
    assert [bool(event.raw) for event in rows(engine, InboundEvent)] == [False, True]  # one still waits for its message


def test_an_office_without_templates_finds_no_seals(engine: Engine, bureau: Office) -> None:
    told(engine, "m1", tracking="seal-1")
    assert matched(engine, replace(bureau, channels=(EMAIL,))).delivered == 0
