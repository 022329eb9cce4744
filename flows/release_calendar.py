"""I.5: every agency's release calendar, its approval, reports and publication."""

from __future__ import annotations

from datetime import datetime

from flows.daily_check import evidence_table, gathered_list, step

FLOW = "release-calendar"


def release_calendar(now: datetime) -> None:
    """A calendar is whole once it is approved, reported to the committee and the ministry, and published."""
    gather_calendars(now)
    follow_approval_reports_and_publication(now)


@step("Tổng hợp Lịch phổ biến của các cơ quan")
def gather_calendars(now: datetime) -> None:
    gathered_list(FLOW, now)


@step("Theo dõi phê duyệt, báo cáo và công bố")
def follow_approval_reports_and_publication(now: datetime) -> None:
    evidence_table(FLOW, now)
