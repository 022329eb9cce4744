"""A coordinator makes a form from a workbook on the pages: proposed, corrected, looked at, put in force, retired."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from builders import rows
from fastapi.testclient import TestClient
from httpx import Response
from page_fields import fields_of
from visitors import ADMINISTRATOR, AUDITOR, COORDINATOR, FOCAL_POINT, LEADER, a_browser, form_key, post

from models.database import reading
from models.tables.forms import OfficeForm
from portal.context import PortalContext
from portal.forms import FIELD
from services.plan.in_force import office_now
from services.plan.office_forms import read_sheets

CASES = Path(__file__).parents[2] / "content" / "forms"
PATH = "/quan-tri/bieu-mau"
DUTY = "II1-GUIDE"
TODAY = "2014-01-08"
FOLDERS = sorted(folder.name for folder in CASES.iterdir() if folder.is_dir())


def upload(client: TestClient, content: bytes, name: str = "biểu.xlsx") -> Response:
    return client.post(PATH, data={FIELD: form_key(client)}, files={"tep": (name, content)})


def a_draft(client: TestClient, folder: str = "legal-documents") -> str:
    """The address of its page."""
    taken = upload(client, (CASES / folder / "form.xlsx").read_bytes())
    assert taken.status_code == 303
    return taken.headers["Location"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_draft_that_is_saved_unchanged_stays_what_was_proposed(own_context: PortalContext, folder: str) -> None:
    client = a_browser(own_context, COORDINATOR)
    address = a_draft(client, folder)
    (before,) = rows(own_context.engine, OfficeForm)
    for place in range(len(read_sheets(before))):
        page = client.get(address, params={"trang": place}).text
        assert post(client, f"{address}?trang={place}", **fields_of(page, "c0_title")).status_code == 303
    (after,) = rows(own_context.engine, OfficeForm)
    assert read_sheets(after) == read_sheets(before)


def test_every_part_of_a_proposal_can_be_corrected(own_context: PortalContext) -> None:
    client = a_browser(own_context, COORDINATOR)
    address = a_draft(client, "staff-and-facilities")
    fields = fields_of(client.get(address).text, "c0_title")
    fields |= {"title": "Biểu cán bộ", "c1_title": "Tên xã", "c1_kind": "choice", "c1_choices": "Xã A\nXã B\nXã A"}
    fields |= {"c2_sums": "D + E; I+J", "c2_unit": "người", "c2_least": "0", "c2_most": "99,5", "c9_drop": "1"}
    fields.pop("c3_required")
    assert post(client, address, go="xem", **fields).headers["Location"] == f"{address}/xem"
    (row,) = rows(own_context.engine, OfficeForm)
    form = read_sheets(row)[0].form
    assert (row.title, form.columns[1].title, form.columns[1].choices) == ("Biểu cán bộ", "Tên xã", ("Xã A", "Xã B"))
    assert form.columns[2].sums == ((form.columns[3].id, form.columns[4].id), (form.columns[8].id,))
    assert (form.columns[2].least, form.columns[2].most, form.columns[3].required) == (0, 99.5, False)
    assert len(form.columns) == 9
    assert "Tên xã" in client.get(f"{address}/xem").text


def test_rows_that_the_form_prints_can_be_corrected(own_context: PortalContext) -> None:
    client = a_browser(own_context, COORDINATOR)
    address = a_draft(client, "monthly-indicators")
    fields = fields_of(client.get(address).text, "c0_title")
    fields |= {"r1_sums": "13 + 14", "r2_drop": "1", "r9_l_chi_tieu": "Diện tích lúa", "r16_not": "D"}
    assert post(client, address, **fields).status_code == 303
    (sheet,) = read_sheets(rows(own_context.engine, OfficeForm)[0])
    assert 12 not in sheet.places.rows
    assert [sheet.places.rows[one] for one in sheet.form.rows[1].sums] == [13, 14]
    assert sheet.form.rows[8].labels["chi_tieu"] == "Diện tích lúa"
    assert sheet.form.rows[-1].not_asked == ("ke_hoach_nam",)


def test_a_sheet_is_read_again_with_the_head_a_person_names(own_context: PortalContext) -> None:
    client = a_browser(own_context, COORDINATOR)
    address = a_draft(client)
    assert post(client, f"{address}/doc-lai", first="4", last="5").status_code == 422
    assert post(client, f"{address}/doc-lai", first="7", last="7", shape="fixed_rows").status_code == 303
    (sheet,) = read_sheets(rows(own_context.engine, OfficeForm)[0])
    assert sheet.form.shape.value == "fixed_rows"
    assert post(client, f"{address}/doc-lai", first="7", last="7", shape="free_list").status_code == 303
    (sheet,) = read_sheets(rows(own_context.engine, OfficeForm)[0])
    assert (sheet.form.shape.value, len(sheet.form.columns)) == ("free_list", 10)


def publish(client: TestClient, address: str, day: str = TODAY, duty: str = DUTY) -> Response:
    return post(client, f"{address}/ap-dung", obligation=duty, day=day)


def test_a_form_comes_into_force_is_handed_out_as_it_was_brought_and_is_retired(own_context: PortalContext) -> None:
    client = a_browser(own_context, COORDINATOR)
    address = a_draft(client)
    assert "DANH MỤC VĂN BẢN BAN HÀNH TRONG QUÝ" in client.get(PATH).text
    assert publish(client, address, "2014-01-07").status_code == 422
    assert publish(client, address, duty="").status_code == 422
    assert publish(client, address).headers["Location"] == PATH
    assert "đang áp dụng" in client.get(PATH).text
    assert client.get(f"{address}/tep").content == (CASES / "legal-documents" / "form.xlsx").read_bytes()
    assert post(client, address, title="Khác").status_code == 404  # a version changes no more
    assert post(client, f"{address}/thoi", day=TODAY).status_code == 422
    assert post(client, f"{address}/thoi", day=TODAY, reason="Mẫu sai", tat_ca="1").status_code == 303
    with reading(own_context.engine) as session:
        (version,) = office_now(session, own_context.office).own_forms[DUTY]
    assert version.until == version.from_day
    again = post(client, f"{address}/ban-moi").headers["Location"]
    assert "Lưu bản nháp" in client.get(again).text
    assert post(client, f"{again}/bo").status_code == 303
    assert client.get(again).status_code == 404


def test_what_is_no_form_is_refused_with_words(own_context: PortalContext) -> None:
    client = a_browser(own_context, COORDINATOR)
    for content, name, words in (
        (b"%PDF-1.4", "biểu.pdf", "Cần tệp Excel"),
        (b"PK\x03\x04", "biểu.xlsx", "alarm"),
    ):
        refused = upload(client, content, name)
        assert refused.status_code == 422
        assert words in refused.text
    assert upload(client, b"", "").status_code == 422
    assert rows(own_context.engine, OfficeForm) == []


@pytest.mark.parametrize(
    ("email", "seen", "made"),
    [
        (COORDINATOR, 200, 303),
        (ADMINISTRATOR, 200, 303),
        (AUDITOR, 200, 403),
        (LEADER, 403, 403),
        (FOCAL_POINT, 403, 403),
    ],
)
def test_coordinators_and_administrators_make_forms(
    own_context: PortalContext, email: str, seen: int, made: int
) -> None:
    client = a_browser(own_context, email)
    assert client.get(PATH).status_code == seen
    assert upload(client, (CASES / "legal-documents" / "form.xlsx").read_bytes()).status_code == made


def test_the_plans_own_form_can_be_downloaded(portal: TestClient) -> None:
    assert portal.get(f"{PATH}/ke-hoach/I5-CALENDAR").content.startswith(b"PK")
    assert portal.get(f"{PATH}/ke-hoach/{DUTY}").status_code == 404


@pytest.mark.office
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_an_old_workbook_becomes_a_form_too_and_is_handed_out_as_it_is(
    own_context: PortalContext, kind: str, tmp_path: Path
) -> None:
    workbook = converted(CASES / "monthly-indicators" / "form.xlsx", kind, tmp_path)
    context = replace(own_context, office=replace(own_context.office, folder=tmp_path))
    client = a_browser(context, COORDINATOR)
    address = upload(client, workbook, f"biểu.{kind}").headers["Location"]
    (sheet,) = read_sheets(rows(context.engine, OfficeForm)[0])
    assert (sheet.places.head, sheet.places.number_row, sheet.places.last_row) == ((7, 8), 9, 26)
    assert [column.title for column in sheet.form.columns][4:6] == ["Thực hiện / Thực hiện tháng", "Thực hiện / Lũy kế"]
    assert [row.sums for row in sheet.form.rows if row.sums] == [(2, 3, 4), (6, 7), (11, 12)]
    assert [number for number, row in enumerate(sheet.form.rows) if row.group] == [0, 8, 13]
    assert "".join(column.kind.value[0] for column in sheet.form.columns) == "lllnnnnn"
    assert publish(client, address, duty="I5-CALENDAR").status_code == 303
    with reading(context.engine) as session:
        office = office_now(session, context.office)
    unit = a_browser(replace(context, office=office), FOCAL_POINT)
    form = re.search(r"/ho-so/\d+/mau", unit.get("/phai-nop").text)
    assert form
    handed_out = unit.get(form[0])
    assert handed_out.content == workbook
    assert handed_out.headers["Content-Disposition"].endswith(f".{kind}")


def converted(workbook: Path, kind: str, folder: Path) -> bytes:
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", kind]
    subprocess.run([*command, "--outdir", folder, workbook], check=True, capture_output=True, timeout=120)
    return (folder / f"form.{kind}").read_bytes()
