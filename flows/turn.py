"""One at a time: a row of our own database says whose turn it is, and until when if its holder dies."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import Engine, delete, update
from sqlmodel import col

from config import clock
from models.database import insert_new, writing
from models.projection import Lease

TTL = timedelta(minutes=5)
LOOK_AGAIN = 0.2


@contextmanager
def turn(engine: Engine, name: str, wait_seconds: float = 0) -> Iterator[bool]:
    """True while the turn is ours. False when another still has it after `wait_seconds`."""
    owner = uuid4().hex
    patience = time.monotonic() + wait_seconds
    while not (mine := _claim(engine, name, owner)) and time.monotonic() < patience:
        time.sleep(LOOK_AGAIN)
    try:
        yield mine
    finally:
        if mine:
            _leave(engine, name, owner)


def _claim(engine: Engine, name: str, owner: str) -> bool:
    now = clock.now()
    held = {"owner": owner, "until": now + TTL}
    with writing(engine) as session:
        if insert_new(session, Lease, [{"name": name, **held}]):
            return True
        ended = update(Lease).where(col(Lease.name) == name, col(Lease.until) <= now).values(**held)
        return bool(session.connection().execute(ended).rowcount)


def _leave(engine: Engine, name: str, owner: str) -> None:
    with writing(engine) as session:
        session.connection().execute(delete(Lease).where(col(Lease.name) == name, col(Lease.owner) == owner))
