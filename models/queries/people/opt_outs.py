"""Named queries about who wants no more messages by a family of channels."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlmodel import Session, col

from models.tables.channels import ChannelOptOut


def opted_out_since(session: Session, person: int) -> dict[str, datetime]:
    """Family → since when."""
    query = select(col(ChannelOptOut.family), col(ChannelOptOut.since)).where(col(ChannelOptOut.person_id) == person)
    return dict(session.execute(query).tuples().all())


def drop_opt_outs(session: Session, person: int, number: str | None, family: str) -> int:
    """Of the person, and of everybody with the same telephone number. Returns how many there were."""
    theirs = [col(ChannelOptOut.person_id) == person, *([col(ChannelOptOut.number) == number] if number else [])]
    statement = delete(ChannelOptOut).where(col(ChannelOptOut.family) == family, or_(*theirs))
    return int(session.connection().execute(statement).rowcount)
