"""Our own Prefect server: it answers under its own names only, and starts anew where its database is damaged.

It can also put a run elsewhere on the time axis, which Prefect itself does by the moment a state is written.

`python -m flows.prefect_server`
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import threading
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import uvicorn
from prefect.server.api.server import create_app
from prefect.server.database import provide_database_interface
from prefect.settings import PREFECT_HOME, PREFECT_SERVER_API_HOST, PREFECT_SERVER_API_PORT
from pydantic import AwareDatetime, BaseModel
from sqlalchemy import update
from starlette.middleware.trustedhost import TrustedHostMiddleware

from bootstrap.private_files import keep_files_private
from config import clock

DATABASE = "prefect.db"
DAMAGED = ".damaged-"
KEPT = 3  # damaged databases
LOOK_SECONDS = 600.0
COMPANIONS = ("", "-wal", "-shm")
PLACES = "kyhan/places"  # below the API, behind its credentials


def main() -> None:
    keep_files_private()
    database = PREFECT_HOME.value() / DATABASE
    if is_damaged(database):
        aside = set_aside(database, clock.now())
        sys.stderr.write(
            f"Cơ sở dữ liệu của Prefect bị hỏng, đã cất thành {aside.name}; màn hình được dựng lại. / "
            f"Prefect's database was damaged and is kept as {aside.name}; the dashboard is built anew.\n"
        )
    threading.Thread(target=_end_when_damaged, args=(database,), daemon=True).start()
    host, port = PREFECT_SERVER_API_HOST.value(), PREFECT_SERVER_API_PORT.value()
    # another host name in a request means that a page elsewhere had its own name lead here (DNS rebinding)
    app = TrustedHostMiddleware(with_places(create_app(final=True)), allowed_hosts=[host, "127.0.0.1", "localhost"])
    uvicorn.run(app, host=host, port=port, log_level="warning")


class Place(BaseModel):
    """From when to when a run is shown. Lists go by the start; the graph is drawn at the scale of both."""

    run: UUID
    start: AwareDatetime
    end: AwareDatetime


async def put(place: Place) -> None:
    database = provide_database_interface()
    runs = database.FlowRun
    where = {"start_time": place.start, "expected_start_time": place.start, "end_time": place.end}
    async with database.session_context(begin_transaction=True) as session:
        await session.execute(update(runs).where(runs.id == place.run).values(where))


def with_places(app: Any) -> Any:
    app.api_app.add_api_route(f"/{PLACES}", put, methods=["POST"], status_code=204)
    return app


def is_damaged(database: Path) -> bool:
    """Whether SQLite cannot read it. A file that is not there, or is empty, is fine: the server fills it."""
    if not database.exists():
        return False
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=rw", uri=True, timeout=10)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",))
    except sqlite3.OperationalError:  # busy, or no room: that says nothing of its content
        return False
    except sqlite3.DatabaseError:
        return True


def set_aside(database: Path, now: datetime) -> Path:
    """Nothing in it is needed; the newest ones are kept for whoever wants to know what happened."""
    aside = database.with_name(f"{database.name}{DAMAGED}{now:%Y%m%dT%H%M%S}")
    for end in COMPANIONS:
        part = database.with_name(database.name + end)
        if part.exists():
            part.replace(aside.with_name(aside.name + end))
    for old in damaged_ones(database.parent)[:-KEPT]:
        for end in COMPANIONS:
            old.with_name(old.name + end).unlink(missing_ok=True)
    return aside


def damaged_ones(folder: Path) -> list[Path]:
    """Oldest first."""
    return sorted(path for path in folder.glob(f"{DATABASE}{DAMAGED}*") if not path.name.endswith(COMPANIONS[1:]))


def _end_when_damaged(database: Path) -> None:
    """Whoever watches this process starts it again, and the start sets the database aside."""
    stop = threading.Event()
    while not stop.wait(LOOK_SECONDS):
        if is_damaged(database):
            sys.stderr.write("Prefect's database is damaged; the server starts anew.\n")
            os.kill(os.getpid(), signal.SIGTERM)
            return


if __name__ == "__main__":
    main()
