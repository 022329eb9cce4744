from __future__ import annotations

import re
import threading
import unicodedata

import pytest

from notifications.channel import OutcomeKind
from notifications.zalo.bot import BotChannel, Poller, PollingStopped, code_in, hashed, is_from_zalo, new_code, written
from tests.fakes.zalo_platform.client import Zalo, bot, letter, quick
from tests.fakes.zalo_platform.client import zalo as zalo

K = OutcomeKind


class Desk:
    """Keeps what it is handed."""

    def __init__(self) -> None:
        self.updates: list[dict] = []

    def keep(self, update: dict) -> None:
        self.updates.append(update)


def poller(zalo: Zalo, desk: Desk, **changed) -> Poller:
    given = {"token": zalo.known["BOT_TOKEN"], "wait": 0, "pause": lambda _: None, **changed}
    return Poller(quick(), zalo.url, hand_over=desk.keep, **given)


def test_a_message_reaches_a_chat_as_composed_letters(zalo: Zalo):
    text = "Nhắc hạn: lịch phổ biến"
    assert bot(zalo).send(letter("chat-lan", text=unicodedata.normalize("NFD", text))).kind is K.OK
    assert zalo.sent[0]["text"] == text


def test_two_thousand_letters_are_the_limit_counted_after_composing(zalo: Zalo):
    loose = unicodedata.normalize("NFD", "ế" * 2000)
    assert bot(zalo).send(letter("chat-lan", text=loose)).kind is K.OK
    assert bot(zalo).send(letter("chat-lan", text="ế" * 2001)).code == "too-long"


def test_a_chat_that_is_gone_must_be_linked_again(zalo: Zalo):
    assert (bot(zalo).send(letter("chat-khac")).kind, zalo.sent) == (K.DEAD, [])


def test_the_months_messages_are_counted_while_sending(zalo: Zalo):
    zalo.tell("settings", month_cap=2)
    channel = bot(zalo, month_cap=2, sent_this_month=lambda _: len(zalo.sent))
    results = [channel.send(letter("chat-lan", key=f"k{n}")) for n in range(3)]
    assert [one.code for one in results] == ["0", "0", "429-month"]
    assert results[2].kind is K.STOP


def test_a_wrong_token_stops_the_channel_and_is_not_shown(zalo: Zalo):
    result = bot(zalo, token="999:sai-mat-khau-bot").send(letter("chat-lan"))
    assert (result.kind, result.code) == (K.STOP, "401")
    assert "sai-mat" not in result.detail


@pytest.mark.parametrize("token", ["", "abc", "123:../../x", "123:abc def12", "123:short"])
def test_what_is_no_token_is_refused_without_showing_it(zalo: Zalo, token: str):
    with pytest.raises(ValueError, match="KYHAN_ZALO_BOT_TOKEN"):
        BotChannel(quick(), zalo.url, token)


# --- what people write ----------------------------------------------------------------------------------------------


def test_what_somebody_wrote_is_handed_over_once(zalo: Zalo):
    zalo.tell("bot", chat="chat-hung", text="123 456")
    desk = Desk()
    asking = poller(zalo, desk)
    assert [asking.once().code for _ in range(2)] == ["0", "408"]
    found = written(desk.updates[0])
    assert (found.chat_id, found.text, found.in_group) == ("chat-hung", "123 456", False)
    assert len(desk.updates) == 1


def test_waiting_ends_when_somebody_writes(zalo: Zalo):
    desk = Desk()
    threading.Timer(0.3, lambda: zalo.tell("bot", chat="chat-hung", text="chào")).start()
    assert poller(zalo, desk, wait=5).once().code == "0"
    assert len(desk.updates) == 1


def test_polling_goes_on_after_a_fault_and_slows_down(zalo: Zalo):
    zalo.fault("bot.getUpdates", *[{"status": 502}] * 3, {"cut": True})
    zalo.tell("bot", chat="chat-hung", text="chào")
    desk, pauses = Desk(), []
    poller(zalo, desk, pause=pauses.append).run(lambda: bool(desk.updates))
    assert pauses == [2, 4, 8, 16]


@pytest.mark.parametrize("fault", [{"error_code": 401, "description": "Unauthorized"}, None])
def test_polling_in_vain_ends_with_the_reason(zalo: Zalo, fault: dict | None):
    if fault:
        zalo.fault("bot.getUpdates", {"body": {"ok": False, **fault}})
    else:
        hook = {"url": "http://127.0.0.1:9/hook", "secret_token": "mot-bi-mat"}
        poller(zalo, Desk()).api.call("setWebhook", hook)
    with pytest.raises(PollingStopped, match=r"401|webhook"):
        poller(zalo, Desk()).run(lambda: False)


def test_a_full_bot_takes_no_further_person(zalo: Zalo):
    zalo.tell("settings", users_cap=1)
    assert zalo.tell("bot", chat="chat-moi", text="chào") == {"ok": False}


@pytest.mark.parametrize(
    "update",
    [
        *(None, [], {}, {"result": None}, {"message": {"chat": "x"}}),
        {"message": {"chat": {"id": "a"}, "text": 7}},
        {"message": {"chat": {"id": "../x"}, "text": "hi"}},
    ],
)
def test_what_nobody_wrote_is_passed_over(update):
    assert written(update) is None


def test_a_webhooks_body_reads_like_an_update():
    message = {"chat": {"id": "c1", "chat_type": "GROUP"}, "text": "XONG", "message_id": "m1"}
    update = {"event_name": "message.text.received", "message": message}
    assert written({"ok": True, "result": update}) == written(update)
    assert written(update).in_group


@pytest.mark.parametrize(
    ("header", "secret", "genuine"),
    [("bí mật", "bí mật", True), ("bí", "bí mật", False), (None, "bí mật", False), ("", "", False), (None, "", False)],
)
def test_a_webhook_of_the_bot_carries_its_secret(header: str | None, secret: str, genuine: bool):
    assert is_from_zalo(header, secret) is genuine


# --- the code that links a chat -------------------------------------------------------------------------------------


def test_a_code_has_six_digits_and_differs():
    codes = {new_code() for _ in range(50)}
    assert all(re.fullmatch(r"\d{6}", code) for code in codes)
    assert len(codes) > 40


@pytest.mark.parametrize("text", ["123456", " 123456 ", "123 456", "123-456", "Kyhan 123456", "KYHAN 123.456"])
def test_a_code_however_it_is_typed(text: str):
    assert code_in(text) == "123456"


@pytest.mark.parametrize("text", ["", "12345", "1234567", "văn bản số 123456", "123456/TB", "١٢٣٤٥٦"])
def test_what_is_no_code(text: str):
    assert code_in(text) is None


def test_a_stored_code_cannot_be_tried_out_without_the_key():
    assert hashed("123456", b"a") != hashed("123456", b"b")
    assert "123456" not in hashed("123456", b"a")
