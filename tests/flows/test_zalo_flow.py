"""What Zalo has for us, as a flow on a real engine, from the platform over real HTTP."""

from __future__ import annotations

import pytest
from builders import UNIT, at, holder
from sqlmodel import select

from bootstrap.home import Home
from flows import zalo as heard
from models.database import reading, writing
from models.tables.people import ContactAddress
from services.zalo.links import offer_code
from tests.fakes.zalo_platform.client import Zalo, settings_towards
from tests.fakes.zalo_platform.client import zalo as zalo

pytestmark = pytest.mark.prefect
NOW = at("2013-12-26", "08:00")


@pytest.fixture
def place(zalo: Zalo, monkeypatch: pytest.MonkeyPatch, server: object, request: pytest.FixtureRequest) -> Home:
    zalo.tell("clock", now=NOW.isoformat())
    for name, value in settings_towards(zalo).items():
        monkeypatch.setenv(name, value)
    house: Home = request.getfixturevalue("house")
    return house


def test_a_code_written_to_the_bot_links_within_a_visit(zalo: Zalo, place: Home) -> None:
    with writing(place.engine) as session:
        code = offer_code(session, place.office, holder(session, UNIT).id or 0, NOW)
    zalo.tell("bot", chat="chat-lan", text=code)
    state = heard.zalo(as_of=NOW, return_state=True)
    assert (state.name, code in (state.message or "")) == ("Đã nghe", False)
    with reading(place.engine) as session:
        assert session.exec(select(ContactAddress.address)).all() == ["chat-lan"]
    assert heard.zalo(as_of=NOW, return_state=True).name == "Không có thư"


def test_a_bot_out_of_order_is_told_without_its_token(zalo: Zalo, place: Home) -> None:
    refused = {"ok": False, "error_code": 401, "description": f"bad {zalo.known['BOT_TOKEN']}"}
    zalo.fault("bot.getUpdates", {"body": refused})
    state = heard.zalo(as_of=NOW, return_state=True)
    assert (state.name, "401" in (state.message or "")) == ("Zalo cần xem", True)
    assert zalo.known["BOT_TOKEN"].partition(":")[2] not in (state.message or "")
