"""A morning of a province with people on Zalo: a real SMTP server, Zalo's platform in a process of its own."""

from __future__ import annotations

import json
import logging
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from builders import CALENDAR, DUE_SOON, FIRST_REMINDER, UNIT, at, body, header, holder, messages, minutes, rows
from mail_server import MailServer
from sqlalchemy import Engine, delete, update
from sqlmodel import select

from bootstrap.home import Home, open_home
from cli.daily import watch
from config.settings import load_settings
from models.database import reading, writing
from models.tables.answers import InboundEvent
from models.tables.channels import ChannelHealth, ChannelOptOut
from models.tables.inbound import AddressHealth
from models.tables.log import LogEntry
from models.tables.messages import Attempt, Message, Notice
from models.tables.people import ContactAddress, Person
from notifications.kinds import MessageKind
from notifications.zalo.params import parameters_of
from notifications.zalo.webhook import Signing, event_in
from portal.app import create_app
from portal.context import PortalContext
from portal.pages.door.hooks import Hooks
from services.checkup.channels import channels as look
from services.delivery.dispatch import DispatchResult, dispatch
from services.delivery.undelivered import undelivered
from services.inbound.events import store_event
from services.inbound.zalo_round import Round, take_round
from services.operations.rehearse import rehearse
from services.operations.tick import tick
from services.outbox import address_health, opt_out
from tests.fakes.listening import listening
from tests.fakes.zalo_platform.client import Zalo, settings_towards
from tests.fakes.zalo_platform.client import zalo as zalo

MORNING = at("2013-12-26", "08:00")
LAN = "0987654321"
CHAT = "chat-lan"


@pytest.fixture
def home(zalo: Zalo, mail: MailServer, sqlite_engine: Engine, tmp_path: Path) -> Home:
    """An office on the morning reminders are due, its account's consent given."""
    zalo.tell("clock", now=MORNING.isoformat())
    told = {**settings_towards(zalo), "KYHAN_SMTP_URL": f"smtp://127.0.0.1:{mail.port}"}
    opened = open_home(MORNING, load_settings(told, tmp_path))
    zalo.tell("tokens", code="ma-dong-y")
    tokens = opened.channels.tokens()
    assert tokens is not None
    tokens.consent("ma-dong-y", "verifier", MORNING)
    return opened


def on_zalo(home: Home, *, phone: str = "", chat: str = "") -> int:
    """The focal point of one unit; returns who that is."""
    with writing(home.engine) as session:
        person = holder(session, UNIT)
        person.phone = phone
        session.add(person)
        if chat:
            session.add(ContactAddress(kind="bot", address=chat, person_id=person.id or 0, since=DUE_SOON))
        return person.id or 0


def post(home: Home, now: datetime = MORNING) -> DispatchResult:
    return dispatch(home.engine, home.office, home.outgoing("test"), now)


def hear(home: Home, now: datetime) -> Round:
    return take_round(home.engine, home.office, home.channels.zalo(), now)


def nudges(home: Home, channel: str = "zalo_zns") -> list[tuple[str, str]]:
    found = messages(home.engine, Message.channel == channel)
    return [
        (one.state, attempt.state)
        for one in found
        for attempt in rows(home.engine, Attempt)
        if attempt.message_id == one.id
    ]


def codes(text: str) -> set[str]:
    return set(re.findall(r"(?:\[|Mã nhắc: |^)([A-Z2-7]{4})\b", text, re.MULTILINE))


def receipt(home: Home, zalo: Zalo, number: int = -1) -> None:
    """What Zalo's webhook would tell of a message, as the portal stores it."""
    sent = zalo.sent[number]
    told = {"delivery_time": "1388023200000", "msg_id": sent["msg_id"], "tracking_id": sent["tracking_id"]}
    raw = json.dumps({"event_name": "user_received_message", "timestamp": "1388023200000", "message": told}).encode()
    said = event_in(raw)
    assert said is not None
    with writing(home.engine) as session:
        store_event(session, "zalo_oa", said.name, said.key, raw, {}, MORNING)


