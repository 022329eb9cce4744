"""I.4: what of the approved plan was released by the middle of the year."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.daily_check import fault_is_orange, run_name, visit
from flows.names import NAMES
from flows.specials import evidence_shown

DUTY = "midyear-review"


@flow(name=NAMES[DUTY], flow_run_name=run_name)
@fault_is_orange
def midyear_review(as_of: datetime | None = None) -> State[Any]:
    """Theo dõi việc rà soát tiến độ sau 6 tháng đầu năm.

    Nếu có điều chỉnh thì phát sinh báo cáo Chủ tịch UBND tỉnh và thông báo cho người sử dụng.
    """
    return visit(DUTY, as_of, evidence_shown)
