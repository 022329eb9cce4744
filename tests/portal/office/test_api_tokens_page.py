"""The administrator gives other systems their tokens on a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select
from systems import System, a_copy
from visitors import ADMINISTRATOR, a_browser, post

from models.database import reading
from models.tables.api import ApiToken
from portal.context import PortalContext

PAGE = "/quan-tri/ket-noi"


@pytest.fixture
def context(context: PortalContext, tmp_path: Path) -> PortalContext:
    return a_copy(context, tmp_path)


@pytest.fixture
def administrator(context: PortalContext) -> TestClient:
    return a_browser(context, ADMINISTRATOR)


def test_a_token_is_made_shown_once_and_works_for_its_unit(context: PortalContext, administrator: TestClient):
    made = post(administrator, PAGE, name="iOffice", scopes=["cases:read"], unit="SYT", days="30")
    (token,) = re.findall(r"kyhan_[\w-]{43}", made.text)
    assert made.headers["Cache-Control"] == "no-store"
    assert token not in administrator.get(PAGE).text
    assert [unit["key"] for unit in System(context, token=token).get("/units").json()["items"]] == ["SYT"]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"name": "", "scopes": ["cases:read"]}, "Cần tên hệ thống"),
        ({"name": "iOffice"}, "Cần ít nhất một quyền"),
        ({"name": "iOffice", "scopes": ["decisions:write"], "unit": "SYT"}, "không được có quyền"),
        ({"name": "iOffice", "scopes": ["cases:read"], "days": "9000"}, "731"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(administrator: TestClient, told: dict, said: str):
    answer = post(administrator, PAGE, **told)
    assert answer.status_code == 422
    assert said in answer.text
    assert told["name"] in answer.text


def test_a_token_is_revoked_by_a_button(context: PortalContext, administrator: TestClient):
    system = System(context)
    with reading(context.engine) as session:
        (id,) = session.exec(select(ApiToken.id))
    assert "không gọi được nữa" in administrator.get(PAGE).text  # what that means is said first
    assert post(administrator, f"{PAGE}/{id}/thu-hoi").status_code == 303
    assert system.get("/units").status_code == 401
    assert post(administrator, f"{PAGE}/{id}/thu-hoi").status_code == 404
    assert "đã thu hồi" in administrator.get(PAGE).text