# --- one mail and one nudge -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reached", "channel"), [({"phone": LAN}, "zns"), ({"chat": CHAT}, "bot")])
def test_a_person_gets_one_mail_and_one_nudge_with_the_same_number(
    home: Home, zalo: Zalo, mail: MailServer, reached: dict[str, str], channel: str
):
    on_zalo(home, **reached)
    tick(home.engine, home.office, DUE_SOON, CALENDAR)
    done = [post(home, MORNING + minutes(turn)) for turn in range(3)]
    assert sum(one.sent for one in done) == 67
    [nudge] = zalo.sent
    assert nudge["channel"] == channel
    mails = [one for one in mail.mails if f".{UNIT.lower()}@" in header(one, "To") and "dau-moi" in header(one, "To")]
    mine = [one for one in mails if "pho-" not in header(one, "To")]
    assert len(mine) == 1
    told = nudge.get("text") or nudge["body"]["template_data"]["ma_nhac"]
    assert codes(told) == codes(body(mine[0]))
    assert len(codes(told)) == 1


def test_who_is_linked_is_nudged_by_the_bot_and_not_by_telephone_too(home: Home, zalo: Zalo, mail: MailServer):
    on_zalo(home, phone=LAN, chat=CHAT)
    tick(home.engine, home.office, DUE_SOON, CALENDAR)
    post(home)
    assert [one["channel"] for one in zalo.sent] == ["bot"]


def test_a_rehearsal_and_the_ledger_name_the_channel(home: Home, zalo: Zalo):
    on_zalo(home, phone=LAN)
    planned = rehearse(home.engine, home.office, DUE_SOON.date(), DUE_SOON.date())
    mine = {(one.channel, one.address) for one in planned if one.unit == UNIT and one.obligation == CALENDAR}
    assert ("zalo_zns", LAN) in mine
    assert {channel for channel, _ in mine} == {"email", "zalo_zns"}
    assert zalo.sent == []


# --- who wants no more ----------------------------------------------------------------------------------------------


def test_who_stops_by_the_bot_gets_no_template_message_either_until_they_ask_again(
    home: Home, zalo: Zalo, mail: MailServer
):
    person = on_zalo(home, phone=LAN, chat=CHAT)
    zalo.tell("bot", chat=CHAT, text="Dừng")
    assert hear(home, MORNING).understood == {"stopped": 1}
    tick(home.engine, home.office, DUE_SOON, CALENDAR)
    post(home)
    assert [one["channel"] for one in zalo.sent] == ["bot"]  # the answer alone
    assert "kể cả tin theo mẫu" in zalo.sent[0]["text"]
    assert [one.state for one in messages(home.engine, Message.person_id == person)] == ["sent"]  # the mail
    zalo.tell("bot", chat=CHAT, text="TIẾP")
    assert hear(home, MORNING).understood == {"started": 1}
    with reading(home.engine) as session:
        assert session.exec(select(ChannelOptOut)).all() == []


def test_a_wish_to_stop_counts_for_what_already_waits_and_for_whoever_has_the_same_telephone(home: Home, zalo: Zalo):
    due(home, phone=LAN)
    with writing(home.engine) as session:
        other = holder(session, UNIT, "head")
        other.phone = "+84 987 654 321"
        session.add(other)
        session.flush()
        opt_out.stop(session, other.id or 0, "zalo", MORNING, other.name, "portal")
    post(home)
    [nudge] = messages(home.engine, Message.channel == "zalo_zns")
    assert (nudge.state, zalo.sent) == ("suppressed", [])
    assert "đã dừng nhận tin" in nudge.reason


