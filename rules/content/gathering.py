"""How the rows of several units become one table, and what it is compared with: stated with the form of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Gathering:
    """Columns by their ids. Without any of it, rows stand one after the other in the order of the units."""

    same: tuple[str, ...] = ()  # rows that agree in these are about the same thing
    name: str = ""  # one of them: the words in which units may spell it differently
    joined: tuple[str, ...] = ()  # different values are put beside each other; of all others only one can be right
    order: tuple[str, ...] = ()
    group: str = ""  # rows with the same value stand under one heading; of days, the month
    restart: bool = False  # numbers begin again under each heading
    totals: tuple[str, ...] = ()  # numbers that are added up


AS_SENT = Gathering()


@dataclass(frozen=True)
class ComparedTable:
    """Another table that must speak of the same products."""

    form: str  # the obligation it belongs to
    name: str  # its column with the product
    day: str = ""  # its column with the day of release


@dataclass(frozen=True)
class CrossCheck:
    """Of the list of products against the other tables of its year, and against last year's."""

    name: str
    unit: str
    frequency: str
    dates_a_year: Mapping[str, int] = field(default_factory=dict)  # by frequency; one that is not named needs none
    calendar: ComparedTable | None = None
    lists: tuple[ComparedTable, ...] = ()  # every product stands in at least one of them
    promised: tuple[ComparedTable, ...] = ()  # their days agree with the calendar's
