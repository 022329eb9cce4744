"""No token and no secret is ever in a log, an outcome, an exception or a repr."""

from __future__ import annotations

import logging
import traceback

import pytest

from notifications.zalo.bot import BotChannel, Poller
from notifications.zalo.http import NoAnswer, brief
from notifications.zalo.oauth import OAuthUnavailable, TokenRefused
from notifications.zalo.official_account import OaClient
from tests.fakes.zalo_platform.client import Purse, Zalo, bot, letter, quick, zns
from tests.fakes.zalo_platform.client import zalo as zalo

FAULTS = [
    {},
    {"cut": True},
    {"hang": 1.5},
    {"status": 502},
    {"status": 302, "headers": {"Location": "https://example.vn/"}},
    {"error": -124},
    {"error": -118},
]


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Everything, from every library."""
    for name in ("", "httpx", "httpcore", "httpcore.http11", "httpcore.connection"):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


def leaks(text: str, *secrets: str) -> list[str]:
    return [secret for secret in secrets if secret in text]


def half(bot_token: str) -> str:
    return bot_token.partition(":")[2]


@pytest.mark.parametrize("fault", FAULTS)
def test_an_access_token_is_shown_nowhere(zalo: Zalo, log: pytest.LogCaptureFixture, fault: dict):
    token, secret = zalo.access_token(), zalo.known["APP_SECRET"]
    purse = Purse(token)
    channel = zns(zalo, tokens=purse, app_secret=secret)
    zalo.fault("zns", fault)
    result = channel.send(letter())
    shown = log.text + repr(result) + repr(channel) + repr(OaClient(quick(), purse, secret))
    assert "template/info" in log.text  # the log was really listened to
    assert leaks(shown, token, secret) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bots_token_is_shown_nowhere(zalo: Zalo, log: pytest.LogCaptureFixture, fault: dict):
    token = zalo.known["BOT_TOKEN"]
    channel = bot(zalo)
    zalo.fault("bot.sendMessage", fault)
    result = channel.send(letter("chat-lan"))
    polling = Poller(quick(), zalo.url, token, lambda _: None, wait=0)
    polling.once()
    assert leaks(log.text + repr(result) + repr(channel) + repr(channel.api) + repr(polling), token, half(token)) == []
    assert "HTTP Request" in log.text


def test_a_server_that_repeats_the_token_is_not_quoted(zalo: Zalo):
    token = zalo.access_token()
    zalo.fault("zns", {"error": -118, "message": f"your token {token} may not do this"})
    assert leaks(zns(zalo, tokens=Purse(token)).send(letter()).detail, token) == []
    told = {"ok": False, "error_code": 400, "description": f"bad {zalo.known['BOT_TOKEN']}"}
    zalo.fault("bot.sendMessage", {"body": told})
    assert leaks(bot(zalo).send(letter("chat-lan")).detail, half(zalo.known["BOT_TOKEN"])) == []


@pytest.mark.parametrize(
    "fault", [{"cut": True}, {"status": 502}, {"body": {"error": -14014, "error_name": "Invalid"}}]
)
def test_the_token_desk_keeps_secrets(zalo: Zalo, log: pytest.LogCaptureFixture, fault: dict):
    desk, refresh = zalo.oauth(), zalo.known["FIRST_REFRESH"]
    zalo.fault("oauth", fault)
    with pytest.raises((TokenRefused, OAuthUnavailable)) as failed:
        desk.refresh(refresh)
    shown = log.text + "".join(traceback.format_exception(failed.value)) + repr(desk)
    assert leaks(shown, refresh, zalo.known["APP_SECRET"]) == []


def test_a_pair_of_tokens_is_not_shown(zalo: Zalo):
    pair = zalo.oauth().refresh(zalo.known["FIRST_REFRESH"])
    assert leaks(repr(pair) + str(pair), pair.access_token, pair.refresh_token) == []


def test_a_failure_carries_no_request(zalo: Zalo):
    zalo.fault("bot.getMe", {"cut": True})
    with pytest.raises(NoAnswer) as failed:
        brief().post(f"{zalo.url}/bot{zalo.known['BOT_TOKEN']}/getMe", {})
    assert (failed.value.__cause__, failed.value.__context__) == (None, None)
    assert half(zalo.known["BOT_TOKEN"]) not in str(failed.value)


def test_a_redirect_does_not_carry_the_token_away(zalo: Zalo):
    zalo.fault("bot.sendMessage", {"status": 307, "headers": {"Location": f"{zalo.url}/bot9:elsewhere00/sendMessage"}})
    assert bot(zalo).send(letter("chat-lan")).code == "http-307"
    assert len(zalo.requests("bot.sendMessage")) == 1


def test_a_wrong_address_of_the_bots_interface_is_not_shown_with_the_token(log: pytest.LogCaptureFixture):
    channel = BotChannel(quick(), "http://127.0.0.1:port", "123:bi-mat-bot-5e7d")
    result = channel.send(letter("chat-lan"))
    assert (result.code, leaks(log.text + repr(result), "bi-mat-bot-5e7d")) == ("unsendable", [])
