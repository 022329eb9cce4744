"""The post that comes in: answers with documents, and mails that could not be delivered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.states import Completed

from config.settings import Settings
from flows.context import home
from flows.daily_check import fault, fault_is_orange, one_at_a_time, run_name
from flows.engine_cleanup import QUIET
from flows.names import RECEIVE
from notifications.email.imap import ImapSource
from notifications.email.imap_url import imap_address
from notifications.email.source import MailboxAway, MailSource
from services.inbound.receive import ReceiveResult
from services.inbound.receive import receive as take_in


@flow(name=RECEIVE, flow_run_name=run_name)
@fault_is_orange
def receive(as_of: datetime | None = None) -> State[Any]:
    """Đọc hộp thư nhận, hai phút một lần: văn bản đơn vị gửi trả lời được vào sổ, thư bị trả về được ghi nhận."""
    if source_of(home().settings) is None:
        return Completed(name=QUIET, message="Chưa đặt KYHAN_IMAP_URL nên không đọc hộp thư nhận.")
    return one_at_a_time("receive", as_of, _read)


def _read(now: datetime) -> State[Any]:
    try:
        return _verdict(collect(now))
    except MailboxAway as away:
        return fault(str(away), name="Hộp thư không dùng được")


@task(name="Đọc hộp thư nhận", task_run_name="Đọc hộp thư nhận", cache_policy=NO_CACHE)
def collect(now: datetime) -> ReceiveResult:
    """The secrets are looked up here: what a task is given, the engine may show."""
    place = home()
    source, domain = source_of(place.settings), place.outgoing().domain
    assert source is not None
    return take_in(place.engine, place.office, source, place.files, now, key=place.office.key, domain=domain)


def source_of(settings: Settings) -> MailSource | None:
    url = settings.imap_url
    return ImapSource(imap_address(url.get_secret_value())) if url is not None else None


def _verdict(done: ReceiveResult) -> State[Any]:
    text = (
        f"Vào sổ {done.registered}, bị trả về {done.bounced}, cần xem {done.quarantined}, "
        f"tự động {done.ignored}, trùng {done.repeated}."
    )
    get_run_logger().info(text)
    for problem in done.problems:
        get_run_logger().warning(problem)
    if not any((done.registered, done.bounced, done.quarantined, done.ignored, done.repeated)):
        return Completed(name=QUIET, message=text)
    return Completed(name="Có thư cần xem" if done.quarantined else "Đã nhận", message=text)
