"""I.2.a: the yearly list of what three groups of users need, from contributions of the units."""

from __future__ import annotations

from datetime import datetime

from flows.stories.parts import carried_documents, findings_on_forms, gathered_list, missing_units, step

FLOW = "demand-list"


def demand_list(now: datetime) -> None:
    """Every row states the period and the moment of dissemination; what units contribute has an earlier target."""
    gather_contributions(now)
    say_who_is_missing(now)
    look_at_both_times(now)
    look_for_the_list(now)


@step("Tổng hợp phần danh mục các cơ quan phối hợp gửi")
def gather_contributions(now: datetime) -> str:
    return gathered_list(FLOW, now)


@step("Nêu cơ quan chưa gửi phần của mình")
def say_who_is_missing(now: datetime) -> str:
    return missing_units(FLOW, now)


@step("Xem nhóm đối tượng, thời hạn và thời điểm phổ biến của từng dòng")
def look_at_both_times(now: datetime) -> str:
    return findings_on_forms(FLOW, now)


@step("Xem danh mục chung của tỉnh")
def look_for_the_list(now: datetime) -> str:
    return carried_documents(FLOW, now)
