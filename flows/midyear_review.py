"""I.4: what of the approved plan was released by the middle of the year, and what follows from a change of it."""

from __future__ import annotations

from datetime import datetime

from flows.daily_check import evidence_table, review_outcomes, reviewed_documents, step

FLOW = "midyear-review"


def midyear_review(now: datetime) -> None:
    """A review that ends with a change opens two more steps: a report to the chairman and a notice to users."""
    look_at_the_plan_reviewed(now)
    follow_adjustments(now)


@step("Xem kế hoạch biên soạn được rà soát")
def look_at_the_plan_reviewed(now: datetime) -> None:
    reviewed_documents(FLOW, now)


@step("Theo dõi báo cáo và thông báo điều chỉnh")
def follow_adjustments(now: datetime) -> None:
    review_outcomes(FLOW, now)
    evidence_table(FLOW, now)
