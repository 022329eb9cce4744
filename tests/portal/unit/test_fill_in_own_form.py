"""A form the office made of its own workbook, filled in on the page: the workbook comes back, with the rows in it."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from page_fields import fields_of
from sqlmodel import select
from visitors import COORDINATOR, FOCAL_POINT, a_browser, form_key, post

from models.database import reading
from models.tables.submissions import SubmissionFile
from portal.context import PortalContext
from portal.forms import FIELD
from rules.deadlines import local_day
from services.files.store import place_of
from services.forms.unit_forms import version_of
from services.plan.in_force import office_now

FORM = Path(__file__).parents[2] / "content" / "forms" / "legal-documents" / "form.xlsx"
MADE, DUTY = "/quan-tri/bieu-mau", "I5-CALENDAR"
UNIT = "Sở Y tế tỉnh Sóc Trăng"
ROW = ("Quyết định", "{}/QĐ-SYT", "15/01/2014", "Về việc số {}", "Sở Y tế", "", "3", "Còn hiệu lực", "")


@pytest.fixture
def context(own_context: PortalContext) -> PortalContext:
    """The coordinator made the form."""
    folder = Path(own_context.engine.url.database or "").parent
    context = replace(own_context, office=replace(own_context.office, folder=folder))
    client = a_browser(context, COORDINATOR)
    sent = client.post(MADE, data={FIELD: form_key(client)}, files={"tep": (FORM.name, FORM.read_bytes())})
    address = sent.headers["Location"]
    assert post(client, address, **fields_of(client.get(address).text, "c0_title")).status_code == 303
    day = local_day(context.clock())
    assert post(client, f"{address}/ap-dung", obligation=DUTY, day=day.isoformat()).status_code == 303
    with reading(context.engine) as session:
        return replace(context, office=office_now(session, context.office))


def handed_in(context: PortalContext, rows: int) -> tuple[SubmissionFile, bytes, str]:
    """The file, its content and the page of the hand-in."""
    client = a_browser(context, FOCAL_POINT)
    case = re.search(r"/ho-so/(\d+)/nop", client.get("/phai-nop").text)
    assert case
    fields: dict[str, object] = {"dong": [f"0.{number}" for number in range(rows)]}
    for number in range(rows):
        fields |= {f"o.0.{number}.{place}": text.format(number + 1) for place, text in enumerate(ROW)}
    done = post(client, f"/ho-so/{case[1]}/bang", viec="gui", so=0, number="7/SYT", **fields)
    assert done.status_code == 303, unescape(done.text)
    with reading(context.engine) as session:
        file = session.exec(select(SubmissionFile).order_by(SubmissionFile.id.desc())).first()
    assert file is not None
    content = place_of(context.office.folder / "files", file.sha256).read_bytes()
    pages = client.get(done.headers["Location"]).text + a_browser(context, COORDINATOR).get(f"/ho-so/{case[1]}").text
    return file, content, unescape(pages)


@pytest.mark.parametrize("rows", [2, 15])
def test_the_workbook_of_the_office_is_handed_in_with_the_rows(context: PortalContext, rows: int) -> None:
    file, content, pages = handed_in(context, rows)
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    assert (file.name, sheet.title) == ("I5-CALENDAR SYT 2014.xlsx", "Danh mục VB")
    assert [sheet[place].value for place in ("A1", "A2", "C8")] == ["UBND TỈNH SÓC TRĂNG", UNIT, "1/QĐ-SYT"]
    assert sheet.cell(7 + rows, 3).value == f"{rows}/QĐ-SYT"
    assert sheet.cell(8 + max(rows, 12), 1).value == "Tổng số: …… văn bản"
    assert f"{rows} dòng" in pages
    assert "mẫu của hệ thống" not in pages


def test_without_its_workbook_our_own_layout_is_handed_in_and_the_note_says_so(context: PortalContext) -> None:
    version = version_of(context.office, DUTY, local_day(context.clock()))
    assert version is not None
    place_of(context.office.folder / "files", version.file_sha256).unlink()
    _, content, pages = handed_in(context, 2)
    assert load_workbook(BytesIO(content)).worksheets[0]["C6"].value == "1/QĐ-SYT"
    assert "ghi theo mẫu của hệ thống vì không ghi được vào tệp biểu «form.xlsx»" in pages
