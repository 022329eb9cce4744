"""Forms made on the pages from workbooks of an office, and what is said of files filled in by them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from page_fields import fields_of
from visitors import COORDINATOR, FOCAL_POINT, a_browser, form_key, post

from models.database import reading
from portal.context import PortalContext
from portal.forms import FIELD
from rules.content.findings import Finding, Judgement
from rules.deadlines import local_day
from rules.office import Office
from services.forms.content_check import judge_file
from services.forms.unit_forms import form_of
from services.plan.in_force import office_now

CASES = Path(__file__).parents[2] / "content" / "forms"
PATH = "/quan-tri/bieu-mau"
DUTY = "II1-GUIDE"
FILES = [
    (folder.name, one["file"])
    for folder in sorted(CASES.iterdir())
    if folder.is_dir()
    for one in json.loads((folder / "expected.json").read_text())["files"]
]


def made(context: PortalContext, folder: str, duty: str = DUTY) -> Office:
    """The office after its coordinator made a form of the workbook, without touching anything that was proposed."""
    client = a_browser(context, COORDINATOR)
    content = (CASES / folder / "form.xlsx").read_bytes()
    taken = client.post(PATH, data={FIELD: form_key(client)}, files={"tep": ("form.xlsx", content)})
    address = taken.headers["Location"]
    fields = fields_of(client.get(address).text, "c0_title")
    assert post(client, address, **fields).status_code == 303
    day = local_day(context.clock()).isoformat()
    assert post(client, f"{address}/ap-dung", obligation=duty, day=day).status_code == 303
    with reading(context.engine) as session:
        return office_now(session, context.office)


@pytest.mark.parametrize(("folder", "file"), FILES)
def test_a_filled_form_gets_the_verdict_it_deserves(own_context: PortalContext, folder: str, file: str) -> None:
    expected = next(
        one for one in json.loads((CASES / folder / "expected.json").read_text())["files"] if one["file"] == file
    )
    office = made(own_context, folder)
    form = form_of(office, DUTY, expected["period"], on=local_day(own_context.clock()))
    assert form is not None
    judged = judge_file(office, form, file, BytesIO((CASES / folder / file).read_bytes()))
    _agree(judged, expected)


@pytest.mark.parametrize(("folder", "file"), [one for one in FILES if one[0] != "legal-documents"])  # days of 2026
def test_a_file_handed_in_is_judged_by_the_form_of_its_day(own_context: PortalContext, folder: str, file: str) -> None:
    expected = next(
        one for one in json.loads((CASES / folder / "expected.json").read_text())["files"] if one["file"] == file
    )
    folder_of_office = Path(own_context.engine.url.database or "").parent
    context = replace(own_context, office=replace(own_context.office, folder=folder_of_office))
    office = made(context, folder, "I5-CALENDAR")
    client = a_browser(replace(context, office=office), FOCAL_POINT)
    case = re.search(r"/ho-so/(\d+)/nop", client.get("/phai-nop").text)
    assert case
    sent = {"files": (file, (CASES / folder / file).read_bytes())}
    done = client.post(f"/ho-so/{case[1]}/nop", data={FIELD: form_key(client), "number": "1"}, files=sent)
    receipt = client.get(done.headers["Location"]).text
    assert f"{expected['rows_taken']} dòng" in receipt
    for one in expected["findings"]:
        assert (one["stands"] or one["column_title"]) in unescape(receipt)


def _agree(judged: Judgement, expected: dict[str, Any]) -> None:
    may = {_place(one) for one in expected.get("may", [])}
    must = {_place(one) for one in expected["findings"]}
    seen = {_of(one) for one in judged.findings}
    assert seen - may == must
    assert (judged.verdict.value, len(judged.rows)) == (expected["verdict"], expected["rows_taken"])
    stands = {_of(one): one.stands for one in judged.findings}
    for one in expected["findings"]:
        assert stands[_place(one)] == one["stands"]


def _of(finding: Finding) -> tuple[Any, ...]:
    return finding.sheet, finding.row, finding.column_title, finding.kind.value, finding.level.value


def _place(finding: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(finding[name] for name in ("sheet", "row", "column_title", "kind", "level"))
