"""The lists of cases behind the numbers of a report, counted as of its day like the numbers themselves."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from models.database import reading
from models.queries.cases.selection import names_on
from portal.parameters import Id
from portal.rendering import AnyPage
from portal.visitor import may
from reports import annexes
from reports.case_lists import ASSIGNED, COLUMNS, lists_of
from reports.figures.figure import figures_of
from reports.narrative import revision
from rules.access import Action
from services.reports import road
from services.reports.facts import report_facts
from services.reports.revisions import revisions_of

router = APIRouter(prefix="/bao-cao", dependencies=[Depends(may(Action.READ_BOARD))])


@router.get("/{id}/so-lieu")
def show_numbers(page: AnyPage, id: Id, so: Annotated[str, Query(max_length=60)] = "") -> HTMLResponse:
    """Every number as a link, or the list behind `so`, the key of one."""
    with reading(page.context.engine) as session:
        report = road.report_of(session, id)
        if report is None:
            raise HTTPException(404)
        draft, office = report.draft, page.context.office
        facts = report_facts(session, office, report.period, draft.as_of)
        names = names_on(session, None, draft.as_of)
        changed = () if so else revisions_of(session, office, report.period, draft.as_of, page.now, names)
    lists = lists_of(facts)
    if so and so not in lists:
        raise HTTPException(404)
    chosen = lists.get(so)
    return page.render(
        "leader/report_numbers.html",
        report=report,
        facts=facts,
        lists=lists,
        columns=COLUMNS,
        assigned=ASSIGNED,
        figures=figures_of(facts.numbers),
        chosen=chosen,
        changed=[revision(one) for one in changed],
        cases=list(zip(chosen.cases, annexes.annex_ii(chosen.cases), strict=True)) if chosen else [],
        reminders=annexes.annex_iii(chosen.reminders) if chosen else [],
        results=annexes.RESULTS,
        here="",
    )
