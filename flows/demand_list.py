"""I.2.a: the yearly list of what three groups of users need, from contributions of the units."""

from __future__ import annotations

from datetime import datetime

from flows.daily_check import carried_documents, gathered_list, step

FLOW = "demand-list"


def demand_list(now: datetime) -> None:
    """Every row states the period and the moment of dissemination; what units contribute has an earlier target."""
    gather_contributions(now)
    look_for_the_list(now)


@step("Tổng hợp phần danh mục các cơ quan phối hợp gửi")
def gather_contributions(now: datetime) -> None:
    gathered_list(FLOW, now)


@step("Xem danh mục chung của tỉnh")
def look_for_the_list(now: datetime) -> None:
    carried_documents(FLOW, now)
