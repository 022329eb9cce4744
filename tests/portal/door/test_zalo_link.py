"""A person links their Zalo: the code on their page, sent to the bot, over real HTTP in both directions."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from a_province import NOW
from fastapi.testclient import TestClient
from sqlmodel import select
from visitors import FOCAL_POINT, HEAD, a_browser, at, post

from models.database import reading
from models.tables.answers import InboundEvent
from models.tables.log import LogEntry
from models.tables.messages import Message
from models.tables.people import ContactAddress, Person
from models.tables.zalo import LinkCode
from notifications.zalo.bot import BotApi
from notifications.zalo.webhook import Signing
from portal.app import create_app
from portal.context import PortalContext
from portal.pages.door.hooks import Hooks
from rules.channels import EMAIL, ChannelPolicy
from services.inbound.zalo_round import Round, take_round
from services.inbound.zalo_round import Zalo as Reach
from services.outbox.sending_policy import FREE, Restraint
from tests.fakes.listening import listening
from tests.fakes.zalo_platform.client import Zalo, quick
from tests.fakes.zalo_platform.client import zalo as zalo

ZNS = ChannelPolicy("zalo_zns", "zalo", "phone", by_template=True)
BOT = ChannelPolicy("zalo_bot", "zalo", "bot", people=50)


@pytest.fixture
def bureau(own_context: PortalContext, zalo: Zalo) -> PortalContext:
    """An office whose bot is the platform's."""
    zalo.tell("clock", now=NOW.isoformat())
    return replace(own_context, office=replace(own_context.office, channels=(EMAIL, BOT)), bot_name="Bot Kỳ Hạn")


def a_round(context: PortalContext, zalo: Zalo, now=NOW, *, fetches: bool = True, restraint: Restraint = FREE) -> Round:
    bot = BotApi(quick(read=5), zalo.url, zalo.known["BOT_TOKEN"])
    return take_round(context.engine, context.office, Reach(bot=bot, fetches=fetches), now, restraint)


def code_on(page: str) -> str:
    return re.search(r">(\d{3} \d{3})<", page)[1]


def a_code(client: TestClient) -> str:
    page = post(client, "/tai-khoan/zalo/ma")
    assert page.status_code == 200
    return code_on(page.text)


def linked(context: PortalContext) -> dict[str, int]:
    with reading(context.engine) as session:
        return {row.address: row.person_id for row in session.exec(select(ContactAddress)).all()}


def replies(zalo: Zalo, chat: str = "chat-lan") -> list[str]:
    return [one["text"] for one in zalo.sent if one["to"] == chat]


def says(zalo: Zalo, text: str, chat: str = "chat-lan") -> None:
    assert zalo.tell("bot", chat=chat, text=text)["ok"]


# --- the page -------------------------------------------------------------------------------------------------------


def test_the_account_page_shows_a_code_once_and_keeps_only_its_seal(bureau: PortalContext):
    client = a_browser(bureau, FOCAL_POINT)
    assert "Chưa liên kết" in client.get("/tai-khoan").text
    page = post(client, "/tai-khoan/zalo/ma")
    code = code_on(page.text)
    assert "Bot Kỳ Hạn" in page.text
    assert page.headers["cache-control"].startswith("no-store")
    assert code not in client.get("/tai-khoan").text
    with reading(bureau.engine) as session:
        [kept] = session.exec(select(LinkCode)).all()
    assert code.replace(" ", "") not in repr(kept)


def test_an_office_without_a_bot_offers_nothing(own_context: PortalContext):
    client = a_browser(own_context, FOCAL_POINT)
    assert "Zalo" not in client.get("/tai-khoan").text
    assert post(client, "/tai-khoan/zalo/ma").status_code == 404


# --- by fetching ----------------------------------------------------------------------------------------------------


