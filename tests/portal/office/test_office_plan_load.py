"""A plan file on a page: refused with file, line and clause, or compared, confirmed and in force."""

from __future__ import annotations

import re
from typing import Any

import a_province
import pytest
from fastapi.testclient import TestClient
from visitors import ADMINISTRATOR, a_browser, form_key, post

from config.catalogue import SHIPPED
from models.database import reading
from models.queries.plan import occurrences as plan_queries
from portal.context import PortalContext
from portal.forms import FIELD
from portal.pages.office import plan_load

PLAN = next((SHIPPED / "plans").glob("*/plan.yaml")).read_text(encoding="utf-8")
BOMB = "a: &a [x, x]\n" + "".join(
    f"{name}: &{name} [*{last}, *{last}]\n" for last, name in zip("abcd", "bcde", strict=True)
)


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> PortalContext:
    return a_province.a_context(tmp_path_factory.mktemp("plan"))


@pytest.fixture
def administrator(context: PortalContext) -> TestClient:
    return a_browser(context, ADMINISTRATOR)


def bring(client: TestClient, content: bytes, name: str = "plan.yaml"):
    """Followed to the page that tells what the file is."""
    sent = client.post("/quan-tri/ke-hoach/nap", data={FIELD: form_key(client)}, files={"tep": (name, content)})
    return client.get(sent.headers["Location"]) if sent.status_code == 303 else sent


def version(context: PortalContext) -> int:
    with reading(context.engine) as session:
        current = plan_queries.current_plan(session)
        assert current is not None
        return current.version


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (BOMB.encode(), "không dùng neo"),
        (b"a: !!python/object/apply:os.system ['true']", "không dùng thẻ kiểu"),
        (b"x" * 10_000_000, "lớn hơn 2 MB"),
        (b"[" * 5_000, "lồng quá sâu"),
        (b"\xff\xfe\x00", "không phải UTF-8"),
        (b"", 'role="alert"'),
        (b"id: ../../etc", 'role="alert"'),
    ],
    ids=range(7),
)
def test_a_hostile_file_is_refused(administrator: TestClient, context: PortalContext, content: bytes, why: str) -> None:
    answer = bring(administrator, content)
    assert answer.status_code == 422
    assert why in answer.text
    assert version(context) == 1


def test_a_mistake_is_named_by_file_line_and_clause(administrator: TestClient) -> None:
    wrong = PLAN.replace("ladder: default", "ladder: defalt", 1)
    page = bring(administrator, wrong.encode(), "../../kế hoạch.yaml").text
    line = wrong.splitlines().index(next(text for text in wrong.splitlines() if "defalt" in text)) + 1
    assert f"plan.yaml:{line}<" in page
    assert "không có thang nhắc việc “defalt”" in page
    assert "/tmp" not in page


def test_of_two_plans_put_in_force_at_once_the_second_is_shown_again(
    own_context: PortalContext, monkeypatch: pytest.MonkeyPatch
):
    administrator = a_browser(own_context, ADMINISTRATOR)
    shown = [bring(administrator, re.sub("signer: .*", f"signer: Người {n}", PLAN).encode()) for n in (1, 2)]
    (path, seal), (other, others) = [
        (page.url.path, re.search(r'name="seal" value="(\w{64})"', page.text)[1]) for page in shown
    ]

    def look_then_be_overtaken(*asked: Any) -> Any:
        found = look(*asked)
        monkeypatch.setattr(plan_load, "_looked", look)
        assert post(administrator, other, seal=others).status_code == 303
        return found

    look = plan_load._looked
    monkeypatch.setattr(plan_load, "_looked", look_then_be_overtaken)
    assert "chưa ghi gì" in post(administrator, path, seal=seal).text
    assert version(own_context) == 2


def test_a_changed_plan_is_shown_confirmed_and_in_force_in_the_portal_at_once(
    administrator: TestClient, context: PortalContext
) -> None:
    changed = re.sub(r"signer: .*", "signer: Người khác", PLAN)
    changed = changed.replace("short: Lịch phổ biến", "short: Lịch phổ biến (mới)", 1)
    assert changed != PLAN
    shown = bring(administrator, changed.encode())
    address = shown.url.path
    seal = re.search(r'name="seal" value="(\w{64})"', shown.text)
    assert seal, shown.text
    assert "chưa ghi gì" in post(administrator, address, seal="x").text
    assert version(context) == 1
    assert post(administrator, address, seal=seal[1]).headers["Location"] == "/quan-tri/ke-hoach"
    assert version(context) == 2
    assert "hãy chọn lại" in administrator.get(address).text
    assert "Quản trị viên (ví dụ)" in administrator.get("/quan-tri/nhat-ky?viec=plan.load").text
    assert administrator.app.state.context.office.plan.signer == "Người khác"
