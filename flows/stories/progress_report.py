"""II.2: the quarterly, half-year and annual reports, drafted when their day comes."""

from __future__ import annotations

from datetime import datetime

from flows.stories.parts import carried_documents, draft_list, step

FLOW = "progress-report"


def progress_report(now: datetime) -> None:
    """Each period is drafted once, when its data are cut off; done once it was sent to committee and ministry."""
    list_drafts(now)
    look_for_the_reports_sent(now)


@step("Xem dự thảo báo cáo tự soạn")
def list_drafts(now: datetime) -> str:
    return draft_list(FLOW, now)


@step("Xem báo cáo đã gửi UBND tỉnh và Bộ")
def look_for_the_reports_sent(now: datetime) -> str:
    return carried_documents(FLOW, now)
