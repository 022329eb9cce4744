"""Named queries about the stages of a case."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, select

from models.tables.cases import Stage


def stages_of(session: Session, case_id: int) -> Sequence[Stage]:
    return session.exec(select(Stage).where(Stage.case_id == case_id)).all()
