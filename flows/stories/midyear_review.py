"""I.4: what of the approved plan was released by the middle of the year, and what follows from a change of it."""

from __future__ import annotations

from datetime import datetime

from flows.stories.parts import carried_documents, follow_steps, review_outcomes, reviewed_documents, step

FLOW = "midyear-review"


def midyear_review(now: datetime) -> None:
    """A review that ends with a change opens two more steps: a report to the chairman and a notice to users."""
    look_at_the_plan_reviewed(now)
    look_for_the_review(now)
    look_at_what_it_found(now)
    follow_steps(FLOW, now)


@step("Xem kế hoạch biên soạn được rà soát")
def look_at_the_plan_reviewed(now: datetime) -> str:
    return reviewed_documents(FLOW, now)


@step("Xem báo cáo rà soát")
def look_for_the_review(now: datetime) -> str:
    return carried_documents(FLOW, now)


@step("Xem kết luận: có hay không có điều chỉnh, bổ sung")
def look_at_what_it_found(now: datetime) -> str:
    return review_outcomes(FLOW, now)
