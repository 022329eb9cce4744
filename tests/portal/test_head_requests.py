"""HEAD answers like GET on every page, link and feed, without the body, and uses nothing up."""

from __future__ import annotations

from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path

import a_province
import pytest
from a_server import running
from every_route import every_route
from httpx import Response
from sqlmodel import func, select
from visitors import ADMINISTRATOR, COORDINATOR, FOCAL_POINT, a_browser, calendar_address
from waiting_work import a_letter, waits

from models.tables.access import WebSession
from models.database import reading
from models.tables.log import LogEntry
from portal.app import create_app
from portal.context import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = a_province.a_desk(tmp_path)
    return replace(desk, office=replace(desk.office, folder=tmp_path))


def kept(desk: Desk) -> tuple[int, int]:
    with reading(desk.engine) as session:
        return session.exec(select(func.count(LogEntry.seq))).one(), len(session.exec(select(WebSession.id)).all())


def pages(desk: Desk) -> list[str]:
    return sorted({route.path for route in every_route(desk) if "GET" in route.methods and "{" not in route.path})


@pytest.mark.parametrize("who", [None, FOCAL_POINT, ADMINISTRATOR])
def test_head_answers_like_get_on_every_page(desk: Desk, who: str | None):
    client = a_browser(desk, who) if who else a_browser(desk)
    differing = []
    for path in pages(desk):
        before = kept(desk)
        head = client.head(path, follow_redirects=False)
        assert (head.content, kept(desk)) == (b"", before), path
        asked = client.get(path, follow_redirects=False)
        if answer_of(head) != answer_of(asked):
            differing.append((path, head.status_code))
    assert differing == [("/dang-nhap/oidc/tra-loi", 405)]  # what it is given is good once


def answer_of(response: Response) -> tuple[int, str | None, str | None]:
    return response.status_code, response.headers.get("Content-Type"), response.headers.get("Location")


def test_head_of_a_feed_has_its_tag(desk: Desk):
    where = calendar_address(desk)
    head = a_browser(desk).head(where)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == a_browser(desk).get(where).headers["ETag"]


def test_head_of_a_file_is_no_reading_of_it(desk: Desk):
    client, mail = a_browser(desk, COORDINATOR), waits(desk, a_letter())
    before = kept(desk)
    head = client.head(f"/viec/thu-den/{mail}/tep/0")
    assert (head.status_code, kept(desk)) == (200, before)
    client.get(f"/viec/thu-den/{mail}/tep/0")
    assert kept(desk)[0] == before[0] + 1


def test_head_on_a_real_socket_has_the_length_and_no_body(desk: Desk):
    with running(create_app(desk)) as port:
        line = HTTPConnection("127.0.0.1", port, timeout=60)
        for path in ("/dang-nhap", "/healthz", "/api/v1/openapi.json", "/static/kyhan.css"):
            line.request("HEAD", path)
            answer = line.getresponse()
            assert (answer.status, answer.read()) == (200, b""), path
        line.request("GET", "/healthz")  # the line is still in step
        assert b"portal" in line.getresponse().read()
