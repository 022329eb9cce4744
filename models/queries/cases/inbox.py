"""Named queries about the cases that wait for a coordinator: which, in what order, and what a decision set off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, or_, select, text
from sqlmodel import Session, col

from models.conditions import is_open, is_owed, is_to_review
from models.queries.cases.board import Rows
from models.queries.cases.lists import COLUMNS, STATUS
from models.queries.cases.status import ANY_TIME, as_of, status_case
from models.tables.cases import Case
from models.tables.conversation import UNREAD, CaseMessage
from models.tables.messages import Message
from models.tables.organisations import Organisation
from models.tables.people import Person
from models.tables.plan import ObligationRow, Occurrence, PlanVersion, Term
from models.tables.submissions import Decision
from rules.status import Status


def _late_returns() -> Select[Any]:
    late = status_case(ANY_TIME) == Status.RETURNED_OVERDUE.value
    returned = (is_owed(), col(Case.return_by).is_not(None))
    return select(col(Case.id)).join(Term, col(Term.id) == col(Case.term_id)).where(*returned, late)


def _drafts() -> Select[Any]:
    drafted = select(col(Occurrence.id)).where(col(Occurrence.drafted_at).is_not(None))
    return select(col(Case.id)).where(is_open(), col(Case.occurrence_id).in_(drafted))


# name of a list → the ids of its cases
PARTS: Mapping[str, Select[Any]] = {
    "review": select(col(Case.id)).where(is_to_review()),
    "unread": select(col(CaseMessage.case_id))
    .where(text(f"case_message.{UNREAD}"), col(CaseMessage.from_unit))
    .distinct(),
    "returns": _late_returns(),
    "reports": _drafts(),
}


def cases(session: Session, plan_code: str, name: str, now: datetime, also: int = 0) -> Rows:
    """As `lists.cases` has them, those of one duty together. `also`: a case that may have left the list."""
    values = {**as_of(now), "plan": plan_code, "also": also}
    return list(session.connection().execute(_cases(name), values).all())


@cache
def _cases(name: str) -> Select[Any]:
    return (
        select(*COLUMNS, STATUS.label("status"))
        .select_from(Case)
        .join(Term, col(Term.id) == col(Case.term_id))
        .join(Occurrence, col(Occurrence.id) == col(Term.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .join(PlanVersion, col(PlanVersion.id) == col(ObligationRow.plan_id))
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .where(col(PlanVersion.code) == bindparam("plan"))
        .where(or_(col(Case.id).in_(PARTS[name]), col(Case.id) == bindparam("also")))
        .order_by(col(Occurrence.target_day), col(ObligationRow.position), col(Organisation.position), col(Case.id))
    )


def decision(session: Session, id: int) -> Decision | None:
    return session.get(Decision, id)


def letters(session: Session, key: str) -> Rows:
    """(name, state, not_before) of the mails whose keys begin so, one for each person."""
    query = (
        select(col(Person.name), col(Message.state), col(Message.not_before))
        .join(Person, col(Person.id) == col(Message.person_id))
        .where(col(Message.key).startswith(f"{key}:", autoescape=True))
        .order_by(col(Message.id))
    )
    return list(session.execute(query))
