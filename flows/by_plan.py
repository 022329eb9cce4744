"""Duties that only the plan in force knows: each gets its flow from the plan's words, with nothing to write here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prefect import Flow, flow
from prefect.client.schemas.objects import State

from flows.context import home
from flows.daily_check import fault_is_orange, run_name, visit
from flows.names import duties, name_of

PREFIX = "duty_"


def flow_for(duty: str, name: str) -> Flow[Any, Any]:
    """The same visit as everywhere, under this name; importable as `flows.by_plan.duty_…`."""

    @fault_is_orange
    def by_plan(as_of: datetime | None = None) -> State[Any]:
        return visit(duty, as_of)

    by_plan.__name__ = by_plan.__qualname__ = attribute(duty)
    by_plan.__module__ = __name__
    made: Flow[Any, Any] = flow(name=name, flow_run_name=run_name)(by_plan)
    return made


def attribute(duty: str) -> str:
    return PREFIX + duty.replace("-", "_")


def __getattr__(name: str) -> Flow[Any, Any]:
    if not name.startswith(PREFIX):
        raise AttributeError(name)
    plan = home().office.plan
    for duty in duties(plan):
        if attribute(duty) == name:
            return flow_for(duty, name_of(plan, duty))
    raise AttributeError(name)
