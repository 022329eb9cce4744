"""The portal answers under its own names alone, and says when its database or its room is gone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError
from visitors import COORDINATOR, a_browser

from portal import app as portal_app
from portal.app import create_app
from portal.context import PortalContext
from portal.known_hosts import served
from services.access import sessions

OWN = served("https://kyhan.soctrang.example", ["kyhan.lan"])


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("kyhan.soctrang.example", 200),
        ("KYHAN.soctrang.example:443", 200),
        ("kyhan.lan", 200),
        ("localhost:8080", 200),
        ("[::1]:8080", 200),
        ("evil.example", 421),
        ("kyhan.soctrang.example.evil.example", 421),
        ("[", 421),
        ("", 421),
    ],
)
def test_a_foreign_name_gets_no_page_and_no_redirect(context: PortalContext, host: str, code: int):
    client = TestClient(create_app(replace(context, hosts=OWN)), follow_redirects=False)
    assert client.get("/healthz", headers={"Host": host}).status_code == code
    if code == 421:
        slash = client.get("/phai-nop/", headers={"Host": host})
        assert slash.status_code == 421
        assert "location" not in slash.headers


def test_a_database_that_is_away_is_told_as_such(context: PortalContext, monkeypatch: pytest.MonkeyPatch):
    def away(*_: object) -> None:
        raise OperationalError("select", {}, Exception("connection refused"))

    browser = a_browser(context, COORDINATOR, raise_server_exceptions=False)
    monkeypatch.setattr(portal_app, "notices", away)
    health = browser.get("/healthz")
    assert (health.status_code, health.json()) == (503, {"portal": "database away"})
    monkeypatch.setattr("portal.visitor.reading", away)
    page = browser.get("/")
    assert page.status_code == 503
    assert page.headers["Retry-After"]
    assert "Tạm thời chưa phục vụ được" in page.text


def test_a_wrong_statement_is_a_fault_of_ours_and_not_an_absent_database(
    context: PortalContext, monkeypatch: pytest.MonkeyPatch
):
    def wrong(*_: object) -> None:
        with context.engine.connect() as connection:
            connection.exec_driver_sql("SELECT * FROM no_such_table")

    browser = a_browser(context, COORDINATOR, raise_server_exceptions=False)
    monkeypatch.setattr("portal.visitor.reading", wrong)
    assert browser.get("/").status_code == 500


def test_no_room_is_not_well(context: PortalContext, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(portal_app, "free_room", lambda folder: 1 << 20)
    health = TestClient(create_app(context)).get("/healthz")
    assert (health.status_code, health.json()) == (503, {"portal": "no room"})


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_figures_of_a_portal_behind_a_web_server_need_a_token(context: PortalContext, scheme: str):
    behind = replace(context, office=replace(context.office, base_url=f"{scheme}://kyhan.soctrang.example"))
    here = {"base_url": "http://127.0.0.1:8080", "client": ("127.0.0.1", 50000)}  # as a bare proxy_pass asks
    assert TestClient(create_app(behind), **here).get("/metrics").status_code == 401
    assert TestClient(create_app(context), **here).get("/metrics").status_code == 200


PROXY = {"X-Forwarded-For": "203.0.113.7"}


@pytest.mark.parametrize(
    ("asked", "headers", "misled"),
    [
        ("https://kyhan.soctrang.example", PROXY, ""),
        ("http://kyhan.soctrang.example", PROXY, "http://kyhan.soctrang.example"),
        ("https://127.0.0.1:8080", PROXY, "https://127.0.0.1:8080"),
        ("http://127.0.0.1:8080", {}, ""),  # asked on this machine, not through a web server
    ],
)
def test_it_is_told_when_a_web_server_in_front_does_not_pass_on_name_and_https(
    context: PortalContext, asked: str, headers: dict[str, str], misled: str
):
    behind = replace(context, office=replace(context.office, base_url="https://kyhan.soctrang.example"))
    health = TestClient(create_app(behind), base_url=asked, headers=headers).get("/healthz")
    assert health.json().get("proxy", "") == misled


def test_browsers_keep_to_https_where_the_base_address_is(context: PortalContext):
    behind = replace(context, office=replace(context.office, base_url="https://kyhan.soctrang.example"))
    name = "Strict-Transport-Security"
    assert TestClient(create_app(behind)).get("/dang-nhap").headers[name] == "max-age=31536000"
    assert name not in TestClient(create_app(context)).get("/dang-nhap").headers


def test_the_page_of_a_fault_keeps_browsers_to_https_too(context: PortalContext, monkeypatch: pytest.MonkeyPatch):
    behind = replace(context, office=replace(context.office, base_url="https://kyhan.soctrang.example"))
    broken = TestClient(create_app(behind), raise_server_exceptions=False, base_url="https://kyhan.soctrang.example")
    monkeypatch.setattr(sessions, "who", fail)
    answer = broken.get("/", cookies={"__Host-kyhan_session": "a"})
    assert answer.status_code == 500
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def fail(*_: object) -> None:
    raise RuntimeError
