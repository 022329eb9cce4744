"""While Prefect's server does not answer, its clock does not run: duties and post are looked after here."""

from __future__ import annotations

import time
from datetime import timedelta

import structlog

from config import clock
from flows import self_test
from flows.context import home
from flows.daily_check import own_lease
from flows.self_test import NotFit
from flows.time_limit import end_process
from services.delivery.dispatch import dispatch
from services.operations.clock_guard import may_work
from services.operations.tick import tick

PATIENCE = 45.0  # seconds between two rounds
LOOK, AWAY = timedelta(seconds=20), timedelta(minutes=2)  # how often a running engine asks, and until when it waits

log = structlog.get_logger()


def wait_for_server(api_url: str) -> None:
    """Return once the server answers; until then every round does what cannot wait, and the first one says so."""
    first = True
    while True:
        try:
            return self_test.wait_until_healthy(api_url, PATIENCE)
        except NotFit:
            if first:
                log.warning("Prefect does not answer; reminding goes on without it", api_url=api_url)
            first = False
            remind()


def end_when_away(api_url: str, look: timedelta = LOOK, longest: timedelta = AWAY) -> None:
    """A server that hangs holds the engine up without an error: it ends, is started again, and then reminds.

    Whoever watches this process starts it again, and `wait_for_server` is the first thing it does.
    """
    answered = time.monotonic()
    while time.monotonic() - answered < longest.total_seconds():
        time.sleep(look.total_seconds())
        if self_test.is_healthy(api_url):
            answered = time.monotonic()
    end_process(f"Prefect has not answered for {longest}")


def remind() -> None:
    """As the flows do it: the tick is idempotent, and only who holds the lease of the post sends. It never raises."""
    place, now = home(), clock.now()
    try:
        if why := may_work(place.engine, place.office, now):
            log.error("the clock may be wrong: no duty was looked at", why=why)
            return
        tick(place.engine, place.office, now)
        with own_lease("dispatch") as ours:
            sent = dispatch(place.engine, place.office, place.outgoing(), now).sent if ours else 0
        if sent:
            log.info("sent without Prefect", sent=sent)
    except Exception as error:  # any: the next round may succeed
        log.error("a round without Prefect failed", problem=f"{type(error).__name__}: {error}"[:500])
