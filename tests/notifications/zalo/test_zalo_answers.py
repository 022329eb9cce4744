"""Every answer Zalo gives, met over HTTP. What is expected is written down here a second time, on purpose."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TypeVar

import httpx
import pytest

from notifications.channel import Outcome, OutcomeKind
from notifications.zalo.answers import BOT, OA, OURS, TRANSPORT, ZNS, Morning, Rules, ZaloAnswer, morning, outcome
from notifications.zalo.bot import BotChannel
from notifications.zalo.http import NoAnswer, ZaloHttp
from notifications.zalo.oauth import OAuthUnavailable
from notifications.zalo.official_account import NoToken
from tests.fakes.zalo_platform.client import DATA, MORNING, Purse, Zalo, bot, letter, quick, uid, zns
from tests.fakes.zalo_platform.client import zalo as zalo

K = OutcomeKind


def expected(table: str) -> dict[str, OutcomeKind]:
    lines = (line.split(maxsplit=1) for line in table.strip().splitlines())
    return {code: K(kind) for kind, codes in lines for code in codes.split()}


ZNS_EXPECTED = expected("""
    ok 0
    retry -100
    stop -101 -102 -103 -104 -105 -109 -117 -131 -115 -137 -120 -135 -1351 -136 -138 -1381 -125 -145
    stop -124 -216 -220 -1241 -126 -127 -146
    bug -106 -107 -121 -122 -111 -112 -1121 -1122 -1124 -113 -1131 -116 -132 -153 -1441 -1471 -1472 -160 -161 -162
    dead -108 -118
    fallback -110 -114 -119 -140
    optout -139 -141
    reschedule -133 -144 -147
""")
OA_EXPECTED = expected("""
    ok 0
    retry -32
    bug -201 -210 -233 -100 -249 -240
    stop -204 -205 -209 -212 -219 -221 -223 -224 -235 -320 -321 -237 -238 -241 -403 -242 -248 -216 -220 -124
    reschedule -211 -218 -311 -234
    fallback -213 -230 -232 -305
    optout -217 -244
    dead -227
""")
BOT_EXPECTED = expected("""
    ok 0
    bug 400
    dead 400-chat 404
    stop 401 429-month
    unknown 403 408 5xx
    retry 429
""")
TRANSPORT_EXPECTED = expected("""
    retry dns refused connect-timeout tls network busy http-429
    unknown lost read-timeout write-lost not-json odd-json 5xx
    stop http-401 http-403 http-3xx http-404
    bug http-4xx unsendable
""")
OURS_EXPECTED = expected("""
    stop no-token
    retry token-later
    dead bad-phone bad-chat
    bug no-template bad-data too-long empty
