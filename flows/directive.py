"""I.6: the province's directive, due once the ministry's regulation exists."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.daily_check import fault_is_orange, run_name, visit
from flows.names import NAMES
from flows.specials import trigger_shown

DUTY = "directive"


@flow(name=NAMES[DUTY], flow_run_name=run_name)
@fault_is_orange
def directive(as_of: datetime | None = None) -> State[Any]:
    """Theo dõi văn bản chỉ đạo của UBND tỉnh.

    Chờ Quy chế của Bộ; trước khi có Quy chế thì không bao giờ quá hạn.
    """
    return visit(DUTY, as_of, trigger_shown)
