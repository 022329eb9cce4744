"""Every route is guarded; that the guards hold is tried in tests/faults/test_attacker_routes.py."""

from __future__ import annotations

from dataclasses import replace

import pytest
from every_route import Route, every_route
from route_table import BY_LINK, OPEN, PROVEN_OTHERWISE
from sqlmodel import col, select
from visitors import ADMINISTRATOR, FOCAL_POINT, a_browser, links, post

from models.database import reading
from models.tables.organisations import Organisation
from models.tables.people import Post
from portal.api.app import PREFIX as API
from portal.api.caller import ScopeGuard
from portal.context import PortalContext
from portal.forms import FIELD, genuine
from portal.pages.unit.answer import genuine_by_token
from portal.visitor import Guard
from rules.access import TABLE, Action

TOLD = {"name": "Trần Thị Mới", "email": "moi@other.example.vn", "from_day": "2014-01-08", "viec": "retry"}


# --- declared -------------------------------------------------------------------------------------------------------


def test_every_route_is_open_by_name_or_guarded(context: PortalContext):
    guards = (Guard, ScopeGuard)
    unguarded = {
        route.path for route in every_route(context) if not any(isinstance(call, guards) for call in route.asks)
    }
    assert unguarded == OPEN


def test_every_route_that_changes_something_asks_for_a_genuine_form(context: PortalContext):
    changing = [route for route in pages(context) if route.methods - {"GET"}]
    assert {route.path for route in changing if genuine not in route.asks} == PROVEN_OTHERWISE
    assert {route.path for route in changing if genuine_by_token in route.asks} == BY_LINK
    assert len(changing) >= 10


def pages(context: PortalContext) -> list[Route]:
    """What browsers are shown."""
    return [route for route in every_route(context) if not route.path.startswith((API, "/metrics"))]


def test_the_table_lets_only_mails_be_read_by_those_who_follow_all():
    assert TABLE[Action.READ_MAILS] < TABLE[Action.READ_BOARD]


# --- links and posts --------------------------------------------------------------------------------------------------


def test_no_link_a_unit_is_shown_is_refused(context: PortalContext):
    client = a_browser(context, FOCAL_POINT)
    ahead, seen = ["/don-vi/SYT?nam=2013", "/danh-sach?nam=2013", "/nhiem-vu/I5-CALENDAR?nam=2013"], set()
    while ahead:
        address = ahead.pop().replace("&amp;", "&")
        if address in seen or address.startswith("/static") or len(seen) > 300:
            continue
        seen.add(address)
        answer = client.get(address)
        assert answer.status_code in (200, 303), address
        ahead += links(answer.text)
    assert len(seen) > 20


def test_a_focal_point_cannot_make_anybody_head(context: PortalContext):
    with reading(context.engine) as session:
        head = session.exec(
            select(Post.id)
            .join(Organisation, col(Organisation.id) == Post.organisation_id)
            .where(Organisation.key == "SYT", Post.role == "head")
        ).one()
    client = a_browser(context, FOCAL_POINT)
    assert post(client, f"/don-vi/SYT/vi-tri/{head}/moi", **TOLD).status_code == 403


# --- forms ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [None, "", "x", "ế", "0" * 64])
def test_a_form_without_the_right_mark_changes_nothing(context: PortalContext, given: str | None):
    client = a_browser(context, FOCAL_POINT)
    answer = client.post("/dang-xuat", data={} if given is None else {FIELD: given})
    assert answer.status_code == 419
    assert "chưa có gì được ghi" in answer.text
    assert client.get("/tai-khoan").status_code == 200


@pytest.mark.parametrize("origin", ["null", "http://testserver", "https://kyhan.example.vn"])
def test_a_form_of_ours_is_taken_whatever_its_origin_is_called(context: PortalContext, origin: str):
    """Our pages ask for «no-referrer», so browsers say «null»; a web server before us may rewrite the host."""
    own = replace(context, hosts=frozenset({"testserver", "kyhan.example.vn"}))
    client = a_browser(own, FOCAL_POINT, headers={"Origin": origin, "Sec-Fetch-Site": "same-origin"})
    assert post(client, "/tai-khoan/phien/999999/thu-hoi").status_code == 404


# --- faults ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/quan-tri/nhat-ky?den=9999-12-31",
        "/quan-tri/nhat-ky?tu=0001-01-01",
        "/quan-tri/dien-tap?tu=9999-12-31",
        "/so-nhac?den=9999-12-31",
    ],
)
def test_a_day_beyond_reckoning_is_no_fault(context: PortalContext, path: str):
    assert a_browser(context, ADMINISTRATOR, raise_server_exceptions=False).get(path).status_code < 500


def test_a_fault_of_ours_is_told_in_the_readers_language(own_context: PortalContext, monkeypatch: pytest.MonkeyPatch):
    def breaks(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("portal.pages.office.people.export_people", breaks)
    client = a_browser(own_context, ADMINISTRATOR, raise_server_exceptions=False)
    answers = [client.get(f"/quan-tri/nguoi/xuat{query}") for query in ("", "?lang=en")]
    assert [answer.status_code for answer in answers] == [500, 500]
    assert ["Hệ thống gặp lỗi" in answers[0].text, "The system failed" in answers[1].text] == [True, True]
    assert "default-src" in answers[0].headers["Content-Security-Policy"]