""")
TABLES = [
    (ZNS, ZNS_EXPECTED),
    (OA, OA_EXPECTED),
    (BOT, BOT_EXPECTED),
    (TRANSPORT, TRANSPORT_EXPECTED),
    (OURS, OURS_EXPECTED),
]


MET: dict[int, set[str]] = {id(rules): set() for rules, _ in TABLES}
Test = TypeVar("Test", bound=Callable[..., None])


def meets(rules: Rules, *codes: str) -> Callable[[Test], Test]:
    """The test below meets these rows over HTTP, as far as there is anything to send."""

    def note(test: Test) -> Test:
        MET[id(rules)] |= set(codes)
        return test

    return note


@pytest.mark.parametrize(("table", "told"), TABLES, ids=["zns", "oa", "bot", "transport", "ours"])
def test_every_row_of_the_tables_is_expected_here(table: Rules, told: dict[str, OutcomeKind]):
    assert set(table) == set(told)


# --- codes of template messages and of the account ------------------------------------------------------------------


@meets(ZNS, *ZNS)
@pytest.mark.parametrize("code", ZNS)
def test_a_code_of_template_messages(zalo: Zalo, code: str):
    purse = Purse(zalo.access_token(), zalo.access_token())
    zalo.fault("zns", *[{"error": int(code), "message": "no"}] * 2)
    result = zns(zalo, tokens=purse).send(letter())
    assert (result.kind, result.code) == (ZNS_EXPECTED[code], code)
    assert zalo.sent == []


@meets(OA, *OA)
@pytest.mark.parametrize("code", OA)
def test_a_code_of_the_account(zalo: Zalo, code: str):
    zalo.fault("uid", *[{"error": int(code), "message": "no"}] * 2)
    channel = uid(zalo, tokens=Purse(zalo.access_token(), zalo.access_token()))
    result = channel.send(letter("2512523625412515"))
    assert (result.kind, result.code) == (OA_EXPECTED[code], code)


@pytest.mark.parametrize("code", ["-124", "-216", "-220"])
def test_a_refused_token_is_renewed_once_and_nobody_notices(zalo: Zalo, code: str):
    fresh = zalo.access_token()
    zalo.fault("zns", {"error": int(code)})
    result = zns(zalo, tokens=Purse(zalo.access_token(), fresh)).send(letter())
    assert result.kind is K.OK
    assert [one["headers"]["access_token"] for one in zalo.requests("zns")][-1] == fresh


def test_a_number_written_as_text_is_the_same_number(zalo: Zalo):
    zalo.fault("zns", {"body": {"error": "-118", "message": "Zalo account not existed"}})
    assert zns(zalo).send(letter()).kind is K.DEAD


def test_an_undocumented_code_lets_the_next_channel_try(zalo: Zalo):
    zalo.fault("zns", {"error": -99999})
    result = zns(zalo).send(letter())
    assert (result.kind, result.maybe_sent) == (K.FALLBACK, False)


# --- bots -----------------------------------------------------------------------------------------------------------


@meets(BOT, *(code for code in BOT if code != "0"))
@pytest.mark.parametrize("code", [code for code in BOT if code != "0"])
def test_a_code_of_bots(zalo: Zalo, code: str):
    number = int(code[:3].replace("xx", "03"))
    said = "Bad Request: chat not found" if code == "400-chat" else "no"
    zalo.fault("bot.sendMessage", {"body": {"ok": False, "error_code": number, "description": said}})
    channel = bot(zalo, sent_this_month=lambda _: 3000 if code == "429-month" else 0)
    result = channel.send(letter("chat-lan"))
    assert result.kind is BOT_EXPECTED[code]
    assert result.maybe_sent is (result.kind is K.UNKNOWN)


@meets(BOT, "0")
def test_a_bots_message_is_accepted(zalo: Zalo):
    result = bot(zalo).send(letter("chat-lan"))
    assert (result.kind, result.provider_ref) == (K.OK, zalo.sent[0]["msg_id"])


# --- the wire -------------------------------------------------------------------------------------------------------

HTML = {"body": "<html><h1>Bad Gateway</h1></html>"}
ON_THE_WIRE = {
    "lost": {"cut": True},
    "read-timeout": {"hang": 1.5},
    "not-json": {**HTML, "status": 200},
    "odd-json": {"body": {"hello": "there"}, "status": 200},
    "5xx": {**HTML, "status": 502},
    "http-429": {**HTML, "status": 429, "headers": {"Retry-After": "240"}},
    "http-401": {**HTML, "status": 401},
    "http-403": {**HTML, "status": 403},
    "http-3xx": {**HTML, "status": 302, "headers": {"Location": "https://example.vn/"}},
    "http-404": {**HTML, "status": 404},
    "http-4xx": {**HTML, "status": 413},
}


@meets(TRANSPORT, *ON_THE_WIRE)
@pytest.mark.parametrize("word", ON_THE_WIRE)
def test_a_fault_on_the_wire(zalo: Zalo, word: str):
    zalo.fault("zns", ON_THE_WIRE[word])
    result = zns(zalo).send(letter())
    assert result.kind is TRANSPORT_EXPECTED[word]
    assert result.maybe_sent is (result.kind is K.UNKNOWN)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_every_failure_of_their_server_leaves_doubt(zalo: Zalo, status: int):
    zalo.fault("zns", {**HTML, "status": status})
    assert zns(zalo).send(letter()).kind is K.UNKNOWN


def test_a_failing_server_is_not_believed_whatever_it_writes(zalo: Zalo):
    zalo.fault("zns", {"status": 500, "body": {"error": -118, "message": "not existed"}})
    zalo.fault("bot.sendMessage", {"status": 500, "body": {"ok": False, "error_code": 404, "description": "x"}})
    assert [zns(zalo).send(letter()).kind, bot(zalo).send(letter("chat-lan")).kind] == [K.UNKNOWN] * 2


def sent_to(url: str, http: ZaloHttp | None = None) -> Outcome:
    """A bot, for it asks nothing beforehand."""
    return BotChannel(http or quick(), url, "123456789:bi-mat-bot-5e7d", per_second=0).send(letter("chat-lan"))


@meets(TRANSPORT, "dns")
def test_a_name_nobody_knows_was_surely_not_sent():
    assert (sent_to("http://zalo.invalid").kind, sent_to("http://zalo.invalid").code) == (K.RETRY, "dns")


@meets(TRANSPORT, "refused")
def test_a_refused_connection_was_surely_not_sent():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        result = sent_to(f"http://127.0.0.1:{unused.getsockname()[1]}")
    assert (result.kind, result.code, result.maybe_sent) == (K.RETRY, "refused", False)


@meets(TRANSPORT, "tls")
def test_a_server_without_encryption_was_surely_not_told(zalo: Zalo):
    result = sent_to(zalo.url.replace("http://", "https://"))
    assert (result.kind, result.code) == (K.RETRY, "tls")


@contextmanager
def full_house() -> Iterator[str]:
    """Listens, but its queue is full: who knocks waits."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(door.getsockname())
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        for one in waiting:
            one.close()


