"""A province of any size, built with set-based statements: units, people, answered obligations, and some due today."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, String, and_, case, cast, func, insert, literal, null, or_, select, text, update
from sqlmodel import Session, col

from cli.bench.databases import settle
from config.catalogue import Catalogue, load_catalogue
from models.columns import UtcMoment
from models.database import connect, table, writing
from models.migrate import migrate
from models.tables.cases import Case
from models.tables.messages import Message, Notice
from models.tables.organisations import Organisation, OrganisationName
from models.tables.people import Person, Post, Tenure
from models.tables.plan import ObligationRow, Occurrence, StepDay, Term
from models.tables.projection import Heartbeat
from rules.access import OF_THE_LEAD
from rules.deadlines import PROVINCE, late_from, local_day, start_of
from rules.ladder import resumed, step_days
from rules.office import Office
from rules.plan import ISSUER, STEPS
from rules.working_days import WorkCalendar
from services.plan.first_setup import prepare
from services.plan.load import LAST_STEP, day_rows

NOW = datetime.combine(date(2015, 6, 16), time(7, 30), PROVINCE).astimezone(UTC)  # a Tuesday
TODAY = local_day(NOW)
AT_ONCE = 10  # duties that share their days
APART = timedelta(days=21)
LADDER = "default"
POSTS = (("focal_point", "Đầu mối thống kê"), ("deputy", "Phó đầu mối"), ("head", "Giám đốc"))
SINCE = date(1990, 1, 1)
KEY = b"of a benchmark, so that its letters carry all that letters carry"
LATE_ONES = 20  # of the kept cases, one in so many was never answered


@dataclass(frozen=True)
class Size:
    units: int
    kept: int  # occurrences of the past, one case a unit
    due: int  # occurrences whose first step falls on today

    @property
    def cases(self) -> int:
        return self.units * (self.kept + self.due)


@dataclass(frozen=True)
class When:
    """The moment the province is built for, and what was never answered: one in so many cases since that day."""

    now: datetime = NOW
    late_since: date = SINCE
    years: int = 0  # instead of the rhythm of `kept`: duties spread over so many calendar years, this one the last

    @property
    def today(self) -> date:
        return local_day(self.now)


def office(folder: Path, catalogue: Catalogue | None = None) -> Office:
    province = catalogue or load_catalogue()
    return Office(
        plan=province.plan_on(NOW.date()),
        calendar=WorkCalendar(province.overrides, unconfirmed=province.unconfirmed),
        ladders=province.ladders_by_id,
        folder=folder,
        key=KEY,
        mailbox_read=True,
        return_domain="example.vn",
    )


def ready(url: str) -> tuple[Office, Engine]:
    """With the imports done that come late (the holidays of every country) and the first connection made."""
    bureau, engine = office(Path()), connect(url)
    bureau.calendar.is_working_day(TODAY)
    engine.connect().close()
    gc.freeze()  # as the commands and the flows do
    return bureau, engine


def build(url: str, size: Size, folder: Path, when: When = When()) -> None:
    """Fill the empty database at `url`."""
    engine = connect(url)
    catalogue = load_catalogue()
    plan = catalogue.plan_on(when.today)
    migrate(engine)
    with writing(engine) as session:
        prepare(session, plan, catalogue.organisations, when.now)
        units = _units(session, size.units)
        _calendar(session, office(folder, catalogue), size, when)
        _cases(session, units, when)
        lead = session.execute(select(col(Organisation.id)).where(col(Organisation.key) == plan.lead))
        _history(session, lead.scalar_one() or 0, when)
        session.add(Heartbeat(name="tick:I5-CALENDAR", at=when.now - timedelta(days=1)))
    settle(engine)
    engine.dispose()


def _units(session: Session, count: int) -> int:
    """Returns the id before the first unit's."""
    before, people, posts = (_highest(session, model) for model in (Organisation, Person, Post))
    numbers = range(1, count + 1)
    _insert(session, Organisation, [_unit(before + n, n) for n in numbers])
    _insert(session, OrganisationName, [_unit_name(before + n, n) for n in numbers])
    seats = [(n, i, role, title) for n in numbers for i, (role, title) in enumerate(POSTS)]
    ids = [(n - 1) * len(POSTS) + i + 1 for n, i, _, _ in seats]
    held = list(zip(seats, ids, strict=True))
    _insert(
        session,
        Post,
        [
            {"id": posts + id, "organisation_id": before + n, "role": role, "title": title}
            for (n, _, role, title), id in held
        ],
    )
    _insert(session, Person, [_person(people + id, n, role) for (n, _, role, _), id in held])
    _insert(
        session,
        Tenure,
        [{"post_id": posts + id, "person_id": people + id, "from_day": SINCE, "to_day": None} for _, id in held],
    )
    _catch_up(session, Organisation, Post, Person)
    return before


