"""While Prefect's server does not answer, its clock does not run: duties and post are looked after here."""

from __future__ import annotations

import structlog

from config import clock
from flows import self_test
from flows.home import home
from flows.self_test import NotFit
from flows.visit import our_turn
from services.clock_guard import may_work
from services.dispatch import dispatch
from services.tick import tick

PATIENCE = 45.0  # seconds between two rounds

log = structlog.get_logger()


def wait_for_server(api_url: str) -> None:
    """Return once the server answers; until then every round does what cannot wait."""
    while True:
        try:
            return self_test.wait_until_healthy(api_url, PATIENCE)
        except NotFit:
            remind()


def remind() -> None:
    """As the flows do it: the tick is idempotent, and only who has the turn of the post sends. It never raises."""
    place, now = home(), clock.now()
    try:
        if why := may_work(place.engine, place.office, now):
            log.error("the clock may be wrong: no duty was looked at", why=why)
            return
        tick(place.engine, place.office, now)
        with our_turn("dispatch") as ours:
            sent = dispatch(place.engine, place.office, place.outgoing(), now).sent if ours else 0
        log.warning("Prefect does not answer; reminding goes on without it", sent=sent)
    except Exception as error:  # any: the next round may succeed
        log.error("a round without Prefect failed", problem=f"{type(error).__name__}: {error}"[:500])
