"""The dead-man check: has every duty ticked, does every message move?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.states import Completed

from flows.context import home, moment
from flows.daily_check import fault, fault_is_orange, run_name
from flows.names import WATCH
from models.database import reading
from rules.text.markdown import literal
from services.operations.watch import watch as look


@flow(name=WATCH, flow_run_name=run_name)
@fault_is_orange
def watch(as_of: datetime | None = None) -> State[Any]:
    """Kiểm tra: nhiệm vụ nào ngừng chạy quá 26 giờ, thư nào không gửi được, kỳ nào chưa hiển thị."""
    now = moment(as_of)
    with reading(home().engine) as session:
        wrong = look(session, home().office, now)
    for sentence in wrong:
        get_run_logger().warning(sentence)
    text = listed(wrong) or "Mọi nhiệm vụ đều chạy, không có thư kẹt."
    create_markdown_artifact(text, key="canh-bo-may", description="Kết quả kiểm tra bộ máy")
    if wrong:
        return fault(" ".join(wrong), name="Bộ máy có lỗi")
    return Completed(name="Bình thường", message=text)


def listed(sentences: Sequence[str]) -> str:
    return "\n".join(f"- {literal(sentence)}" for sentence in sentences)
