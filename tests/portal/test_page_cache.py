"""A page asked for again while nothing has changed is the same page; as soon as anything changed it is a new one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import a_province
import pytest
from a_province import NOW
from builders import counted
from case_steps import case_of
from every_route import every_route
from fastapi.testclient import TestClient
from sqlalchemy import event, text
from starlette.types import Message, Receive, Scope, Send
from visitors import COORDINATOR, FOCAL_POINT, LEADER, STRANGER, a_browser, post

from models.changes import Changes
from models.database import writing
from portal.context import PortalContext
from portal.cookies import Cookie, named
from portal.page_cache import PAGES, PageCache
from services.access.sessions import SEEN_EVERY


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def context(tmp_path: Path, clock: Clock) -> PortalContext:
    return replace(a_province.a_context(tmp_path), clock=clock)


@pytest.fixture
def case(context: PortalContext) -> int:
    """Of Sở Y tế, not answered."""
    return case_of(context, "SYT", "I5-CALENDAR", "2014")


def asks_again(context: PortalContext, client: TestClient, path: str) -> int:
    """How many questions the database is asked for a page that has been looked at."""
    client.get(path)
    client.get(path)  # the first look of somebody is noted down
    with counted(context.engine) as statements:
        assert client.get(path).status_code == 200
    return len(statements)


@pytest.mark.parametrize("path", ["/", "/?nam=2013", "/don-vi/SYT", "/nhiem-vu/I5-CALENDAR"])
def test_while_nothing_changes_nothing_is_asked(context: PortalContext, path: str):
    client = a_browser(context, COORDINATOR)
    assert asks_again(context, client, path) == 0
    first, second = client.get(path), client.get(path)
    assert first.content == second.content
    assert dict(first.headers) == dict(second.headers)
    assert first.headers["Cache-Control"] == "no-store"


def test_a_unit_that_looks_whether_it_arrived_is_told_at_once(context: PortalContext, case: int):
    client = a_browser(context, FOCAL_POINT)
    for path in ("/phai-nop", f"/ho-so/{case}"):
        assert asks_again(context, client, path) == 0
    before = client.get(f"/ho-so/{case}").text
    post(client, f"/ho-so/{case}/khong-phat-sinh", reason="Quý này không phát sinh số liệu")
    after = client.get(f"/ho-so/{case}").text
    assert "Quý này không phát sinh số liệu" not in before
    assert "Quý này không phát sinh số liệu" in after


def test_what_another_process_wrote_is_on_the_next_page(context: PortalContext):
    client = a_browser(context, COORDINATOR)
    assert asks_again(context, client, "/don-vi/SYT") == 0
    with writing(context.engine) as session:
        session.execute(text("UPDATE organisation_name SET name = 'Sở Y tế mới'"))
    assert "Sở Y tế mới" in client.get("/don-vi/SYT").text


def test_a_page_written_while_something_changed_is_not_handed_out(context: PortalContext):
    client = a_browser(context, COORDINATOR)
    client.get("/?nam=2013")

    def meanwhile(_connection, _cursor, statement: str, *_rest) -> None:
        if "FROM unit_case" in statement and not done:
            done.append(statement)
            with writing(context.engine) as session:
                session.execute(text("UPDATE organisation_name SET name = 'Sở Y tế mới'"))

    done: list[str] = []
    event.listen(context.engine, "before_cursor_execute", meanwhile)
    client.get("/?nam=2013&quy=4")
    event.remove(context.engine, "before_cursor_execute", meanwhile)
    assert done
    with counted(context.engine) as statements:
        client.get("/?nam=2013&quy=4")
    assert statements


def test_with_the_minute_the_page_goes(context: PortalContext, clock: Clock):
    client = a_browser(context, COORDINATOR)
    assert asks_again(context, client, "/don-vi/SYT") == 0
    clock.now = NOW.replace(second=59)
    assert asks_again(context, client, "/don-vi/SYT") == 0
    clock.now = NOW + timedelta(minutes=1)
    with counted(context.engine) as statements:
        client.get("/don-vi/SYT")
    assert statements


def test_each_sees_their_own_page(context: PortalContext, case: int):
    own, stranger = a_browser(context, FOCAL_POINT), a_browser(context, STRANGER)
    assert asks_again(context, own, f"/ho-so/{case}") == 0
    assert stranger.get(f"/ho-so/{case}").status_code == 404
    coordinator, leader = a_browser(context, COORDINATOR), a_browser(context, LEADER)
    assert asks_again(context, coordinator, "/don-vi/SYT") == asks_again(context, leader, "/don-vi/SYT") == 0
    assert coordinator.get("/don-vi/SYT").text != leader.get("/don-vi/SYT").text
    assert 'lang="en"' in coordinator.get("/don-vi/SYT?lang=en").text


def test_nobody_is_shown_it_without_the_session_it_was_written_for(context: PortalContext):
    client = a_browser(context, COORDINATOR)
    assert asks_again(context, client, "/don-vi/SYT") == 0
    kept = client.cookies.get(named(context, Cookie.SESSION))
    post(client, "/dang-xuat")
    client.cookies.set(named(context, Cookie.SESSION), kept)
    assert client.get("/don-vi/SYT").status_code == 303
    assert a_browser(context).get("/don-vi/SYT").status_code == 303


def test_an_old_session_ends_in_the_minute_it_has_to(context: PortalContext, clock: Clock):
    client = a_browser(context, COORDINATOR)
    while client.get("/don-vi/SYT").status_code == 200:
        assert asks_again(context, client, "/don-vi/SYT") == 0
        clock.now += timedelta(days=1)
    assert clock.now - NOW > SEEN_EVERY


def test_refusals_are_not_kept(context: PortalContext):
    client = a_browser(context, COORDINATOR)
    for _ in range(2):
        assert client.get("/ho-so/99999").status_code == 404
        with counted(context.engine) as statements:
            client.get("/ho-so/99999")
        assert statements


def test_hand_outs_are_counted_under_their_route(context: PortalContext):
    client = a_browser(context, COORDINATOR)
    asks_again(context, client, "/don-vi/SYT")
    figures = client.app.state.figures.requests
    assert figures.labels("GET", "/don-vi/{key}", "200")._value.get() == 3


def test_the_pages_kept_are_these_alone(context: PortalContext):
    kept = {route.path for route in every_route(context) if PAGES.fullmatch(route.path) and "GET" in route.methods}
    assert kept == {"/", "/phai-nop", "/ho-so/{case_id}", "/don-vi/{key}", "/nhiem-vu/{code}"}


def test_any_other_page_is_written_each_time(context: PortalContext):
    assert asks_again(context, a_browser(context, COORDINATOR), "/danh-sach") > 0


def test_memory_is_bounded_and_the_page_asked_for_longest_ago_goes_first(context: PortalContext):
    made: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        made.append(scope["path"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x" * (400 if scope["path"] != "/don-vi/large" else 4000)})

    whole = a_browser(context).app
    pages = PageCache(app, Changes(context.engine), most=1000)

    async def send(message: Message) -> None:
        """Nobody listens."""

    async def ask(*keys: str) -> None:
        for key in keys:
            scope = {"type": "http", "method": "GET", "path": f"/don-vi/{key}", "query_string": b"", "headers": []}
            await pages({**scope, "app": whole}, receive, send)

    async def receive() -> Message:
        return {"type": "http.request"}

    asyncio.run(ask("a", "b", "a", "c", "a", "b", "large", "large"))
    assert [path[-1] for path in made] == ["a", "b", "c", "b", "e", "e"]
    assert pages._written.currsize <= 1000