def test_a_number_of_a_document_is_not_guessed_to_be_of_a_case_where_several_wait(home: Home, zalo: Zalo):
    person = on_zalo(home, chat=CHAT)
    tick(home.engine, home.office, DUE_SOON, CALENDAR)
    with writing(home.engine) as session:
        other = session.exec(select(Notice).where(Notice.person_id != person, Notice.message == "due_soon")).first()
        assert other is not None
        session.add(Notice(**{**other.model_dump(exclude={"id"}), "person_id": person}))
    for text in ("XONG 12/BC-STC", "vâng", "XONG"):
        zalo.tell("bot", chat=CHAT, text=text)
    assert hear(home, MORNING).understood == {"asked back": 2, "received": 1}
    asked, perhaps, done = [one["text"] for one in zalo.sent]
    assert "chưa ghi lời báo vào hồ sơ nào" in asked
    assert all(f"{home.office.base_url}/ho-so/" in text for text in (asked, perhaps, done))
    with reading(home.engine) as session:
        noted = session.exec(select(LogEntry).where(LogEntry.action == "case.acknowledge")).all()
    assert len(noted) == 2
    assert all("BC-STC" not in one.details for one in noted)


# --- receipts and doubts --------------------------------------------------------------------------------------------


def due(home: Home, **reached: str) -> None:
    on_zalo(home, **reached)
    tick(home.engine, home.office, DUE_SOON, CALENDAR)
    with writing(home.engine) as session:  # the mails are another test's matter
        session.execute(update(Message).where(Message.channel == "email").values(state="sent"))


def test_a_receipt_that_does_not_come_is_asked_for_after_ten_minutes(home: Home, zalo: Zalo):
    due(home, phone=LAN)
    post(home)
    assert hear(home, MORNING + minutes(9)).delivered == 0
    assert zalo.requests("status") == []
    assert hear(home, MORNING + minutes(10)).delivered == 0  # pushed, not there yet
    assert hear(home, MORNING + minutes(15)).delivered == 0  # asked a moment ago
    assert hear(home, MORNING + minutes(20)).delivered == 1
    assert nudges(home) == [("sent", "delivered")]
    assert len(zalo.requests("status")) == 2


@contextmanager
def the_portal(home: Home, zalo: Zalo, **mode: object) -> Iterator[None]:
    """Listening for what Zalo tells of this office."""
    signing = Signing(zalo.known["APP_ID"], zalo.known["OA_ID"], zalo.known["OA_SECRET"])
    app = create_app(PortalContext(home.engine, home.office, lambda: MORNING), Hooks(signing))
    with listening(app) as url:
        zalo.tell("hook", url=f"{url}/hooks/zalo/oa", mode=mode)
        yield


def test_a_receipt_that_comes_before_the_answer_and_twice_counts_once(home: Home, zalo: Zalo):
    due(home, phone=LAN)
    with the_portal(home, zalo, race=True, times=2):
        post(home)
        assert len(rows(home.engine, InboundEvent)) == 1
    assert (hear(home, MORNING).delivered, hear(home, MORNING).delivered) == (1, 0)
    assert nudges(home) == [("sent", "delivered")]


def test_a_receipt_of_a_dead_senders_message_is_placed(home: Home, zalo: Zalo):
    due(home, phone=LAN)
    with the_portal(home, zalo, race=True):
        post(home)
    with writing(home.engine) as session:  # as it is when the sender died before it wrote the answer down
        session.execute(update(Attempt).values(state="unknown", provider_ref=""))
        session.execute(update(Message).where(Message.channel == "zalo_zns").values(state="exhausted"))
    assert hear(home, MORNING).delivered == 1
    assert nudges(home) == [("sent", "delivered")]


def test_a_forged_receipt_delivers_nothing(home: Home, zalo: Zalo):
    due(home, phone=LAN)
    with the_portal(home, zalo, race=True, mac="wrong"):
        post(home)
    assert hear(home, MORNING).delivered == 0
    assert rows(home.engine, InboundEvent) == []


def test_a_nudge_in_doubt_is_not_sent_again_and_its_receipt_clears_it(home: Home, zalo: Zalo):
    due(home, phone="0987654499")  # accepted, then the line is cut
    for turn in range(4):
        post(home, MORNING + minutes(20 * turn))
    assert len(zalo.sent) == 1
    assert nudges(home) == [("exhausted", "unknown")]
    receipt(home, zalo)
    assert hear(home, MORNING + minutes(61)).delivered == 1
    assert nudges(home) == [("sent", "delivered")]


