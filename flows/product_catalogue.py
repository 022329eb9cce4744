"""I.4.b: the catalogue of products and the plan to compile them, every September for the next year."""

from __future__ import annotations

from datetime import datetime

from flows.daily_check import carried_documents, evidence_table, step

FLOW = "product-catalogue"


def product_catalogue(now: datetime) -> None:
    """Theo dõi danh mục sản phẩm và kế hoạch biên soạn, phổ biến cho năm kế tiếp, tháng 9 hằng năm.

    Sau khi nộp còn bước trình Chủ tịch UBND tỉnh phê duyệt và thông báo công khai.
    """
    look_for_the_submission(now)
    follow_approval_and_announcement(now)


@step("Xem Tờ trình danh mục sản phẩm và kế hoạch biên soạn")
def look_for_the_submission(now: datetime) -> None:
    carried_documents(FLOW, now)


@step("Theo dõi phê duyệt và thông báo công khai")
def follow_approval_and_announcement(now: datetime) -> None:
    evidence_table(FLOW, now)
