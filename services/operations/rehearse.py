"""Rehearses the days ahead on a copy of the database: who would get what, when. The same code as the real day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine
from sqlmodel import Session

from models.copy import copy_into
from models.database import reading, writing
from models.queries.messages.claiming import contact_addresses
from models.queries.operations import rehearsal as queries
from models.queries.operations.rehearsal import NoticeRow
from rules.deadlines import PROVINCE
from rules.office import Office
from services.cases.opening import open_cases
from services.plan.load import plan_ahead
from services.reminders.remind import CHANNEL, remind

MORNING = time(7, 0)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class PlannedNotice:
    day: date
    unit: str
    obligation: str
    period: str
    step: str
    level: int
    person: str
    address: str
    channel: str


def rehearse(
    engine: Engine, office: Office, first: date, last: date, progress: Callable[[date], None] = lambda _: None
) -> list[PlannedNotice]:
    """Every notice from `first` to `last` if nobody answers anything more. Writes nothing to the real database."""
    with TemporaryDirectory(prefix="kyhan-") as folder:
        copy = copy_into(engine, Path(folder) / "rehearsal.db")
        aside = replace(office, folder=Path(folder))
        with reading(copy) as session:
            before = queries.newest_notice(session)
        with writing(copy) as session:
            plan_ahead(session, aside, datetime.combine(first, MORNING, PROVINCE), reach_back=True)
        day = first
        while day <= last:
            _one_day(copy, aside, datetime.combine(day, MORNING, PROVINCE))
            progress(day)
            day += DAY
        with reading(copy) as session:
            planned = _planned(session, office, before)
        copy.dispose()
    return planned


def _one_day(copy: Engine, office: Office, now: datetime) -> None:
    with writing(copy) as session:
        open_cases(session, office, now)
        remind(session, office, now)
        queries.mark_pending_sent(session)


def _planned(session: Session, office: Office, after: int) -> list[PlannedNotice]:
    """Once for each channel that carries it."""
    rows = queries.notices_after(session, after, CHANNEL)
    links = contact_addresses(session, {row.person_id for row in rows})
    reaches = {way.name: way.reaches_by for way in office.channels}
    return [
        PlannedNotice(
            row.day,
            row.unit,
            row.obligation,
            row.period,
            row.step,
            row.level,
            row.person,
            _address(reaches.get(row.channel, "email"), links, row),
            row.channel,
        )
        for row in rows
    ]


def _address(reaches_by: str, links: Mapping[tuple[int, str], str], row: NoticeRow) -> str:
    if reaches_by == "phone":
        return row.phone
    return row.email if reaches_by == "email" else links.get((row.person_id, reaches_by), "")
