"""II.3: proposals to change the plan, gathered and put to the province."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.daily_check import fault_is_orange, run_name, visit
from flows.names import NAMES

DUTY = "amendments"


@flow(name=NAMES[DUTY], flow_run_name=run_name)
@fault_is_orange
def amendments(as_of: datetime | None = None) -> State[Any]:
    """Theo dõi đề xuất sửa đổi, bổ sung Kế hoạch: tiếp nhận, tổng hợp, trình UBND tỉnh xem xét."""
    return visit(DUTY, as_of)
