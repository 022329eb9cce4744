"""I.4.b: the catalogue of products and the plan to compile them, every September for the next year."""

from __future__ import annotations

from datetime import datetime

from flows.stories.parts import carried_documents, follow_steps, missing_units, step
from flows.stories.tables import gathered_list

FLOW = "product-catalogue"


def product_catalogue(now: datetime) -> None:
    """What is due in September is the submission; approval and announcement follow it without a date of the plan."""
    gather_contributions(now)
    say_who_is_missing(now)
    look_for_the_submission(now)
    follow_steps(FLOW, now)


@step("Tổng hợp phần danh mục, kế hoạch biên soạn các cơ quan gửi")
def gather_contributions(now: datetime) -> str:
    return gathered_list(FLOW, now)


@step("Nêu cơ quan chưa gửi phần của mình")
def say_who_is_missing(now: datetime) -> str:
    return missing_units(FLOW, now)


@step("Xem Tờ trình danh mục sản phẩm và kế hoạch biên soạn")
def look_for_the_submission(now: datetime) -> str:
    return carried_documents(FLOW, now)
