"""I.4: what of the approved plan was released by the middle of the year, and what follows from a change of it."""

from __future__ import annotations

from datetime import datetime

from flows.daily_check import evidence_table, reviewed_documents, step

FLOW = "midyear-review"


def midyear_review(now: datetime) -> None:
    """Theo dõi việc rà soát tiến độ sau 6 tháng đầu năm.

    Nếu có điều chỉnh thì phát sinh báo cáo Chủ tịch UBND tỉnh và thông báo cho người sử dụng.
    """
    look_at_the_plan_reviewed(now)
    follow_adjustments(now)


@step("Xem kế hoạch biên soạn được rà soát")
def look_at_the_plan_reviewed(now: datetime) -> None:
    reviewed_documents(FLOW, now)


@step("Theo dõi báo cáo và thông báo điều chỉnh")
def follow_adjustments(now: datetime) -> None:
    evidence_table(FLOW, now)
