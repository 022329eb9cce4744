"""Named queries behind the engine's screen: which occurrences stand on it, their story, their units."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, literal, or_, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from models.columns import UtcMoment
from models.conditions import is_open, is_open_step
from models.database import table
from models.queries.cases.selection import names_on
from models.queries.cases.status import standing_case
from models.tables.cases import Case, Stage
from models.tables.log import LogEntry
from models.tables.messages import Notice
from models.tables.organisations import Organisation
from models.tables.plan import Binding, ObligationRow, Occurrence, Term
from models.tables.projection import Projection

Shown = tuple[Occurrence, ObligationRow, Projection | None, int]


def on_dashboard(
    session: Session, opens_by: date, closed_since: date, flow: str | None = None, ids: Collection[int] | None = None
) -> Sequence[Shown]:
    """What is open, opens soon, waits for its trigger or closed lately; beside each, how many units it binds."""
    bound = (
        select(func.count())
        .select_from(Binding)
        .where(col(Binding.obligation_id) == col(Occurrence.obligation_id))
        .scalar_subquery()
    )
    query = (
        select_columns(Occurrence, ObligationRow, Projection, bound)
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .join(Projection, col(Projection.occurrence_id) == col(Occurrence.id), isouter=True)
        .where(col(ObligationRow.flow).is_not(None), _visible(opens_by, closed_since))
        .order_by(col(Occurrence.target_day), col(ObligationRow.position), col(Occurrence.id))
    )
    if flow is not None:
        query = query.where(col(ObligationRow.flow) == flow)
    if ids is not None:
        query = query.where(col(Occurrence.id).in_(ids))
    return [row._tuple() for row in session.execute(query)]


def _visible(opens_by: date, closed_since: date) -> ColumnElement[bool]:
    closed_on = func.coalesce(col(Occurrence.late_after), col(Occurrence.target_day))
    unanswered = exists().where(col(Case.occurrence_id) == col(Occurrence.id), is_open())
    of_case = (col(Case.occurrence_id) == col(Occurrence.id), col(Stage.case_id) == col(Case.id))
    followed = exists().where(*of_case, col(Case.outcome).is_(None), is_open_step())
    waits = and_(col(Occurrence.opens_on).is_(None), col(Occurrence.trigger).is_not(None))
    opened = or_(col(Occurrence.opens_on) <= opens_by, waits)
    return and_(opened, or_(closed_on >= closed_since, unanswered, followed, waits))


def story(session: Session, occurrence: int, after: int) -> Sequence[LogEntry]:
    """Log entries about the occurrence or one of its cases, oldest first."""
    cases = select(literal("case:") + cast(col(Case.id), String)).where(Case.occurrence_id == occurrence)
    about = or_(col(LogEntry.subject) == f"occurrence:{occurrence}", col(LogEntry.subject).in_(cases))
    return session.exec(select(LogEntry).where(about, LogEntry.seq > after).order_by(col(LogEntry.seq))).all()


def titles_beside(session: Session, occurrence: int) -> dict[str, str]:
    """What the obligations of the same plan are called, by their codes."""
    own = select(ObligationRow.plan_id).join(Occurrence).where(Occurrence.id == occurrence)
    query = select(ObligationRow.code, ObligationRow.short).where(col(ObligationRow.plan_id).in_(own))
    return dict(session.exec(query).all())


def unit_names(session: Session, occurrence: int, on_day: date) -> dict[str, str]:
    """Subject of a case («case:7») → the name its unit bore on that day."""
    found = session.exec(select(Case.id, Case.organisation_id).where(Case.occurrence_id == occurrence)).all()
    names = names_on(session, {unit for _, unit in found}, on_day)
    return {f"case:{case}": names[unit].name for case, unit in found}


def units(
    session: Session, occurrence: int, now: datetime, on_day: date
) -> Sequence[tuple[int, str, str, str, date, datetime | None]]:
    """Case, unit, role, status, last day (or target) and first receipt of every unit, in the plan's order."""
    query = (
        select_columns(
            col(Case.id),
            col(Case.organisation_id),
            col(Case.role),
            standing_case(now),
            func.coalesce(col(Term.late_after), col(Term.target_day)),
            col(Case.received_at),
        )
        .join(Term, col(Term.id) == col(Case.term_id))
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .where(col(Case.occurrence_id) == occurrence)
        .order_by(col(Organisation.position), col(Case.id))
    )
    found = session.execute(query).all()
    names = names_on(session, {unit for _, unit, *_ in found}, on_day)
    return [(case, names[unit].name, *rest) for case, unit, *rest in found]


class UnitSpan(NamedTuple):
    """How one unit stands, since when it has been asked, and when it was done with, if it is."""

    case: int
    organisation: int
    kind: str
    status: str
    opens_at: datetime | None
    opened_at: datetime
    ended_at: datetime | None


def spans(session: Session, occurrence: int, now: datetime) -> list[UnitSpan]:
    """Of every unit, in the plan's order."""
    query = (
        select_columns(
            col(Case.id),
            col(Case.organisation_id),
            col(Organisation.kind),
            standing_case(now),
            col(Term.opens_at),
            col(Case.opened_at),
            func.coalesce(col(Case.outcome_at), col(Case.received_at), col(Case.accepted_at), type_=UtcMoment()),
        )
        .join(Term, col(Term.id) == col(Case.term_id))
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .where(col(Case.occurrence_id) == occurrence)
        .order_by(col(Organisation.position), col(Case.id))
    )
    return [UnitSpan(*row) for row in session.execute(query)]


def reminded(session: Session, occurrences: Collection[int]) -> Sequence[tuple[int, str, date, int]]:
    """Occurrence, step, day and how many notices went out, oldest first; those never sent are left out."""
    query = (
        select_columns(col(Case.occurrence_id), col(Notice.step), col(Notice.on_day), func.count())
        .join(Case, col(Case.id) == col(Notice.case_id))
        .where(col(Case.occurrence_id).in_(occurrences), col(Notice.skipped).is_(None))
        .group_by(col(Case.occurrence_id), col(Notice.step), col(Notice.on_day))
        .order_by(col(Notice.on_day), col(Notice.step))
    )
    return [row._tuple() for row in session.execute(query)]


def newest_entry(session: Session) -> int:
    return session.exec(select(func.max(LogEntry.seq))).one() or 0


def touched_since(session: Session, seq: int) -> set[int]:
    """Occurrences that the log speaks of after this entry."""
    fresh = select(LogEntry.subject).where(LogEntry.seq > seq)
    of_cases = select(Case.occurrence_id).where((literal("case:") + cast(col(Case.id), String)).in_(fresh))
    direct = session.exec(fresh.where(col(LogEntry.subject).startswith("occurrence:"))).all()
    return {int(subject.partition(":")[2]) for subject in direct} | set(session.exec(of_cases))


def forget_screens(session: Session, screen_ids: Collection[str]) -> None:
    """The next look draws their occurrences again, with their whole story."""
    rows = table(Projection)
    session.execute(update(rows).where(rows.c.screen_id.in_(screen_ids)).values(screen_id=None, shown="", log_seq=0))
