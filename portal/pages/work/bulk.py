"""One decision for many cases: choose them on a list, see what would happen to each, confirm, read what did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from unicodedata import normalize

from fastapi import APIRouter, Depends, Form
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse

from models.database import reading
from portal.pages.work.case import Word, Words, day_of
from portal.parameters import LARGEST_ID
from portal.rendering import AnyPage, Page
from portal.visitor import AnyVisitor, may
from rules.access import Action
from rules.deadlines import local_day
from services.cases.bulk_decisions import MOST, Bulk, decide_all, standings
from services.cases.decisions import CHOICES, NEEDS_DAY, NEEDS_REASON, Order

router = APIRouter(prefix="/quyet-dinh", dependencies=[Depends(may(Action.DECIDE))])

ChosenCases = Annotated[
    list[str] | None, Form(max_length=MOST + 1)
]  # «12» from a list, «12.345» with what was seen of it


Place = Annotated[str, Form(max_length=2_000)]
UNDONE = frozenset({"accept", "waive", "nil_return", "not_applicable"})  # by reopening


@dataclass(frozen=True)
class BulkForm:
    kind: str
    reason: str
    until: str

    @property
    def order(self) -> Order:
        return Order(self.kind, self.reason, day_of(self.until), 0)

    def problem(self, page: Page) -> str:
        """What is wrong with the form itself, whichever case it is for."""
        if self.kind not in CHOICES:
            return "none"
        if self.kind in NEEDS_REASON and not self.reason:
            return "reason"
        if self.kind not in NEEDS_DAY:
            return ""
        day = day_of(self.until)
        return "day" if day is None else "past" if day < local_day(page.now) else ""


async def read_decision(viec: Word = "", reason: Words = "", until: Word = "") -> BulkForm:
    return BulkForm(viec, normalize("NFC", reason.strip()), until)


DecisionParam = Annotated[BulkForm, Depends(read_decision)]


@router.post("/xem")
def look(page: AnyPage, form: DecisionParam, ho_so: ChosenCases = None, ve: Place = "") -> HTMLResponse:
    """Changes nothing. Without a decision yet, asks for one."""
    ids = [id for id, _ in _numbers(ho_so)]
    problem = form.problem(page)
    with reading(page.context.engine) as session:
        rows = standings(session, page.context.office, ids, None if problem else form.order, page.now)
    first = not form.kind
    return page.render(
        "work/bulk.html",
        status_code=422 if problem and not first else 200,
        rows=rows,
        form=form,
        problem="" if first else problem,
        ready=not problem,
        kinds=tuple(CHOICES),
        needs_day=NEEDS_DAY,
        duties=page.context.office.obligations,
        most=MOST,
        back=_back(page, ve),
        here="",
    )


def _back(page: Page, given: str) -> str:
    """To the list it was chosen on, filtered as it was; to no other place."""
    return given if given.startswith(("/danh-sach", "/don-doc")) else page.url("/danh-sach")


@router.post("/ghi")
def write(
    page: AnyPage, visitor: AnyVisitor, form: DecisionParam, ho_so: ChosenCases = None, ve: Place = ""
) -> HTMLResponse:
    """A form that is sent twice shows that it was done before."""
    chosen, order = dict(_numbers(ho_so)), form.order
    bulk = Bulk(form.kind, form.reason, order.until, chosen)
    done = decide_all(page.context.engine, page.context.office, bulk, visitor.name, page.now)
    with reading(page.context.engine) as session:
        rows = {row.case_id: row for row in standings(session, page.context.office, list(chosen), None, page.now)}
    results = [(rows[one.case_id], one) for one in done if one.case_id in rows]
    undo = [row for row, one in results if not one.problem and form.kind in UNDONE]
    return page.render(
        "work/bulk_done.html",
        results=results,
        form=form,
        undo=undo,
        duties=page.context.office.obligations,
        back=_back(page, ve),
        here="",
    )


def _numbers(given: Sequence[str] | None) -> list[tuple[int, int]]:
    """(case id, last log entry seen, 0: none). Raises RequestValidationError for what is no number."""
    numbers = []
    for value in (given or ())[:MOST]:
        case, _, seen = value.partition(".")
        if not (case.isdecimal() and (seen or "0").isdecimal() and 0 < int(case[:20]) <= LARGEST_ID):
            error = {"loc": ("body", "ho_so"), "input": value[:40], "type": "unknown", "msg": ""}
            raise RequestValidationError([error])
        numbers.append((int(case), min(int((seen or "0")[:20]), LARGEST_ID)))
    return numbers
