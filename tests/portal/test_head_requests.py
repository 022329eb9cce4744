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

from models.database import reading
from models.tables.access import WebSession
from models.tables.log import LogEntry
from portal.app import create_app
from portal.context import PortalContext


@pytest.fixture
def context(tmp_path: Path) -> PortalContext:
    context = a_province.a_context(tmp_path)
    return replace(context, office=replace(context.office, folder=tmp_path))


def kept(context: PortalContext) -> tuple[int, int]:
    with reading(context.engine) as session:
        return session.exec(select(func.count(LogEntry.seq))).one(), len(session.exec(select(WebSession.id)).all())


def pages(context: PortalContext) -> list[str]:
    return sorted({route.path for route in every_route(context) if "GET" in route.methods and "{" not in route.path})


@pytest.mark.parametrize("who", [None, FOCAL_POINT, ADMINISTRATOR])
def test_head_answers_like_get_on_every_page(context: PortalContext, who: str | None):
    client = a_browser(context, who) if who else a_browser(context)
    differing = []
    for path in pages(context):
        before = kept(context)
        head = client.head(path, follow_redirects=False)
        assert (head.content, kept(context)) == (b"", before), path
        asked = client.get(path, follow_redirects=False)
        if answer_of(head) != answer_of(asked):
            differing.append((path, head.status_code))
    assert differing == [("/dang-nhap/oidc/tra-loi", 405)]  # what it is given is good once


def answer_of(response: Response) -> tuple[int, str | None, str | None]:
    return response.status_code, response.headers.get("Content-Type"), response.headers.get("Location")


def test_head_of_a_feed_has_its_tag(context: PortalContext):
    where = calendar_address(context)
    head = a_browser(context).head(where)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == a_browser(context).get(where).headers["ETag"]


def test_head_of_a_file_is_no_reading_of_it(context: PortalContext):
    client, mail = a_browser(context, COORDINATOR), waits(context, a_letter())
    before = kept(context)
    head = client.head(f"/viec/thu-den/{mail}/tep/0")
    assert (head.status_code, kept(context)) == (200, before)
    client.get(f"/viec/thu-den/{mail}/tep/0")
    assert kept(context)[0] == before[0] + 1


def test_head_on_a_real_socket_has_the_length_and_no_body(context: PortalContext):
    with running(create_app(context)) as port:
        line = HTTPConnection("127.0.0.1", port, timeout=60)
        for path in ("/dang-nhap", "/healthz", "/api/v1/openapi.json", "/static/kyhan.css"):
            line.request("HEAD", path)
            answer = line.getresponse()
            assert (answer.status, answer.read()) == (200, b""), path
        line.request("GET", "/healthz")  # the line is still in step
        assert b"portal" in line.getresponse().read()
