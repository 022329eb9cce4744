"""A flow is its story: the steps in order, under the names on the dashboard; or what the plan's entries ask for."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest
from builders import OVERDUE, an_answer, at
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import State, TaskRun
from prefect_server import eventually

from bootstrap.home import Home
from flows import by_plan
from models.database import writing
from services.cases.hand_in import hold
from services.cases.steps import Recorder, answer_review

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("server")]
COMMON = "Mở kỳ, nhắc việc, đôn đốc"
MISSING = "Nêu cơ quan chưa gửi"
STEPS = [
    (
        "assessment",
        [
            "Tổng hợp báo cáo đánh giá của các sở, ngành, địa phương",
            "Nêu đơn vị chưa gửi báo cáo đánh giá",
            "Xem dự thảo báo cáo chung đã gửi UBND tỉnh",
        ],
    ),
    (
        "demand-list",
        [
            "Tổng hợp phần danh mục các cơ quan phối hợp gửi",
            f"{MISSING} phần của mình",
            "Xem nhóm đối tượng, thời hạn và thời điểm phổ biến của từng dòng",
            "Xem danh mục chung của tỉnh",
        ],
    ),
    ("reporting-forms", ["Xem biểu mẫu và văn bản ban hành", "Nêu nơi nhận biểu mẫu theo Kế hoạch"]),
    (
        "product-catalogue",
        [
            "Tổng hợp phần danh mục, kế hoạch biên soạn các cơ quan gửi",
            f"{MISSING} phần của mình",
            "Xem Tờ trình danh mục sản phẩm và kế hoạch biên soạn",
            "Phê duyệt danh mục sản phẩm, kế hoạch biên soạn",
            "Thông báo công khai danh mục sản phẩm",
        ],
    ),
    (
        "midyear-review",
        [
            "Xem kế hoạch biên soạn được rà soát",
            "Xem báo cáo rà soát",
            "Xem kết luận: có hay không có điều chỉnh, bổ sung",
            "Báo cáo Chủ tịch UBND tỉnh về điều chỉnh, bổ sung",
            "Thông báo điều chỉnh, bổ sung cho người sử dụng",
        ],
    ),
    (
        "release-calendar",
        [
            "Tổng hợp Lịch phổ biến của các cơ quan",
            f"{MISSING} Lịch phổ biến",
            "Thủ trưởng cơ quan phê duyệt Lịch phổ biến",
            "Báo cáo UBND tỉnh về Lịch phổ biến",
            "Báo cáo Bộ, ngành chủ quản về Lịch phổ biến",
            "Công bố Lịch phổ biến thông tin thống kê",
        ],
    ),
    ("directive", ["Xem văn bản làm căn cứ đã ban hành", "Xem văn bản chỉ đạo của UBND tỉnh"]),
    ("regulation", ["Xem văn bản chỉ đạo đã có", "Xem dự thảo Quy chế và hệ thống giải pháp"]),
    ("department-plans", ["Tổng hợp kế hoạch của các sở, ngành, địa phương", "Nêu đơn vị chưa gửi kế hoạch"]),
    ("progress-report", ["Xem dự thảo báo cáo tự soạn", "Xem báo cáo đã gửi UBND tỉnh và Bộ"]),
    ("amendments", ["Xem đề xuất sửa đổi của các đơn vị", "Xem phiên bản Kế hoạch đang áp dụng"]),
]
TOLD = {  # on 11/11/2013, before anybody has sent anything
    "Tổng hợp báo cáo đánh giá của các sở, ngành, địa phương": "2013: 0/29 đã nộp, danh sách II1-ASSESS-2013.csv",
    "Nêu đơn vị chưa gửi báo cáo đánh giá": "2013: còn 29 đơn vị chưa gửi",
    "Xem dự thảo báo cáo chung đã gửi UBND tỉnh": (
        "0/1 văn bản đã nhận. Trước ngày 30/11/2013: ngày cuối là thứ Sáu 29/11/2013, là ngày làm việc; "
        "tính quá hạn sau ngày này."
    ),
    "Nêu cơ quan chưa gửi Lịch phổ biến": "2014: còn 33 đơn vị chưa gửi",
    "Công bố Lịch phổ biến thông tin thống kê": "0/33 đã ghi nhận, 0 quá mốc phấn đấu.",
    "Báo cáo Chủ tịch UBND tỉnh về điều chỉnh, bổ sung": "Chưa có đơn vị nào phải làm bước này.",
    "Xem nhóm đối tượng, thời hạn và thời điểm phổ biến của từng dòng": "Chưa nhận bảng nào.",
    "Xem văn bản chỉ đạo đã có": "0/1 văn bản phải có trước đã có.",
    "Xem dự thảo báo cáo tự soạn": "Chưa có dự thảo nào.",
    "Xem đề xuất sửa đổi của các đơn vị": "Không có đề xuất nào đang chờ.",
    "Xem phiên bản Kế hoạch đang áp dụng": "Phiên bản 1, nạp ngày 23/10/2013.",
}


def checked(house: Home, flow: str, now: datetime) -> UUID:
    state: State[object] = by_plan.flow_for(house.office, flow)(as_of=now, return_state=True)
    assert state.is_completed(), state.message
    assert state.state_details.flow_run_id is not None
    return state.state_details.flow_run_id


def tasks(client: SyncPrefectClient, run: UUID) -> list[TaskRun]:
    of_run = FlowRunFilter(id=FlowRunFilterId(any_=[run]))
    return sorted(
        client.read_task_runs(flow_run_filter=of_run), key=lambda task: task.expected_start_time or at("2126-01-01")
    )


def test_the_steps_stand_on_the_dashboard_in_order_and_say_what_they_did(
    house: Home, client: SyncPrefectClient
) -> None:
    runs = {flow: checked(house, flow, at("2013-11-11")) for flow, _ in STEPS}
    expected = {flow: [COMMON, *titles] for flow, titles in STEPS}

    def on_the_dashboard() -> dict[str, list[str]]:
        return {flow: [task.name for task in tasks(client, run)] for flow, run in runs.items()}

    assert eventually(lambda: on_the_dashboard() == expected, 60), on_the_dashboard()

    def told() -> dict[str, str]:
        done = [task for run in runs.values() for task in tasks(client, run) if task.name in TOLD]
        return {task.name: (task.state.message if task.state else None) or "" for task in done}

    assert eventually(lambda: told() == TOLD, 60), told()


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
    received = "- Văn bản chỉ đạo xây dựng Quy chế phổ biến (2014): số 05/CT\\-UBND, nhận ngày 01/07/2014, 0 tệp"
    assert note(client, "dieu-kien-regulation") == received


def test_what_a_review_found_is_told_on_the_dashboard(house: Home, client: SyncPrefectClient) -> None:
    day, review = at("2015-07-20"), ("CTK", "I4-MIDYEAR-REVIEW", "2015")
    checked(house, "midyear-review", day)
    assert note(client, "ket-luan-midyear-review") == "- 2015: chưa nhận văn bản rà soát"
    an_answer(house.engine, house.office, day, *review)
    checked(house, "midyear-review", day)
    assert note(client, "ket-luan-midyear-review") == "- 2015: chưa trả lời"
    with writing(house.engine) as session:
        file = hold(session, house.office, *review, day)
        answer_review(session, house.office, file, adjusted=True, by=Recorder("Lan", on_behalf=True), now=day)
    checked(house, "midyear-review", day)
    told = "- 2015: có điều chỉnh, bổ sung (ghi ngày 20/07/2015, Lan, ghi thay)"
    assert note(client, "ket-luan-midyear-review") == told


def test_a_step_that_fails_keeps_neither_reminders_nor_the_dashboard_back(
    house: Home, client: SyncPrefectClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("đĩa hỏng")

    monkeypatch.setattr("flows.stories.release_calendar.gathered_list", broken)
    state = by_plan.flow_for(house.office, "release-calendar")(as_of=OVERDUE, return_state=True)
    assert (state.name, state.message) == ("Lỗi kỹ thuật", "OSError: đĩa hỏng")
    shown = [(run.name, run.state_name) for run in client.read_flow_runs(limit=200) if "kỳ" in run.tags]
    assert shown == [("0/33 · Lịch phổ biến thông tin thống kê · 2014", "Quá hạn")]
