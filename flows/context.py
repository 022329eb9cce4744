"""What every flow starts from: the prepared home, and the moment it speaks for."""

from __future__ import annotations

import gc
from datetime import datetime
from functools import cache

from prefect.runtime import flow_run

from bootstrap.home import Home, open_home
from config import clock


@cache
def home() -> Home:
    """Opened once a process."""
    opened = open_home(clock.now())
    gc.freeze()  # what is loaded by now stays; the collector need not walk it again and again
    return opened


def moment(as_of: datetime | None = None) -> datetime:
    """The moment asked for; else now, but never before the run's own time: a run may start a second early."""
    if as_of is not None:
        return as_of
    planned = flow_run.scheduled_start_time if flow_run.id else None
    return max(clock.now(), planned) if planned else clock.now()
