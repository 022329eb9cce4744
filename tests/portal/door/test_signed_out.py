"""A session ends while somebody writes: nothing is recorded, and nothing written is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from case_steps import case_of
from fastapi.testclient import TestClient
from visitors import COORDINATOR, a_browser, a_session, at, post

from portal.context import PortalContext
from portal.forms import FIELD

SAID = "Đề nghị <b>Sở</b> gửi trước 12/01;\nđã gọi điện hai lần."
SHOWN = "Đề nghị &lt;b&gt;Sở&lt;/b&gt; gửi trước 12/01;\nđã gọi điện hai lần.</textarea>"


@pytest.fixture
def path(context: PortalContext) -> str:
    return f"/ho-so/{case_of(context, 'SYT', 'I5-CALENDAR', '2014')}/tin-nhan"


@pytest.fixture
def late(context: PortalContext) -> TestClient:
    """Whose session ran out over night."""
    client = a_browser(at(context, context.clock() + timedelta(days=40)))
    client.cookies.set("kyhan_session", a_session(context, COORDINATOR))
    return client


def test_what_was_written_is_shown_again_with_a_way_to_sign_in(late: TestClient, path: str):
    answer = post(late, path, text=SAID)
    assert answer.status_code == 401
    assert SHOWN in answer.text
    assert 'href="/dang-nhap" target="_blank"' in answer.text
    assert "What you wrote is still here" in post(late, f"{path}?lang=en", text=SAID).text


def test_with_nothing_written_the_way_leads_to_the_sign_in_page(late: TestClient, path: str):
    for fields in ({}, {"text": "  "}, {"password": "bí mật của tôi"}):
        answer = post(late, path, **fields)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/dang-nhap")


def test_a_form_of_an_earlier_session_is_refused_with_its_text(context: PortalContext, path: str):
    answer = a_browser(context, COORDINATOR).post(path, data={FIELD: "old", "text": SAID})
    assert (answer.status_code, SHOWN in answer.text) == (419, True)


def test_what_another_site_wrote_is_not_repeated(context: PortalContext, path: str):
    client = a_browser(context, COORDINATOR)
    answer = client.post(path, data={FIELD: "x", "text": SAID}, headers={"sec-fetch-site": "cross-site"})
    assert (answer.status_code, "gọi điện" in answer.text) == (419, False)


@pytest.mark.parametrize("door", ["nop", "vao-so"])
def test_whoever_sent_files_is_shown_the_way_back_to_the_form(context: PortalContext, late: TestClient, door: str):
    path = f"/ho-so/{case_of(context, 'SYT', 'I5-CALENDAR', '2014')}/{door}"
    answer = late.post(path, data={"note": SAID}, files={"files": ("a.pdf", b"%PDF-1.4")})
    assert answer.status_code == 401
    assert f'href="/dang-nhap?tiep={path.replace("/", "%2F")}" target="_blank"' in answer.text
    assert f'href="{path}"' in answer.text
