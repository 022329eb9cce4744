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
from models.database import writing
from notifications.email.dmarc import DmarcLookup
from notifications.email.imap import ImapSource
from notifications.email.imap_url import imap_address
from notifications.email.source import MailboxAway, MailSource
from rules.deadlines import PROVINCE
from services.inbound.receive import ReceiveResult
from services.inbound.receive import receive as take_in
from services.operations.mailbox_away import note_away, note_back


@flow(name=RECEIVE, flow_run_name=run_name)
@fault_is_orange
def receive(as_of: datetime | None = None) -> State[Any]:
    """Đọc hộp thư nhận, hai phút một lần: văn bản đơn vị gửi trả lời được vào sổ, thư bị trả về được ghi nhận."""
    if source_of(home().settings) is None:
        return Completed(name=QUIET, message="Chưa đặt KYHAN_IMAP_URL nên không đọc hộp thư nhận.")
    return one_at_a_time("receive", as_of, _read)


def _read(now: datetime) -> State[Any]:
    result = collect(now)
    return _away(result, now) if isinstance(result, str) else _verdict(result, _since())


@task(name="Đọc hộp thư nhận", task_run_name="Đọc hộp thư nhận", cache_policy=NO_CACHE)
def collect(now: datetime) -> ReceiveResult | str:
    """What was taken in, or why the mailbox cannot be used.

    The secrets are looked up here: what a task is given, the engine may show.
    """
    place = home()
    source, domain = source_of(place.settings), place.outgoing().domain
    assert source is not None
    dmarc, key = DmarcLookup().published, place.office.key
    try:
        return take_in(place.engine, place.office, source, place.files, now, key=key, domain=domain, dmarc=dmarc)
    except MailboxAway as away:
        return str(away)


def source_of(settings: Settings) -> MailSource | None:
    url = settings.imap_url
    return ImapSource(imap_address(url.get_secret_value())) if url is not None else None


def _away(why: str, now: datetime) -> State[Any]:
    """Orange the first time; then it is known, and `kyhan watch` tells of it once a day."""
    with writing(home().engine) as session:
        news = note_away(session, now, why)
    if news:
        return fault(why, name="Hộp thư không dùng được")
    return Completed(name=QUIET, message="Hộp thư vẫn chưa dùng được; đã báo.")


def _since() -> datetime | None:
    """Since when the mailbox could not be used, where it can be again."""
    with writing(home().engine) as session:
        return note_back(session)


def _verdict(done: ReceiveResult, away_since: datetime | None) -> State[Any]:
    text = (
        f"Vào sổ {done.registered}, bị trả về {done.bounced}, cần xem {done.quarantined}, "
        f"tự động {done.ignored}, trùng {done.repeated}."
    )
    if away_since is not None:
        text += f" Hộp thư dùng lại được, sau {away_since.astimezone(PROVINCE):%H:%M %d/%m/%Y}."
    get_run_logger().info(text)
    for problem in done.problems:
        get_run_logger().warning(problem)
    if not any((away_since, done.registered, done.bounced, done.quarantined, done.ignored, done.repeated)):
        return Completed(name=QUIET, message=text)
    return Completed(name="Có thư cần xem" if done.quarantined else "Đã nhận", message=text)
