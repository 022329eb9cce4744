"""One at a time: a row of our own database says who holds the lease, and until when if the holder dies."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from uuid import uuid4

from sqlalchemy import Engine, delete, update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from config import clock
from models.database import insert_new, writing
from models.tables.projection import Lease

TTL = timedelta(minutes=5)
RENEWAL = TTL / 4
LOOK_AGAIN = 0.2


@contextmanager
def hold_lease(
    engine: Engine, name: str, wait_seconds: float = 0, on_loss: Callable[[], None] = lambda: None
) -> Iterator[bool]:
    """True while the lease is ours, however long. False when another still has it after `wait_seconds`.

    `on_loss` is called, in another thread, when somebody else took the lease because this process stood still too long.
    """
    owner = uuid4().hex
    patience = time.monotonic() + wait_seconds
    while not (mine := _claim(engine, name, owner)) and time.monotonic() < patience:
        time.sleep(LOOK_AGAIN)
    stop = Event()
    if mine:
        Thread(target=_keep, args=(engine, name, owner, stop, on_loss), daemon=True).start()
    try:
        yield mine
    finally:
        stop.set()
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


def _keep(engine: Engine, name: str, owner: str, stop: Event, on_loss: Callable[[], None]) -> None:
    while not stop.wait(RENEWAL.total_seconds()):
        try:
            kept = _renew(engine, name, owner)
        except SQLAlchemyError:  # away or busy: nobody else can take the lease either
            continue
        if not kept:
            if not stop.is_set():
                on_loss()
            return


def _renew(engine: Engine, name: str, owner: str) -> bool:
    with writing(engine) as session:
        ours = update(Lease).where(col(Lease.name) == name, col(Lease.owner) == owner)
        return bool(session.connection().execute(ours.values(until=clock.now() + TTL)).rowcount)


def _leave(engine: Engine, name: str, owner: str) -> None:
    with writing(engine) as session:
        session.connection().execute(delete(Lease).where(col(Lease.name) == name, col(Lease.owner) == owner))
