"""I.4.b: the catalogue of products and the plan to compile them, every September for the next year."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.daily_check import fault_is_orange, run_name, visit
from flows.names import NAMES
from flows.specials import evidence_shown

DUTY = "product-catalogue"


@flow(name=NAMES[DUTY], flow_run_name=run_name)
@fault_is_orange
def product_catalogue(as_of: datetime | None = None) -> State[Any]:
    """Theo dõi danh mục sản phẩm và kế hoạch biên soạn, phổ biến cho năm kế tiếp, tháng 9 hằng năm.

    Sau khi nộp còn bước trình Chủ tịch UBND tỉnh phê duyệt và thông báo công khai.
    """
    return visit(DUTY, as_of, evidence_shown)
