"""What every page is given: the database, the office, the clock, and where the engine's screen and the mails are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from rules.office import Office


@dataclass(frozen=True)
class Desk:
    engine: Engine
    office: Office
    clock: Callable[[], datetime]
    screen_url: str = "http://127.0.0.1:4200"
    mail_folder: Path | None = None  # None: mails really leave, there is nothing to look at
