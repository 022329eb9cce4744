"""Zalo knocks: genuine or not, stored once, answered at once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from a_province import NOW
from fastapi.testclient import TestClient
from sqlmodel import select
from visitors import FOCAL_POINT, a_browser

from config.settings import load_settings
from models.database import reading
from models.tables.answers import InboundEvent
from models.tables.log import LogEntry
from notifications.zalo.webhook import LARGEST, Signing
from portal.app import create_app
from portal.context import PortalContext
from portal.pages.door.hooks import SEAL_OF_BOT, ForgedCount, Hooks, hooks_of

APP, ACCOUNT, SECRET = "123", "456", "secret of the webhook"
SEAL = "secret of the bot"


@pytest.fixture
def zalo(own_context: PortalContext) -> TestClient:
    return TestClient(create_app(own_context, Hooks(Signing(APP, ACCOUNT, SECRET), SEAL)))


def a_receipt(message: str = "m1") -> bytes:
    told = {"event_name": "user_received_message", "timestamp": "1389150000000", "message": {"msg_id": message}}
    return json.dumps(told).encode()


def sealed(raw: bytes, secret: str = SECRET) -> dict[str, str]:
    stamp = str(json.loads(raw)["timestamp"])
    mac = sha256(ACCOUNT.encode() + raw + stamp.encode() + secret.encode()).hexdigest()
    return {"X-ZEvent-Signature": f"mac={mac}", "Content-Type": "application/json", "Cookie": "private=1"}


def a_message(text: str = "123456") -> bytes:
    chat = {"id": "abc123", "chat_type": "PRIVATE"}
    return json.dumps({"message": {"chat": chat, "text": text, "message_id": "77"}}).encode()


def kept(context: PortalContext) -> list[InboundEvent]:
    with reading(context.engine) as session:
        return list(session.exec(select(InboundEvent)).all())


def forgeries(context: PortalContext) -> list[dict[str, int]]:
    with reading(context.engine) as session:
        found = session.exec(select(LogEntry).where(LogEntry.action == "hook.forged")).all()
        return [json.loads(entry.details) for entry in found]


def test_what_zalo_tells_is_stored_as_it_came_and_worked_on_later(own_context: PortalContext, zalo: TestClient):
    raw = a_receipt()
    assert zalo.post("/hooks/zalo/oa", content=raw, headers=sealed(raw)).status_code == 200
    (event,) = kept(own_context)
    assert (event.raw, event.kind, event.source, event.processed_at) == (raw, "user_received_message", "zalo_oa", None)
    assert "private" not in event.headers


def test_what_is_told_again_is_answered_alike_and_stored_once(own_context: PortalContext, zalo: TestClient):
    for raw in (a_receipt(), a_receipt(), a_receipt("m2")):
        assert zalo.post("/hooks/zalo/oa", content=raw, headers=sealed(raw)).status_code == 200
    assert len(kept(own_context)) == 2


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b"\xff", b"[" * 5000, b"{}"])
def test_what_is_not_sealed_is_refused_and_not_stored(own_context: PortalContext, zalo: TestClient, raw: bytes):
    genuine = a_receipt()
    assert zalo.post("/hooks/zalo/oa", content=raw, headers=sealed(genuine)).status_code == 403
    assert zalo.post("/hooks/zalo/oa", content=genuine, headers=sealed(genuine, "guessed")).status_code == 403
    assert zalo.post("/hooks/zalo/oa", content=genuine).status_code == 403
    assert kept(own_context) == []


def test_forgeries_are_told_to_the_log_at_most_once_a_minute(own_context: PortalContext, zalo: TestClient):
    for _ in range(30):
        zalo.post("/hooks/zalo/bot", content=b"{}")
    assert forgeries(own_context) == [{"count": 1}]
    forged = ForgedCount()
    told = [forged.one_more(NOW + timedelta(seconds=second)) for second in (0, 1, 59, 60, 61, 121)]
    assert told == [1, 0, 0, 3, 0, 2]


def test_what_is_larger_than_zalo_ever_sends_is_not_read_to_its_end(own_context: PortalContext, zalo: TestClient):
    assert zalo.post("/hooks/zalo/oa", content=b"x" * (LARGEST + 1)).status_code == 413
    assert kept(own_context) == []


def test_what_people_write_to_the_bot_is_stored_once_and_without_the_seal(own_context: PortalContext, zalo: TestClient):
    for _ in range(2):
        answer = zalo.post("/hooks/zalo/bot", content=a_message(), headers={SEAL_OF_BOT: SEAL})
        assert answer.status_code == 200
    (event,) = kept(own_context)
    assert (event.source, event.kind, SEAL in event.headers) == ("zalo_bot", "message", False)


@pytest.mark.parametrize("seal", ["", "guessed", SEAL + "x"])
def test_the_bots_door_asks_for_its_seal(own_context: PortalContext, zalo: TestClient, seal: str):
    assert zalo.post("/hooks/zalo/bot", content=a_message(), headers={SEAL_OF_BOT: seal}).status_code == 403
    assert kept(own_context) == []


def test_what_the_bot_tells_may_be_anything(own_context: PortalContext, zalo: TestClient):
    for raw in (b"", b"[]", b"\xff", b"[" * 100_000):
        assert zalo.post("/hooks/zalo/bot", content=raw, headers={SEAL_OF_BOT: SEAL}).status_code == 200
    assert {event.kind for event in kept(own_context)} == {""}


@pytest.mark.parametrize("path", ["/hooks/zalo/oa", "/hooks/zalo/bot"])
def test_without_zalo_there_is_no_such_door(own_context: PortalContext, path: str):
    assert a_browser(own_context).post(path, content=b"{}").status_code == 404
    assert (kept(own_context), forgeries(own_context)) == ([], [])


def test_the_settings_say_which_doors_are_open(tmp_path):
    def doors(**told: str) -> tuple[bool, bool]:
        hooks = hooks_of(load_settings({f"KYHAN_ZALO_{name}": value for name, value in told.items()}, tmp_path))
        return hooks.oa is not None, bool(hooks.bot_secret)

    assert doors() == (False, False)
    assert doors(OA_SECRET="only the secret of nobody") == (False, False)
    assert doors(OA_ID="456", OA_SECRET="secret-of-the-webhook") == (True, False)
    bot = {"BOT_TOKEN": "123:secret-of-the-bot"}
    assert doors(**bot) == (False, False)  # what people write is fetched: never both ways at once
    assert doors(**bot, BOT_SECRET="secret-of-the-bot-webhook") == (False, True)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_address_answers_before_zalo_has_shown_its_secret_and_keeps_nothing(
    own_context: PortalContext, method: str
):
    client = TestClient(create_app(own_context, Hooks(account_named=True)))
    assert client.request(method, "/hooks/zalo/oa", content=a_receipt()).status_code == 200
    assert kept(own_context) == []


# --- whose address this is ------------------------------------------------------------------------------------------

CODE = "GTcnSB_B2MPytA1gfzecS7-abawJaaCMDJas"
MARK = f'<meta name="zalo-platform-site-verification" content="{CODE}">'


def test_zalo_finds_its_mark_on_the_home_page_without_a_redirect(own_context: PortalContext):
    client = TestClient(create_app(replace(own_context, zalo_verification=CODE)), follow_redirects=False)
    home = client.get("/")
    assert (home.status_code, MARK in home.text) == (200, True)
    assert MARK in client.get("/dang-nhap").text
    assert client.get("/phai-nop").status_code == 303  # every other page still leads to the sign-in page
    assert MARK in client.get(f"/zalo_verifier{CODE}.html").text
    assert client.get(f"/zalo_verifier{CODE}x.html").status_code == 404


def test_without_the_setting_there_is_no_mark_and_no_file(own_context: PortalContext):
    client = TestClient(create_app(own_context), follow_redirects=False)
    assert client.get("/").status_code == 303
    assert "zalo-platform" not in client.get("/dang-nhap").text
    assert client.get("/zalo_verifier.html").status_code == 404


def test_who_is_signed_in_sees_the_board_and_not_the_mark(own_context: PortalContext):
    client = a_browser(replace(own_context, zalo_verification=CODE), FOCAL_POINT)
    assert MARK not in client.get("/").text
