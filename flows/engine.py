"""The engine: checks that it can work, puts things in order, checks every duty once, then keeps the clock.

`python -m flows.engine`
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from prefect import serve
from prefect.client.orchestration import get_client
from prefect.deployments.runner import RunnerDeployment
from prefect.settings import PREFECT_API_URL, PREFECT_HOME

from bootstrap.private_files import keep_files_private
from config import clock
from flows import dashboard, engine_cleanup, self_test
from flows.context import home
from flows.deployments import deployments
from flows.self_test import NotFit
from flows.without_server import end_when_away, wait_for_server
from models.database import reading
from models.queries.operations.dashboard import newest_entry, touched_since
from models.queries.operations.watch import status_run_ids
from models.queries.plan.occurrences import current_plan
from services.operations.clock_guard import may_work
from services.operations.tick import tick

EVERY_SECONDS = 2.0
WHOLE_LOOK = timedelta(minutes=1)
AT_ONCE = 5  # the post, the mailbox and Zalo take one each at most, by their leases: the plan has the others

log = structlog.get_logger()


def main() -> int:
    keep_files_private()
    # Prefect's handler of SIGTERM calls this without awaiting it; the exit that follows stops the runner all the same
    warnings.filterwarnings("ignore", "coroutine 'Runner.astop' was never awaited", RuntimeWarning)
    try:
        start()
    except NotFit as problem:
        sys.stderr.write(f"{problem}\n")
        return 3
    return 0


def start() -> None:
    api_url = PREFECT_API_URL.value()
    if not api_url:
        raise NotFit("Thiếu PREFECT_API_URL. / PREFECT_API_URL is not set.")
    self_test.check_versions(self_test.installed())
    wait_for_server(api_url)
    self_test.check_server(api_url)
    settings = home().settings
    if settings.environment == "production" and not settings.prefect_without_auth:
        self_test.check_guarded(api_url)
    served = deployments(
        home().office,
        reads_mail=settings.imap_url is not None,
        hears_zalo=settings.zalo_bot_token is not None or settings.zalo_app_secret is not None,
    )
    put_in_order(served)
    check_everything()
    _beside(follow_changes)
    _beside(lambda: end_when_away(api_url))
    first = served[0].name
    _beside(lambda: self_test.watch_scheduler(first))
    serve(*served, limit=AT_ONCE, query_seconds=EVERY_SECONDS, pause_on_shutdown=False, print_starting_message=False)


def put_in_order(served: list[RunnerDeployment]) -> None:
    with reading(home().engine) as session:
        ours = status_run_ids(session)
    with get_client(sync_client=True) as client:
        pruned = engine_cleanup.prune(client, {item.name for item in served})
        lost, collapsed = (
            engine_cleanup.fail_lost_runs(client, _lost_since()),
            engine_cleanup.collapse(client, clock.now()),
        )
        orphans = engine_cleanup.clear_orphans(client, ours)
    log.info("in order", pruned=pruned, lost=lost, collapsed=collapsed, orphans=orphans)


def _lost_since() -> datetime:
    """On a server of our own nobody works before we start; on a shared one other hosts do."""
    ours_alone = PREFECT_HOME.value().resolve() == home().folder.resolve() / "prefect"
    return clock.now() if ours_alone else clock.now() - engine_cleanup.LOST_AFTER


def check_everything() -> None:
    """A fresh start shows everything at once, not from six o'clock tomorrow."""
    now, place = clock.now(), home()
    if why := may_work(place.engine, place.office, now):
        log.error("the clock may be wrong: no duty was looked at", why=why)
    else:
        tick(place.engine, place.office, now)
    done = dashboard.write_whole(place.engine, place.office, now)
    log.info("dashboard written", written=done.written, missed=done.missed)


def follow_changes(stop: threading.Event | None = None) -> None:
    """What changes in the portal reaches the dashboard in seconds; what changes by the hour, within a minute."""
    stop = stop or threading.Event()
    place = home()
    with reading(place.engine) as session:
        entry = newest_entry(session)
    plan = _plan_in_force()
    whole_at, failures = clock.now() + WHOLE_LOOK, 0
    while not stop.wait(EVERY_SECONDS):
        now = clock.now()
        try:
            if now >= whole_at:
                dashboard.write_whole(place.engine, place.office, now)
                whole_at = now + WHOLE_LOOK
                if not _is_in_order():
                    _start_anew("the server does not know the flows: its database is another one")
                    return
            entry = write_changed(entry)
            if _plan_in_force() != plan:
                _start_anew("the plan has changed")  # it may bring and drop duties
                return
            failures = 0
        except Exception as error:  # any: the loop must outlive a server that is away and a database that is busy
            failures += 1
            if failures & (failures - 1) == 0:  # the 1st, 2nd, 4th, 8th… in a row
                log.error("dashboard", failures=failures, problem=f"{type(error).__name__}: {error}"[:500])


def write_changed(entry: int) -> int:
    """Write the occurrences the log speaks of since this entry. Returns the newest entry."""
    place = home()
    with reading(place.engine) as session:
        newest = newest_entry(session)
        touched = touched_since(session, entry) if newest > entry else set()
    if touched:
        dashboard.write(place.engine, place.office, clock.now(), ids=touched)
    return newest


def _plan_in_force() -> int | None:
    with reading(home().engine) as session:
        version = current_plan(session)
    return version.id if version else None


def _is_in_order() -> bool:
    """Whether the server knows the flows; what it has scheduled of them is named."""
    with get_client(sync_client=True) as client:
        engine_cleanup.name_scheduled(client)
        return engine_cleanup.has_deployments(client)


def _start_anew(why: str) -> None:
    """Whoever watches this process starts it again."""
    log.warning(why)
    os.kill(os.getpid(), signal.SIGTERM)


def _beside(work: Callable[[], object]) -> None:
    threading.Thread(target=work, daemon=True).start()


if __name__ == "__main__":
    raise SystemExit(main())
