"""A flow is its story: the steps in order, under the names on the dashboard; or what the plan's entries ask for."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest
from builders import OVERDUE, an_answer, at
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import State
from prefect_server import eventually

from bootstrap.home import Home
from flows import by_plan

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("server")]
COMMON = "Mở kỳ, nhắc việc, đôn đốc"
STEPS = [
    (
        "assessment",
        ["Tổng hợp báo cáo đánh giá của các sở, ngành, địa phương", "Xem dự thảo báo cáo chung đã gửi UBND tỉnh"],
    ),
    ("demand-list", ["Tổng hợp phần danh mục các cơ quan phối hợp gửi", "Xem danh mục chung của tỉnh"]),
    (
        "product-catalogue",
        ["Xem Tờ trình danh mục sản phẩm và kế hoạch biên soạn", "Theo dõi phê duyệt và thông báo công khai"],
    ),
    ("midyear-review", ["Xem kế hoạch biên soạn được rà soát", "Theo dõi báo cáo và thông báo điều chỉnh"]),
    ("release-calendar", ["Tổng hợp Lịch phổ biến của các cơ quan", "Theo dõi phê duyệt, báo cáo và công bố"]),
    ("progress-report", ["Xem dự thảo báo cáo tự soạn", "Xem báo cáo đã gửi UBND tỉnh và Bộ"]),
    ("regulation", ["Xem điều kiện bắt đầu"]),
    ("department-plans", ["Tổng hợp văn bản các đơn vị đã gửi"]),
    ("amendments", []),
]


def checked(house: Home, flow: str, now: datetime) -> UUID:
    state: State[object] = by_plan.flow_for(house.office, flow)(as_of=now, return_state=True)
    assert state.is_completed(), state.message
    assert state.state_details.flow_run_id is not None
    return state.state_details.flow_run_id


def steps(client: SyncPrefectClient, run: UUID) -> list[str]:
    of_run = FlowRunFilter(id=FlowRunFilterId(any_=[run]))
    tasks = client.read_task_runs(flow_run_filter=of_run)
    return [task.name for task in sorted(tasks, key=lambda task: task.expected_start_time or at("2126-01-01"))]


def test_the_steps_stand_on_the_dashboard_in_order(house: Home, client: SyncPrefectClient) -> None:
    runs = {flow: checked(house, flow, at("2013-11-11")) for flow, _ in STEPS}
    expected = {flow: [COMMON, *titles] for flow, titles in STEPS}

    def on_the_dashboard() -> dict[str, list[str]]:
        return {flow: steps(client, run) for flow, run in runs.items()}

    assert eventually(lambda: on_the_dashboard() == expected, 60), on_the_dashboard()


def note(client: SyncPrefectClient, key: str) -> str:
    newest = max(
        (one for one in client.read_artifacts() if one.key == key), key=lambda one: one.created or at("2013-01-01")
    )
    return str(newest.data)


def test_what_the_plan_says_a_flow_waits_for_is_told_with_what_came(house: Home, client: SyncPrefectClient) -> None:
    checked(house, "regulation", at("2013-11-11"))
    assert note(client, "dieu-kien-regulation") == "- Văn bản chỉ đạo xây dựng Quy chế phổ biến: chưa mở kỳ nào"
    day = at("2014-07-01")
    checked(house, "directive", day)
    an_answer(house.engine, house.office, day, "UBND", "I6-DIRECTIVE", "2014", document_number="05/CT-UBND")
    checked(house, "regulation", day)
    received = "- Văn bản chỉ đạo xây dựng Quy chế phổ biến (2014): số 05/CT\\-UBND, nhận ngày 01/07/2014"
    assert note(client, "dieu-kien-regulation") == received


def test_a_step_that_fails_keeps_neither_reminders_nor_the_dashboard_back(
    house: Home, client: SyncPrefectClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("đĩa hỏng")

    monkeypatch.setattr("flows.release_calendar.gathered_list", broken)
    state = by_plan.flow_for(house.office, "release-calendar")(as_of=OVERDUE, return_state=True)
    assert (state.name, state.message) == ("Lỗi kỹ thuật", "OSError: đĩa hỏng")
    shown = [(run.name, run.state_name) for run in client.read_flow_runs(limit=200) if "kỳ" in run.tags]
    assert shown == [("0/33 · Lịch phổ biến thông tin thống kê · 2014", "Quá hạn")]