def test_a_doubt_without_a_mail_is_on_the_operators_list_after_ten_minutes(home: Home, zalo: Zalo):
    due(home, phone="0987654499")
    with writing(home.engine) as session:
        session.execute(update(Message).where(Message.channel == "email").values(state="failed"))
    post(home)
    with reading(home.engine) as session:
        at_once = {one.channel for one in undelivered(session, MORNING + minutes(1))}
        later = {one.channel for one in undelivered(session, MORNING + minutes(10))}
    assert (at_once, later) == ({"email"}, {"email", "zalo_zns"})


def without_mailbox(home: Home, **reached: str) -> None:
    """Reminded by mail alone, whose mailbox is dead: what leaves by Zalo is all this person gets."""
    on_zalo(home, **reached)
    with writing(home.engine) as session:
        address_health.mark(session, "email", holder(session, UNIT).email, address_health.DEAD, "550", FIRST_REMINDER)
    tick(home.engine, home.office, DUE_SOON, CALENDAR)
    with writing(home.engine) as session:
        mine = (Message.person_id == holder(session, UNIT).id, Message.channel == "email")
        session.execute(update(Message).where(Message.channel == "email", ~mine[0]).values(state="sent"))
        session.execute(delete(Message).where(Message.channel == "zalo_zns"))
    post(home, at("2013-12-26", "07:45"))


def test_a_nudge_put_off_beyond_its_day_is_dropped_and_its_mail_is_enough(home: Home, zalo: Zalo):
    due(home, phone=LAN)
    zalo.tell("clock", now="2013-12-26T23:30:00+07:00")
    post(home)
    [waiting] = messages(home.engine, Message.channel == "zalo_zns")
    assert (waiting.state, waiting.not_before > at("2013-12-27", "06:04")) == ("pending", True)
    zalo.tell("clock", now=at("2013-12-27", "08:00").isoformat())
    done = post(home, at("2013-12-27", "08:00"))
    [dropped] = messages(home.engine, Message.channel == "zalo_zns")
    assert (done.sent, done.expired, dropped.state, zalo.sent) == (0, 1, "expired", [])
    assert "đã qua ngày nhắc" in dropped.reason


def test_nudges_held_for_a_fortnight_without_consent_do_not_leave_when_it_is_given_again(home: Home, zalo: Zalo):
    due(home, phone=LAN)
    zalo.tell("tokens", expire=True)
    zalo.fault("oauth", {"body": {"error": -14014, "error_name": "Invalid refresh token"}})
    post(home)
    later = at("2014-01-10", "08:00")
    zalo.tell("clock", now=later.isoformat())
    zalo.tell("tokens", code="ma-moi")
    tokens = home.channels.tokens()
    assert tokens is not None
    tokens.consent("ma-moi", "verifier", later)
    post(home, later)
    assert [one.state for one in messages(home.engine, Message.channel == "zalo_zns")] == ["expired"]
    assert zalo.sent == []


def test_at_night_by_zalos_clock_what_no_mail_brings_waits_for_the_morning(home: Home, zalo: Zalo):
    zalo.tell("clock", now="2013-12-26T23:30:00+07:00")
    without_mailbox(home, phone=LAN)
    post(home)
    zalo.tell("clock", now="2013-12-26T23:30:00+07:00")
    post(home)
    [waiting] = messages(home.engine, Message.channel == "zalo_zns")
    assert (waiting.state, waiting.not_before > at("2013-12-27", "06:04")) == ("pending", True)
    zalo.tell("clock", now=at("2013-12-27", "08:00").isoformat())
    assert post(home, at("2013-12-27", "08:00")).sent == 1


def test_a_night_costs_a_nudge_no_try(home: Home, zalo: Zalo):
    zalo.tell("clock", now="2013-12-26T23:30:00+07:00")
    without_mailbox(home, phone="0987654100")
    post(home)
    morning = at("2013-12-27", "08:00")
    zalo.tell("clock", now=morning.isoformat())
    post(home, morning)  # -100, an error Zalo does not explain
    [waiting] = messages(home.engine, Message.channel == "zalo_zns")
    assert (waiting.state, waiting.not_before) == ("pending", morning + minutes(5))
    assert post(home, morning + minutes(5)).sent == 1


