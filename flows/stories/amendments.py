"""II.3: the plan as it is in force, and what it was before it was amended."""

from __future__ import annotations

from datetime import datetime

from flows.stories.parts import plan_versions, step

FLOW = "amendments"


def amendments(now: datetime) -> None:
    """An amendment that was decided is a version of the plan."""
    look_at_the_versions(now)


@step("Xem phiên bản Kế hoạch đang áp dụng")
def look_at_the_versions(now: datetime) -> str:
    return plan_versions(FLOW, now)
