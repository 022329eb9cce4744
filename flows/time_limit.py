"""The longest a flow may take. Prefect cannot end a thread that waits for the network; the end of its process does."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Timer

LONGEST = timedelta(minutes=30)
ENDED = 75  # exit code; Prefect shows the run as crashed


@contextmanager
def time_limit(longest: timedelta = LONGEST) -> Iterator[None]:
    timer = Timer(longest.total_seconds(), end_process, [f"a flow took longer than {longest}"])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def end_process(why: str) -> None:
    """At once and without cleaning up: what the process waits for may never come."""
    sys.stderr.write(f"{why}; its process ends.\n")
    sys.stderr.flush()
    os._exit(ENDED)