def test_the_quota_zalo_tells_is_kept(home: Home, zalo: Zalo):
    due(home, phone=LAN)
    post(home)
    with reading(home.engine) as session:
        health = session.get_one(ChannelHealth, "zalo_zns")
    assert (health.remaining, health.allowance) == (499, 500)


# --- out of order ---------------------------------------------------------------------------------------------------


def test_a_stop_pauses_the_channel_and_alarms_by_mail(home: Home, zalo: Zalo, mail: MailServer):
    due(home, phone=LAN)
    zalo.fault("zns", {"error": -115, "message": "Out of money"})
    post(home)
    post(home, MORNING + minutes(1))
    alarms = [one for one in mail.mails if "Zalo (mẫu tin) ngừng hoạt động" in header(one, "Subject")]
    assert len(alarms) == len(messages(home.engine, Message.kind == "channel_down")) > 0
    said = body(alarms[0])
    assert "Out of money" in said
    assert "kyhan doctor" in said
    assert "zalo_zns" not in said
    assert "no money" not in said
    assert "không mất" not in said  # a nudge is dropped with its day
    assert post(home, MORNING + minutes(31)).sent == 1  # tried again after the pause
    with reading(home.engine) as session:
        assert session.get_one(ChannelHealth, "zalo_zns").paused_until is None


def test_an_expired_token_is_renewed_in_the_middle_and_nobody_notices(home: Home, zalo: Zalo):
    due(home, phone=LAN)
    zalo.tell("tokens", expire=True)
    assert post(home).sent == 1
    assert zalo.ask("sent")["refreshed"] == 1


def test_a_consent_that_was_withdrawn_is_told_by_the_watch_and_the_doctor(home: Home, zalo: Zalo):
    from services.operations.watch import watch

    due(home, phone=LAN)
    zalo.tell("tokens", expire=True)
    zalo.fault("oauth", {"body": {"error": -14014, "error_name": "Invalid refresh token"}})
    post(home)
    with reading(home.engine) as session:
        told = watch(session, home.office, MORNING)
    assert any("cấp quyền OA lại" in sentence for sentence in told)
    mine = [finding for finding in found(home) if finding.subject.startswith("zalo_") and not finding.ok]
    assert {finding.todo_vi for finding in mine} >= {"kyhan zalo consent"}
    assert not any(finding.todo_vi == "kyhan doctor" for finding in mine)
    assert any("bản sao của hệ thống" in finding.vi for finding in mine)


def test_a_renewal_that_the_doctor_itself_sees_refused_is_told_as_one_truth(home: Home, zalo: Zalo):
    zalo.tell("tokens", expire=True)
    zalo.fault("oauth", {"body": {"error": -14014, "error_name": "Invalid refresh token"}})
    told = {finding.subject: finding for finding in found(home)}
    assert [told[name].ok for name in ("zalo_oa", "zalo_zns")] == [False, False]
    assert {told[name].todo_vi for name in ("zalo_oa", "zalo_zns")} == {"kyhan zalo consent"}


def test_a_renewal_that_got_lost_needs_patience_and_no_consent_while_the_token_lives(home: Home, zalo: Zalo):
    zalo.fault("oauth", {"cut": True})
    later = MORNING + timedelta(hours=21)
    zalo.tell("clock", now=later.isoformat())
    told = {f.subject: f for f in look(home.engine, home.office, home.channels.zalo(), {}, later)}
    assert "đợi 15 phút" in told["zalo_oa"].todo_vi
    assert "dùng đến" in told["zalo_oa"].vi


def found(home: Home) -> list:
    from bootstrap.accounts import templates_of

    return look(home.engine, home.office, home.channels.zalo(), templates_of(home.settings), MORNING)


def test_the_doctor_knows_every_channel(home: Home, zalo: Zalo):
    on_zalo(home, chat=CHAT)
    told = {finding.subject: (finding.ok, finding.vi) for finding in found(home)}
    assert told["zalo_bot"] == (True, "Bot Ky Han: 1/50 người đã liên kết")
    assert told["zalo_oa"][0]
    assert "gói Nâng cao" in told["zalo_oa"][1]
    assert told["zalo_zns"] == (True, "còn 500/500 tin hôm nay")
    assert told["zalo_zns 20001"] == (True, "reminder, due_soon: dùng được, 300 đồng một tin")
    assert len(told) == 8


