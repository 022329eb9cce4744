"""II.2: the quarterly, half-year and annual reports, drafted when their day comes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.home import moment
from flows.names import NAMES
from flows.visit import fault_is_orange, our_turn, passed_over, run_name, show_duty, tick_duty, verdict

DUTY = "progress-report"


@flow(name=NAMES[DUTY], flow_run_name=run_name)
@fault_is_orange
def progress_report(as_of: datetime | None = None) -> State[Any]:
    """Tự soạn dự thảo báo cáo quý, 6 tháng, năm rồi chuyển người ký; theo dõi đến khi gửi UBND tỉnh và Bộ.

    Bản dự thảo mỗi kỳ chỉ soạn một lần.
    """
    now = moment(as_of)
    with our_turn(DUTY) as ours:
        if not ours:
            return passed_over()
        results = tick_duty(DUTY, now)
        show_duty(DUTY, now)
    return verdict(results)
