"""Organisations, whose names are dated attributes, and the events that changed them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class Organisation(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    kind: str
    parent_key: str | None = None
    line_ministry_key: str | None = None
    groups: str = ""  # space-separated, with a space at both ends
    position: int = 0
    dissolved_on: date | None = None


class OrganisationName(SQLModel, table=True):
    __tablename__ = "organisation_name"
    __table_args__ = (UniqueConstraint("organisation_id", "valid_from"),)

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    valid_from: date
    valid_to: date | None = None  # exclusive
    name: str
    abbreviation: str
    head_title: str
    place: str = ""


class OrganisationEvent(SQLModel, table=True):
    __tablename__ = "organisation_event"

    id: int | None = Field(default=None, primary_key=True)
    kind: str  # rename, merge, split, dissolve, create, transfer_function, change_parent
    effective_on: date
    from_keys: str
    to_keys: str
    legal_basis: str