def test_a_code_sent_to_the_bot_links_and_is_answered(bureau: PortalContext, zalo: Zalo):
    client = a_browser(bureau, FOCAL_POINT)
    says(zalo, f"  {a_code(client)} ")
    done = a_round(bureau, zalo)
    assert (done.fetched, done.replied, done.problems) == (1, 1, [])
    assert list(linked(bureau)) == ["chat-lan"]
    assert replies(zalo)[0].startswith("Đã liên kết")
    assert "Đã liên kết từ" in client.get("/tai-khoan").text
    assert post(client, "/tai-khoan/zalo/huy").status_code == 303
    assert linked(bureau) == {}


@pytest.mark.parametrize(
    ("restraint", "answered"),
    [
        (Restraint(dry_run=True), 0),
        (Restraint(allow_list=frozenset({"lan@example.vn"})), 0),
        (Restraint(allow_list=frozenset({FOCAL_POINT})), 1),
    ],
)
def test_who_may_get_nothing_is_linked_without_an_answer(
    bureau: PortalContext, zalo: Zalo, restraint: Restraint, answered: int
):
    says(zalo, a_code(a_browser(bureau, FOCAL_POINT)))
    says(zalo, "xin chào", "chat-stranger")
    done = a_round(bureau, zalo, restraint=restraint)
    assert (done.fetched, done.replied, len(zalo.sent)) == (2, answered, answered)
    assert list(linked(bureau)) == ["chat-lan"]


def test_a_code_works_once_and_for_a_quarter_of_an_hour(bureau: PortalContext, zalo: Zalo):
    code = a_code(a_browser(bureau, FOCAL_POINT))
    says(zalo, code)
    says(zalo, code, "chat-stranger")
    a_round(bureau, zalo)
    assert list(linked(bureau)) == ["chat-lan"]
    assert "không đúng" in replies(zalo, "chat-stranger")[0]
    says(zalo, a_code(a_browser(bureau, HEAD)), "chat-head")
    a_round(bureau, zalo, NOW + timedelta(minutes=15))
    assert list(linked(bureau)) == ["chat-lan"]


def test_a_new_code_ends_the_one_before(bureau: PortalContext, zalo: Zalo):
    client = a_browser(bureau, FOCAL_POINT)
    first, second = a_code(client), a_code(client)
    says(zalo, first)
    says(zalo, second, "chat-two")
    a_round(bureau, zalo)
    assert list(linked(bureau)) == ["chat-two"]


def test_who_links_another_zalo_is_reached_there_alone(bureau: PortalContext, zalo: Zalo):
    client = a_browser(bureau, FOCAL_POINT)
    for chat in ("chat-one", "chat-two"):
        says(zalo, a_code(client), chat)
        a_round(bureau, zalo)
    assert list(linked(bureau)) == ["chat-two"]


def test_after_five_wrong_codes_a_chat_may_not_guess_on(bureau: PortalContext, zalo: Zalo):
    for number in range(5):
        says(zalo, f"00000{number}")
    says(zalo, a_code(a_browser(bureau, FOCAL_POINT)))
    a_round(bureau, zalo)
    assert linked(bureau) == {}
    for number in range(8):
        says(zalo, f"xin chào {number}")
    a_round(bureau, zalo)
    assert len(replies(zalo)) == 10  # a day: two machines that answer each other would go on for ever


def test_a_full_bot_says_so(bureau: PortalContext, zalo: Zalo):
    small = replace(bureau, office=replace(bureau.office, channels=(EMAIL, replace(BOT, people=1))))
    for chat, person in (("chat-one", FOCAL_POINT), ("chat-two", HEAD)):
        says(zalo, a_code(a_browser(small, person)), chat)
    a_round(small, zalo)
    assert list(linked(small)) == ["chat-one"]
    assert "đã đủ 1 người" in replies(zalo, "chat-two")[0]


def test_what_a_linked_person_writes_is_answered(bureau: PortalContext, zalo: Zalo):
    says(zalo, "chào bot")
    says(zalo, a_code(a_browser(bureau, FOCAL_POINT)))
    for text in ("XONG 12/TB", "giúp với", "Dừng"):
        says(zalo, text)
    done = a_round(bureau, zalo)
    assert done.understood == {"stranger": 1, "linked": 1, "received": 1, "help": 1, "stopped": 1}
    stranger, _, received, help_text, stopped = replies(zalo)
    assert "lấy mã 6 số" in stranger
    assert received.startswith(("Đã ghi lời báo", "Hiện không có hồ sơ"))
    assert "XONG" in help_text
    assert "kể cả tin theo mẫu" in stopped
    says(zalo, "Tiếp")
    assert a_round(bureau, zalo).understood == {"started": 1}
    assert actions(bureau) == ["zalo.link", "channel.opt_out", "channel.opt_in"]


