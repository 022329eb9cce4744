"""The register of activities: what units did for duties outside their cases. Read only."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from models.database import reading
from models.queries.cases import activities as queries
from models.queries.cases.activities import ActivitySelection
from models.tables.activities import Activity
from portal.api.caller import AnyCall, ApiRoute, needs
from portal.api.cases import UnitNamed
from portal.api.fields import BilingualText, Code, Paged, PageOf, cursor, page_of, place
from rules.activities import TITLES, ActivityKind
from rules.deadlines import local_day
from rules.systems.scopes import Scope
from services.units import Unit, all_units

router = APIRouter(route_class=ApiRoute, tags=["plan"])
READ = needs(Scope.CASES_READ)


class ActivityOut(BaseModel):
    id: int
    unit: UnitNamed
    obligation: str = Field(examples=["II1-GUIDE"])
    kind: ActivityKind
    kind_label: BilingualText
    on_day: date
    document_number: str
    summary: str
    people: int | None
    file_name: str = Field(description="Trống: không có tệp. / Empty: without a file.")
    recorded_at: datetime
    recorded_by: str
    corrects_id: int | None = Field(description="Mục mà mục này sửa. / The entry this one corrects.")


class ActivitiesQuery(Paged):
    unit: Code | None = Field(None, examples=["SYT"])
    obligation: Code | None = Field(None, examples=["II1-GUIDE"])
    first: date | None = Field(None, description="Từ ngày. / From this day.")
    last: date | None = Field(None, description="Đến ngày. / To this day.")


@router.get("/activities", response_model=PageOf[ActivityOut], summary="Sổ hoạt động / Activities", **READ)
def activities(call: AnyCall, query: Annotated[ActivitiesQuery, Query()]) -> PageOf[ActivityOut]:
    """What stands, the newest day first; the token of one unit sees that unit alone."""
    with reading(call.context.engine) as session:
        units = {id: unit for id, unit in all_units(session, local_day(call.now)).items() if call.system.sees(id)}
        named = {id for id, unit in units.items() if query.unit is None or unit.key.upper() == query.unit.upper()}
        code = query.obligation.upper() if query.obligation else None
        selection = ActivitySelection(code, named, query.first, query.last)
        rows = list(queries.activities(session, selection, query.limit + 1, place(query.cursor)))
    shown, following = page_of(rows, query.limit, lambda row: cursor(row.on_day, row.id or 0))
    return PageOf(items=[_line(row, units[row.organisation_id]) for row in shown], next=following)


def _line(row: Activity, unit: Unit) -> ActivityOut:
    vi, en = TITLES[ActivityKind(row.kind)]
    return ActivityOut(
        **row.model_dump(include=set(ActivityOut.model_fields) - {"unit", "kind_label"}),
        unit=UnitNamed(key=unit.key, name=unit.name),
        kind_label=BilingualText(vi=vi, en=en),
    )
