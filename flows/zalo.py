"""What Zalo has for us: receipts, what people write to the bot, the life of the account's tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.states import Completed

from flows.context import home
from flows.daily_check import fault_is_orange, one_at_a_time, run_name
from flows.engine_cleanup import QUIET, clear_quiet
from flows.names import ZALO
from services.inbound.zalo_round import Round, take_round


@flow(name=ZALO, flow_run_name=run_name)
@fault_is_orange
def zalo(as_of: datetime | None = None) -> State[Any]:
    """Mỗi phút: lấy tin người dùng viết cho bot, ghép biên nhận, liên kết Zalo, giữ mã truy cập của OA."""
    return one_at_a_time("zalo", as_of, _round)


def _round(now: datetime) -> State[Any]:
    done = listen(now)
    with get_client(sync_client=True) as client:
        clear_quiet(client)
    return _verdict(done)


@task(name="Nghe Zalo", task_run_name="Nghe Zalo", cache_policy=NO_CACHE)
def listen(now: datetime) -> Round:
    """The secrets are looked up here: what a task is given, the engine may show."""
    place = home()
    return take_round(place.engine, place.office, place.channels.zalo(), now, place.restraint)


def _verdict(done: Round) -> State[Any]:
    text = f"Lấy {done.fetched} tin, {done.delivered} biên nhận, trả lời {done.replied}."
    get_run_logger().info(text)
    for problem in done.problems:
        get_run_logger().warning(problem)
    if done.quiet:
        return Completed(name=QUIET, message=text)
    return Completed(name="Zalo cần xem" if done.problems else "Đã nghe", message=" ".join([text, *done.problems]))