def actions(context: PortalContext) -> list[str]:
    """Of the log, those that concern Zalo."""
    with reading(context.engine) as session:
        found = session.exec(select(LogEntry.action).order_by(LogEntry.seq)).all()
    return [action for action in found if action.startswith(("zalo.", "channel."))]


def test_a_chat_that_changes_hands_is_told_to_both_and_logged(bureau: PortalContext, zalo: Zalo):
    for person in (FOCAL_POINT, HEAD):
        says(zalo, a_code(a_browser(bureau, person)))
        a_round(bureau, zalo)
    assert actions(bureau) == ["zalo.link", "zalo.unlink", "zalo.link"]
    with reading(bureau.engine) as session:
        [note] = session.exec(select(Message).where(Message.kind == "link_moved")).all()
        assert session.get_one(Person, note.person_id).email == FOCAL_POINT
    assert "Đã liên kết" in replies(zalo)[-1]


def test_a_stranger_who_wants_to_stop_is_told_where(bureau: PortalContext, zalo: Zalo):
    says(zalo, "DỪNG")
    a_round(bureau, zalo)
    assert f"{bureau.office.base_url}/tai-khoan" in replies(zalo)[0]


@pytest.mark.parametrize("channels", [(EMAIL, BOT, ZNS), (EMAIL, ZNS)])
def test_the_account_page_stops_every_zalo_message_and_starts_them_again(
    own_context: PortalContext, channels: tuple[ChannelPolicy, ...]
):
    context = replace(own_context, office=replace(own_context.office, channels=channels))
    client = a_browser(context, FOCAL_POINT)
    assert "Dừng nhận tin Zalo" in client.get("/tai-khoan").text
    assert post(client, "/tai-khoan/kenh/zalo/dung").status_code == 303
    assert "Nhận lại tin Zalo" in client.get("/tai-khoan").text
    assert post(client, "/tai-khoan/kenh/zalo/nhan-lai").status_code == 303
    assert "Dừng nhận tin Zalo" in client.get("/tai-khoan").text
    assert actions(context) == ["channel.opt_out", "channel.opt_in"]


def test_an_office_with_an_account_and_no_bot_offers_the_code_where_it_hears_what_people_write(
    own_context: PortalContext,
):
    context = replace(own_context, office=replace(own_context.office, channels=(EMAIL, ZNS)), hears_account=True)
    page = post(a_browser(context, FOCAL_POINT), "/tai-khoan/zalo/ma")
    assert code_on(page.text)
    assert "tài khoản OA" in page.text
    deaf = replace(context, hears_account=False)
    assert post(a_browser(deaf, FOCAL_POINT), "/tai-khoan/zalo/ma").status_code == 404


def test_a_refused_token_pauses_the_bot_with_one_alarm_and_heals(bureau: PortalContext, zalo: Zalo):
    from models.tables.channels import ChannelHealth

    refused = {"body": {"ok": False, "error_code": 401, "description": "Unauthorized"}}
    zalo.fault("bot.getUpdates", refused, refused)
    for minute in range(2):
        assert "401" in a_round(bureau, zalo, NOW + timedelta(minutes=minute)).problems[0]
    with reading(bureau.engine) as session:
        assert session.get_one(ChannelHealth, "zalo_bot").paused_until is not None
        alarms = session.exec(select(Message).where(Message.kind == "channel_down")).all()
    assert len({one.person_id for one in alarms}) == len(alarms) > 0
    a_round(bureau, zalo, NOW + timedelta(hours=1))
    with reading(bureau.engine) as session:
        assert session.get_one(ChannelHealth, "zalo_bot").paused_until is None


# --- by webhook -----------------------------------------------------------------------------------------------------


