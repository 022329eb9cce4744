"""I.6: the province's regulation and measures; an event's duty that waits and is never overdue."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.daily_check import fault_is_orange, run_name, visit
from flows.names import NAMES
from flows.specials import trigger_shown

DUTY = "regulation"


@flow(name=NAMES[DUTY], flow_run_name=run_name)
@fault_is_orange
def regulation(as_of: datetime | None = None) -> State[Any]:
    """Theo dõi Quy chế và hệ thống giải pháp phổ biến thông tin thống kê của tỉnh.

    Việc này chờ văn bản chỉ đạo, không có hạn cố định và không bao giờ quá hạn.
    """
    return visit(DUTY, as_of, trigger_shown)
