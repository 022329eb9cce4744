"""What the body that runs the plan owes itself: no letter goes to oneself, its head is told instead, in the digest."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from models.queries.messages import due_notices as notice_queries
from services import log


def note_told_heads(session: Session, before: int, now: datetime) -> None:
    """Once for each step of a case, of the notices with a greater id than `before`."""
    for case, step, people in notice_queries.told_instead_of_letters(session, before):
        log.append(session, now, "kyhan", "letter.internal", f"case:{case}", {"step": step, "people": people})