@meets(TRANSPORT, "connect-timeout")
def test_a_connection_that_takes_too_long_was_surely_not_sent():
    with full_house() as url:
        result = sent_to(url, quick(connect=0.3))
    assert (result.kind, result.code) == (K.RETRY, "connect-timeout")


@meets(TRANSPORT, "network")
def test_a_proxy_that_fails_was_surely_not_passed(monkeypatch: pytest.MonkeyPatch, zalo: Zalo):
    monkeypatch.setenv("ALL_PROXY", zalo.url)  # answers CONNECT with 404
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    result = sent_to("https://bot.example.vn")
    assert (result.kind, result.code) == (K.RETRY, "network")


@meets(TRANSPORT, "busy")
def test_no_free_connection_means_not_sent(zalo: Zalo):
    http = quick(pool=0.2, read=5)
    http._client._transport = httpx.HTTPTransport(limits=httpx.Limits(max_connections=1))
    with http._client.stream("GET", f"{zalo.url}/_ctl/sent"):
        result = sent_to(zalo.url, http)
    assert (result.kind, result.code) == (K.RETRY, "busy")


@meets(TRANSPORT, "write-lost")
def test_a_request_broken_off_while_it_is_written_leaves_doubt():
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(1)
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        with pytest.raises(NoAnswer) as silence:
            quick(write=0.3).post(url, {"text": "x" * 20_000_000})
    told = outcome(ZNS, ZaloAnswer(silence.value.word), MORNING, "k")
    assert (silence.value.word, told.kind, told.maybe_sent) == ("write-lost", K.UNKNOWN, True)


@meets(TRANSPORT, "unsendable")
def test_an_address_that_is_none_is_our_mistake():
    assert (sent_to("gopher://zalo").kind, sent_to("gopher://zalo").code) == (K.BUG, "unsendable")


def test_a_token_that_cannot_stand_in_a_header_is_our_mistake(zalo: Zalo):
    result = zns(zalo, tokens=Purse("mã\ntruy cập")).send(letter())
    assert result.kind is K.BUG


# --- what we find out ourselves -------------------------------------------------------------------------------------


class SilentDesk(Purse):
    """Its token has run out, and the token desk does not answer."""

    def __init__(self, zalo: Zalo) -> None:
        super().__init__()
        self.desk = zalo.oauth(quick())
        zalo.fault("oauth", {**HTML, "status": 502})

    def current(self, now: datetime) -> str:
        with pytest.raises(OAuthUnavailable):
            self.desk.refresh("lam-moi")
        raise NoToken("token-later")


@meets(OURS, *OURS)
def test_our_own_refusals(zalo: Zalo):
    found = {
        "no-token": zns(zalo, tokens=Purse()).send(letter()),
        "bad-phone": zns(zalo).send(letter("02993820000")),
        "bad-chat": bot(zalo).send(letter("chat lan/../")),
        "no-template": zns(zalo).send(letter(template="receipt")),
        "bad-data": zns(zalo).send(letter(parameters={**DATA, "tieu_de": "Nhắc"})),
        "too-long": bot(zalo).send(letter("chat-lan", text="ă" * 2001)),
        "empty": bot(zalo).send(letter("chat-lan", text=" \n")),
        "token-later": zns(zalo, tokens=SilentDesk(zalo)).send(letter()),
    }
    assert {code: (result.code, result.kind) for code, result in found.items()} == {
        code: (code, kind) for code, kind in OURS_EXPECTED.items()
    }
    assert zalo.sent == []


# --- when, how long, how often --------------------------------------------------------------------------------------


def told(rules: Rules, code: str, now: datetime = MORNING, tries: int = 1, key: str = "k") -> Outcome:
    return outcome(rules, ZaloAnswer(code), now, key, tries)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00")


