"""Another system records the steps that follow a document: those its unit owes, or in anybody's place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import a_province
import pytest
from systems import System, a_copy

from models.database import writing
from portal.context import PortalContext
from services.cases.hand_in import HandIn, hand_in, hold
from services.operations.tick import tick

NOW = a_province.NOW
APPROVED = {"by": "Trần Văn Hùng", "done_on": "2014-01-07", "document_number": "9/QĐ-SYT"}
SEPTEMBER = datetime(2014, 9, 22, 2, tzinfo=UTC)


@pytest.fixture
def context(context: PortalContext, tmp_path: Path) -> PortalContext:
    return a_copy(context, tmp_path)


@pytest.fixture
def case(context: PortalContext) -> int:
    return arrives(context, "SYT", "I5-CALENDAR", "2014", NOW - timedelta(days=2))


def arrives(context: PortalContext, unit: str, duty: str, period: str, received: datetime) -> int:
    with writing(context.engine) as session:
        file = hold(session, context.office, unit, duty, period, received)
        hand_in(session, file, HandIn(received, document_number="15/KH"), received)
        return file.id


def records(system: System, case: int, step: str = "I5-APPROVE", key: str | None = None, **told: object):
    seen = system.get(f"/cases/{case}").json().get("seen", 0)
    return system.post(f"/cases/{case}/steps/{step}", key, json={"seen": seen, **APPROVED, **told})


@pytest.mark.parametrize(("unit", "on_behalf"), [(None, True), ("SYT", False)])
def test_a_step_is_recorded_by_the_unit_or_in_its_place(
    context: PortalContext, case: int, unit: str | None, on_behalf: bool
):
    answer = records(System(context, unit=unit), case)
    assert answer.status_code == 201
    stage = next(stage for stage in answer.json()["stages"] if stage["code"] == "I5-APPROVE")
    assert (stage["done_on"], stage["document_number"], stage["on_behalf"]) == ("2014-01-07", "9/QĐ-SYT", on_behalf)
    assert stage["recorded_by"] == "Trần Văn Hùng (iOffice)"


@pytest.mark.parametrize(
    ("step", "told", "status", "field"),
    [
        ("I5-APPROVE", {"document_number": ""}, 422, "document_number"),
        ("I5-APPROVE", {"done_on": "2013-11-01"}, 422, "done_on"),
        ("I5-APPROVE", {"done_on": "2014-02-01"}, 422, "done_on"),
        ("I5-APPROVE", {"done_on": "01/02/2014"}, 422, "done_on"),
        ("I5-PUBLISH", {"place": "syt.vn"}, 409, ""),
        ("I5-NOSUCH", {}, 404, ""),
        ("I5-APPROVE", {"seen": 0}, 409, ""),
    ],
)
def test_what_is_wrong_in_a_step_is_named(
    context: PortalContext, case: int, step: str, told: dict, status: int, field: str
):
    answer = records(System(context), case, step, **told)
    assert answer.status_code == status
    assert [error["field"] for error in answer.json()["errors"]] == ([field] if field else [])


def test_another_unit_finds_no_such_step(context: PortalContext, case: int):
    assert records(System(context, unit="STC"), case).status_code == 404


def test_the_same_key_records_once(context: PortalContext, case: int):
    system, body = System(context), {**APPROVED}
    body["seen"] = system.get(f"/cases/{case}").json()["seen"]
    answers = [system.post(f"/cases/{case}/steps/I5-APPROVE", "step-000001", json=body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()


def test_the_approving_bodys_system_approves_and_hands_nothing_in(context: PortalContext):
    tick(context.engine, context.office, SEPTEMBER, "I4B-CATALOGUE")
    later = replace(context, clock=lambda: SEPTEMBER)
    case = arrives(later, "CTK", "I4B-CATALOGUE", "2015", SEPTEMBER)
    told = {"done_on": "2014-09-22", "document_number": "70/QĐ-UBND"}
    lead, committee = System(later, unit="CTK"), System(later, unit="UBND")
    assert records(lead, case, "I4B-APPROVE", **told).status_code == 404
    assert records(committee, case, "I4B-APPROVE", **told).status_code == 201
    files = [("files", ("a.pdf", b"%PDF-1.4", "application/pdf"))]
    assert committee.post(f"/cases/{case}/submissions", data={"document_number": "1"}, files=files).status_code == 404
    nothing = {"by": "Lan", "reason": "Không có"}
    assert committee.post(f"/cases/{case}/nothing-to-report", json=nothing).status_code == 404
