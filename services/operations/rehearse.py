"""Rehearses the days ahead on a copy of the database: who would get what, when. The same code as the real day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, and_, func, literal, select, update
from sqlmodel import Session, col

from models.copy import copy_into
from models.database import reading, writing
from models.queries.messages.claiming import carried, contact_addresses
from models.tables.cases import Case
from models.tables.messages import Message, Notice
from models.tables.organisations import Organisation
from models.tables.people import Person
from models.tables.plan import ObligationRow, Occurrence
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
            before = session.execute(select(col(Notice.id)).order_by(col(Notice.id).desc()).limit(1)).scalar() or 0
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
        session.execute(update(Message).where(col(Message.state) == "pending").values(state="sent"))


def _planned(session: Session, office: Office, after: int) -> list[PlannedNotice]:
    """Once for each channel that carries it."""
    query = (
        select(
            col(Notice.on_day),
            col(Organisation.key),
            col(ObligationRow.code),
            col(Occurrence.period),
            col(Notice.step),
            col(Notice.level),
            col(Person.name),
            col(Person.id),
            col(Person.email),
            col(Person.phone),
            func.coalesce(col(Message.channel), literal(CHANNEL)),
        )
        .join(Case, col(Case.id) == col(Notice.case_id))
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .join(Person, col(Person.id) == col(Notice.person_id))
        .outerjoin(Message, and_(carried(), col(Message.kind) == "digest"))
        .where(col(Notice.id) > after, col(Notice.skipped).is_(None))
        .order_by(col(Notice.on_day), col(Person.email), col(ObligationRow.position), col(Message.id))
    )
    found = session.execute(query).all()
    links = contact_addresses(session, {row[7] for row in found})
    reaches = {way.name: way.reaches_by for way in office.ways}
    planned = []
    for day, unit, duty, period, step, level, name, person, email, phone, channel in found:
        address = _address(reaches.get(channel, "email"), links, person, email, phone)
        planned.append(PlannedNotice(day, unit, duty, period, step, level, name, address, channel))
    return planned


def _address(reaches_by: str, links: Mapping[tuple[int, str], str], person: int, email: str, phone: str) -> str:
    if reaches_by == "phone":
        return phone
    return email if reaches_by == "email" else links.get((person, reaches_by), "")
