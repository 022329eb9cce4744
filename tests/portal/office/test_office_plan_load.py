"""A plan file on a page: refused with file, line and clause, or compared, confirmed and in force."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any
from zipfile import ZipFile

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
        (b"x" * 10_000_000, "lớn hơn 8 MB"),
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


NEW_DUTY = """
  - id: X1-MONTHLY
    clause: II.2
    lines: [89, 89]
    kind: deliverable
    title: {vi: Báo cáo nhanh, en: Quick report}
    short: Báo cáo nhanh
    severity: soft
    flow: progress-report
    when: {wording: yearly_month, month: 3, first_year: 2014}
    bound: [{units: [CTK], role: lead}]
    hand_in: Báo cáo nhanh

no_duty:"""
NEW_QUOTE = """
X1-MONTHLY:
  lines: [89, 89]
  quote: hướng dẫn, kiểm tra, đôn đốc
"""


def the_folder(**more: bytes) -> dict[str, bytes]:
    """With one more duty and its quote; a form with other words."""
    folder = next((SHIPPED / "plans").glob("*/plan.yaml")).parent
    quotes = (folder / "quotes.yaml").read_text(encoding="utf-8") + NEW_QUOTE
    forms = (
        (folder / "forms.yaml").read_text(encoding="utf-8").replace("sheet: Danh mục sản phẩm", "sheet: Sản phẩm", 1)
    )
    plan = PLAN.replace("\nno_duty:", NEW_DUTY, 1)
    return {"plan.yaml": plan.encode(), "quotes.yaml": quotes.encode(), "forms.yaml": forms.encode()} | {
        name.replace("_", "."): content for name, content in more.items()
    }


def zipped(files: dict[str, bytes], below: str = "70-KH-UBND/") -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(below + name, content)
    return out.getvalue()


def as_several_files(client: TestClient, files: dict[str, bytes]):
    parts = [("tep", (name, content)) for name, content in files.items()]
    sent = client.post("/quan-tri/ke-hoach/nap", data={FIELD: form_key(client)}, files=parts)
    return client.get(sent.headers["Location"])


def as_a_zip(client: TestClient, files: dict[str, bytes]):
    return bring(client, zipped(files), "ke-hoach.zip")


@pytest.mark.parametrize("way", [as_several_files, as_a_zip], ids=["files", "zip"])
def test_a_new_duty_with_its_quote_and_form_is_loaded_from_a_whole_folder(own_context: PortalContext, way: Any) -> None:
    administrator = a_browser(own_context, ADMINISTRATOR)
    shown = way(administrator, the_folder())
    assert "X1-MONTHLY" in shown.text, shown.text
    assert "Sản phẩm</ins>" in shown.text
    seal = re.search(r'name="seal" value="(\w{64})"', shown.text)
    assert seal, shown.text
    assert post(administrator, shown.url.path, seal=seal[1]).status_code == 303
    office = administrator.app.state.context.office
    assert office.plan.obligation("X1-MONTHLY").quote
    assert office.forms["I4B-CATALOGUE"].sheet == "Sản phẩm"
    assert version(own_context) == 2


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (zipped(the_folder(virus_exe=b"MZ")), "virus.exe"),
        (zipped({"quotes.yaml": b"{}"}), "thiếu tệp này"),
        (zipped({"a/plan.yaml": b"a", "b/plan.yaml": b"b"}), "có hai tệp cùng tên"),
        (zipped({"plan.yaml": b" " * 3_000_000}), "tệp lớn hơn 2 MB"),
        (
            zipped(the_folder(forms_yaml=b"I4B-CATALOGUX: {sheet: a, title: b, columns: [{id: c, title: d}]}")),
            "forms.yaml:1",
        ),
        (zipped(the_folder(forms_yaml=b"I5-CALENDAR: {sheet: a, title: b, columns: []}")), "forms.yaml:1"),
        (zipped(the_folder())[:-200], 'role="alert"'),
    ],
    ids=["other file", "no plan", "twice", "bomb", "form of nothing", "form without columns", "cut off"],
)
def test_a_folder_that_cannot_be_used_is_refused_by_name(
    administrator: TestClient, context: PortalContext, content: bytes, why: str
) -> None:
    answer = bring(administrator, content, "ke-hoach.zip")
    assert answer.status_code == 422
    assert why in answer.text
    assert version(context) == 1


def test_what_happens_to_open_cases_is_shown_and_chosen_and_a_version_can_wait(own_context: PortalContext) -> None:
    administrator = a_browser(own_context, ADMINISTRATOR)
    changed = PLAN.replace(
        "yearly_quarter, quarter: 4, first_year: $A10.release_calendar",
        "yearly_month, month: 11, first_year: $A10.release_calendar",
    )
    assert changed != PLAN
    shown = bring(administrator, changed.encode())
    assert "Hồ sơ đang mở của các nhiệm vụ bị ảnh hưởng" in shown.text
    seal = re.search(r'name="seal" value="(\w{64})"', shown.text)[1]
    words = {"seal": seal, "decision": "15/QĐ-UBND", "open_cases": "I5-CALENDAR=close"}
    assert post(administrator, shown.url.path, day="2014-02-01", **words).status_code == 303
    assert version(own_context) == 1
    page = administrator.get("/quan-tri/ke-hoach").text
    assert "15/QĐ-UBND" in page
    assert "01/02/2014" in page
    assert post(administrator, "/quan-tri/ke-hoach/nap/cho/bo").status_code == 303
    assert "01/02/2014" not in administrator.get("/quan-tri/ke-hoach").text


def test_a_case_that_cannot_be_dated_anew_is_said_and_nothing_is_written(own_context: PortalContext) -> None:
    administrator = a_browser(own_context, ADMINISTRATOR)
    shown = bring(administrator, re.sub("signer: .*", "signer: Ai", PLAN).encode())
    seal = re.search(r'name="seal" value="(\w{64})"', shown.text)[1]
    answer = post(administrator, shown.url.path, seal=seal, open_cases="I5-CALENDAR=redate")
    assert answer.status_code == 422
    assert "không có hồ sơ đang mở bị ảnh hưởng" in answer.text
    assert version(own_context) == 1


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


def download(client: TestClient, version: int) -> bytes:
    answer = client.get(f"/quan-tri/ke-hoach/{version}/tep")
    assert answer.status_code == 200, answer.text
    assert f"phien-ban-{version}.zip" in answer.headers["Content-Disposition"]
    return answer.content


def test_the_files_of_every_version_come_back_as_they_were_and_change_nothing(own_context: PortalContext) -> None:
    """The shipped one was never uploaded; the second is written in the province's own way, with remarks."""
    administrator = a_browser(own_context, ADMINISTRATOR)
    first = download(administrator, 1)
    folder = next((SHIPPED / "plans").glob("*/plan.yaml")).parent
    with ZipFile(BytesIO(first)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            name: (folder / name).read_bytes() for name in archive.namelist()
        }
        assert "source.txt" in archive.namelist()
    own = the_folder()
    own["plan.yaml"] = b"# of the province\r\n" + own["plan.yaml"]
    shown = bring(administrator, zipped(own), "ke-hoach.zip")
    seal = re.search(r'name="seal" value="(\w{64})"', shown.text)[1]
    assert post(administrator, shown.url.path, seal=seal).status_code == 303
    second = download(administrator, 2)
    with ZipFile(BytesIO(second)) as archive:
        assert archive.read("plan.yaml") == own["plan.yaml"]
    assert download(administrator, 2) == second
    assert download(administrator, 1) == first
    assert "Không có khác biệt." in bring(administrator, second, "ke-hoach.zip").text
    page = administrator.get("/quan-tri/ke-hoach").text
    assert page.count("Tải tệp kế hoạch (zip)") == 2
    assert administrator.get("/quan-tri/ke-hoach/99/tep").status_code == 404
