"""II.1: each unit's own plan to carry this one out."""

from __future__ import annotations

from datetime import datetime

from flows.stories.parts import missing_units, step
from flows.stories.tables import gathered_list

FLOW = "department-plans"


def department_plans(now: datetime) -> None:
    """The plan gives no day; what is missing is listed all the same."""
    gather_plans(now)
    say_who_is_missing(now)


@step("Tổng hợp kế hoạch của các sở, ngành, địa phương")
def gather_plans(now: datetime) -> str:
    return gathered_list(FLOW, now)


@step("Nêu đơn vị chưa gửi kế hoạch")
def say_who_is_missing(now: datetime) -> str:
    return missing_units(FLOW, now)