def _highest(session: Session, model: Any) -> int:
    return int(session.execute(select(func.max(table(model).c.id))).scalar_one())


def _catch_up(session: Session, *models: Any) -> None:
    """PostgreSQL counts ids apart from the rows."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for model in models:
        name = table(model).name
        session.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"))


def _insert(session: Session, model: Any, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        session.connection().execute(insert(table(model)), rows)


def _unit(id: int, number: int) -> dict[str, Any]:
    return {"id": id, "key": f"DV-{number:04d}", "kind": "department", "groups": " ", "position": 1000 + number}


def _unit_name(id: int, number: int) -> dict[str, Any]:
    return {
        "organisation_id": id,
        "valid_from": SINCE,
        "name": f"Đơn vị thống kê số {number}",
        "abbreviation": f"ĐV{number}",
        "head_title": "Giám đốc",
        "place": "",
    }


def _person(id: int, number: int, role: str) -> dict[str, Any]:
    return {
        "id": id,
        "name": f"Nguyễn Thị Hạnh {number}",
        "email": f"{role.replace('_', '-')}.{number}@example.vn",
        "phone": "",
        "example": False,
    }


# --- duties ---------------------------------------------------------------------------------------------------------


def _calendar(session: Session, office: Office, size: Size, when: When) -> None:
    reminded = (col(ObligationRow.ladder).is_not(None), col(ObligationRow.kind).not_in(STEPS))
    obligations = session.execute(select(ObligationRow).where(*reminded)).scalars().all()
    occurrences, terms, steps = [], [], []
    for number, target in enumerate(_targets(office, size, when), start=1):
        obligation = obligations[number % len(obligations)]
        quarter = f"{target.year}-Q{(target.month + 2) // 3}"
        period = quarter if when.years else str(2015 + number // len(obligations))
        occurrences.append(_occurrence(number, obligation, period, target))
        terms.append(_term(number, target))
        steps += _steps(office, number, target, when.today)
    session.execute(update(ObligationRow).values(looked_on=when.today - timedelta(days=1)))
    _insert(session, Occurrence, occurrences)
    _insert(session, Term, terms)
    _insert(session, StepDay, steps)
    _catch_up(session, Occurrence, Term)


def _targets(office: Office, size: Size, when: When) -> list[date]:
    """Kept duties every three weeks into the past, or spread over years; the due ones begin their ladder today."""
    if when.years:
        each = size.kept // when.years
        first = when.today.year - when.years + 1
        return [date(first + year, 1 + 12 * i // each, 15) for year in range(when.years) for i in range(each)]
    due_on = office.calendar.add(when.today, _first_offset(office))
    kept = [when.today - timedelta(days=30) - APART * (i // AT_ONCE) for i in range(size.kept)]
    return [*kept, *[due_on] * size.due]


def _first_offset(office: Office) -> int:
    return -min(step.offset for step in office.ladders[LADDER].steps if step.anchor == "target_day")


def _occurrence(number: int, obligation: ObligationRow, period: str, target: date) -> dict[str, Any]:
    return {
        "id": number,
        "obligation_id": obligation.id,
        "period": period,
        "opens_on": target - timedelta(days=60),
        "nominal_last_day": target,
        "target_day": target,
        "late_after": target,
        "soft": False,
        "strict_before": False,
        "worded": True,
        "why": "",
        "period_start": target.replace(month=1, day=1),
        "period_end": target,
        "deadline_phrase": "Quý IV hàng năm",
        "opened_at": start_of(target - timedelta(days=60)),
    }


def _term(number: int, target: date) -> dict[str, Any]:
    return {
        "id": number,
        "occurrence_id": number,
        "role": "owner",
        "ladder": LADDER,
        "agreed": "",
        "target_day": target,
        "late_after": target,
        "opens_at": start_of(target - timedelta(days=60)),
        "due_soon_at": start_of(target - timedelta(days=4)),
        "late_at": late_from(target),
    }


def _steps(office: Office, number: int, target: date, today: date) -> list[dict[str, Any]]:
    """As far as the ladder has come: with the month that follows, where the monthly step has been taken."""
    ladder = office.ladders[LADDER]
    days = step_days(ladder, target - timedelta(days=60), target, target, office.calendar)
    laid_out = {day.step.id: (day.on_day, day.until_day or day.on_day + LAST_STEP) for day in days}
    if days[-1].on_day < today:
        days += resumed(ladder, laid_out, set(laid_out), today + timedelta(days=1 + number % 28), office.calendar)
    rows = day_rows(Term(**_term(number, target)), days)
    return [row.model_dump(exclude={"id"}) for row in rows if row.reaches != ISSUER]  # no such body is built here


def _cases(session: Session, units_after: int, when: When) -> None:
    """Every unit × every term; of those of the past most were answered when the second reminder was due."""
    one_of_many = (col(Organisation.id) + col(Term.id)) % LATE_ONES == 0
    late_one = and_(one_of_many, col(Term.target_day) >= when.late_since)
    answered = case((or_(late_one, col(Term.target_day) > when.today), null()), else_=col(Term.due_soon_at))
    source = (
        select(
            col(Term.occurrence_id),
            col(Organisation.id),
            literal("owner"),
            col(Term.id),
            col(Term.id).label("held_to"),
            col(Term.opens_at),
            answered,
        )
        .join(Organisation, col(Organisation.id) > units_after)
        .order_by(col(Term.id), col(Organisation.id))
    )
    columns = ["occurrence_id", "organisation_id", "role", "statutory_term_id", "term_id", "opened_at", "received_at"]
    session.connection().execute(insert(table(Case)).from_select(columns, source))


def _history(session: Session, lead: int, when: When) -> None:
    """The notices and mails that led here: the first reminder of every kept case, all steps of those never answered."""
    begun = literal(when.now - timedelta(days=2), UtcMoment())
    body = case((col(StepDay.reaches).in_(sorted(OF_THE_LEAD)), literal(lead)), else_=col(Case.organisation_id))
    notices = (
        select(
            col(Case.id),
            col(StepDay.step),
            col(Tenure.person_id),
            col(StepDay.level),
            col(StepDay.message),
            col(StepDay.on_day),
            begun,
        )
        .select_from(Case)
        .join(StepDay, (col(StepDay.term_id) == col(Case.term_id)) & (col(StepDay.on_day) < when.today))
        .join(Post, (col(Post.organisation_id) == body) & (col(Post.role) == col(StepDay.reaches)))
        .join(Tenure, col(Tenure.post_id) == col(Post.id))
        .where(or_(col(StepDay.level) == 1, col(Case.received_at).is_(None)))
        .order_by(col(Case.id))
    )
    columns = ["case_id", "step", "person_id", "level", "message", "on_day", "written_at"]
    session.connection().execute(insert(table(Notice)).from_select(columns, notices))
    key = (
        literal("digest:") + cast(col(Notice.person_id), String()) + ":" + cast(col(Notice.on_day), String()) + ":email"
    )
    mails = (
        select(
            key.label("key"),
            col(Notice.person_id),
            literal("email").label("channel"),
            literal("digest").label("kind"),
            col(Notice.on_day),
            begun.label("created_at"),
            begun.label("not_before"),
            null().label("expires_at"),
            literal("sent").label("state"),
            literal(1).label("attempts"),
            literal("").label("reason"),
        )
        .distinct()
    )  # fmt: skip
    session.connection().execute(insert(table(Message)).from_select(list(mails.selected_columns.keys()), mails))


# --- a fresh copy for every round -----------------------------------------------------------------------------------


def copy_file(pristine: Path, work: Path) -> Path:
    for path in (work, work.with_name(f"{work.name}-wal"), work.with_name(f"{work.name}-shm")):
        path.unlink(missing_ok=True)
    shutil.copyfile(pristine, work)
    with work.open("rb+") as file:
        os.fsync(file.fileno())  # else the first commit of the round would pay for the copy
    return work
