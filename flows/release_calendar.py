"""I.5: every agency's release calendar, its approval, reports and publication."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.daily_check import fault_is_orange, run_name, visit
from flows.names import NAMES
from flows.specials import evidence_shown, gathered

DUTY = "release-calendar"


@flow(name=NAMES[DUTY], flow_run_name=run_name)
@fault_is_orange
def release_calendar(as_of: datetime | None = None) -> State[Any]:
    """Theo dõi Lịch phổ biến thông tin thống kê của từng cơ quan, quý IV hằng năm.

    Chỉ đủ khi đã phê duyệt, báo cáo UBND tỉnh, báo cáo Bộ, ngành chủ quản và công bố.
    """
    return visit(DUTY, as_of, gathered, evidence_shown)
