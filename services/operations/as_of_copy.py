"""The office as it ought to stand at a moment. Another day is looked at on a copy: a question changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine
from sqlmodel import Session

from models.copy import copy_into
from models.database import reading, writing
from rules.office import Office
from services.cases.opening import open_cases
from services.plan.load import plan_ahead

NOT_ASKED = frozenset({"log_entry", "projection", "lease", "inbound_mail", "staged_file"})


@contextmanager
def standing(engine: Engine, office: Office, now: datetime, as_of: datetime | None) -> Iterator[Session]:
    """To read from, with every case open that ought to be. None: as of now, and what opens stays open."""
    if as_of is None:
        yield from _read(engine, office, now)
        return
    with TemporaryDirectory(prefix="kyhan-") as folder:
        copy = copy_into(engine, Path(folder) / "as-of.db", NOT_ASKED)
        with writing(copy) as session:
            plan_ahead(session, office, as_of, reach_back=True)
        try:
            yield from _read(copy, office, as_of)
        finally:
            copy.dispose()


def _read(engine: Engine, office: Office, moment: datetime) -> Iterator[Session]:
    with writing(engine) as session:
        open_cases(session, office, moment)
    with reading(engine) as session:
        yield session
