"""I.4.b: the catalogue of products and the plan to compile them, every September for the next year."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.home import moment
from flows.names import NAMES
from flows.visit import fault_is_orange, our_turn, passed_over, run_name, show_duty, tick_duty, verdict

DUTY = "product-catalogue"


@flow(name=NAMES[DUTY], flow_run_name=run_name)
@fault_is_orange
def product_catalogue(as_of: datetime | None = None) -> State[Any]:
    """Theo dõi danh mục sản phẩm và kế hoạch biên soạn, phổ biến cho năm kế tiếp, tháng 9 hằng năm.

    Sau khi nộp còn bước trình Chủ tịch UBND tỉnh phê duyệt và thông báo công khai.
    """
    now = moment(as_of)
    with our_turn(DUTY) as ours:
        if not ours:
            return passed_over()
        results = tick_duty(DUTY, now)
        show_duty(DUTY, now)
    return verdict(results)
