"""I.1 and II.1: the units' assessments, and the province's own that is built on them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.daily_check import fault_is_orange, run_name, visit
from flows.names import NAMES
from flows.specials import gathered

DUTY = "assessment"


@flow(name=NAMES[DUTY], flow_run_name=run_name)
@fault_is_orange
def assessment(as_of: datetime | None = None) -> State[Any]:
    """Theo dõi báo cáo đánh giá của từng sở, ngành, địa phương (II.1) và dự thảo báo cáo đánh giá chung của tỉnh (I.1).

    Báo cáo của các đơn vị là đầu vào của báo cáo chung, nên có mốc riêng sớm hơn.
    """
    return visit(DUTY, as_of, gathered)
