"""Named queries behind the chasing list; each is one statement for all the cases of a sheet."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, literal_column, select
from sqlmodel import Session, col

from models.conditions import holds_post_on
from models.queries.cases.board import Rows
from models.queries.messages.claiming import carried
from models.queries.people.posts import away
from models.tables.cases import Case
from models.tables.conversation import CaseContact, CaseNote
from models.tables.messages import Attempt, Message, Notice
from models.tables.people import Person, Post, Tenure

LETTER = 4  # from this level on a step asks the coordinator for an official letter
IN_TURN = ("focal_point", "deputy", "head")  # whom to call first


class UnitContact(NamedTuple):
    """Somebody of a unit, and how to reach that person."""

    organisation_id: int
    role: str
    title: str
    name: str
    phone: str
    email: str


def whom_to_call(session: Session, organisations: Collection[int], today: date) -> dict[int, UnitContact]:
    """Of each unit the focal point at work, else the deputy, else the head."""
    query = (
        select(
            col(Post.organisation_id),
            col(Post.role),
            col(Post.title),
            col(Person.name),
            col(Person.phone),
            col(Person.email),
        )
        .join(Tenure, and_(col(Tenure.post_id) == col(Post.id), holds_post_on(today)))
        .join(Person, col(Person.id) == col(Tenure.person_id))
        .where(col(Post.organisation_id).in_(organisations), col(Post.role).in_(IN_TURN))
        .where(col(Person.id).not_in(away(today)))
    )
    found = sorted((UnitContact(*row) for row in session.execute(query)), key=lambda one: -IN_TURN.index(one.role))
    return {one.organisation_id: one for one in found}


def _to_the_unit(cases: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    """Notices sent to somebody of the unit itself, not to who follows it from above."""
    held = (
        select(col(Tenure.id))
        .join(Post, col(Post.id) == col(Tenure.post_id))
        .where(col(Tenure.person_id) == col(Notice.person_id), col(Post.organisation_id) == col(Case.organisation_id))
    )
    sent = (col(Notice.skipped).is_(None), col(Notice.level) < LETTER)
    return (col(Notice.case_id).in_(cases), *sent, held.exists())


def reminders(session: Session, cases: Collection[int]) -> dict[int, int]:
    """On how many days each case's people were reminded."""
    query = (
        select(col(Notice.case_id), func.count(func.distinct(col(Notice.on_day))))
        .join(Case, col(Case.id) == col(Notice.case_id))
        .where(*_to_the_unit(cases))
        .group_by(col(Notice.case_id))
    )
    return {row[0]: row[1] for row in session.execute(query)}


def last_reminders(session: Session, cases: Collection[int]) -> Rows:
    """(case_id, on_day, person, channel, state, reason, sent_at): the newest of each case, by its most direct way."""
    newest = func.row_number().over(
        partition_by=col(Notice.case_id), order_by=(col(Notice.on_day).desc(), col(Notice.id).desc())
    )
    ranked = (
        select(col(Notice.id).label("notice_id"), newest.label("rank"))
        .join(Case, col(Case.id) == col(Notice.case_id))
        .where(*_to_the_unit(cases))
        .subquery()
    )
    sent = func.max(col(Attempt.started_at)).label("sent_at")
    columns: tuple[Any, ...] = (
        col(Notice.case_id),
        col(Notice.on_day),
        col(Person.name).label("person"),
        col(Message.channel),
        col(Message.state),
        col(Message.reason),
    )
    query = (
        select(*columns, sent)
        .select_from(ranked)
        .join(Notice, col(Notice.id) == ranked.c.notice_id)
        .join(Person, col(Person.id) == col(Notice.person_id))
        .outerjoin(Message, and_(carried(), col(Message.kind) == "digest"))
        .outerjoin(Attempt, col(Attempt.message_id) == col(Message.id))
        .where(ranked.c.rank == literal_column("1"))
        .group_by(*columns, col(Message.id))
        .order_by(col(Message.id).desc())
    )
    return list(session.execute(query))


def last_contacts(session: Session, cases: Collection[int]) -> dict[int, CaseContact]:
    return {row.case_id: row for row in _newest(session, CaseContact, cases)}


def last_notes(session: Session, cases: Collection[int]) -> dict[int, CaseNote]:
    return {row.case_id: row for row in _newest(session, CaseNote, cases)}


def _newest(session: Session, table: Any, cases: Collection[int]) -> list[Any]:
    """Of each case the row written last."""
    last = select(func.max(col(table.id))).where(col(table.case_id).in_(cases)).group_by(col(table.case_id))
    return list(session.execute(select(table).where(col(table.id).in_(last))).scalars())
