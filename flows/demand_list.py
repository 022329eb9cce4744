"""I.2: who needs which statistics, by user group, every fourth quarter."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.home import moment
from flows.names import NAMES
from flows.visit import fault_is_orange, our_turn, passed_over, run_name, show_duty, tick_duty, verdict

DUTY = "demand-list"


@flow(name=NAMES[DUTY], flow_run_name=run_name)
@fault_is_orange
def demand_list(as_of: datetime | None = None) -> State[Any]:
    """Theo dõi danh mục nhu cầu thông tin của ba nhóm đối tượng sử dụng, quý IV hằng năm.

    Mỗi dòng của danh mục phải ghi cả thời hạn và thời điểm phổ biến.
    """
    now = moment(as_of)
    with our_turn(DUTY) as ours:
        if not ours:
            return passed_over()
        results = tick_duty(DUTY, now)
        show_duty(DUTY, now)
    return verdict(results)
