"""A document the plan waits for, recorded on a page: previewed, confirmed, its file kept; and what opens with it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from builders import at, rows
from fastapi.testclient import TestClient
from visitors import ADMINISTRATOR, AUDITOR, COORDINATOR, FOCAL_POINT, LEADER, a_browser, form_key, post

from models.database import writing
from models.tables.plan import Occurrence, TriggerRecord
from portal.context import PortalContext
from portal.forms import FIELD
from services.plan.in_force import office_now
from services.plan.load import load_plan, plan_ahead

PATH = "/quan-tri/ke-hoach/dieu-kien"
ISSUED = {"trigger": "BKHDT-REGULATION", "on": "2014-05-28", "number": "680/QĐ-BKHĐT"}


@pytest.fixture
def waiting(own_context: PortalContext) -> PortalContext:
    """In June 2014, by a plan that says of no document that it exists."""
    now = at("2014-06-02", "09:00")
    plan = own_context.office.plan
    unfired = replace(plan, triggers=tuple(replace(one, fired_on=None) for one in plan.triggers))
    with writing(own_context.engine) as session:
        load_plan(session, unfired, at("2014-01-08"))
        office = office_now(session, replace(own_context.office, plan=unfired))
        plan_ahead(session, office, now)
    return replace(own_context, office=office, clock=lambda: now)


def confirm(client: TestClient, preview: str, files: dict[str, Any] | None = None, **changed: str):
    fields = dict(re.findall(r'type="hidden" name="(trigger|on|number|reason|seal)" value="([^"]*)"', preview))
    return client.post(f"{PATH}/ghi", data={FIELD: form_key(client), **fields, **changed}, files=files or {})


def test_what_opens_is_shown_then_opened_and_the_file_is_kept(waiting: PortalContext) -> None:
    client = a_browser(waiting, COORDINATOR)
    assert "chưa có" in client.get(PATH).text
    preview = post(client, f"{PATH}/xem-truoc", **ISSUED)
    assert "Văn bản UBND tỉnh chỉ đạo" in preview.text
    assert "28/05/2014" in preview.text
    assert rows(waiting.engine, TriggerRecord) == []
    done = confirm(client, preview.text, {"file": ("qđ 680.pdf", b"%PDF-1.4 680", "application/pdf")})
    assert (done.status_code, done.headers["Location"]) == (303, PATH)
    [record] = rows(waiting.engine, TriggerRecord)
    assert (record.document_number, record.file_name) == ("680/QĐ-BKHĐT", "qđ 680.pdf")
    assert client.get(f"{PATH}/{record.id}/tep").content == b"%PDF-1.4 680"
    page = client.get(PATH).text
    assert "680/QĐ-BKHĐT" in page
    assert record.recorded_by in page
    opened = [row for row in rows(waiting.engine, Occurrence) if row.trigger == "BKHDT-REGULATION"]
    assert [row.opened_at for row in opened] == [waiting.clock()]


def test_a_preview_that_is_out_of_date_is_shown_again(waiting: PortalContext) -> None:
    client = a_browser(waiting, ADMINISTRATOR)
    preview = post(client, f"{PATH}/xem-truoc", **ISSUED).text
    again = confirm(client, preview, seal="another")
    assert "chưa ghi gì" in again.text
    assert rows(waiting.engine, TriggerRecord) == []


WRONG = {
    "no date": ({"on": "hôm qua"}, "Ngày ban hành chưa đúng"),
    "ahead": ({"on": "2015-01-01"}, "tương lai"),
    "unknown": ({"trigger": "X"}, "Gần đúng: BKHDT-REGULATION"),
    "nothing to take back": ({"on": ""}, "Chưa ghi nhận"),
}


@pytest.mark.parametrize(("wrong", "why"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_is_said_on_the_page(waiting: PortalContext, wrong: dict[str, str], why: str) -> None:
    answer = post(a_browser(waiting, COORDINATOR), f"{PATH}/xem-truoc", **{**ISSUED, **wrong})
    assert (answer.status_code, why in answer.text) == (422, True)


def test_a_file_that_is_not_taken_records_nothing(waiting: PortalContext) -> None:
    client = a_browser(waiting, COORDINATOR)
    preview = post(client, f"{PATH}/xem-truoc", **ISSUED).text
    answer = confirm(client, preview, {"file": ("a.exe", b"MZ", "application/octet-stream")})
    assert (answer.status_code, "Tệp không được nhận" in answer.text) == (422, True)
    assert rows(waiting.engine, TriggerRecord) == []


@pytest.mark.parametrize("email", [LEADER, AUDITOR, FOCAL_POINT])
def test_only_coordinators_and_administrators_record(waiting: PortalContext, email: str) -> None:
    client = a_browser(waiting, email)
    assert post(client, f"{PATH}/xem-truoc", **ISSUED).status_code == 403
    assert post(client, f"{PATH}/ghi", **ISSUED).status_code == 403
