"""A proposal on its way: the unit sends it, the coordinator puts it together and records what was decided."""

from __future__ import annotations

import re
from hashlib import sha256
from io import BytesIO

import pytest
from fakes.mailbox_letters import PDF
from fastapi.testclient import TestClient
from openpyxl import load_workbook
from visitors import ADMINISTRATOR, COORDINATOR, FOCAL_POINT, LEADER, STRANGER, a_browser, form_key, post

from config.catalogue import SHIPPED
from models.database import reading
from models.queries.operations.files import digests, recorded_files
from models.queries.plan import occurrences as plan_queries
from portal.context import PortalContext
from portal.forms import FIELD

WORDS = {"clause": "II.2", "difficulty": "Trùng kỳ báo cáo ngành", "content": "Lùi đến ngày 25", "number": "12/SYT-VP"}


def own_unit(client: TestClient) -> str:
    return re.search(r'name="unit" value="(\d+)"', client.get("/de-xuat").text)[1]


def sent(context: PortalContext, email: str = FOCAL_POINT, **changed: str) -> TestClient:
    client = a_browser(context, email)
    answer = post(client, "/de-xuat", **{"unit": own_unit(client), **WORDS, **changed})
    assert answer.status_code == 303, answer.text
    return client


def put_together(context: PortalContext, **opinions: str) -> tuple[TestClient, str]:
    client = a_browser(context, COORDINATOR)
    ids = re.findall(r'name="de_xuat" value="(\d+)"', client.get("/viec/de-xuat").text)
    words = [opinions.get("opinion", "Nhất trí")] * len(ids)
    answer = post(client, "/viec/de-xuat", chon=ids, de_xuat=ids, opinion=words)
    return client, answer.headers["Location"]


def test_from_the_unit_to_the_decision_each_step_is_shown(own_context: PortalContext) -> None:
    unit = sent(own_context)
    sent(own_context, STRANGER, content="Bỏ báo cáo quý")
    assert "chờ tổng hợp" in unit.get("/de-xuat").text
    coordinator, path = put_together(own_context)
    assert "đã tổng hợp, chưa trình" in coordinator.get(path).text
    assert post(coordinator, f"{path}/trinh", number="20/TTr-CTK", day="2014-01-08").status_code == 303
    page = coordinator.get(path).text
    assert "20/TTr-CTK" in page
    first = re.search(r'name="chon" value="(\d+)"', page)[1]
    words = {"number": "15/QĐ-UBND", "day": "2014-01-08", "chon": first}
    assert post(coordinator, f"{path}/quyet-dinh", **words).status_code == 303
    assert "chờ nạp phiên bản mới" in coordinator.get(path).text
    assert "được chấp nhận" in unit.get("/de-xuat").text
    assert "15/QĐ-UBND" in unit.get("/de-xuat").text
    assert "không được chấp nhận" in a_browser(own_context, STRANGER).get("/de-xuat").text
    assert "/quan-tri/ke-hoach/nap" not in coordinator.get(path).text


def test_the_table_is_a_workbook_with_unit_clause_difficulty_and_proposal(own_context: PortalContext) -> None:
    sent(own_context, content="=1+1")
    coordinator, path = put_together(own_context)
    sheet = load_workbook(BytesIO(coordinator.get(f"{path}/xlsx").content)).active
    row = [cell.value for cell in sheet[5]]
    assert row[:6] == [1, "Sở Y tế tỉnh Sóc Trăng", "II.2", "Trùng kỳ báo cáo ngành", "=1+1", "12/SYT-VP"]
    assert sheet["E5"].data_type == "s"
    assert row[8] == "Nhất trí"


def test_a_unit_sees_its_own_proposals_alone_and_sends_none_for_another(own_context: PortalContext) -> None:
    unit = sent(own_context)
    other = a_browser(own_context, STRANGER)
    assert "Lùi đến ngày 25" not in other.get("/de-xuat").text
    assert post(other, "/de-xuat", unit=own_unit(unit), **WORDS).status_code == 404


@pytest.mark.parametrize(("email", "code"), [(LEADER, 200), (ADMINISTRATOR, 403), (FOCAL_POINT, 403)])
def test_who_decides_sees_the_proposals(own_context: PortalContext, email: str, code: int) -> None:
    assert a_browser(own_context, email).get("/viec/de-xuat").status_code == code


def test_what_is_missing_is_said_and_what_was_typed_stays(own_context: PortalContext) -> None:
    client = a_browser(own_context, FOCAL_POINT)
    answer = post(client, "/de-xuat", unit=own_unit(client), **{**WORDS, "difficulty": " "})
    assert answer.status_code == 422
    assert "Cần ghi khó khăn, vướng mắc" in answer.text
    assert "Lùi đến ngày 25" in answer.text
    assert "Chưa có đề xuất nào" in client.get("/de-xuat").text


def test_steps_that_cannot_be_are_refused_on_the_page(own_context: PortalContext) -> None:
    sent(own_context)
    coordinator, path = put_together(own_context)
    assert "Cần ghi ngày" in post(coordinator, f"{path}/trinh", number="1").text
    assert "tương lai" in post(coordinator, f"{path}/trinh", number="1", day="2014-06-01").text
    assert post(coordinator, f"{path}/quyet-dinh", number="1", day="2014-01-08").status_code == 422
    assert post(coordinator, "/viec/de-xuat").status_code == 422
    assert coordinator.get("/viec/de-xuat/999").status_code == 404


