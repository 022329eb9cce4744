"""I.6: the province's regulation and measures, which the directive orders."""

from __future__ import annotations

from datetime import datetime

from flows.stories.parts import carried_documents, start_conditions, step

FLOW = "regulation"


def regulation(now: datetime) -> None:
    """Both wait for the directive; the plan gives them no day."""
    look_at_the_directive(now)
    look_for_the_drafts(now)


@step("Xem văn bản chỉ đạo đã có")
def look_at_the_directive(now: datetime) -> str:
    return start_conditions(FLOW, now)


@step("Xem dự thảo Quy chế và hệ thống giải pháp")
def look_for_the_drafts(now: datetime) -> str:
    return carried_documents(FLOW, now)
