"""How a plan is amended: what units propose, what is made of it, and what was decided."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import Field, SQLModel

from models.columns import UtcMoment


class Amendment(SQLModel, table=True):
    """Proposals put together, submitted and decided as one."""

    id: int | None = Field(default=None, primary_key=True)
    consolidated_at: datetime = Field(sa_type=UtcMoment)
    consolidated_by: str
    submitted_number: str = ""
    submitted_on: date | None = None
    decision_number: str = ""
    decided_on: date | None = None
    version_id: int | None = Field(default=None, foreign_key="plan.id")  # the version of the plan that carries it out


class Proposal(SQLModel, table=True):
    """What one unit proposes to change in the plan."""

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    clause: str  # "": of the plan as a whole
    difficulty: str
    content: str
    document_number: str = ""
    document_date: date | None = None
    file_name: str = Field(default="", sa_column_kwargs={"server_default": text("''")})  # of the official letter
    file_sha256: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    file_size: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    via: str  # paper, mail, portal, api
    received_at: datetime = Field(sa_type=UtcMoment)
    recorded_at: datetime = Field(sa_type=UtcMoment)
    recorded_by: str
    amendment_id: int | None = Field(default=None, foreign_key="amendment.id", index=True)
    opinion: str = ""  # of the body that consolidates
    accepted: bool | None = None  # None: not decided
