"""Posts, the people who hold them, and from when to when."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.columns import UtcMoment


class Post(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("organisation_id", "role"),)

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    role: str  # focal_point, deputy, head, coordinator, leader
    title: str


class Person(SQLModel, table=True):
    __table_args__ = (Index("uq_person_address", text("lower(email)"), unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    name: str
    email: str = Field(unique=True)
    phone: str = ""
    example: bool = False  # a made-up contact; counts in a demonstration only
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class ContactAddress(SQLModel, table=True):
    """Where a channel beside e-mail and telephone reaches a person: the id of a chat, of an account, of a user."""

    __tablename__ = "contact_address"
    __table_args__ = (UniqueConstraint("kind", "address"), UniqueConstraint("kind", "person_id"))

    id: int | None = Field(default=None, primary_key=True)
    kind: str  # what channels.yaml says under reaches_by: telegram; bot and oa: linked by a code sent from Zalo
    address: str
    person_id: int = Field(foreign_key="person.id", index=True)
    since: datetime = Field(sa_type=UtcMoment)  # linked by the person, or entered


class Tenure(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("post_id", "from_day"), Index("ix_tenure_post", "post_id", "from_day", "to_day"))

    id: int | None = Field(default=None, primary_key=True)
    post_id: int = Field(foreign_key="post.id")
    person_id: int = Field(foreign_key="person.id")
    from_day: date
    to_day: date | None = None  # exclusive


class Absence(SQLModel, table=True):
    """While its holder is away, a post's deputy is written to."""

    __table_args__ = (UniqueConstraint("person_id", "from_day"), Index("ix_absence_days", "to_day", "from_day"))

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    from_day: date
    to_day: date  # exclusive
    reason: str = ""

    @property
    def last_day(self) -> date:
        return self.to_day - timedelta(days=1)
