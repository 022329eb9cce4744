"""How far the clock may be from the last moment work was done at, before a person must confirm it."""

from __future__ import annotations

from datetime import datetime, timedelta

FARTHEST = timedelta(days=31)  # for a command: a person typed it, and may have named the moment
FARTHEST_ALONE = timedelta(days=15)  # for the machine's own clock: no row of days off is as long


def too_far(now: datetime, last: datetime | None, limit: timedelta = FARTHEST) -> timedelta | None:
    """By how much, negative: back; None when the clock can be believed, or nothing is known to compare it with."""
    if last is None or abs(now - last) <= limit:
        return None
    return now - last
