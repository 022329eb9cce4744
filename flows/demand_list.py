"""I.2: who needs which statistics, by user group, every fourth quarter."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.daily_check import fault_is_orange, run_name, visit
from flows.names import NAMES
from flows.specials import gathered

DUTY = "demand-list"


@flow(name=NAMES[DUTY], flow_run_name=run_name)
@fault_is_orange
def demand_list(as_of: datetime | None = None) -> State[Any]:
    """Theo dõi danh mục nhu cầu thông tin của ba nhóm đối tượng sử dụng, quý IV hằng năm.

    Mỗi dòng của danh mục phải ghi cả thời hạn và thời điểm phổ biến.
    """
    return visit(DUTY, as_of, gathered)
