"""II.1: each unit's own plan to carry out this one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.daily_check import fault_is_orange, run_name, visit
from flows.names import NAMES
from flows.specials import gathered

DUTY = "department-plans"


@flow(name=NAMES[DUTY], flow_run_name=run_name)
@fault_is_orange
def department_plans(as_of: datetime | None = None) -> State[Any]:
    """Theo dõi kế hoạch thực hiện của từng sở, ngành và UBND huyện, thị xã, thành phố."""
    return visit(DUTY, as_of, gathered)
