"""II.2: the quarterly, half-year and annual reports, drafted when their day comes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.daily_check import fault_is_orange, run_name, visit
from flows.names import NAMES
from flows.specials import drafts_shown

DUTY = "progress-report"


@flow(name=NAMES[DUTY], flow_run_name=run_name)
@fault_is_orange
def progress_report(as_of: datetime | None = None) -> State[Any]:
    """Tự soạn dự thảo báo cáo quý, 6 tháng, năm rồi chuyển người ký; theo dõi đến khi gửi UBND tỉnh và Bộ.

    Bản dự thảo mỗi kỳ chỉ soạn một lần.
    """
    return visit(DUTY, as_of, drafts_shown)
