"""People on the administrator's pages: found, corrected, handed roles, brought in from a file."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO

import a_province
import openpyxl
import pytest
from builders import counted
from fastapi.testclient import TestClient
from sqlmodel import select
from visitors import ADMINISTRATOR, AUDITOR, COORDINATOR, FOCAL_POINT, HEAD, a_browser, form_key, post

from models.database import reading, writing
from models.tables.people import ContactAddress, Person, Tenure
from portal.context import PortalContext
from portal.forms import FIELD
from rules.channels import EMAIL, ChannelPolicy

HEADINGS = ("don_vi", "vai_tro", "chuc_danh", "ho_ten", "thu_dien_tu", "dien_thoai")
LAN = ("STC", "dau_moi", "Chuyên viên", "Nguyễn Thị Lan", "lan@soctrang.example", 912345678)
CORRECTED = {"name": "Trần Văn Hùng", "email": "hung@soctrang.example", "phone": "+84 912 345 678"}


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> PortalContext:
    """One of their own, changed test by test."""
    context = replace(a_province.a_context(tmp_path_factory.mktemp("people")), demo=True)
    with writing(context.engine) as session:  # examples would be out as soon as they have brought real people
        session.exec(select(Person).where(Person.email == ADMINISTRATOR)).one().example = False
    return context


@pytest.fixture
def administrator(context: PortalContext) -> TestClient:
    return a_browser(context, ADMINISTRATOR)


def person(context: PortalContext, email: str) -> Person:
    with reading(context.engine) as session:
        return session.exec(select(Person).where(Person.email == email)).one()


def a_workbook(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in (HEADINGS, *rows):
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def bring(client: TestClient, content: bytes, name: str = "nguoi.xlsx") -> str:
    """The page that shows what the file would do; its address."""
    answer = client.post("/quan-tri/nhap/nguoi", data={FIELD: form_key(client)}, files={"tep": (name, content)})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


# --- found ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["SYT", "syt", "dau-moi.syt", FOCAL_POINT.upper()])
def test_a_person_is_found_by_unit_or_address(administrator: TestClient, asked: str) -> None:
    page = administrator.get("/quan-tri/nguoi", params={"tim": asked}).text
    assert FOCAL_POINT in page
    assert "dau-moi.stc@example.vn" not in page


def test_the_list_asks_as_often_for_one_as_for_fifty(administrator: TestClient, context: PortalContext) -> None:
    with counted(context.engine) as few:
        administrator.get("/quan-tri/nguoi?tim=SYT")
    with counted(context.engine) as many:
        assert "Trang sau" in administrator.get("/quan-tri/nguoi").text
    assert len(few) == len(many)


def test_an_auditor_reads_and_changes_nothing(context: PortalContext) -> None:
    client, id = a_browser(context, AUDITOR), person(context, FOCAL_POINT).id
    page = client.get(f"/quan-tri/nguoi/{id}").text
    assert "Đầu mối thống kê" in page
    assert page.count("<form") == 1  # to sign out
    assert post(client, f"/quan-tri/nguoi/{id}", **CORRECTED).status_code == 403


# --- one person -------------------------------------------------------------------------------------------------------


def test_a_person_is_added_corrected_and_has_to_confirm_a_new_address(
    administrator: TestClient, context: PortalContext
) -> None:
    added = post(administrator, "/quan-tri/nguoi", name="Lê Mới", email="MOI@soctrang.example", phone="0912 345 678")
    id = person(context, "moi@soctrang.example").id
    assert added.headers["Location"] == f"/quan-tri/nguoi/{id}"
    asked = post(administrator, f"/quan-tri/nguoi/{id}", **CORRECTED)
    assert (asked.status_code, "chọn đó là người khác" in asked.text) == (422, True)
    assert post(administrator, f"/quan-tri/nguoi/{id}", **CORRECTED, who="other").status_code == 303
    assert person(context, "hung@soctrang.example").confirmed_at is None
    assert "hung@soctrang.example" in administrator.get(f"/quan-tri/nhat-ky?doi_tuong=person:{id}").text


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"name": " "}, "Cần ghi họ và tên"),
        ({"email": "lan.soctrang"}, "chưa đúng dạng"),
        ({"email": "x@y.vn\r\nBcc: z@y.vn"}, "chưa đúng dạng"),
        ({"phone": "gọi sau"}, "9–12 chữ số"),
        ({"email": HEAD}, "đã là của"),
    ],
)
def test_a_wrong_field_is_said_and_stays_in_the_form(administrator: TestClient, told: dict[str, str], why: str) -> None:
    answer = post(administrator, "/quan-tri/nguoi", **{"name": "Lê B", "email": "b@c.vn", "phone": "", **told})
    assert answer.status_code == 422
    assert why in answer.text


def test_a_tenure_ends_on_the_day_said_and_not_before_today(administrator: TestClient, context: PortalContext) -> None:
    one = person(context, "pho-dau-moi.stc@example.vn")
    with reading(context.engine) as session:
        held = session.exec(select(Tenure).where(Tenure.person_id == one.id)).one()
    path = f"/quan-tri/nguoi/{one.id}/thoi"
    assert "trước hôm nay" in post(administrator, path, post=held.post_id, last="2014-01-07").text
    assert post(administrator, path, post=held.post_id, last="2014-01-31").status_code == 303
    assert "đến trước 01/02/2014" in administrator.get(f"/quan-tri/nguoi/{one.id}").text
    assert "không giữ vị trí này" in post(administrator, path, post=1, last="2014-01-31").text


def test_roles_are_granted_and_taken_back_but_the_last_administrator_stays(
    administrator: TestClient, context: PortalContext
) -> None:
    one, last = person(context, COORDINATOR), person(context, ADMINISTRATOR)
    post(administrator, f"/quan-tri/nguoi/{one.id}/quyen", role="auditor", give="true")
    assert a_browser(context, COORDINATOR).get("/quan-tri/nhat-ky").status_code == 200
    post(administrator, f"/quan-tri/nguoi/{one.id}/quyen", role="auditor", give="false")
    assert a_browser(context, COORDINATOR).get("/quan-tri/nhat-ky").status_code == 403
    refused = post(administrator, f"/quan-tri/nguoi/{last.id}/quyen", role="administrator", give="false")
    assert "quản trị viên cuối cùng" in refused.text
    assert "đi theo vị trí" in post(administrator, f"/quan-tri/nguoi/{one.id}/quyen", role="leader", give="true").text


def test_revoked_sessions_are_over_at_once(administrator: TestClient, context: PortalContext) -> None:
    client, one = a_browser(context, HEAD), person(context, HEAD)
    assert client.get("/tai-khoan").status_code == 200
    post(administrator, f"/quan-tri/nguoi/{one.id}/phien")
    assert client.get("/tai-khoan").headers["Location"].startswith("/dang-nhap")


# --- from a file ------------------------------------------------------------------------------------------------------


def test_every_problem_is_named_by_row_and_column_and_can_be_taken_along(administrator: TestClient) -> None:
    address = bring(administrator, a_workbook(LAN, ("XYZ", "sep", "", "=1+1", "x", "")))
    page = administrator.get(address).text
    assert "4 lỗi; chưa ghi gì" in page or "5 lỗi; chưa ghi gì" in page
    assert "dùng mã trong danh sách đơn vị" in page
    told = administrator.get(f"{address}/loi").text
    assert "nguoi.xlsx,3,don_vi,XYZ" in told
    assert "'=1+1" in told or "Paste Values" in told


def test_what_a_file_changes_is_shown_then_confirmed(administrator: TestClient, context: PortalContext) -> None:
    address = bring(administrator, a_workbook(LAN), "..\\..\\nguoi <b>.xlsx")
    page = administrator.get(address).text
    assert "nguoi &lt;b&gt;.xlsx" in page
    assert "<ins>Nguyễn Thị Lan</ins>" in page
    assert desk_holders(context, "lan@soctrang.example") == 0
    seal = re.search(r'name="seal" value="(\w{64})"', page)
    assert seal
    assert "chưa ghi gì" in post(administrator, address, seal="0" * 64).text
    assert desk_holders(context, "lan@soctrang.example") == 0
    emptied = re.findall(r'name="trong" value="([^"]+)"', page)
    assert emptied == ["CTK:head", "CTK:coordinator", "CTK:leader", "others"]
    assert "Điều phối viên của CTK" in page
    for some in ([], emptied[:-1], emptied[1:], ["others"]):
        answer = post(administrator, address, seal=seal[1], trong=some).text
        assert "Chưa ghi gì: hãy đánh dấu" in answer
        assert answer.count(" checked") == len(some)
    assert desk_holders(context, "lan@soctrang.example") == 0
    assert "Đã ghi tất cả" in post(administrator, address, seal=seal[1], trong=emptied).text
    assert desk_holders(context, "lan@soctrang.example") == 1
    assert person(context, "lan@soctrang.example").phone == "0912345678"
    assert "hãy chọn lại" in administrator.get(address).text


def test_addresses_are_shown_and_a_misspelt_one_is_named(administrator: TestClient) -> None:
    rows = [
        ("SYT", "Đầu mối", "", "Trần An", "an.syt@gmai.com", ""),
        ("SNV", "đầu  mối", "", "Lê Ba", "ba@soctrang.gov.vn", ""),
        ("SCT", "Thủ trưởng", "", "Lê Tư", "tu@sct.soctrang.gov.vn", ""),
        ("SXD", "focal point", "", "Lê Năm", "nam@sxd.soctrang.gov.vn", ""),
        ("STP", "thu_truong", "", "Lê Sáu", "sau@stp.sotrang.gov.vn", ""),
    ]
    page = administrator.get(bring(administrator, a_workbook(*rows))).text
    assert "an.syt@gmai.com</p>" in page
    assert "«an.syt@gmai.com»: có phải gmail.com?" in page
    assert "«sau@stp.sotrang.gov.vn»: có phải soctrang.gov.vn?" in page
    assert page.count("có phải") == 2
    wrong = administrator.get(bring(administrator, a_workbook(("SYT", "dau_moi", "", "An", "an@soctrang", "")))).text
    assert "không phải địa chỉ thư" in wrong


def desk_holders(context: PortalContext, email: str) -> int:
    with reading(context.engine) as session:
        query = select(Tenure).join(Person, Person.id == Tenure.person_id).where(Person.email == email)
        return len(session.exec(query).all())


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"x" * (6 << 20), b"\xff\xfe\x00"])
def test_a_file_that_is_no_table_is_refused_with_a_reason(administrator: TestClient, content: bytes) -> None:
    answer = administrator.post(
        "/quan-tri/nhap/nguoi", data={FIELD: form_key(administrator)}, files={"tep": ("x.csv", content)}
    )
    if answer.status_code == 303:
        answer = administrator.get(answer.headers["Location"])
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_role_is_taken_back_only_after_reading_what_that_means(
    administrator: TestClient, context: PortalContext
) -> None:
    page = administrator.get(f"/quan-tri/nguoi/{person(context, ADMINISTRATOR).id}").text
    [asked] = re.findall(r'<details class="act">(?:(?!</details>).)*value="false".*?</details>', page, re.DOTALL)
    assert "mất quyền ngay" in asked


def test_the_log_tells_who_took_the_list_along(administrator: TestClient) -> None:
    administrator.get("/quan-tri/nguoi/xuat")
    told = administrator.get("/quan-tri/nhat-ky?viec=people.export").text
    assert "Quản trị viên (ví dụ)" in told


def test_a_refusal_is_told_in_the_readers_language(administrator: TestClient, context: PortalContext) -> None:
    path = f"/quan-tri/nguoi/{person(context, ADMINISTRATOR).id}/quyen"
    vi, en = (post(administrator, path + query, role="administrator", give="false").text for query in ("", "?lang=en"))
    assert "quản trị viên cuối cùng" in vi
    assert "last administrator" not in vi
    assert "quản trị viên cuối cùng" not in en


def test_an_exported_list_comes_back_unchanged(administrator: TestClient) -> None:
    before = administrator.get("/quan-tri/nguoi/xuat").content
    page = administrator.get(bring(administrator, before, "nguoi.csv")).text
    assert "0 vị trí có người mới, 0 người mới vào danh bạ" in page


# --- addresses in other channels --------------------------------------------------------------------------------------

TELEGRAM = ChannelPolicy("telegram", "telegram", "telegram", title="Telegram")


def chat_of(context: PortalContext, email: str) -> str:
    with reading(context.engine) as session:
        query = select(ContactAddress.address).where(ContactAddress.person_id == person(context, email).id)
        return session.exec(query).first() or ""


def test_a_chat_is_entered_by_an_administrator_and_by_the_person_themself(own_context: PortalContext) -> None:
    context = replace(own_context, office=replace(own_context.office, channels=(EMAIL, TELEGRAM)))
    administrator, head = a_browser(context, ADMINISTRATOR), a_browser(context, HEAD)
    known = person(context, HEAD)
    place, told = f"/quan-tri/nguoi/{known.id}", {"name": known.name, "email": known.email, "phone": known.phone}
    assert post(administrator, place, **told, kind="telegram", address=" 123 ").status_code == 303
    assert 'value="123"' in administrator.get(place).text
    assert 'value="123"' in head.get("/tai-khoan").text
    refused = post(head, "/tai-khoan/dia-chi", kind="telegram", address="12 3")
    assert (refused.status_code, "không có dấu cách" in refused.text, chat_of(context, HEAD)) == (422, True, "123")
    assert post(head, "/tai-khoan/dia-chi", kind="telegram", address="456").status_code == 303
    assert chat_of(context, HEAD) == "456"
    assert post(head, "/tai-khoan/dia-chi", kind="bot", address="456").status_code == 404
    assert post(head, "/tai-khoan/kenh/telegram/dung").status_code == 303
    assert "Nhận lại tin qua Telegram" in head.get("/tai-khoan").text
    assert post(head, "/tai-khoan/kenh/email/dung").status_code == 404
    other = {**told, "name": "Người Khác Hẳn", "who": "other"}
    assert post(administrator, place, **other, kind="telegram", address="456").status_code == 303
    assert chat_of(context, HEAD) == ""
