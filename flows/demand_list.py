"""I.2.a: the yearly list of what three groups of users need, from contributions of the units."""

from __future__ import annotations

from datetime import datetime

from flows.daily_check import carried_documents, gathered_list, step

FLOW = "demand-list"


def demand_list(now: datetime) -> None:
    """Theo dõi danh mục nhu cầu thông tin của ba nhóm đối tượng sử dụng, quý IV hằng năm.

    Mỗi dòng của danh mục phải ghi cả thời hạn và thời điểm phổ biến.
    """
    gather_contributions(now)
    look_for_the_list(now)


@step("Tổng hợp phần danh mục các cơ quan phối hợp gửi")
def gather_contributions(now: datetime) -> None:
    gathered_list(FLOW, now)


@step("Xem danh mục chung của tỉnh")
def look_for_the_list(now: datetime) -> None:
    carried_documents(FLOW, now)