def test_a_proposal_on_paper_is_registered_for_its_unit(own_context: PortalContext) -> None:
    coordinator = a_browser(own_context, COORDINATOR)
    unit = a_browser(own_context, FOCAL_POINT)
    words = {**WORDS, "unit": own_unit(unit), "via": "paper", "received": "2014-01-06", "day": "2014-01-03"}
    assert post(coordinator, "/viec/de-xuat/vao-so", **words).status_code == 303
    assert "06/01/2014" in unit.get("/de-xuat").text
    assert post(coordinator, "/viec/de-xuat/vao-so", **{**words, "received": "2014-02-01"}).status_code == 422


def test_the_administrator_carries_it_out_and_the_unit_sees_the_version(own_context: PortalContext) -> None:
    sent(own_context)
    coordinator, path = put_together(own_context)
    post(coordinator, f"{path}/trinh", number="20/TTr-CTK", day="2014-01-08")
    chosen = re.search(r'name="chon" value="(\d+)"', coordinator.get(path).text)[1]
    post(coordinator, f"{path}/quyet-dinh", number="15/QĐ-UBND", day="2014-01-08", chon=chosen)
    administrator = a_browser(own_context, ADMINISTRATOR)
    plan = (SHIPPED / "plans" / own_context.office.plan.id / "plan.yaml").read_text(encoding="utf-8")
    file = ("plan.yaml", plan.replace("value: {day: 20}", "value: {day: 25}").encode())
    brought = administrator.post("/quan-tri/ke-hoach/nap", data={FIELD: form_key(administrator)}, files={"tep": file})
    shown = administrator.get(brought.headers["Location"])
    seal = re.search(r'name="seal" value="(\w{64})"', shown.text)[1]
    amendment = path.rpartition("/")[2]
    assert f'<option value="{amendment}"' in shown.text
    words = {"seal": seal, "decision": "15/QĐ-UBND", "amendment": amendment}
    assert post(administrator, shown.url.path, **words).status_code == 303
    with reading(own_context.engine) as session:
        version = plan_queries.current_plan(session)
        assert version is not None
        assert (version.version, version.decision) == (2, "15/QĐ-UBND")
    assert "phiên bản 2" in coordinator.get(path).text


def test_who_may_not_propose_is_not_led_to_the_page(own_context: PortalContext) -> None:
    clients = [a_browser(own_context, email) for email in (FOCAL_POINT, "dau-moi.ctk@example.vn")]
    assert ['href="/de-xuat"' in client.get("/phai-nop").text for client in clients] == [True, False]


# --- the unit's official letter ---------------------------------------------------------------------------------------

LETTER = ("de-xuat.pdf", PDF, "application/pdf")


def posted_with(client: TestClient, path: str, unit: str, file: tuple[str, bytes, str], **more: str):
    key = {FIELD: form_key(client)}
    return client.post(path, data={"unit": unit, **WORDS, **more, **key}, files={"file": file}, follow_redirects=False)


def test_a_proposal_carries_the_letter_of_the_unit_to_whoever_decides(own_context: PortalContext) -> None:
    unit = a_browser(own_context, FOCAL_POINT)
    assert posted_with(unit, "/de-xuat", own_unit(unit), LETTER).status_code == 303
    assert unit.get("/de-xuat/1/tep").content == PDF
    assert '/de-xuat/1/tep">de-xuat.pdf</a>' in unit.get("/de-xuat").text
    assert a_browser(own_context, STRANGER).get("/de-xuat/1/tep").status_code == 404
    coordinator = a_browser(own_context, COORDINATOR)
    link = '/viec/de-xuat/tep/1">de-xuat.pdf</a>'
    assert link in coordinator.get("/viec/de-xuat").text
    _, path = put_together(own_context)
    assert link in coordinator.get(path).text
    answer = coordinator.get("/viec/de-xuat/tep/1")
    assert (answer.content, "attachment" in answer.headers["Content-Disposition"]) == (PDF, True)


def test_a_letter_that_came_by_mail_or_on_paper_is_registered_with_its_file(own_context: PortalContext) -> None:
    coordinator, unit = a_browser(own_context, COORDINATOR), own_unit(a_browser(own_context, FOCAL_POINT))
    assert posted_with(coordinator, "/viec/de-xuat/vao-so", unit, LETTER, via="mail").status_code == 303
    assert coordinator.get("/viec/de-xuat/tep/1").content == PDF


@pytest.mark.parametrize("path", ["/de-xuat", "/viec/de-xuat/vao-so"])
def test_a_letter_is_checked_like_what_is_handed_in(own_context: PortalContext, path: str) -> None:
    client = a_browser(own_context, FOCAL_POINT if path == "/de-xuat" else COORDINATOR)
    unit = own_unit(a_browser(own_context, FOCAL_POINT))
    answer = posted_with(client, path, unit, ("de-xuat.pdf", b"MZ\x90", "application/pdf"))
    assert answer.status_code == 422
    assert "hỏng, hoặc nội dung không đúng như tên" in answer.text
    assert WORDS["content"] in answer.text
    assert a_browser(own_context, COORDINATOR).get("/viec/de-xuat/tep/1").status_code == 404


def test_letters_are_among_the_files_the_store_is_to_hold(own_context: PortalContext) -> None:
    unit = a_browser(own_context, FOCAL_POINT)
    posted_with(unit, "/de-xuat", own_unit(unit), LETTER)
    digest = sha256(PDF).hexdigest()
    with reading(own_context.engine) as session:
        assert digest in digests(session)
        assert (digest, "proposal") in {(one.sha256, one.kind) for one in recorded_files(session)}
