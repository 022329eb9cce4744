"""What the plan asks for: obligations, their dated occurrences, and the units that are bound."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field
from sqlalchemy import Row

from models.database import reading
from models.queries.cases import api_lists as queries
from models.queries.cases.api_lists import CaseSelection
from portal.api.caller import AnyCall, ApiRoute, needs
from portal.api.fields import WORD, BilingualText, Code, Id, Paged, PageOf, bilingual, cursor, page_of, place
from portal.api.problems import ApiProblem
from rules.deadlines import local_day
from rules.plan import Obligation
from rules.systems.scopes import Scope
from services.units import all_units

router = APIRouter(route_class=ApiRoute, tags=["plan"])
READ = needs(Scope.CASES_READ)


class ObligationOut(BaseModel):
    code: str = Field(examples=["I5-CALENDAR"])
    clause: str = Field(examples=["I.5"])
    title: BilingualText
    kind: str = Field(description="deliverable, stage, continuing, event, conditional …")
    severity: str
    hand_in: str = Field(description="Sản phẩm phải nộp. / What is to be handed in.")
    quote: str = Field(description="Nguyên văn kế hoạch. / The plan's own words.")


class OccurrenceOut(BaseModel):
    id: int
    obligation: str
    clause: str
    period: str = Field(examples=["2014"])
    opens_on: date | None = Field(description="null: chờ điều kiện. / null: waits for its trigger.")
    opened: bool
    nominal_last_day: date | None
    target_day: date
    late_after: date | None = Field(description="null: không tính quá hạn. / null: never overdue.")
    soft: bool
    why: str = Field(description="Vì sao là các ngày này. / Why these days, in one Vietnamese sentence.")


class UnitOut(BaseModel):
    key: str = Field(examples=["SYT"])
    name: str
    abbreviation: str
    kind: str
    dissolved_on: date | None


class OccurrencesQuery(Paged):
    obligation: Code | None = Field(None, examples=["I5-CALENDAR"])
    period: Code | None = Field(None, examples=["2014"])
    due_from: date | None = None
    due_to: date | None = None


@router.get("/obligations", response_model=PageOf[ObligationOut], summary="Nhiệm vụ / Obligations", **READ)
def obligations(call: AnyCall) -> PageOf[ObligationOut]:
    """Every obligation of the plan in force, in its order."""
    return PageOf(items=[_obligation(item) for item in call.context.office.plan.obligations], next=None)


@router.get("/obligations/{code}", response_model=ObligationOut, summary="Một nhiệm vụ / One obligation", **READ)
def obligation(call: AnyCall, code: Annotated[str, Path(max_length=60, pattern=WORD)]) -> ObligationOut:
    try:
        return _obligation(call.context.office.plan.obligation(code))
    except KeyError:
        raise ApiProblem("not_found") from None


def _obligation(item: Obligation) -> ObligationOut:
    return ObligationOut(
        code=item.id,
        clause=item.clause,
        title=bilingual(item.title),
        kind=item.kind.value,
        severity=item.severity.value,
        hand_in=item.hand_in_for(),
        quote=item.quote,
    )


@router.get("/occurrences", response_model=PageOf[OccurrenceOut], summary="Kỳ thực hiện / Occurrences", **READ)
def occurrences(call: AnyCall, query: Annotated[OccurrencesQuery, Query()]) -> PageOf[OccurrenceOut]:
    """Dated instances of the obligations, soonest first."""
    selection = CaseSelection(obligation=query.obligation, period=query.period, first=query.due_from, last=query.due_to)
    with reading(call.context.engine) as session:
        rows = queries.occurrences(session, selection, place(query.cursor), query.limit + 1)
    shown, following = page_of(rows, query.limit, lambda row: cursor(row.target_day, row.id))
    return PageOf(items=[_occurrence(row) for row in shown], next=following)


@router.get("/occurrences/{id}", response_model=OccurrenceOut, summary="Một kỳ thực hiện / One occurrence", **READ)
def occurrence(call: AnyCall, id: Id) -> OccurrenceOut:
    with reading(call.context.engine) as session:
        rows = queries.occurrences(session, CaseSelection(), None, 1, id)
    if not rows:
        raise ApiProblem("not_found")
    return _occurrence(rows[0])


def _occurrence(row: Row[tuple[object, ...]]) -> OccurrenceOut:
    facts = row._asdict()
    return OccurrenceOut(**facts, opened=facts.pop("opened_at") is not None)


@router.get("/units", response_model=PageOf[UnitOut], summary="Đơn vị / Units", **READ)
def units(call: AnyCall) -> PageOf[UnitOut]:
    """Under the names they bear today; the token of one unit sees that unit alone."""
    with reading(call.context.engine) as session:
        of_day = all_units(session, local_day(call.now)).values()
    return PageOf(items=[_unit(item) for item in of_day if call.system.sees(item.id)], next=None)


def _unit(item: object) -> UnitOut:
    return UnitOut.model_validate(item, from_attributes=True)
