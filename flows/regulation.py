"""I.6: the province's regulation and measures; an event's duty that waits and is never overdue."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.home import moment
from flows.names import NAMES
from flows.visit import fault_is_orange, our_turn, passed_over, run_name, show_duty, tick_duty, verdict

DUTY = "regulation"


@flow(name=NAMES[DUTY], flow_run_name=run_name)
@fault_is_orange
def regulation(as_of: datetime | None = None) -> State[Any]:
    """Theo dõi Quy chế và hệ thống giải pháp phổ biến thông tin thống kê của tỉnh.

    Việc này chờ văn bản chỉ đạo, không có hạn cố định và không bao giờ quá hạn.
    """
    now = moment(as_of)
    with our_turn(DUTY) as ours:
        if not ours:
            return passed_over()
        results = tick_duty(DUTY, now)
        show_duty(DUTY, now)
    return verdict(results)
