"""I.3: the set of reporting forms, issued once, and who gets it."""

from __future__ import annotations

from datetime import datetime

from flows.stories.parts import carried_documents, recipients_by_plan, step

FLOW = "reporting-forms"


def reporting_forms(now: datetime) -> None:
    """Done when the forms are issued with their decision or letter."""
    look_for_the_forms(now)
    name_the_recipients(now)


@step("Xem biểu mẫu và văn bản ban hành")
def look_for_the_forms(now: datetime) -> str:
    return carried_documents(FLOW, now)


@step("Nêu nơi nhận biểu mẫu theo Kế hoạch")
def name_the_recipients(now: datetime) -> str:
    return recipients_by_plan(FLOW, now)
