"""How far the clock may be from the last moment work was done at, before a person is asked whether it is right."""

from __future__ import annotations

from datetime import datetime, timedelta

FARTHEST = timedelta(days=31)  # a machine that was off for longer is started again by a person


def too_far(now: datetime, last: datetime | None) -> timedelta | None:
    """By how much, negative: back; None when the clock can be believed, or nothing is known to compare it with."""
    if last is None or abs(now - last) <= FARTHEST:
        return None
    return now - last