def test_the_doctor_names_a_template_that_is_not_usable(home: Home, zalo: Zalo):
    from bootstrap.accounts import templates_of

    wrong = {**templates_of(home.settings), "overdue": "12346", "receipt": "12345", "returned": "777"}
    told = {f.subject: f for f in look(home.engine, home.office, home.channels.zalo(), wrong, MORNING)}
    assert [told[f"zalo_zns {id}"].ok for id in ("12346", "12345", "777")] == [False, False, False]
    assert "PENDING_REVIEW" in told["zalo_zns 12346"].vi
    assert "-109" in told["zalo_zns 777"].vi


def registered(zalo: Zalo, **changed: dict[str, object]) -> None:
    """The template «due soon» with some of its parameters registered otherwise."""
    fields = [
        {"name": one.name, "type": "STRING", "maxLength": one.bounds[1], "minLength": 1, "require": True}
        | changed.get(one.name, {})
        for one in parameters_of(MessageKind.DUE_SOON)
    ]
    told = {"templateId": "20001", "templateName": "Nhắc hạn", "status": "ENABLE", "listParams": fields}
    zalo.tell("settings", templates={"20001": told})


def test_names_leave_as_short_as_the_registered_template_is(home: Home, zalo: Zalo):
    registered(zalo, don_vi={"maxLength": 30}, nhiem_vu={"maxLength": 30})
    due(home, phone=LAN)
    assert post(home).sent == 1
    data = zalo.sent[0]["body"]["template_data"]
    assert max(len(data["don_vi"]), len(data["nhiem_vu"])) <= 30
    told = {finding.subject: finding for finding in found(home)}["zalo_zns 20001"]
    assert (told.ok, "tên dài bị rút" in told.vi) == (True, True)


def test_what_no_template_takes_is_told_once_a_day_and_stands_on_the_list_with_its_cause(
    home: Home, zalo: Zalo, mail: MailServer
):
    registered(zalo, han={"maxLength": 5})
    due(home, phone=LAN)
    post(home)
    assert zalo.sent == []
    with reading(home.engine) as session:
        [one] = undelivered(session)
    assert "han: 10 ký tự" in one.reason
    letters = messages(home.engine, Message.kind == "watch")
    assert len({one.person_id for one in letters}) == len(letters) > 0
    assert "20001" in (letters[0].facts or "")
    assert "han: 10 ký tự" in (letters[0].facts or "")
    told = {finding.subject: finding for finding in found(home)}["zalo_zns 20001"]
    assert (told.ok, "han: 10 ký tự" in told.vi) == (False, True)


def test_a_date_registered_as_a_number_is_named_by_the_doctor(home: Home, zalo: Zalo):
    registered(zalo, han={"type": "NUMBER"})
    told = {finding.subject: finding for finding in found(home)}["zalo_zns 20001"]
    assert (told.ok, "han: cần số" in told.vi) == (False, True)


def test_the_doctor_says_when_people_judge_the_account_badly(home: Home, zalo: Zalo):
    zalo.tell("settings", quality="LOW", verified=False)
    assert any("OA chưa xác thực" in finding.vi and not finding.ok for finding in found(home))
    assert any("chất lượng gửi tin của OA: LOW" in finding.vi for finding in found(home))


def test_the_watch_says_once_a_day_what_zalo_finds_wrong_with_the_account(home: Home, zalo: Zalo):
    def seen(now: datetime) -> list[str]:
        return [one.text for one in watch.look(home, now) if "chất lượng" in one.text or "xác thực" in one.text]

    zalo.tell("settings", quality="LOW", verified=False)
    assert seen(at("2013-12-26", "07:00")) == []  # what can wait is not asked for before the day begins
    unverified, badly_judged = seen(MORNING)
    assert unverified.startswith("Zalo OA: ")
    assert badly_judged.startswith("Zalo (mẫu tin): chất lượng gửi tin của OA: LOW")
    assert any("OA: LOW" in (one.facts or "") for one in messages(home.engine, Message.kind == "watch"))
    asked = len(zalo.requests("quality"))
    assert seen(MORNING + timedelta(minutes=5)) == []
    assert len(zalo.requests("quality")) == asked
    zalo.tell("settings", quality="HIGH", verified=True)
    assert seen(MORNING + timedelta(days=1)) == []
    assert len(zalo.requests("quality")) == asked + 1


