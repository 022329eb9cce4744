"""I.6: the committee's directive, once the ministry's regulation is out."""

from __future__ import annotations

from datetime import datetime

from flows.stories.parts import carried_documents, start_conditions, step

FLOW = "directive"


def directive(now: datetime) -> None:
    """Nothing is due before the document that triggers it exists."""
    look_at_the_trigger(now)
    look_for_the_directive(now)


@step("Xem văn bản làm căn cứ đã ban hành")
def look_at_the_trigger(now: datetime) -> str:
    return start_conditions(FLOW, now)


@step("Xem văn bản chỉ đạo của UBND tỉnh")
def look_for_the_directive(now: datetime) -> str:
    return carried_documents(FLOW, now)
