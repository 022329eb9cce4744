"""I.5: every agency's release calendar, its approval, reports and publication."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.home import moment
from flows.names import NAMES
from flows.visit import fault_is_orange, our_turn, passed_over, run_name, show_duty, tick_duty, verdict

DUTY = "release-calendar"


@flow(name=NAMES[DUTY], flow_run_name=run_name)
@fault_is_orange
def release_calendar(as_of: datetime | None = None) -> State[Any]:
    """Theo dõi Lịch phổ biến thông tin thống kê của từng cơ quan, quý IV hằng năm.

    Chỉ đủ khi đã phê duyệt, báo cáo UBND tỉnh, báo cáo Bộ, ngành chủ quản và công bố.
    """
    now = moment(as_of)
    with our_turn(DUTY) as ours:
        if not ours:
            return passed_over()
        results = tick_duty(DUTY, now)
        show_duty(DUTY, now)
    return verdict(results)