def test_a_chat_that_is_gone_is_unlinked_and_the_next_nudge_goes_to_the_telephone(home: Home, zalo: Zalo):
    due(home, phone=LAN, chat="chat-gone")
    post(home)
    assert rows(home.engine, ContactAddress) == []
    with reading(home.engine) as session:
        assert "zalo.unlink" in set(session.exec(select(LogEntry.action)))


def test_what_a_dead_mailbox_cannot_take_goes_to_zalo(home: Home, zalo: Zalo, mail: MailServer):
    on_zalo(home, phone=LAN)
    with writing(home.engine) as session:
        address_health.mark(session, "email", holder(session, UNIT).email, address_health.DEAD, "550", FIRST_REMINDER)
    tick(home.engine, home.office, FIRST_REMINDER, CALENDAR)  # the first reminder travels by mail alone
    zalo.tell("clock", now=at("2013-12-10", "08:00").isoformat())
    for minute in range(3):
        post(home, at("2013-12-10", "08:00") + minutes(minute))
    assert [one["to"] for one in zalo.sent] == ["84987654321"]
    assert len(mail.mails) == 33  # and the coordinators are told of the address


def test_a_number_without_zalo_is_marked_and_its_mail_is_enough(home: Home, zalo: Zalo):
    due(home, phone="0987654118")
    post(home)
    [known] = rows(home.engine, AddressHealth)
    assert (known.channel, known.state) == ("zalo_zns", "dead")
    with reading(home.engine) as session:
        assert undelivered(session) == []


# --- never ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def every_log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    for name in ("", "httpx", "httpcore", "httpcore.http11", "httpcore.connection", "sqlalchemy.engine"):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


def test_no_secret_is_in_any_log_row_or_error(home: Home, zalo: Zalo, every_log: pytest.LogCaptureFixture):
    on_zalo(home, phone=LAN, chat=CHAT)
    tick(home.engine, home.office, DUE_SOON, CALENDAR)
    zalo.fault("bot.sendMessage", {"body": {"ok": False, "error_code": 401, "description": zalo.known["BOT_TOKEN"]}})
    zalo.tell("tokens", expire=True)
    zalo.tell("bot", chat=CHAT, text="xin chào")
    for turn in range(2):
        post(home, MORNING + minutes(40 * turn))
        hear(home, MORNING + minutes(40 * turn))
    found(home)
    database = (home.folder / "kyhan.db").read_bytes() + (home.folder / "kyhan.db-wal").read_bytes()
    shown = (
        every_log.text.encode()
        + repr([home.settings, home.channels_by_name(), home.channels.zalo()]).encode()
        + database
    )
    named = ("APP_SECRET", "OA_SECRET", "BOT_TOKEN")
    secrets = [
        *(zalo.known[name] for name in named),
        zalo.known["BOT_TOKEN"].partition(":")[2],
        "truy-cap-",
        "lam-moi-",
    ]
    assert [secret for secret in secrets if secret.encode() in shown] == []
    assert b"HTTP Request" in shown
    assert Counter(one["channel"] for one in zalo.sent)["bot"] >= 1


def test_after_a_week_of_silence_the_tokens_are_renewed_all_the_same(home: Home, zalo: Zalo):
    later = MORNING + timedelta(days=8)
    zalo.tell("clock", now=later.isoformat())
    assert hear(home, later).renewed
    assert not hear(home, later + minutes(1)).renewed


def test_everybody_of_the_office_is_an_example_and_still_only_this_machine_is_rung(home: Home):
    with reading(home.engine) as session:
        assert {person.example for person in session.exec(select(Person)).all()} == {True}
    assert home.outgoing().outside == frozenset()
