"""Named queries about the steps after a hand-in that digests carry."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models.conditions import is_next_step
from models.queries.messages.claiming import carried
from models.queries.plan.ladder_days import of_step
from models.tables.cases import Stage
from models.tables.messages import Message, Notice
from models.tables.plan import StepDay
from rules.plan import OPEN_STEP


class DigestStep(NamedTuple):
    """A notice of a step after a hand-in, still the next to be recorded."""

    message_id: int
    stage_id: int
    step: str


def digest_steps(session: Session, messages: Collection[int]) -> list[DigestStep]:
    query = (
        select(col(Message.id), col(Stage.id), col(Notice.step))
        .select_from(Message)
        .join(Notice, carried())
        .join(Stage, col(Stage.case_id) == col(Notice.case_id))
        .join(StepDay, of_step())
        .where(col(Message.id).in_(messages), col(Notice.message) == OPEN_STEP, col(Notice.skipped).is_(None))
        .where(is_next_step())
        .distinct()
        .order_by(col(Message.id), col(Stage.id), col(Notice.step))
    )
    return [DigestStep(*row) for row in session.execute(query)]
