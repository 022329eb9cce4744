"""The flows of the plan: each named by its words, with the story of its module or the steps its entries ask for.

Importable by other processes as `flows.by_plan.duty_…`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from prefect import Flow, flow
from prefect.client.schemas.objects import State

from flows.context import home
from flows.daily_check import Step, daily_check, fault_is_orange, one_at_a_time, run_name
from flows.names import carried, flows_of, name_of
from flows.stories.amendments import amendments
from flows.stories.assessment import assessment
from flows.stories.demand_list import demand_list
from flows.stories.department_plans import department_plans
from flows.stories.directive import directive
from flows.stories.midyear_review import midyear_review
from flows.stories.parts import (
    carried_documents,
    draft_list,
    follow_steps,
    missing_units,
    reviewed_documents,
    start_conditions,
    step,
)
from flows.stories.product_catalogue import product_catalogue
from flows.stories.progress_report import progress_report
from flows.stories.regulation import regulation
from flows.stories.release_calendar import release_calendar
from flows.stories.reporting_forms import reporting_forms
from flows.stories.tables import gathered_list
from rules.office import Office
from rules.plan import Obligation, YearAfterTrigger

PREFIX = "duty_"
STORIES: Mapping[str, Step] = {
    "assessment": assessment,
    "demand-list": demand_list,
    "reporting-forms": reporting_forms,
    "product-catalogue": product_catalogue,
    "midyear-review": midyear_review,
    "release-calendar": release_calendar,
    "directive": directive,
    "regulation": regulation,
    "department-plans": department_plans,
    "progress-report": progress_report,
    "amendments": amendments,
}

# without a story: what the entries of plan.yaml ask for, in this order, and then the steps that follow
Condition = Callable[[Obligation], object]
PLAN_STEPS: tuple[tuple[Condition, str, Callable[[str, datetime], str]], ...] = (
    (lambda item: item.waits_for or isinstance(item.when, YearAfterTrigger), "Xem điều kiện bắt đầu", start_conditions),
    (lambda item: item.gathers, "Tổng hợp văn bản các đơn vị đã gửi", gathered_list),
    (lambda item: item.gathers, "Nêu đơn vị chưa gửi", missing_units),
    (lambda item: item.reviews, "Xem văn bản được rà soát", reviewed_documents),
    (lambda item: item.report, "Xem dự thảo báo cáo tự soạn", draft_list),
    (lambda item: item.hand_in and not item.owed_by_each, "Xem văn bản đã nhận", carried_documents),
)


def plan_steps(name: str, now: datetime) -> None:
    items = carried(home().office.plan, name)
    for condition, title, work in PLAN_STEPS:
        if any(condition(item) for item in items):
            step(title)(work)(name, now)
    follow_steps(name, now)


def flow_for(office: Office, name: str) -> Flow[Any, Any]:
    story = STORIES.get(name) or partial(plan_steps, name)

    @fault_is_orange
    def by_plan(as_of: datetime | None = None) -> State[Any]:
        return one_at_a_time(name, as_of, lambda now: daily_check(name, now, story))

    by_plan.__name__ = by_plan.__qualname__ = attribute(name)
    by_plan.__module__ = __name__
    made: Flow[Any, Any] = flow(name=name_of(office, name), flow_run_name=run_name)(by_plan)
    return made


def attribute(name: str) -> str:
    return PREFIX + name.replace("-", "_")


def __getattr__(name: str) -> Flow[Any, Any]:
    if name.startswith(PREFIX):
        office = home().office
        for flow_name in flows_of(office.plan):
            if attribute(flow_name) == name:
                return flow_for(office, flow_name)
    raise AttributeError(name)
