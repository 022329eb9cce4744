"""The names people know from the dashboard: of each flow and deployment of the shipped plan, its schedule and tags."""

from __future__ import annotations

import json

from builders import SIGNED, an_office
from sqlmodel import select

from bootstrap.home import Home, open_home
from flows.deployments import ZONE, deployments
from models.database import writing
from models.tables.plan import PlanVersion
from rules.office import Office

DUTIES = [  # title, obligations in the flow's name, when, tags
    ("I.1 Đánh giá thực trạng phổ biến thông tin thống kê", "I1-ASSESS, II1-ASSESS", "0 6", "assessment I.1 II.1"),
    ("I.2.a Danh mục nhu cầu và lượng thông tin thống kê", "I2A-DEMAND-LIST", "5 6", "demand-list I.2 I.2.a I.2.b"),
    ("I.3 Biểu mẫu báo cáo thống kê", "I3-FORMS, I3-IMPLEMENT", "10 6", "reporting-forms I.3"),
    (
        "I.4.b Danh mục sản phẩm, kế hoạch biên soạn",
        "I4B-CATALOGUE, I4B-COMPILE-PLAN",
        "15 6",
        "product-catalogue I.4.a I.4.b",
    ),
    ("I.4 Rà soát tiến độ sau 6 tháng đầu năm", "I4-MIDYEAR-REVIEW", "20 6", "midyear-review I.4"),
    ("I.5 Lịch phổ biến thông tin thống kê", "I5-CALENDAR", "25 6", "release-calendar I.5"),
    ("I.6 Văn bản chỉ đạo của UBND tỉnh", "I6-DIRECTIVE", "30 6", "directive I.6"),
    ("I.6 Quy chế và hệ thống giải pháp phổ biến thông tin", "I6-REGULATION, I6-MEASURES", "35 6", "regulation I.6"),
    ("II.1 Kế hoạch thực hiện của sở, ngành, địa phương", "II1-PLAN", "40 6", "department-plans II.1"),
    ("II.2 Báo cáo tình hình thực hiện quý, 6 tháng, năm", "II2-REPORT", "45 6", "progress-report II.2"),
    ("II.3 Đề xuất sửa đổi, bổ sung Kế hoạch", "II3-AMEND", "50 6", "amendments II.3"),
]
MACHINE = [
    ("Gửi thư và tin nhắn", "dispatch", "*/5 * * * *"),
    ("Canh bộ máy", "watch", "50 1,7,13,19 * * *"),
    ("Dọn dẹp hằng ngày", "housekeep", "20 3 * * *"),
    ("Nhận thư trả lời và thư bị trả về", "receive", "*/2 * * * *"),
    ("Nghe Zalo: biên nhận, liên kết", "zalo", "* * * * *"),
]
NAMES = [
    *(
        (f"{title} · {codes}", title, f"{when} * * *", "hang-ngay", ["kyhan", *tags.split()])
        for title, codes, when, tags in DUTIES
    ),
    *((f"{title} · {name}", title, when, "dinh-ky", ["kyhan", "bộ máy"]) for title, name, when in MACHINE),
]


def served(office: Office) -> list[tuple[str | None, str, str, str | None, list[str]]]:
    names = []
    for made in deployments(office, reads_mail=True, hears_zalo=True):
        [schedule] = made.schedules or []
        assert schedule.schedule.timezone == ZONE
        names.append((made.flow_name, made.name, schedule.schedule.cron, schedule.slug, made.tags))
    return names


def test_every_flow_deployment_schedule_and_tag_is_called_as_people_know_it() -> None:
    assert served(an_office()) == NAMES


def test_a_home_whose_plan_was_stored_without_these_names_keeps_them(house: Home) -> None:
    with writing(house.engine) as session:
        version = session.exec(select(PlanVersion)).one()
        plan = json.loads(version.document)
        del plan["form"]
        for item in plan["obligations"]:
            for key in ("flow_title", "gathers", "report", "reviews", "waits_for"):
                del item[key]
        version.document = json.dumps(plan)
        session.add(version)
    assert served(open_home(SIGNED, house.settings).office) == NAMES
