"""Which units and duties somebody at the lead looks after."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class PortfolioEntry(SQLModel, table=True):
    __tablename__ = "portfolio_entry"

    person_id: int = Field(foreign_key="person.id", primary_key=True)
    kind: str = Field(primary_key=True)  # unit, duty
    key: str = Field(primary_key=True)  # of the organisation, or code of the obligation
