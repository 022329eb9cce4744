"""The register of activities for other systems: what stands, page by page, and of one unit its own alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from systems import System, a_copy

from models.database import writing
from models.queries.plan.occurrences import organisations_by_key
from portal.context import PortalContext
from rules.activities import Entry
from services.cases.activities import add, take_back

GUIDE = "II1-GUIDE"


@pytest.fixture
def context(context: PortalContext, tmp_path: Path) -> PortalContext:
    """Sở Y tế held three meetings, one of which was taken back; Sở Tài chính held one."""
    context = a_copy(context, tmp_path)
    with writing(context.engine) as session:
        units = organisations_by_key(session)
        for key, day in (("SYT", 3), ("SYT", 6), ("STC", 6), ("SYT", 7)):
            entry = Entry("meeting", date(2014, 1, day), f"Tập huấn {key}", people=day)
            last = add(session, context.office, GUIDE, units[key].id or 0, entry, "Lan", context.clock())
        take_back(session, last.id or 0, "Hoãn", "Lan", context.clock())
    return context


def listed(system: System, **query: object) -> list[tuple[str, str]]:
    return [(one["unit"]["key"], one["on_day"]) for one in system.get("/activities", **query).json()["items"]]


def test_what_stands_is_listed_the_newest_day_first(context: PortalContext) -> None:
    system = System(context)
    assert listed(system) == [("STC", "2014-01-06"), ("SYT", "2014-01-06"), ("SYT", "2014-01-03")]
    assert listed(system, unit="syt", first="2014-01-04", obligation="ii1-guide") == [("SYT", "2014-01-06")]
    first = system.get("/activities", limit=2).json()
    assert listed(system, limit=2, cursor=first["next"]) == [("SYT", "2014-01-03")]
    assert first["items"][0]["kind_label"]["vi"] == "Hội nghị, tập huấn"


def test_the_token_of_a_unit_sees_its_own_alone(context: PortalContext) -> None:
    system = System(context, unit="SYT")
    assert listed(system) == [("SYT", "2014-01-06"), ("SYT", "2014-01-03")]
    assert listed(system, unit="STC") == []
