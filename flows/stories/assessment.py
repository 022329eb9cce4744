"""I.1 and II.1: the units' assessments, and the province's own that is built on them."""

from __future__ import annotations

from datetime import datetime

from flows.stories.parts import carried_documents, missing_units, step
from flows.stories.tables import gathered_list

FLOW = "assessment"


def assessment(now: datetime) -> None:
    """The units' reports feed the province's, so they have an earlier target of their own."""
    gather_assessments(now)
    say_who_is_missing(now)
    look_for_the_draft(now)


@step("Tổng hợp báo cáo đánh giá của các sở, ngành, địa phương")
def gather_assessments(now: datetime) -> str:
    return gathered_list(FLOW, now)


@step("Nêu đơn vị chưa gửi báo cáo đánh giá")
def say_who_is_missing(now: datetime) -> str:
    return missing_units(FLOW, now)


@step("Xem dự thảo báo cáo chung đã gửi UBND tỉnh")
def look_for_the_draft(now: datetime) -> str:
    """The province's draft must be with the committee strictly before 30/11; the reminders follow that day."""
    return carried_documents(FLOW, now)
