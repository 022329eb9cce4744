"""How long an act can be taken back by one click: until its mail leaves."""

from __future__ import annotations

from datetime import datetime, timedelta

WAIT = timedelta(minutes=10)


def ends_at(act: datetime) -> datetime:
    """From then on its mail may leave, and the act is corrected with a reason instead."""
    return act + WAIT


def is_open(act: datetime, now: datetime) -> bool:
    return act <= now < ends_at(act)
