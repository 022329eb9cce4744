"""Daily clean-up: what is left over in our database and on the dashboard goes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.context import home, moment
from flows.daily_check import fault_is_orange, run_name, wrong_clock
from flows.engine_cleanup import LOST_AFTER, clear_orphans, clear_quiet, fail_lost_runs
from flows.names import CLEANUP
from models.database import reading, writing
from models.queries.operations.watch import drop_ended_leases, status_run_ids
from services.access.examples import end_examples_when_over
from services.access.sessions import forget_old
from services.files.uploads import forget_left_over
from services.inbound.events import forget_old as forget_old_events
from services.systems import idempotency, webhooks

LEASES_KEPT = timedelta(days=1)
EVENTS_KEPT = timedelta(days=90)  # what services sent us; that they sent it is kept


@flow(name=CLEANUP, flow_run_name=run_name)
@fault_is_orange
def cleanup(as_of: datetime | None = None) -> State[Any]:
    """Bỏ lượt giữ chỗ, phiên và liên kết đã hết hạn, lượt gửi không có thư, kỳ không còn trong cơ sở dữ liệu."""
    now = moment(as_of)
    if as_of is None and (doubted := wrong_clock(now)) is not None:
        return doubted
    with writing(home().engine) as session:
        leases = drop_ended_leases(session, now - LEASES_KEPT)
        forget_old(session, now)
        end_examples_when_over(session, now)
        idempotency.forget_old(session, now)
        webhooks.forget_old(session, now)
        forget_old_events(session, now - EVENTS_KEPT)
        uploads = forget_left_over(session, home().folder, now)
    with reading(home().engine) as session:
        ours = status_run_ids(session)
    with get_client(sync_client=True) as client:
        lost = fail_lost_runs(client, now - LOST_AFTER)
        quiet, orphans = clear_quiet(client), clear_orphans(client, ours)
    return Completed(
        name="Đã dọn",
        message=f"{leases} lượt giữ chỗ, {quiet} lượt gửi trống, {orphans} kỳ thừa, {lost} lượt mất tiến trình, "
        f"{uploads} tệp tải dở.",
    )
