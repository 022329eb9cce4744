"""What a tick would open and write, seen on a copy: the database stays as it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from models.copy import copy_into
from models.database import writing
from rules.office import Office
from services.cases.opening import open_cases
from services.plan.load import plan_ahead
from services.reminders.remind import remind


@dataclass(frozen=True)
class TickPreview:
    occurrences: int
    cases: int
    notices: int
    skipped: int
    messages: int


def preview(
    engine: Engine, office: Office, now: datetime, obligations: Collection[str] | None = None, *, reach_back: bool
) -> TickPreview:
    with TemporaryDirectory(prefix="kyhan-") as folder:
        copy = copy_into(engine, Path(folder) / "preview.db")
        aside = replace(office, folder=Path(folder))
        try:
            with writing(copy) as session:
                if reach_back:
                    plan_ahead(session, aside, now, reach_back=True)
                opened = open_cases(session, aside, now, obligations)
                reminded = remind(session, aside, now, obligations)
        finally:
            copy.dispose()
    return TickPreview(opened.occurrences, opened.cases, reminded.notices, reminded.skipped, reminded.messages)
