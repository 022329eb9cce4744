"""Named queries about channels through which nothing is sent: held by a person, or paused after failures."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, select

from models.tables.channels import ChannelHealth, SendingHold


def sending_holds(session: Session) -> Sequence[SendingHold]:
    return session.exec(select(SendingHold).order_by(col(SendingHold.channel))).all()


def is_any_held(session: Session, channels: Collection[str]) -> bool:
    return session.exec(select(SendingHold.channel).where(col(SendingHold.channel).in_(channels))).first() is not None


def paused_channels(session: Session) -> Sequence[ChannelHealth]:
    return session.exec(select(ChannelHealth).where(col(ChannelHealth.paused_until).is_not(None))).all()