@pytest.fixture
def door(bureau: PortalContext, zalo: Zalo) -> Iterator[str]:
    """The portal itself, listening."""
    signing = Signing(zalo.known["APP_ID"], zalo.known["OA_ID"], zalo.known["OA_SECRET"])
    app = create_app(bureau, Hooks(signing, zalo.known["BOT_SECRET"]))
    with listening(app) as url:
        yield url


def waiting_for(context: PortalContext, count: int) -> list[InboundEvent]:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with reading(context.engine) as session:
            found = list(session.exec(select(InboundEvent)).all())
        if len(found) >= count:
            return found
        time.sleep(0.02)
    return found


def test_a_code_that_comes_by_webhook_links_too(bureau: PortalContext, zalo: Zalo, door: str):
    bot = BotApi(quick(), zalo.url, zalo.known["BOT_TOKEN"])
    told = {"url": f"{door}/hooks/zalo/bot", "secret_token": zalo.known["BOT_SECRET"]}
    assert bot.call("setWebhook", told)[0].code == "0"
    says(zalo, a_code(a_browser(bureau, FOCAL_POINT)))
    waiting_for(bureau, 1)
    assert a_round(bureau, zalo, fetches=False).replied == 1
    assert list(linked(bureau)) == ["chat-lan"]
    assert "webhook" in a_round(bureau, zalo).problems[0]  # fetching beside a webhook is refused, and said


def test_a_forged_code_links_nobody(bureau: PortalContext, zalo: Zalo, door: str):
    bot = BotApi(quick(), zalo.url, zalo.known["BOT_TOKEN"])
    bot.call("setWebhook", {"url": f"{door}/hooks/zalo/bot", "secret_token": "guessed-by-somebody"})
    says(zalo, a_code(a_browser(bureau, FOCAL_POINT)))
    time.sleep(0.2)
    a_round(bureau, zalo, fetches=False)
    assert (linked(bureau), waiting_for(bureau, 0)) == ({}, [])


def test_events_of_the_account_are_kept_understood_and_counted(bureau: PortalContext, zalo: Zalo, door: str):
    zalo.tell("hook", url=f"{door}/hooks/zalo/oa", mode={"times": 2})
    user = {"sender": {"id": "2468458835"}, "follower": {"id": "2468458835"}}
    for event in ("follow", "unfollow", "create_group"):
        zalo.tell("fire", event={"event_name": event, "app_id": zalo.known["APP_ID"], **user})
    assert len(waiting_for(bureau, 3)) == 3
    assert a_round(bureau, zalo, fetches=False).understood == {"noted": 2, "unknown": 1}
    zalo.tell("fire", event={"event_name": "user_withdraw", **user})
    assert a_round(bureau, zalo, fetches=False).understood == {"withdrawn": 1}
    assert not any(b"2468458835" in event.raw for event in waiting_for(bureau, 4))


def test_late_and_replayed_events_do_nothing(bureau: PortalContext, zalo: Zalo, door: str):
    zalo.tell("hook", url=f"{door}/hooks/zalo/oa")
    code = a_code(a_browser(bureau, FOCAL_POINT)).replace(" ", "")
    old = str(int((NOW - timedelta(hours=3)).timestamp() * 1000))
    said = {"event_name": "user_send_text", "sender": {"id": "246"}, "message": {"text": code, "msg_id": "m1"}}
    zalo.tell("fire", event={**said, "timestamp": old})
    waiting_for(bureau, 1)
    assert a_round(bureau, zalo, fetches=False).understood == {"stale": 1}
    zalo.tell("fire", event={**said, "timestamp": old})
    assert a_round(bureau, zalo, fetches=False).understood == {}
    assert linked(bureau) == {}


def test_the_clock_of_a_desk_is_the_one_that_counts(bureau: PortalContext, zalo: Zalo):
    later = at(bureau, NOW + timedelta(hours=1))
    says(zalo, a_code(a_browser(later, FOCAL_POINT)))
    a_round(bureau, zalo, NOW + timedelta(hours=1, minutes=14))
    assert list(linked(bureau)) == ["chat-lan"]
