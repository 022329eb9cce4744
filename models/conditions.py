"""Conditions that many queries share; each is written here alone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, text
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.tables.cases import Case, Stage
from models.tables.messages import WAITING, Message
from models.tables.organisations import OrganisationName
from models.tables.people import Person, Tenure


def is_open(case: Any = Case) -> ColumnElement[bool]:
    """Nothing was handed in, and nothing else has ended it. Leads to the index of open cases."""
    return and_(col(case.received_at).is_(None), col(case.outcome).is_(None))


def is_owed(case: Any = Case) -> ColumnElement[bool]:
    """Open, or returned for completion: an answer is awaited."""
    return and_(col(case.outcome).is_(None), or_(col(case.received_at).is_(None), col(case.returned_at).is_not(None)))


def is_returned(case: Any = Case) -> ColumnElement[bool]:
    """Sent back to its unit, and nothing has come since."""
    return and_(col(case.outcome).is_(None), col(case.returned_at).is_not(None))


def is_current_step(stage: Any = Stage) -> ColumnElement[bool]:
    """The record of a step that stands; those before it are kept."""
    return col(stage.superseded_at).is_(None)


def is_known_step(moment: Any, stage: Any = Stage) -> ColumnElement[bool]:
    """The record of a step that stood at that moment: `rules.steps.is_known`. `moment`: a bound value."""
    written, superseded = col(stage.recorded_at), col(stage.superseded_at)
    return and_(or_(written.is_(None), written <= moment), or_(superseded.is_(None), superseded > moment))


def is_to_review(case: Any = Case) -> ColumnElement[bool]:
    """Handed in, and nobody has accepted or returned it. Leads to an index of its own."""
    decided = (case.outcome, case.accepted_at, case.returned_at)
    return and_(col(case.received_at).is_not(None), *(col(moment).is_(None) for moment in decided))


def stands(act: Any) -> ColumnElement[bool]:
    """Of a `Submission` or a `Decision`: nobody took it back."""
    return col(act.taken_back_at).is_(None)


def is_open_step(stage: Any = Stage) -> ColumnElement[bool]:
    """It applies and nobody recorded it yet; whether it counts depends on the hand-in before it."""
    return and_(is_current_step(stage), stage.applicable, col(stage.done_on).is_(None))


def is_next_step(stage: Any = Stage) -> ColumnElement[bool]:
    """Open, and none before it is: the one that can be recorded."""
    before = aliased(Stage)
    same = (col(before.case_id) == col(stage.case_id), col(before.position) < col(stage.position))
    return and_(is_open_step(stage), ~select(col(before.id)).where(*same, is_open_step(before)).exists())


def holds_post_on(day: Any, tenure: Any = Tenure) -> ColumnElement[bool]:
    """The last day of a tenure is not its own any more. `day`: a date, a bound value or a column."""
    return and_(col(tenure.from_day) <= day, or_(col(tenure.to_day).is_(None), col(tenure.to_day) > day))


def named_on(day: Any, name: Any = OrganisationName) -> ColumnElement[bool]:
    """The name an organisation bears on that day."""
    return and_(col(name.valid_from) <= day, or_(col(name.valid_to).is_(None), col(name.valid_to) > day))


def is_example(person: Any = Person) -> ColumnElement[bool]:
    """Made up for a demonstration."""
    example: ColumnElement[bool] = person.example
    return example


def is_pending() -> ColumnElement[bool]:
    """A message that nobody has taken up yet. The first part, word for word, leads to the index of those that wait."""
    return and_(text(f"message.{WAITING}"), col(Message.state) == "pending")