@pytest.mark.parametrize(
    ("which", "now", "earliest"),
    [
        (Morning.NEXT, "2014-10-03T23:10", "2014-10-04T06:05"),
        (Morning.NEXT, "2014-10-04T03:00", "2014-10-04T06:05"),
        (Morning.TOMORROW, "2014-10-04T03:00", "2014-10-05T06:05"),
        (Morning.TOMORROW, "2014-10-04T15:00", "2014-10-05T06:05"),
        (Morning.NEXT_MONTH, "2014-12-31T15:00", "2015-01-01T06:05"),
        (Morning.NEXT_MONTH, "2014-10-01T00:10", "2014-11-01T06:05"),
    ],
)
def test_the_morning_to_wait_for(which: Morning, now: str, earliest: str):
    moments = [morning(which, at(now), f"key {n}") - at(earliest) for n in range(200)]
    assert min(moments) >= timedelta(0)
    assert max(moments) < timedelta(minutes=20)
    assert len(set(moments)) > 150  # not all at once


def test_a_night_waits_for_the_morning(zalo: Zalo):
    zalo.tell("clock", now="2014-10-03T23:30:00+07:00")
    result = zns(zalo).send(letter(sent_at=at("2014-10-03T23:30")))
    assert (result.kind, result.code) == (K.RESCHEDULE, "-133")
    assert at("2014-10-04T06:05") <= result.not_before < at("2014-10-04T06:25")


def test_an_unknown_error_is_tried_once_more_and_not_before_five_minutes():
    assert told(ZNS, "-100").not_before == MORNING + timedelta(minutes=5)
    assert told(ZNS, "-100", tries=2).kind is K.FALLBACK


def test_a_fault_of_the_network_is_not_tried_for_ever():
    kinds = [told(ZNS, "refused", tries=n).kind for n in (1, 5, 6)]
    assert kinds == [K.RETRY, K.RETRY, K.FALLBACK]


def test_who_asks_for_patience_gets_it(zalo: Zalo):
    zalo.fault("zns", ON_THE_WIRE["http-429"])
    assert zns(zalo).send(letter()).not_before == MORNING + timedelta(minutes=4)
    assert told(ZNS, "http-429").not_before == MORNING + timedelta(minutes=1)


def test_a_bot_in_haste_waits_longer_the_second_time():
    waits = [told(BOT, "429", tries=n).not_before - MORNING for n in (1, 2, 3)]
    assert waits == [timedelta(minutes=1), timedelta(minutes=15), timedelta(minutes=15)]


def test_a_bot_at_its_months_end_rests_until_the_next():
    assert told(BOT, "429-month", at("2014-10-03T07:30")).not_before >= at("2014-11-01T06:05")


@pytest.mark.parametrize(
    ("rules", "code", "days", "strikes"),
    [(ZNS, "-118", 90, 0), (ZNS, "-114", 90, 2), (ZNS, "-119", 90, 2), (ZNS, "-110", 30, 1), (OA, "-227", 45, 0)],
)
def test_how_long_an_address_is_left_alone(rules: Rules, code: str, days: int, strikes: int):
    result = told(rules, code)
    assert (result.until, result.strikes) == (MORNING + timedelta(days=days), strikes)


@pytest.mark.parametrize("code", ["-139", "-141"])
def test_a_refusal_is_respected_for_months(code: str):
    assert told(ZNS, code).until - MORNING >= timedelta(days=90)


@pytest.mark.parametrize(
    ("rules", "code", "what"),
    [
        (ZNS, "-131", "template"),
        (ZNS, "-146", "template"),
        (OA, "-237", "group"),
        (OA, "-213", "follows"),
        (ZNS, "-101", ""),
    ],
)
def test_what_an_answer_closes(rules: Rules, code: str, what: str):
    assert told(rules, code).concerns == what


def test_every_outcome_says_why_in_two_languages():
    rows = [(rules, code) for rules, _ in TABLES for code in rules]
    assert [code for rules, code in rows if " / " not in told(rules, code).detail] == []


def test_the_seal_differs_for_each_attempt(zalo: Zalo):
    zalo.fault("zns", {"cut": True, "after": True})
    first = zns(zalo).send(letter())
    second = zns(zalo).send(letter(attempt=2))
    tracked = [message["tracking_id"] for message in zalo.sent]
    assert len(set(tracked)) == 2
    assert first.provider_ref == tracked[0]
    assert second.provider_ref == zalo.sent[1]["msg_id"]
    assert (first.kind, second.kind) == (K.UNKNOWN, K.OK)


# --- and none is left out -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("table", "_"), TABLES, ids=["zns", "oa", "bot", "transport", "ours"])
def test_every_row_of_the_tables_is_met(table: Rules, _: dict[str, OutcomeKind]):
    assert MET[id(table)] == set(table)
