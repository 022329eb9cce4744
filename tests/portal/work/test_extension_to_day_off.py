"""An extension to a day off says to which working day it counts, before it counts."""

from __future__ import annotations

from pathlib import Path

import a_province
import pytest
from case_steps import case_of, decides
from fastapi.testclient import TestClient
from visitors import COORDINATOR, a_browser

from models.database import reading
from models.queries.cases.case_file import whole_case
from portal.context import PortalContext

SUNDAY = "2014-01-19"


@pytest.fixture
def context(tmp_path: Path) -> PortalContext:
    return a_province.a_context(tmp_path)


@pytest.fixture
def lan(context: PortalContext) -> TestClient:
    return a_browser(context, COORDINATOR)


def test_it_is_said_first_and_recorded_when_confirmed(context: PortalContext, lan: TestClient):
    case = case_of(context, "STC", "I5-CALENDAR", "2014")
    answer = decides(lan, case, "extend", reason="Bận", until=SUNDAY)
    assert answer.status_code == 422
    assert "Chủ nhật 19/01/2014 là ngày nghỉ: tính đến hết thứ Hai 20/01/2014" in answer.text
    assert 'name="tinh_den" value="2014-01-20"' in answer.text
    assert decides(lan, case, "extend", reason="Bận", until=SUNDAY, tinh_den="2014-01-20").status_code == 303
    with reading(context.engine) as session:
        file = whole_case(session, case)
    assert file is not None
    assert file.due_day.isoformat() == "2014-01-20"


def test_a_working_day_is_recorded_at_once(context: PortalContext, lan: TestClient):
    case = case_of(context, "STC", "I5-CALENDAR", "2014")
    assert decides(lan, case, "extend", reason="Bận", until="2014-01-20").status_code == 303
