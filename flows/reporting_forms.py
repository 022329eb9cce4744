"""I.3: the reporting forms, once, in the fourth quarter of 2013."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.daily_check import fault_is_orange, run_name, visit
from flows.names import NAMES

DUTY = "reporting-forms"


@flow(name=NAMES[DUTY], flow_run_name=run_name)
@fault_is_orange
def reporting_forms(as_of: datetime | None = None) -> State[Any]:
    """Theo dõi việc xây dựng, ban hành và gửi biểu mẫu báo cáo thống kê, một lần trong quý IV năm 2013."""
    return visit(DUTY, as_of)
