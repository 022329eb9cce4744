"""II.3: what units propose to change, and the versions of the plan that came of it."""

from __future__ import annotations

from datetime import datetime

from flows.stories.parts import plan_versions, proposal_table, step

FLOW = "amendments"


def amendments(now: datetime) -> None:
    """Proposals are put together, submitted, decided; what was decided is a version of the plan."""
    look_at_the_proposals(now)
    look_at_the_versions(now)


@step("Xem đề xuất sửa đổi của các đơn vị")
def look_at_the_proposals(now: datetime) -> str:
    return proposal_table(FLOW, now)


@step("Xem phiên bản Kế hoạch đang áp dụng")
def look_at_the_versions(now: datetime) -> str:
    return plan_versions(FLOW, now)
