"""kyhan plan trigger: that a document the plan waits for was issued."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from bootstrap.home import open_home
from cli.daily.submit import keep_files
from models.database import writing
from rules.plan import Trigger
from services.cases.triggers import Effects, Issued, preview, record_issue

BY = "kyhan plan trigger"


def conditions(now: datetime) -> tuple[Trigger, ...]:
    """Those of the plan in force, and since when each is met."""
    return open_home(now).office.plan.triggers


def issue(
    trigger: str, on: date | None, number: str, reason: str, file: Path | None, now: datetime, *, yes: bool
) -> Effects:
    """Recorded with `yes`, else only what it would do. Raises Refused."""
    home = open_home(now)
    issued = Issued(trigger, on, number, reason)
    if not yes:
        with writing(home.engine) as session:
            return preview(session, home.office, issued, now)
    kept = keep_files(home, [file], None) if file else ()
    issued = Issued(trigger, on, number, reason, kept[0].file if kept else None)
    with writing(home.engine) as session:
        return record_issue(session, home.office, issued, BY, now)


def as_json(effects: Effects, *, recorded: bool) -> dict[str, Any]:
    return {
        "trigger": effects.trigger.id,
        "document": effects.trigger.document,
        "before": effects.trigger.fired_on,
        "recorded": recorded,
        "opens": [one._asdict() for one in effects.effects],
    }
