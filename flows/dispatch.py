"""The post: everything that waits is delivered, or the reason is written down."""

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
from flows.names import DISPATCH
from services.delivery.dispatch import DispatchResult
from services.delivery.dispatch import dispatch as deliver_waiting
from services.systems.webhook_delivery import DeliveryResult
from services.systems.webhook_delivery import deliver as tell_waiting


@flow(name=DISPATCH, flow_run_name=run_name)
@fault_is_orange
def dispatch(as_of: datetime | None = None) -> State[Any]:
    """Gửi thư điện tử và tin nhắn đang chờ, năm phút một lần. Lượt không có gì để gửi sẽ tự được dọn."""
    return one_at_a_time("dispatch", as_of, _send)


def _send(now: datetime) -> State[Any]:
    done, systems = deliver(now), tell_systems(now)
    with get_client(sync_client=True) as client:
        clear_quiet(client)
    return _verdict(done, systems)


@task(name="Gửi thư đang chờ", task_run_name="Gửi thư đang chờ", cache_policy=NO_CACHE)
def deliver(now: datetime) -> DispatchResult:
    place = home()
    return deliver_waiting(place.engine, place.office, place.outgoing(), now)


@task(name="Báo cho hệ thống khác", task_run_name="Báo cho hệ thống khác", cache_policy=NO_CACHE)
def tell_systems(now: datetime) -> DeliveryResult:
    place = home()
    return tell_waiting(place.engine, place.office, place.outside, now, restraint=place.restraint)


def _verdict(done: DispatchResult, systems: DeliveryResult) -> State[Any]:
    text = (
        f"Đã gửi {done.sent}, sẽ thử lại {done.retried}, bị từ chối {done.failed}, "
        f"không còn cần {done.expired}, không gửi {done.suppressed}."
    )
    if systems.delivered or systems.failed:
        text += f" Hệ thống khác: đã báo {systems.delivered}, chưa nhận {systems.failed}."
    get_run_logger().info(text)
    for problem in done.problems:
        get_run_logger().warning(problem)
    if not (
        done.sent
        or done.retried
        or done.failed
        or done.expired
        or done.suppressed
        or systems.delivered
        or systems.failed
    ):
        return Completed(name=QUIET, message=text)
    return Completed(name="Có thư bị từ chối" if done.failed else "Đã gửi", message=text)
