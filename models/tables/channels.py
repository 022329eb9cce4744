"""How each channel fares: whether it is paused, what it has carried this day and month."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from models.columns import UtcMoment


class ChannelHealth(SQLModel, table=True):
    """No row: never used."""

    __tablename__ = "channel_health"

    channel: str = Field(primary_key=True)
    paused_until: datetime | None = Field(default=None, sa_type=UtcMoment)
    reason: str = ""
    failures: int = 0  # in a row, of the network or of the service itself
    alarmed_at: datetime | None = Field(default=None, sa_type=UtcMoment)  # None again once it works
    day: date | None = None
    day_count: int = 0
    month: str = ""  # "2014-03"
    month_count: int = 0
    remaining: int | None = None  # left today, as the service itself told last
    allowance: int | None = None  # of how many


class SendingHold(SQLModel, table=True):
    """A person holds this channel: what waits is kept. No row: it sends."""

    __tablename__ = "sending_hold"

    channel: str = Field(primary_key=True)  # "*": all of them
    since: datetime = Field(sa_type=UtcMoment)
    by: str


class ChannelOptOut(SQLModel, table=True):
    """The person asked for no more messages by this family of channels; it holds until they ask for them again."""

    __tablename__ = "channel_opt_out"

    person_id: int = Field(foreign_key="person.id", primary_key=True)
    family: str = Field(primary_key=True)
    number: str = Field(default="", index=True)  # 84987654321: whoever else has this telephone is not written to either
    since: datetime = Field(sa_type=UtcMoment)
