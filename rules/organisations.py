"""An organisation as the register describes it: a stable key, dated names, the groups it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class DatedName:
    valid_from: date
    name: str
    abbreviation: str
    head_title: str
    place: str = ""
    valid_to: date | None = None  # exclusive


@dataclass(frozen=True)
class OrganisationEntry:
    key: str
    kind: str
    groups: tuple[str, ...]
    names: tuple[DatedName, ...]
    parent: str | None = None
    line_ministry: str | None = None
