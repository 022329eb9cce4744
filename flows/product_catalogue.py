"""I.4.b: the catalogue of products and the plan to compile them, every September for the next year."""

from __future__ import annotations

from datetime import datetime

from flows.daily_check import carried_documents, evidence_table, gathered_list, step

FLOW = "product-catalogue"


def product_catalogue(now: datetime) -> None:
    """What is due in September is the submission; approval and announcement follow it without a date of the plan."""
    gather_contributions(now)
    look_for_the_submission(now)
    follow_approval_and_announcement(now)


@step("Tổng hợp phần danh mục, kế hoạch biên soạn các cơ quan gửi")
def gather_contributions(now: datetime) -> None:
    gathered_list(FLOW, now)


@step("Xem Tờ trình danh mục sản phẩm và kế hoạch biên soạn")
def look_for_the_submission(now: datetime) -> None:
    carried_documents(FLOW, now)


@step("Theo dõi phê duyệt và thông báo công khai")
def follow_approval_and_announcement(now: datetime) -> None:
    evidence_table(FLOW, now)
