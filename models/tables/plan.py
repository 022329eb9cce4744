"""The plan in force: versions, obligations, who is bound, dated occurrences, the terms cases are held to."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import UtcMoment


class PlanVersion(SQLModel, table=True):
    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    code: str
    version: int
    number: str
    title_vi: str
    title_en: str
    signed_on: date
    lead_key: str
    sha256: str  # of the plan file this version was loaded from
    document: str  # that file, whole
    loaded_at: datetime = Field(sa_type=UtcMoment)
    superseded_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    tracked_from: date  # occurrences that fall due earlier are not followed
    planned_until: date  # occurrences exist up to this day
    effective_from: date | None = None  # None: from the moment it was loaded
    decision: str | None = None  # number of the decision that made it
    forms: str | None = None  # the tables units fill in; None: those shipped with the plan
    source: str | None = None  # key of PlanSource; None: its files were not kept


class PlanSource(SQLModel, table=True):
    """The files a version of the plan was loaded from, as they were written; apart, because few pages need them."""

    __tablename__ = "plan_source"

    sha256: str = Field(primary_key=True)  # of what stands in `files`
    files: str  # as JSON: name → text


class ComingVersion(SQLModel, table=True):
    """A version that is decided and checked, and put in force on its day; one at a time."""

    __tablename__ = "coming_version"

    id: int | None = Field(default=None, primary_key=True)
    document: str
    forms: str | None = None
    effective_from: date
    decision: str
    treatment: str  # of open cases, as JSON: obligation → keep, redate, close
    loaded_at: datetime = Field(sa_type=UtcMoment)
    loaded_by: str
    amendment_id: int | None = Field(default=None, foreign_key="amendment.id")
    source: str | None = None  # as in PlanVersion


class ObligationRow(SQLModel, table=True):
    __tablename__ = "obligation"
    __table_args__ = (UniqueConstraint("plan_id", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id")
    position: int
    code: str
    clause: str
    kind: str
    severity: str
    title_vi: str
    title_en: str
    short: str
    quote: str
    hand_in: str
    flow: str | None = None
    ladder: str | None = None
    looked_on: date | None = None  # the last working day on which its cases were looked at for steps that are due


class Binding(SQLModel, table=True):
    """Who owes an obligation: the applicability matrix, one row a unit."""

    __table_args__ = (UniqueConstraint("obligation_id", "organisation_id"),)

    id: int | None = Field(default=None, primary_key=True)
    obligation_id: int = Field(foreign_key="obligation.id")
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    role: str


class Occurrence(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("obligation_id", "period"),)

    id: int | None = Field(default=None, primary_key=True)
    obligation_id: int = Field(foreign_key="obligation.id")
    period: str
    opens_on: date | None = None  # None: waits for its trigger
    nominal_last_day: date | None = None
    target_day: date
    late_after: date | None = None
    soft: bool
    strict_before: bool
    worded: bool
    why: str
    period_start: date
    period_end: date
    data_cutoff: date | None = None
    trigger: str | None = None
    deadline_phrase: str = ""  # the deadline inside a sentence of a letter
    opened_at: datetime | None = Field(default=None, sa_type=UtcMoment, index=True)  # its cases exist since
    drafted_at: datetime | None = Field(default=None, sa_type=UtcMoment)  # its document was written by itself


RETURN = "return"  # role of a term that a returned case is reminded by; its own dates stay those of its term
STEP = "step"  # role of a term that steps after a hand-in are reminded by; no case is held to it


class Term(SQLModel, table=True):
    """The dates a case is held to: those of the plan, or those agreed in an extension; or those of a step behind it."""

    __table_args__ = (UniqueConstraint("occurrence_id", "role", "agreed"),)

    id: int | None = Field(default=None, primary_key=True)
    occurrence_id: int = Field(foreign_key="occurrence.id")
    role: str  # of the bound units, or STEP, RETURN
    ladder: str | None = None  # by which its cases are reminded; None: not at all
    agreed: str = ""  # "" statutory; else the agreed ISO day; of a step: its code and its day
    target_day: date
    late_after: date | None = None
    opens_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    due_soon_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    due_soon_until: datetime | None = Field(default=None, sa_type=UtcMoment)  # only for a mere target
    late_at: datetime | None = Field(default=None, sa_type=UtcMoment)  # first late instant


class StepDay(SQLModel, table=True):
    """The days on which a ladder step is the newest for every case held to a term."""

    __tablename__ = "step_day"
    __table_args__ = (
        UniqueConstraint("term_id", "step", "reaches"),
        Index("ix_step_day_window", "until_day", "on_day"),
    )

    id: int | None = Field(default=None, primary_key=True)
    term_id: int = Field(foreign_key="term.id")
    step: str
    level: int
    reaches: str  # role of the post
    message: str
    channels: str = Field(default=" email ", sa_column_kwargs={"server_default": " email "})  # as in Notice
    on_day: date
    until_day: date  # exclusive


class TriggerRecord(SQLModel, table=True):
    """That a document the plan waits for exists, as somebody recorded it; the newest row of a trigger counts."""

    __tablename__ = "trigger_record"

    id: int | None = Field(default=None, primary_key=True)
    plan_code: str
    trigger_code: str
    fired_on: date | None = None  # None: taken back, it does not exist yet
    document_number: str = ""
    reason: str = ""  # why an earlier record was corrected or taken back
    file_name: str = ""  # "": without a file
    file_sha256: str = ""
    file_size: int = 0
    recorded_at: datetime = Field(sa_type=UtcMoment)
    recorded_by: str
